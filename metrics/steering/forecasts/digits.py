"""How many digits of a number count: sums of floats differ in their last ones from run to run."""

SIGNIFICANT = 10


def significant(number: float | None) -> float | None:
    """Round a number to its significant digits."""
    return None if number is None else float(f"{number:.{SIGNIFICANT}g}")
