"""Known wrong clipped objectives: what is clipped, to which range, and what becomes of it."""

import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_07_loss_parts import (
    choose_is,
    clip_is,
    loss_with,
    of_advantages,
    ratio_is,
    with_parts,
)


def _clipped_logarithm(ratio, clip_coef):
    return ratio.log().clamp(-clip_coef, clip_coef).exp()


def _against(product):
    """The smaller of ratio * advantages and product(ratio, advantages, clip_coef)."""
    return with_parts(
        clip=lambda ratio, c: c, choose=lambda ratio, c, a: torch.min(ratio * a, product(ratio, a, c))
    )


def _within(ratio, clipped):
    return ratio == clipped


def _fixed(clip_coef):
    return lambda *inputs: loss_with(*inputs[:-1], clip_coef)


CLIPS = (
    Mutant(
        "min and max are confused. Take the smaller of the two products. With a minus before each, that is "
        "the larger one.",
        choose_is(lambda ratio, clipped, a: torch.max(ratio * a, clipped * a)),
    ),
    Mutant(
        "the smaller ratio is taken before it meets the advantage. Multiply both first: the advantage may be "
        "below 0.",
        choose_is(lambda ratio, clipped, a: torch.min(ratio, clipped) * a),
    ),
    Mutant(
        "the larger ratio is taken before it meets the advantage. Multiply both first, and take the smaller "
        "product.",
        choose_is(lambda ratio, clipped, a: torch.max(ratio, clipped) * a),
    ),
    Mutant(
        "only the clipped ratio is used, so a step that went the wrong way too far cannot come back. Take "
        "the smaller of both products.",
        choose_is(lambda ratio, clipped, a: clipped * a),
    ),
    Mutant(
        "nothing is clipped. Beyond the range of clip_coef around 1, going further should not pay any more.",
        choose_is(lambda ratio, clipped, a: ratio * a),
    ),
    Mutant(
        "the ratio is clipped to a range around 0. It is near 1: clip it to 1 - clip_coef and 1 + clip_coef.",
        clip_is(lambda ratio, c: ratio.clamp(-c, c)),
    ),
    Mutant(
        "the range begins or ends at 1. It reaches to both sides: from 1 - clip_coef to 1 + clip_coef.",
        clip_is(lambda ratio, c: ratio.clamp(1, 1 + c)),
        clip_is(lambda ratio, c: ratio.clamp(1 - c, 1)),
    ),
    Mutant(
        "the ratio is clipped on one side only. The range goes from 1 - clip_coef to 1 + clip_coef.",
        clip_is(lambda ratio, c: ratio.clamp(0, 1 + c)),
        clip_is(lambda ratio, c: ratio.clamp(min=1 - c)),
    ),
    Mutant(
        "the two bounds of the range are swapped. The lower one, 1 - clip_coef, comes first.",
        clip_is(lambda ratio, c: ratio.clamp(1 + c, 1 - c)),
    ),
    Mutant(
        "the logarithm of the ratio is clipped. Take exp() first, and clip the ratio itself.",
        clip_is(_clipped_logarithm),
        clip_is(lambda ratio, c: ratio.log().clamp(1 - c, 1 + c).exp()),
        with_parts(clip=_clipped_logarithm, choose=lambda ratio, clipped, a: clipped * a),
    ),
    Mutant(
        "the advantages are clipped. Clip the ratio: how good an action was is not to be bounded.",
        of_advantages(lambda a, c: a.clamp(-c, c)),
        of_advantages(lambda a, c: a.clamp(1 - c, 1 + c)),
        _against(lambda ratio, a, c: ratio * a.clamp(-c, c)),
        _against(lambda ratio, a, c: ratio * a.clamp(1 - c, 1 + c)),
    ),
    Mutant(
        "the product is clipped. Clip the ratio, and then multiply it by the advantage.",
        _against(lambda ratio, a, c: (ratio * a).clamp(1 - c, 1 + c)),
        _against(lambda ratio, a, c: (ratio * a).clamp(-c, c)),
    ),
    Mutant(
        "the clipped ratio is not multiplied by the advantage. Compare ratio times advantage with clipped "
        "ratio times advantage.",
        choose_is(lambda ratio, clipped, a: torch.min(ratio * a, clipped)),
    ),
    Mutant(
        "the mean is taken too early. Choose the smaller product for each step, and take the mean at the "
        "end.",
        choose_is(lambda ratio, clipped, a: torch.min((ratio * a).mean(), (clipped * a).mean())),
        ratio_is(lambda new, old: (new - old).mean().exp()),
    ),
    Mutant(
        "averages are multiplied, but each ratio belongs to the advantage of its own step. Multiply them "
        "step by step, and take the mean at the end.",
        *(
            choose_is(lambda ratio, clipped, a, choice=choice: choice(ratio, clipped).mean() * a.mean())
            for choice in (torch.min, torch.max, lambda ratio, clipped: ratio, lambda ratio, clipped: clipped)
        ),
        choose_is(lambda ratio, clipped, a: torch.min(ratio * a.mean(), clipped * a.mean())),
        choose_is(lambda ratio, clipped, a: torch.min(ratio.mean() * a, clipped.mean() * a)),
        choose_is(lambda ratio, clipped, a: torch.min(ratio.mean(), clipped.mean()) * a.mean()),
        choose_is(lambda ratio, clipped, a: torch.min(ratio.mean() * a.mean(), clipped.mean() * a.mean())),
    ),
    Mutant(
        "the steps out of the range are left out. Outside of it the smaller product counts, as it does "
        "inside.",
        choose_is(lambda ratio, clipped, a: (ratio * a)[_within(ratio, clipped)]),
        choose_is(lambda ratio, clipped, a: ratio * a * _within(ratio, clipped)),
    ),
    Mutant(
        "the clipped ratio is cut off from the policy, which halves the gradient. Clip without detach(), "
        "data or no_grad().",
        clip_is(lambda ratio, c: ratio.detach().clamp(1 - c, 1 + c)),
    ),
    Mutant(
        "Python's `min`, `max` and `if` cannot decide for many steps at once. Use torch.min, clamp or "
        "torch.where.",
        choose_is(lambda ratio, clipped, a: min(ratio * a, clipped * a)),
    ),
    Mutant(
        "clip_coef is fixed. Use the one that is passed in.",
        *(_fixed(clip_coef) for clip_coef in (0.1, 0.2, 0.3)),
    ),
)
