"""Blocks of steps: several worlds side by side, with ends of both kinds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ilrl_course.checks.exercise import Fact, WrongResult, kind, numbers

TOLERANCE = 1e-4


@dataclass(frozen=True)
class World:
    """One column of a block: T steps, and where its episodes ended.

    Inside an episode the next value is the value of the next row. Where one ends it is not: there
    `terminated` and `truncated` hold it by its row.
    """

    rewards: tuple[float, ...]  # (T,)
    values: tuple[float, ...]  # (T,)
    after: float  # the next value of the last row
    terminated: dict[int, float] = field(default_factory=dict)
    truncated: dict[int, float] = field(default_factory=dict)

    @property
    def next_values(self) -> list[float]:
        """(T,)."""
        ends = self.terminated | self.truncated
        return [ends.get(t, value) for t, value in enumerate((*self.values[1:], self.after))]

    def end_of_episode(self, t: int) -> int:
        """The last row of the episode that row t is in."""
        ends = self.terminated | self.truncated
        return next((k for k in range(t, len(self.rewards)) if k in ends), len(self.rewards) - 1)

    def __str__(self) -> str:
        ends = [f"{name} at t = {t}" for name in ("terminated", "truncated") for t in getattr(self, name)]
        return f"a world whose episode is {' and '.join(ends)}" if ends else "a world whose episode goes on"


_BASES = (
    ((1.0, 2.0, 4.0, -1.0, 3.0), (1.0, 3.0, 5.0, 2.0, 4.0), 7.0),
    ((0.0, -2.0, 5.0, 1.0, 2.0), (2.0, -1.0, 4.0, 6.0, 3.0), -3.0),
    ((2.0, 3.0, -1.0, 4.0, 1.5), (5.0, 2.0, 3.0, -2.0, 6.0), 4.0),
    ((-1.0, 0.5, 2.0, 3.0, -2.0), (0.5, 4.0, 1.0, 2.5, -1.0), 5.0),
)
UNBROKEN = [World(*base) for base in _BASES[:3]]
TERMINATED = [
    World(*_BASES[0], terminated={1: 6.0}),
    World(*_BASES[1], terminated={4: -3.0}),
    World(*_BASES[2], terminated={0: 1.0, 2: -4.0}),
]
TRUNCATED = [
    World(*_BASES[0], truncated={1: 8.0}),
    World(*_BASES[1], truncated={4: -3.0}),
    World(*_BASES[2], terminated={1: 7.0}, truncated={3: 9.0}),
    World(*_BASES[3], truncated={2: -6.0}, terminated={4: 5.0}),
]
ALONE = [World((1.0, 2.0, 4.0), (1.0, 3.0, 5.0), 2.0, truncated={1: 7.0})]


def tensors(worlds: Sequence[World], *names: str) -> list[Tensor]:
    """Fresh float tensors of these names, and then the flags terminated and truncated; all (T, N)."""
    floats = [torch.tensor([getattr(world, name) for world in worlds]).T.contiguous() for name in names]
    ends = [
        torch.tensor([[t in getattr(world, name) for world in worlds] for t in range(len(worlds[0].rewards))])
        for name in ("terminated", "truncated")
    ]
    return floats + ends


def facts_about_worlds(
    result: Tensor,
    worlds: Sequence[World],
    expected: Callable[[World, int], float],
    discounts: str,
    names: Sequence[str],
) -> Iterator[Fact]:
    """A fact for each world; expected(world, t) is the right result, made of the inputs of these names.

    Raises WrongResult.
    """
    if not isinstance(result, Tensor):
        how = {list: " Use torch.stack().", np.ndarray: " Use torch.from_numpy()."}.get(type(result), "")
        raise WrongResult(
            f"it should return a tensor of the shape (T, N), but it returns {kind(result)}.{how}"
        )
    if not result.is_floating_point():
        raise WrongResult(
            f"the result is of {str(result.dtype).removeprefix('torch.')}, which holds no fractions. "
            "Make it like the rewards."
        )
    num_steps = len(worlds[0].rewards)
    found = numbers(result, (num_steps, len(worlds)))
    for world, column in zip(worlds, found.T, strict=True):
        right = np.array([expected(world, t) for t in range(num_steps)])
        fault = _last_fault(world, column, right, names)
        yield Fact(f"{world}, {discounts}", column, right, fault and f"with {discounts}, {fault}", TOLERANCE)


def _last_fault(world: World, found: np.ndarray, right: np.ndarray, names: Sequence[str]) -> str:
    """The wrong row nearest to the end, because a recursion carries its fault to those before it; or ''."""
    wrong = np.flatnonzero(~np.isclose(found, right, 0, TOLERANCE))
    if not len(wrong):
        return ""
    t = wrong[-1]
    others = "" if t == len(found) - 1 else ", and the rows after it are right"
    inputs = ", ".join(f"{name}[{t}] is {getattr(world, name)[t]:g}" for name in names)
    return (
        f"in {world}, row {t} should be about {right[t]:.4g}, but it is {found[t]:.4g}{others}. "
        f"There {inputs}."
    )
