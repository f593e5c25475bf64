"""Looks for what is wrong in definitions, all at once: what rules see, what a rule is, and how findings read."""
