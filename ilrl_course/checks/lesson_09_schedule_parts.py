"""Schedules of the imitation term, right and wrong: k, h and f are iteration, num_hold and num_fade."""

from collections.abc import Callable

import numpy as np


def limited(rule: Callable) -> Callable:
    """The rule within 0 and 1."""
    return lambda k, h, f: min(max(rule(k, h, f), 0.0), 1.0)


def by_cases(rule: Callable) -> Callable:
    """1 before iteration num_hold, then the rule, and 0 from the end of the fade on."""
    return lambda k, h, f: 1.0 if k < h else rule(k, h, f) if k < h + f else 0.0


def each_way(rule: Callable) -> tuple[Callable, ...]:
    """The rule with limits, without them, and as the middle one of three cases."""
    return limited(rule), rule, by_cases(rule)


def held(rule: Callable) -> Callable:
    """1 before iteration num_hold, then the rule, but not below 0."""
    return lambda k, h, f: 1.0 if k < h else max(rule(k, h, f), 0.0)


def line(k, h, f):
    """The line that falls, without limits."""
    return 1 - (k - h) / f


right = limited(line)


def changed(change: Callable) -> Callable:
    """The right share, and something done to it."""
    return lambda k, h, f: change(right(k, h, f))


def by_table(size: Callable, endpoint: bool) -> Callable:
    """The shares of all the iterations until the end of the fade, and one of them."""
    return lambda k, h, f: np.append(np.ones(h), np.linspace(1, 0, size(f), endpoint=endpoint))[k]
