"""How all worlds refuse an option that makes no sense."""

from collections.abc import Iterable, Sequence

import numpy as np


def require_known(world: str, options: Iterable[str], known: Sequence[str]) -> None:
    """Raise ValueError, which lists the known names, unless these names are all among them."""
    if unknown := sorted(set(options) - set(known)):
        raise ValueError(f"{world} has no option {', '.join(unknown)}: choose from {', '.join(known)}")


def require_flag(name: str, value) -> None:
    """Raise ValueError unless `value` is True or False: a text such as "no" would count as true."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} is {value!r}, but True or False is expected")


def require_between(name: str, value, low: float, high: float, hint: str, whole: bool = False) -> None:
    """Raise ValueError unless `value` is a number, or a whole number, in [low, high]."""
    kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"{name} is {value!r}, but {kind} from {low:g} to {high:g} is expected ({hint})")


def require_selection(noun: str, chosen: int | None, first: int, count: int, total: int) -> None:
    """Raise ValueError unless these options choose from numbers 0 .. total - 1: one, or a range of them."""
    if chosen is not None:
        require_between(noun, chosen, 0, total - 1, "or None to draw one for each episode", whole=True)
        if (first, count) != (0, total):
            raise ValueError(f"{noun} names a single one: leave first_{noun} and num_{noun}s out beside it")
    require_between(f"first_{noun}", first, 0, total - 1, "where the range begins", whole=True)
    require_between(f"num_{noun}s", count, 1, total - first, f"there are {total} in all", whole=True)
