"""When two published numbers are the same: sums of floats differ in their last bits from run to run."""

RELATIVE = 1e-9


def differ(one: str, other: str) -> str:
    """Write SQL that is true where two numbers differ by more than rounding, or only one of them is NULL."""
    return (
        f"({one} is distinct from {other} "
        f"and coalesce(abs({one} - {other}) > {RELATIVE} * greatest(abs({one}), abs({other})), true))"
    )


def at_least(value: float, target: float) -> bool:
    """Whether a number reaches a target from below, but for rounding."""
    return value >= target - RELATIVE * abs(target)


def at_most(value: float, target: float) -> bool:
    """Whether a number keeps below a target, but for rounding."""
    return value <= target + RELATIVE * abs(target)
