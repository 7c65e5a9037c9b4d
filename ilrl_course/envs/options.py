"""How all worlds refuse an option that makes no sense."""

import math


def require_between(name: str, value: float, low: float, high: float, unit: str) -> None:
    """Raise ValueError unless `value` is a finite number in [low, high]."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}: give a number from {low:g} to {high:g} {unit}".rstrip())
