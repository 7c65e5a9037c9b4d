"""Known wrong value targets: what becomes of the ends."""

import torch

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_07_slips import (
    IF,
    LAST_ROW,
    LAST_ROW_EMPTY,
    OTHER_FLAGS,
    above,
    anywhere,
    below,
    never,
)
from ilrl_course.checks.lesson_07_targets_parts import given, rest_after, rest_is, with_parts, zeros
from ilrl_course.checks.lesson_07_targets_sums import SUMS


def _reset_too_late(rewards, next_values, terminated, truncated, gamma, rest=rest_after):
    targets, later = torch.zeros_like(rewards), next_values[-1]
    for t in reversed(range(len(rewards))):
        later = rest(rewards[t] + gamma * later, next_values[t], terminated[t], truncated[t])
        targets[t] = later
    return targets


def _alive_at_the_end(rewards, next_values, terminated, truncated, gamma):
    """Every termination is one, but for those of the last row."""
    terminated = torch.cat([terminated[:-1], never(terminated[-1:])])
    return value_targets(rewards, next_values, terminated, truncated, gamma)


ENDS = (
    Mutant(
        "the ends are ignored, so rewards of the next episode are counted in. Nothing comes after a "
        "termination, and after a truncation the next value.",
        rest_is(lambda later, v, te, tr: later),
    ),
    Mutant(
        "a truncation is treated as death. There only the clock stopped: the next value stands for the rest.",
        rest_is(lambda later, v, te, tr: later * ~(te | tr)),
    ),
    Mutant(
        "after a termination the next value is counted, as after a time limit. But nothing comes after "
        "death: the rest is 0.",
        rest_is(lambda later, v, te, tr: torch.where(te | tr, v, later)),
        _alive_at_the_end,
    ),
    Mutant(
        "the two kinds of end are mixed up. The next value counts after a truncation, and nothing does after "
        "a termination.",
        rest_is(lambda later, v, te, tr: torch.where(te, v, later) * ~tr),
        rest_is(lambda later, v, te, tr: torch.where(te, v, later)),
        rest_is(lambda later, v, te, tr: torch.where(te, later, later * ~tr)),
    ),
    Mutant(
        "the sum runs on through a termination, into the next episode. Nothing comes after it: the rest is "
        "0.",
        rest_is(lambda later, v, te, tr: torch.where(tr, v, later)),
    ),
    Mutant(
        "the sum runs on through a truncation, into the next episode. There the next value stands for the "
        "rest.",
        rest_is(lambda later, v, te, tr: later * ~te),
    ),
    Mutant(
        "after a truncation the next value counts, and so does the next episode. Replace the rest, do not "
        "add to it.",
        rest_is(lambda later, v, te, tr: (later + v * tr) * ~te),
    ),
    Mutant(
        "the rest is replaced after the reward was added, so the last reward of an episode is lost. Replace "
        "it before.",
        _reset_too_late,
        lambda *inputs: _reset_too_late(*inputs, rest=lambda later, v, te, tr: later * ~te),
        lambda *inputs: _reset_too_late(*inputs, rest=lambda later, v, te, tr: later * ~(te | tr)),
    ),
    Mutant(
        "the next value comes from another row. next_values[t] is what follows step t; the row below may "
        "belong to another episode.",
        given(lambda r, v, te, tr, gamma: (r, below(v), te, tr, gamma)),
        given(lambda r, v, te, tr, gamma: (r, v[-1:].expand_as(v), te, tr, gamma)),
    ),
    Mutant(
        OTHER_FLAGS,
        given(lambda r, v, te, tr, gamma: (r, v, below(te), below(tr), gamma)),
        given(lambda r, v, te, tr, gamma: (r, v, below(te, never), below(tr, never), gamma)),
        given(lambda r, v, te, tr, gamma: (r, v, above(te), above(tr), gamma)),
    ),
    Mutant(
        "an end in one world ends the episodes of all worlds. Keep them apart: no any() and no all().",
        given(lambda r, v, te, tr, gamma: (r, v, anywhere(te), anywhere(tr), gamma)),
    ),
    Mutant(
        IF,
        rest_is(lambda later, v, te, tr: 0.0 if te else later),
    ),
    Mutant(
        LAST_ROW,
        with_parts(start=zeros),
    ),
    Mutant(
        LAST_ROW_EMPTY,
        with_parts(rows=lambda num_steps: reversed(range(num_steps - 1))),
        with_parts(rows=lambda num_steps: reversed(range(num_steps - 1)), start=zeros),
    ),
)
MUTANTS = ENDS + SUMS
