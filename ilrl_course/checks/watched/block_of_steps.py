"""Blocks of steps: several worlds side by side, with ends of both kinds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from ilrl_course.checks.exercise import Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.slips import with_gradient

TOLERANCE = 1e-4
MANY = 9  # rows: a world that is longer is not described by its ends
KINDS_OF_END = "terminated", "truncated"


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

    @cached_property
    def next_values(self) -> list[float]:
        """(T,)."""
        ends = self.terminated | self.truncated
        return [ends.get(t, value) for t, value in enumerate((*self.values[1:], self.after))]

    def end_of_episode(self, t: int) -> int:
        """The last row of the episode that row t is in."""
        ends = self.terminated | self.truncated
        return next((k for k in range(t, len(self.rewards)) if k in ends), len(self.rewards) - 1)

    def __str__(self) -> str:
        if len(self.rewards) > MANY:
            return f"a world of {len(self.rewards)} steps"
        ends = [f"{name} at t = {t}" for name in KINDS_OF_END for t in getattr(self, name)]
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
BOTH_AT_ONCE = [  # the pole falls in the very step in which the clock stops
    World(*_BASES[0], terminated={1: 6.0}, truncated={1: 6.0}),
    World(*_BASES[3], terminated={4: 5.0}, truncated={2: -6.0, 4: 5.0}),
]
ONE_STEP = [
    World((1.5,), (0.5,), 2.25),
    World((-0.5,), (1.25,), 3.0, terminated={0: 3.0}),
    World((2.25,), (-1.5,), -2.5, truncated={0: -2.5}),
]


def _long(seed: int, terminated: Sequence[int], truncated: Sequence[int], num_steps: int = 64) -> World:
    draw = np.random.default_rng(seed)
    rewards, values = np.round(draw.normal(1.0, 2.0, (2, num_steps)), 2).tolist()
    rewards[10], rewards[45], values[50] = 25.0, -25.0, 60.0  # rare and large, but right
    ends = [{t: round(draw.normal(1.0, 2.0), 2) for t in rows} for rows in (terminated, truncated)]
    return World(tuple(rewards), tuple(values), -1.75, *ends)


LONG = [  # as in the lesson, with ends one after the other, in the first and in the last row
    _long(4, terminated=(0, 1, 20, 63), truncated=(5, 6, 40)),
    _long(2, terminated=(2, 31), truncated=(0, 30, 63)),
    _long(3, terminated=(), truncated=()),
]


def tensors(worlds: Sequence[World], *names: str) -> list[Tensor]:
    """Fresh float tensors of these names, and then the flags terminated and truncated; all (T, N)."""
    floats = [torch.tensor([getattr(world, name) for world in worlds]).T.contiguous() for name in names]
    ends = [
        torch.tensor([[t in getattr(world, name) for world in worlds] for t in range(len(worlds[0].rewards))])
        for name in KINDS_OF_END
    ]
    return floats + ends


def probe_of(
    worlds: Sequence[World], names: Sequence[str], right: Callable[..., float], each: str, **discounts: float
) -> Probe:
    """A probe that shows these worlds and discounts to an answer; a fact for each world.

    The answer gets the inputs of these names and the flags; right(world, t, **discounts) is its right result,
    which is `each`, as "a target".
    """
    in_words = " and ".join(f"{name} {value}" for name, value in discounts.items())

    def probe(answer: Callable) -> Iterator[Fact]:
        result = answer(*tensors(worlds, *names), *discounts.values())
        found = _numbers(result, (len(worlds[0].rewards), len(worlds)), in_words)
        for world, column in zip(worlds, found.T, strict=True):
            expected = np.array([right(world, t, **discounts) for t in range(len(column))])
            fault = _last_fault(world, column, expected, names)
            hint = fault and f"with {in_words}, {fault}"
            yield Fact(f"{world}, {in_words}", column, expected, hint, TOLERANCE)
        yield Fact("carries a gradient", result.requires_grad, False, with_gradient(each))

    return probe


def _numbers(result: object, shape: tuple[int, int], discounts: str) -> np.ndarray:
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
    if result.shape == shape and result.isnan().any():
        raise WrongResult(
            f"the result is NaN (not a number), or holds one, with {discounts}. Is there a division by zero?"
        )
    return numbers(result, shape)


def _last_fault(world: World, found: np.ndarray, right: np.ndarray, names: Sequence[str]) -> str:
    """The wrong row nearest to the end, because a recursion carries its fault to those before it; or ''."""
    wrong = np.flatnonzero(~np.isclose(found, right, 1e-5, TOLERANCE))
    if not len(wrong):
        return ""
    t = wrong[-1]
    others = "" if t == len(found) - 1 else ", and the rows after it are right"
    inputs = [f"{name}[{t}] is {getattr(world, name)[t]:g}" for name in names]
    if len(found) > MANY:
        inputs += [f"{name}[{t}] is {t in getattr(world, name)}" for name in KINDS_OF_END]
    digits = 4 if f"{right[t]:.4g}" != f"{found[t]:.4g}" else 7
    values = f"row {t} should be about {right[t]:.{digits}g}, but it is {found[t]:.{digits}g}{others}"
    return f"in {world}, {values}. There {', '.join(inputs)}."
