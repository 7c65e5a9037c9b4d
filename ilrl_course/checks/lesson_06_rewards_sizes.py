"""Known rewards of a logit that are right for small logits, but not for large ones."""

from collections.abc import Callable

import torch
from torch import Tensor

from ilrl_course.checks.exercise import Mutant

OVERFLOW = (
    "for large logits the reward is wrong, infinite or NaN: sigmoid rounds to 0 or 1 there, and exp "
    "overflows. Use softplus or logsigmoid of the logits."
)
CAPPED = (
    "a clamp, or a small number in the logarithm, bounds the reward. Take softplus or logsigmoid of the "
    "logits, which need neither."
)
PROBABILITIES = (torch.sigmoid, lambda x: 1 / (1 + (-x).exp()), lambda x: x.exp() / (1 + x.exp()))
FLOORS = (1e-5, 1e-8, 1e-12)
BOUNDS = (1, 5, 10, 20)


def sizes_of(reward: Callable, of_share: Callable[[Tensor], Tensor], share: Callable) -> tuple[Mutant, ...]:
    """Known mistakes of a reward that is of_share(share(D)), where share(D) is D or 1 - D."""

    def given(change):
        return lambda x: of_share(change(share(x.sigmoid())))

    return (
        Mutant(
            OVERFLOW,
            *(lambda x, d=d: of_share(share(d(x))) for d in PROBABILITIES),
            lambda x: _softplus_by_hand(reward, x, lambda z: (1 + z.exp()).log()),
            lambda x: _softplus_by_hand(reward, x, lambda z: z.exp().log1p()),
            lambda x: _softplus_by_hand(reward, x, lambda z: z + (-z).exp().log1p()),
        ),
        Mutant(
            CAPPED,
            *(given(lambda p, floor=floor: p + floor) for floor in FLOORS),
            *(given(lambda p, floor=floor: p.clamp_min(floor)) for floor in FLOORS),
            *(given(lambda p, floor=floor: p.clamp(floor, 1 - floor)) for floor in (1e-3, 1e-6)),
            *(lambda x, bound=bound: reward(x.clamp(-bound, bound)) for bound in BOUNDS),
            *(lambda x, bound=bound: reward(x).clamp(-bound, bound) for bound in BOUNDS),
        ),
    )


def _softplus_by_hand(reward: Callable, x: Tensor, softplus: Callable) -> Tensor:
    """Both rewards are softplus of some signs: 1 and 1, or -1 and -1."""
    sign = reward(x.new_zeros(1)).sign()
    return sign * softplus(sign * x)
