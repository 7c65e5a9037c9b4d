"""How all worlds refuse an option that makes no sense."""

import numpy as np


def require_between(name: str, value, low: float, high: float, hint: str, whole: bool = False) -> None:
    """Raise ValueError unless `value` is a number, or a whole number, in [low, high]."""
    kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"{name} is {value!r}, but {kind} from {low:g} to {high:g} is expected ({hint})")
