"""Known wrong value targets: how rewards are added up, discounted and returned."""

import torch

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_07_slips import (
    ACROSS_THE_WORLDS,
    BACKWARDS,
    FLIPPED,
    SCALED,
    SQUEEZED,
    scaled,
    swapped_axes,
)
from ilrl_course.checks.lesson_07_targets_parts import (
    given,
    powers,
    rest_is,
    targets_with,
    then,
    with_parts,
    zeros,
)


def _one_step(alive):
    return lambda r, v, te, tr, gamma: r + gamma * v * alive(te, tr)


SUMS = (
    Mutant(
        BACKWARDS,
        with_parts(rows=range),
        with_parts(rows=range, start=zeros),
        with_parts(rows=range, start=lambda next_values, gamma: next_values[0]),
        lambda r, v, te, tr, gamma: (powers(r, gamma) * r).cumsum(0),
    ),
    Mutant(FLIPPED, then(lambda targets, r, v, gamma: targets.flip(0))),
    Mutant(
        "only one reward is counted before the next value. Go on to the end of the episode: build each row "
        "on the one below.",
        _one_step(lambda te, tr: ~te),
        _one_step(lambda te, tr: 1.0),
        _one_step(lambda te, tr: ~(te | tr)),
    ),
    Mutant(
        "a next value is added at every step. Only where the record stops does it stand for the rest.",
        with_parts(start=zeros, rest=lambda later, v, te, tr: (later * ~tr + v) * ~te),
        rest_is(lambda later, v, te, tr: torch.where(tr, v, later + v) * ~te),
    ),
    Mutant(
        "gamma has no effect. What comes after a step should count gamma times as much.",
        given(lambda r, v, te, tr, gamma: (r, v, te, tr, 1.0)),
    ),
    Mutant(
        "gamma is applied twice to what comes after a step. Once is enough: each row below has its own.",
        given(lambda r, v, te, tr, gamma: (r, v, te, tr, gamma**2)),
    ),
    Mutant(
        "the next value is not discounted. It comes one step later: multiply it by gamma, too.",
        given(lambda r, v, te, tr, gamma: (r, v / gamma, te, tr, gamma)),
        lambda r, v, te, tr, gamma: targets_with(
            r, v / gamma, te, tr, gamma, start=lambda v, gamma: gamma * v[-1]
        ),
        with_parts(start=lambda next_values, gamma: next_values[-1] / gamma),
    ),
    Mutant(
        "the reward of the step itself is discounted. Only what comes after it should be.",
        with_parts(add=lambda reward, rest, gamma: gamma * (reward + rest)),
        with_parts(add=lambda reward, rest, gamma: gamma * reward + rest),
    ),
    Mutant(
        "the discount counts from the first row of the block. Each row should count from its own step: add "
        "gamma times the row below.",
        then(lambda targets, r, v, gamma: powers(r, gamma) * targets),
        lambda r, v, te, tr, gamma: (powers(r, gamma) * r).flip(0).cumsum(0).flip(0),
    ),
    Mutant(
        "gamma is fixed. Use the one that is passed in.",
        *(
            given(lambda r, v, te, tr, gamma, fixed=fixed: (r, v, te, tr, fixed))
            for fixed in (0.9, 0.95, 0.99, 0.5)
        ),
    ),
    Mutant(
        "a sign is wrong. What comes after a step is added to its reward, and nothing is turned around.",
        with_parts(add=lambda reward, rest, gamma: reward - gamma * rest),
        then(lambda targets, r, v, gamma: -targets),
    ),
    Mutant(
        "next_values is subtracted, as in an advantage. A target is the whole of what is to come.",
        then(lambda targets, r, v, gamma: targets - v),
    ),
    Mutant(
        "the reward of the step itself is missing. The target of row t begins with rewards[t].",
        then(lambda targets, r, v, gamma: targets - r),
        then(lambda targets, r, v, gamma: (targets - r) / gamma),
        then(lambda targets, r, v, gamma: torch.cat([targets[1:], v[-1:]])),
    ),
    Mutant(
        "every row holds the same. Does one tensor change in place, or one sum count for all the rows?",
        then(lambda targets, r, v, gamma: targets[:1].expand_as(targets)),
        lambda r, v, te, tr, gamma: (powers(r, gamma) * r).sum(0).expand_as(r),
    ),
    Mutant(
        "the result holds one row only. Return a target for each of the T steps.",
        then(lambda targets, r, v, gamma: targets[0]),
        then(lambda targets, r, v, gamma: targets[-1]),
    ),
    Mutant(ACROSS_THE_WORLDS, lambda *inputs: value_targets(*swapped_axes(inputs)).T),
    Mutant(
        SCALED,
        *(then(lambda targets, r, v, gamma, n=n: scaled(targets, n)) for n in (0, 1)),
    ),
    Mutant(SQUEEZED, then(lambda targets, r, v, gamma: targets.squeeze())),
)
