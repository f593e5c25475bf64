"""What was said before: versions of values and definitions, and what of complete periods changed."""
