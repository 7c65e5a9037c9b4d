"""What a check is made of: facts about an answer, known wrong answers, and the exercise that holds both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import nn

from ilrl_course.checks.edits import Wrong, wrong_answer

CONTAINERS = (list, tuple)
CHANGES_WEIGHTS = (
    "it changes the weights of a network that it is given. Nothing is to be learned here: compute, and leave "
    "the network as it is."
)
LEAVES_GRADIENTS = (
    "it leaves gradients in a network that it is given: whoever trains it next would add to them. Leave "
    "backward() to the caller."
)


@dataclass(frozen=True)
class Fact:
    """One observation of an answer: what was seen, what a right answer shows, a hint for when they differ.

    `got` and `expected` are plain: bool, str, number, or an array of numbers, compared with the absolute
    `tolerance`, which large numbers may exceed by their rounding. Without a hint the name and the two values
    are shown, which suits numbers.
    """

    name: str
    got: Any
    expected: Any
    hint: str = ""
    tolerance: float = 1e-4

    @property
    def holds(self) -> bool:
        """Is it what a right answer shows?"""
        return self.agrees(self.expected)

    def agrees(self, other: Any) -> bool:
        """Is what was seen the same as this, apart from rounding and luck?"""
        if any(isinstance(value, str | bool) or value is None for value in (self.got, other)):
            return type(self.got) is type(other) and self.got == other
        got, other = np.asarray(self.got, dtype=float), np.asarray(other, dtype=float)
        return got.shape == other.shape and np.allclose(got, other, 1e-5, self.tolerance, equal_nan=True)


class WrongResult(Exception):
    """The answer cannot even be looked at; the message says why, to the student."""


class NotWritten(Exception):
    """The answer raises NotImplementedError: it is still the blank stub."""


Probe = Callable[[Callable], Iterator[Fact]]
"""Calls the answer on small fixed inputs, made freshly each time, and yields facts."""


@dataclass(frozen=True)
class Exercise:
    """A function that students write: the course's own, how to look at an answer, and known mistakes."""

    solution: Callable
    tested: str  # one sentence for those who passed
    probes: tuple[Probe, ...]
    mistakes: dict[str, list[Wrong]]  # hint -> wrong answers that contain the mistake
    given: str = ""  # the code in a half-written stub, without its `raise`
    leftovers: dict[str, str] = field(default_factory=dict)  # a global name of the lesson -> its hint
    time_limit: float | None = None  # s of computing, where an answer trains something; None is the usual

    @cached_property
    def known(self) -> list[tuple[str, Callable]]:
        """Every known wrong answer, behind its hint."""
        return [
            (hint, wrong_answer(self.solution, wrong)) for hint, w in self.mistakes.items() for wrong in w
        ]


@dataclass(frozen=True)
class Candidate:
    """The answer under test; complains when it returns nothing, or changes what it was given.

    Networks are there to be changed by some answers: `habits` notes what was done to them.
    """

    function: Callable
    habits: set[str] = field(default_factory=set)

    def __call__(self, *args, **named):
        """Call the answer; raises WrongResult."""
        before, networks = _copied(args), [_network(a) for a in args if isinstance(a, nn.Module)]
        result = self.function(*args, **named)
        if result is None:
            raise WrongResult("it returned nothing. Did you forget `return`?")
        if not _equal(before, _copied(args)):
            raise WrongResult(
                "it changes its inputs in place, and the caller still needs them. Work on a copy."
            )
        after = [_network(a) for a in args if isinstance(a, nn.Module)]
        for number, habit in enumerate((CHANGES_WEIGHTS, LEAVES_GRADIENTS)):
            if not all(_equal(old[number], new[number]) for old, new in zip(networks, after, strict=True)):
                self.habits.add(habit)
        return result


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, torch.Tensor):
        return value.detach().clone().numpy()
    if isinstance(value, CONTAINERS):
        return [_copied(part) for part in value]
    if is_dataclass(value):
        return [_copied(getattr(value, part.name)) for part in fields(value)]
    return None


def _network(network: nn.Module) -> tuple[list, list]:
    """Weights and gradients."""
    gradients = [parameter.grad for parameter in network.parameters()]
    return _copied([*network.state_dict().values()]), _copied(gradients)


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, list):
        return len(first) == len(second) and all(map(_equal, first, second))
    return np.array_equal(first, second)


def number(value: Any, name: str = "the result") -> float:
    """A single number as a float; raises WrongResult."""
    return float(numbers(value, (), name))


def numbers(value: Any, shape: tuple[int, ...], name: str = "the result") -> np.ndarray:
    """An array of numbers of this shape; raises WrongResult."""
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise WrongResult(f"{name} should be {_shape_in_words(shape)}, but it is {kind(value)}.") from None
    if isinstance(value, str | bool):
        raise WrongResult(f"{name} should be {_shape_in_words(shape)}, but it is {kind(value)}.")
    if array.shape != shape:
        raise WrongResult(
            f"{name} should be {_shape_in_words(shape)}, but it has the shape {array.shape}."
            if array.shape
            else f"{name} should be {_shape_in_words(shape)}, but it is a single number."
        )
    if np.isnan(array).any():
        raise WrongResult(f"{name} is NaN (not a number), or holds one. Is there a division by zero?")
    return array


def loss_value(loss: Any, name: str = "the loss") -> float:
    """What an answer returned as its loss, as a float; raises WrongResult."""
    if not isinstance(loss, torch.Tensor | float | int):
        raise WrongResult(f"it should return {name}, a tensor with one number, but it returns {kind(loss)}.")
    return number(loss, "the loss")


def kind(value: Any) -> str:
    """A value's type, in words."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _shape_in_words(shape: tuple[int, ...]) -> str:
    if shape == ():
        return "a single number"
    return f"{shape[0]} numbers" if len(shape) == 1 else f"an array of the shape {shape}"
