"""Known wrong generalized advantages: how TD errors are computed, added up, discounted and returned."""

import torch

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_07_gae_parts import (
    add_is,
    delta_is,
    discounts,
    not_over,
    then,
    with_parts,
)
from ilrl_course.checks.lesson_07_slips import (
    ACROSS_THE_WORLDS,
    BACKWARDS,
    FLIPPED,
    SCALED,
    SQUEEZED,
    above,
    below,
    scaled,
    swapped_axes,
)

WITH_GRADIENT = (
    "the result carries a gradient, though nothing that is passed in does. An advantage is a number: leave "
    "requires_grad out."
)


def _counted_from_the_start(advantages, gamma, gae_lambda):
    return (gamma * gae_lambda) ** torch.arange(len(advantages))[:, None] * advantages


SUMS = (
    Mutant(
        BACKWARDS,
        with_parts(rows=range),
        with_parts(rows=range, continues=lambda te, tr: not_over(above(te), above(tr))),
    ),
    Mutant(FLIPPED, then(lambda advantages, values: advantages.flip(0))),
    Mutant(
        "these are the TD errors of single steps. Add to each the later ones of its episode, each a little "
        "less.",
        add_is(lambda delta, later, gamma, lam: delta),
    ),
    Mutant(
        "the sum starts from the next value of the last row. The last TD error contains it already: start "
        "from 0.",
        with_parts(start=lambda next_values: next_values[-1]),
    ),
    Mutant(
        "gamma has no effect. It belongs to the next value, and also to the sum of the later TD errors.",
        discounts(lambda gamma, lam: (1.0, lam)),
    ),
    Mutant(
        "the next value is not discounted. It comes one step later: multiply it by gamma.",
        delta_is(lambda r, v, after, gamma, lam: r + after - v),
    ),
    Mutant(
        "gamma is missing in the recursion. What comes from the row below counts gamma times gae_lambda as "
        "much.",
        add_is(lambda delta, later, gamma, lam: delta + lam * later),
    ),
    Mutant(
        "gae_lambda is missing in the recursion. What comes from the row below counts gamma times gae_lambda "
        "as much.",
        add_is(lambda delta, later, gamma, lam: delta + gamma * later),
    ),
    Mutant(
        "the later TD errors count in full. What comes from the row below counts gamma times gae_lambda as "
        "much.",
        add_is(lambda delta, later, gamma, lam: delta + later),
    ),
    Mutant(
        "gamma and gae_lambda are swapped. The next value is discounted by gamma alone.",
        discounts(lambda gamma, lam: (lam, gamma)),
    ),
    Mutant(
        "gae_lambda does not belong to the next value, only to the sum of the later TD errors.",
        delta_is(lambda r, v, after, gamma, lam: r + gamma * lam * after - v),
    ),
    Mutant(
        "gamma is applied twice. One gamma belongs to the next value, and one to the sum of the later TD "
        "errors.",
        discounts(lambda gamma, lam: (gamma**2, lam)),
        discounts(lambda gamma, lam: (gamma, lam * gamma)),
        delta_is(lambda r, v, after, gamma, lam: r + gamma**2 * after - v),
    ),
    Mutant(
        "gae_lambda is applied twice. What comes from the row below counts gamma times gae_lambda as much.",
        discounts(lambda gamma, lam: (gamma, lam**2)),
    ),
    Mutant(
        "1 - gae_lambda is not needed: it is gone once the sum is written with TD errors. Use gae_lambda "
        "itself.",
        add_is(lambda delta, later, gamma, lam: (1 - lam) * delta + gamma * lam * later),
        add_is(lambda delta, later, gamma, lam: delta + gamma * (1 - lam) * later),
        add_is(lambda delta, later, gamma, lam: (1 - lam) * (delta + gamma * lam * later)),
        lambda *inputs: (1 - inputs[-1]) * compute_gae(*inputs),
    ),
    Mutant(
        "the discount counts from the first row of the block. Each row should count from its own step.",
        lambda *inputs: _counted_from_the_start(compute_gae(*inputs), *inputs[-2:]),
    ),
    Mutant(
        "a discount is fixed. Use gamma and gae_lambda as they are passed in.",
        discounts(lambda gamma, lam: (0.9, 0.8)),
        *(discounts(lambda gamma, lam, fixed=fixed: (fixed, lam)) for fixed in (0.9, 0.95, 0.99)),
        *(discounts(lambda gamma, lam, fixed=fixed: (gamma, fixed)) for fixed in (0.8, 0.9, 0.95)),
        discounts(lambda gamma, lam: (0.99, 0.95)),
    ),
    Mutant(
        "the value is added instead of subtracted. A TD error is what came, less what was expected.",
        delta_is(lambda r, v, after, gamma, lam: r + gamma * after + v),
    ),
    Mutant(
        "the value is not subtracted. A TD error is what came, less what was expected.",
        delta_is(lambda r, v, after, gamma, lam: r + gamma * after),
    ),
    Mutant(
        "all signs are turned around. A TD error is what came, less what was expected: good news is above 0.",
        then(lambda advantages, values: -advantages),
    ),
    Mutant(
        "the next value is subtracted. It is part of what came: add it.",
        delta_is(lambda r, v, after, gamma, lam: r - gamma * after - v),
        delta_is(lambda r, v, after, gamma, lam: r - gamma * after + v),
    ),
    Mutant(
        "the later TD errors are subtracted. Add them.",
        add_is(lambda delta, later, gamma, lam: delta - gamma * lam * later),
    ),
    Mutant(
        "these are the targets of the critic, advantages plus values. Return the advantages alone.",
        then(lambda advantages, values: advantages + values),
    ),
    Mutant(
        "the values are subtracted twice. In each TD error that is done already.",
        then(lambda advantages, values: advantages - values),
    ),
    Mutant(
        "every row holds the same. Does one tensor change in place, or one sum count for all the rows?",
        then(lambda advantages, values: advantages[:1].expand_as(advantages)),
    ),
    Mutant(
        "each row holds the advantage of the step after it. Store the sum once the step's own TD error is in "
        "it.",
        then(lambda advantages, values: below(advantages, torch.zeros_like)),
    ),
    Mutant(
        "the result holds one row only. Return an advantage for each of the T steps.",
        then(lambda advantages, values: advantages[0]),
        then(lambda advantages, values: advantages[-1]),
    ),
    Mutant(ACROSS_THE_WORLDS, lambda *inputs: compute_gae(*swapped_axes(inputs)).T),
    Mutant(
        SCALED,
        *(then(lambda advantages, values, n=n: scaled(advantages, n)) for n in (0, 1)),
    ),
    Mutant(SQUEEZED, then(lambda advantages, values: advantages.squeeze())),
    Mutant(WITH_GRADIENT, then(lambda advantages, values: advantages.requires_grad_())),
)
