"""Known losses of the discriminator that are right for small logits, but not for large ones."""

import torch
from torch.nn.functional import binary_cross_entropy, logsigmoid, soft_margin_loss

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_discriminator_parts import given, scored, scored_by_d, scored_by_doubt

OVERFLOW = (
    "for large logits the loss or its gradient is wrong, infinite or NaN: sigmoid rounds to 0 or 1 there. "
    "Use binary_cross_entropy_with_logits, or logsigmoid."
)
CAPPED = (
    "a clamp, or a small number in the logarithm, or the loss for probabilities, which cuts off at 100, "
    "bounds the loss: what is judged quite wrongly teaches nothing. Use binary_cross_entropy_with_logits."
)


def _of_probabilities(probabilities):
    """The mean of the products of labels and logarithms, with D = probabilities(logits)."""

    def answer(x, is_expert):
        d, labels = probabilities(x), is_expert.float()
        return -(labels * d.log() + (1 - labels) * (1 - d).log()).mean()

    return answer


def _of_the_right_one(probabilities):
    """The mean of minus the logarithm of the probability of what was so, with D = probabilities(logits)."""

    def answer(x, is_expert):
        d = probabilities(x)
        return -torch.where(is_expert, d, 1 - d).log().mean()

    return answer


def _picked(x, is_expert):
    d = x.sigmoid()
    return -torch.cat([d[is_expert].log(), (1 - d[~is_expert]).log()]).mean()


def _with_eps(eps):
    return scored_by_d(lambda d: -(d + eps).log(), lambda d: -(1 - d + eps).log())


def _with_two_branches(edge, beyond):
    """softplus by hand: beyond(z) where z is above the edge."""

    def softplus(z):
        return torch.where(z > edge, beyond(z), z.exp().log1p())

    return scored_by_doubt(softplus), lambda x, y: softplus(torch.where(y, -x, x)).mean()


PROBABILITIES = (torch.sigmoid, lambda x: 1 / (1 + (-x).exp()), lambda x: x.exp() / (1 + x.exp()))
FLOORS = (1e-3, 1e-5, 1e-8)

SIZES = (
    Mutant(
        OVERFLOW,
        *(_of_probabilities(probabilities) for probabilities in PROBABILITIES),
        *(_of_the_right_one(probabilities) for probabilities in PROBABILITIES),
        scored_by_d(lambda d: -d.log(), lambda d: -(1 - d).log()),
        scored(lambda x: -logsigmoid(x), lambda x: -(1 - x.sigmoid()).log()),
        scored_by_doubt(lambda z: z.exp().log1p()),
        scored_by_doubt(lambda z: (1 + z.exp()).log()),
        lambda x, y: ((1 - y.float()) * x + (1 + (-x).exp()).log()).mean(),
        lambda x, y: soft_margin_loss(x, 2.0 * y - 1),
        _picked,
    ),
    Mutant(
        CAPPED,
        *map(_with_eps, FLOORS),
        *(given(lambda x, y, bound=bound: (x.clamp(-bound, bound), y)) for bound in (1, 5, 10, 20)),
        *(
            _of_probabilities(lambda x, floor=floor: x.sigmoid().clamp(floor, 1 - floor))
            for floor in FLOORS[:2]
        ),
        *(
            scored_by_d(
                lambda d, floor=floor: -d.clamp_min(floor).log(),
                lambda d, floor=floor: -(1 - d).clamp_min(floor).log(),
            )
            for floor in FLOORS
        ),
        lambda x, y: binary_cross_entropy(x.sigmoid(), y.float()),
    ),
    Mutant(
        "for large logits the loss is right, but its gradient is NaN: torch.where computes both branches, "
        "and the other one overflows. Use softplus or logsigmoid.",
        *_with_two_branches(20, lambda z: z),
        *_with_two_branches(0, lambda z: z + (-z).exp().log1p()),
    ),
)
