"""What the answers of lesson 06 return, a number for each step or a loss: facts, gradients, common slips."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ilrl_course.checks.exercise import Fact, Probe, WrongResult, kind, numbers

MATH = (
    "Python's `math` and float() take one number at a time. Use the functions of torch: they work on all "
    "steps at once."
)
LEFTOVERS = {"logits": "it reads a variable of the lesson's figure. The logits are passed in: expert_logits."}
SLIPS = {  # of any result that holds a number for each step
    "every step gets the same number. Each has its own: leave out mean() and sum(), and in a loop fill "
    "another place in each round.": [
        f"return result{one}.expand_as(result)" for one in ("[0]", "[-1]", ".mean()")
    ],
    "the first or the last step is left out, or is the only one. Go through all B of them.": [
        f"return result * (torch.arange(len(result)) {which})"
        for which in ("> 0", "== 0", "< len(result) - 1", "== len(result) - 1")
    ],
    "the numbers have changed places. Return them in the order of the steps.": [
        f"return result.{moved}" for moved in ("flip(0)", "roll(1)", "roll(-1)", "sort().values")
    ],
    "the result is halved or doubled. Return it as it is.": [f"return {n} * result" for n in (0.5, 2)],
    "the mean of the batch is subtracted, or its scale is taken out. Return the numbers as they are: their "
    "signs and sizes matter.": [
        "return result - result.mean()",
        *(f"return (result - result.mean()) / (result.std() + {eps})" for eps in (0, 1e-8)),
        *(f"return (result - result.mean()) / (result.std(correction=0) + {eps})" for eps in (0, 1e-8)),
    ],
}


@dataclass(frozen=True)
class Slope:
    """Where a gradient should arrive, and which."""

    leaf: Tensor
    gradient: np.ndarray
    cut_off: str  # the hint when nothing arrives


def probe_of(facts: Callable[..., Iterator[Fact]], *cases: tuple) -> Probe:
    """A probe that calls the answer in each of these cases: facts(answer, *case)."""

    def probe(answer: Callable) -> Iterator[Fact]:
        for case in cases:
            yield from facts(answer, *case)

    return probe


def of_each_step(result: Any, num_steps: int) -> np.ndarray:
    """The numbers (B,) that an answer returned; raises WrongResult."""
    if not isinstance(result, Tensor):
        what = "a NumPy array. Stay within torch" if isinstance(result, np.ndarray) else kind(result)
        how = ". Use torch.stack() or torch.cat()." if isinstance(result, list) else "."
        raise WrongResult(
            f"it should return a tensor of the shape (B,), one number per step, but returns {what}{how}"
        )
    if result.dtype != torch.float32:
        name = str(result.dtype).removeprefix("torch.")
        raise WrongResult(f"the result is of {name}. It should be of float32, as the inputs are.")
    shape = tuple(result.shape)
    if result.numel() == 1 < num_steps:
        raise WrongResult(
            "this is one number for the whole batch, but each step has its own. Is there a mean(), a sum(), "
            "or a `return` inside a loop?"
        )
    if shape == () and num_steps == 1:
        raise WrongResult("with a single step it returns a number without an axis. Is there a squeeze()?")
    if len(shape) > 1 and set(shape) <= {1, num_steps}:
        raise WrongResult(
            f"there is an axis too many: the shape is {shape}. Keep everything (B,): (B, 1) and (B,) make "
            "(B, B), in which each step meets all the others."
        )
    if len(shape) == 1 and len(result) < num_steps:
        raise WrongResult(
            f"the result holds {len(result)} numbers for {num_steps} steps. Each step has one, whatever its "
            "flags: leave none out."
        )
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


def facts_at_the_limits(facts: Iterator[Fact], capped: str, overflow: str, else_: str) -> Iterator[Fact]:
    """Facts about large inputs, with hints that fit: is the result infinite or NaN, bounded, or else?"""
    try:
        for fact in facts:
            found, right = np.abs(fact.got), np.abs(fact.expected)
            bounded = (found < 0.99 * right) & (found < right - fact.tolerance)
            hint = capped if bounded.any() else f"{fact.hint} {else_}"
            yield replace(fact, hint=hint if np.isfinite(found).all() else overflow)
    except WrongResult as wrong:
        yield Fact("is usable", str(wrong), "", overflow)


def should_be(symbol: str, right: float, found: float) -> str:
    """The end of a hint: two numbers, with as many digits as it takes to tell them apart."""
    digits = next((n for n in range(4, 9) if f"{right:.{n}g}" != f"{found:.{n}g}"), 9)
    return f"{symbol} should be about {right:.{digits}g}, but it is {found:.{digits}g}."


def in_words(values: Sequence[float]) -> str:
    """Numbers side by side, in a hint."""
    return ", ".join(f"{value:.3g}" for value in values)
