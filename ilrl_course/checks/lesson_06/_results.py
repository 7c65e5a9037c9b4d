"""What the answers of lesson 06 return: a number for each step, and gradients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ilrl_course.checks.exercise import Fact, WrongResult, kind, numbers

SINGLE_PRECISION = (
    "the numbers of the lesson are float32, and these would not fit in with them. Compute in float32, as the "
    "inputs are."
)
SQUEEZED = "squeeze() takes one axis too many where there is a single step. Leave it out."
AVERAGED = "this is one number for the whole batch. Each step has its own: leave out mean() and sum()."
MATH = (
    "Python's `math` and float() take one number at a time. Use the functions of torch: they work on all "
    "steps at once."
)


@dataclass(frozen=True)
class Slope:
    """Where a gradient should arrive, and which."""

    leaf: Tensor
    gradient: np.ndarray
    cut_off: str  # the hint when nothing arrives


def of_each_step(result: Any, num_steps: int) -> np.ndarray:
    """The numbers (B,) that an answer returned; raises WrongResult."""
    if not isinstance(result, Tensor):
        how = " Use torch.stack()." if isinstance(result, list) else ""
        raise WrongResult(
            "it should return a tensor of the shape (B,), one number a step, but returns "
            f"{kind(result)}.{how}"
        )
    if not result.is_floating_point():
        name = str(result.dtype).removeprefix("torch.")
        raise WrongResult(f"the result is of {name}. It should be of float32, as the inputs are.")
    if result.dtype != torch.float32:
        raise WrongResult(SINGLE_PRECISION)
    return numbers(result, (num_steps,))


def facts_about_slopes(result: Any, slopes: Sequence[Slope], where: str, steps_back: str) -> Iterator[Fact]:
    """The gradients of a result of one number, and that the answer did not compute them itself."""
    computed = any(slope.leaf.grad is not None for slope in slopes)
    yield Fact("gradients computed already", computed, False, steps_back)
    if computed:
        return
    if isinstance(result, Tensor) and result.requires_grad:
        result.backward()
    for i, slope in enumerate(slopes):
        arrives = slope.leaf.grad is not None and bool(slope.leaf.grad.any())
        found = slope.leaf.grad.numpy() if arrives else np.zeros_like(slope.gradient)
        hint = f"{where}, the value is right, but its gradient is not." if arrives else slope.cut_off
        yield Fact(f"gradient {i} {where}", found, slope.gradient, hint)


def facts_at_the_limits(facts: Iterator[Fact], capped: str, overflow: str) -> Iterator[Fact]:
    """Facts about large inputs, with hints that fit: was the result bounded, or infinite or NaN?"""
    try:
        for fact in facts:
            yield replace(fact, hint=capped if np.isfinite(fact.got).all() else overflow)
    except WrongResult as wrong:
        yield Fact("is usable", str(wrong), "", overflow)


def in_words(values: Sequence[float]) -> str:
    """Numbers side by side, in a hint."""
    return ", ".join(f"{value:.3g}" for value in values)
