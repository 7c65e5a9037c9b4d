"""Known mistakes that the two rewards of a logit have in common."""

from collections.abc import Callable
from math import exp, log

import torch
from torch.nn.functional import log_softmax, softmax

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_results import AVERAGED, MATH, SQUEEZED

Reward = Callable[[torch.Tensor], torch.Tensor]  # of the logits, or of D: (B,) -> (B,)


def formulas_beside(reward: Reward, formula: str) -> tuple[Mutant, ...]:
    """Known formulas that stand in the place of this one."""
    return (
        Mutant(
            f"there is no logarithm: this is D itself, or 1 - D. The reward is {formula}.",
            torch.sigmoid,
            lambda x: -x.sigmoid(),
            lambda x: 1 - x.sigmoid(),
            lambda x: x.sigmoid() - 1,
        ),
        Mutant(
            "this is the logit itself, log D - log(1 - D), which is another reward. Here it is "
            f"{formula} alone.",
            lambda x: x + 0,
        ),
        Mutant(
            f"this is minus the logit. The reward is {formula}, with D = sigmoid(expert_logits).",
            torch.neg,
        ),
        Mutant(
            "the sigmoid is applied twice. softplus and logsigmoid hold one already: give them the logits.",
            lambda x: reward(x.sigmoid()),
        ),
        Mutant(
            f"the logarithm has another base. The reward is {formula} with the natural one, as in torch.log.",
            lambda x: reward(x) / log(2),
            lambda x: reward(x) / log(10),
        ),
    )


def curves_beside(reward: Reward, formula: str) -> tuple[Mutant, ...]:
    """Known curves of another form."""
    return (
        Mutant(
            f"an exponential is left over. The reward is {formula} itself.",
            lambda x: reward(x).abs().exp(),
            torch.exp,
            lambda x: (-x).exp(),
        ),
        Mutant(
            f"D is rounded to a verdict. How sure the discriminator is matters: take {formula}.",
            lambda x: x > 0,
            lambda x: (x > 0).float(),
            torch.sign,
            lambda x: x.sigmoid().round(),
        ),
        Mutant(
            f"this line has a kink at 0. The reward bends smoothly: it is {formula}.",
            torch.relu,
            lambda x: -(-x).relu(),
            torch.abs,
            lambda x: -x.abs(),
        ),
    )


def inputs_of(of_d: Reward) -> tuple[Mutant, ...]:
    """Known mistakes in what is taken for D; of_d(D) is the reward."""
    return (
        Mutant(
            "the logits are used as probabilities. Take D = sigmoid(expert_logits), or a function that holds "
            "it, like logsigmoid.",
            of_d,
            lambda x: of_d(1 - x),
        ),
        Mutant(
            "the steps of the batch compete, as in a softmax, but each is judged on its own. D is "
            "sigmoid(expert_logits).",
            lambda x: softmax(x, 0),
            lambda x: log_softmax(x, 0),
            lambda x: -log_softmax(x, 0),
            lambda x: of_d(softmax(x, 0)),
        ),
        Mutant(MATH, lambda x: of_d(1 / (1 + exp(-x)))),
    )


def results_of(reward: Reward, of_d: Reward) -> tuple[Mutant, ...]:
    """Known mistakes in what becomes of the rewards."""
    return (
        Mutant(
            AVERAGED,
            lambda x: reward(x).mean(),
            lambda x: reward(x).sum(),
            lambda x: reward(x.mean()),
            lambda x: of_d(x.sigmoid().mean()),
        ),
        Mutant(
            "the rewards are normalized. Leave their mean and their scale as they are: whether they are "
            "above or below 0 matters.",
            *(lambda x, n=n: _normalized(reward(x), n, 1e-8) for n in (0, 1)),
            *(lambda x, n=n: _normalized(reward(x), n, 0) for n in (0, 1)),
            lambda x: reward(x) - reward(x).mean(),
        ),
        Mutant(
            "there is an axis too many. The rewards are (B,), as the logits are.",
            lambda x: reward(x).unsqueeze(1),
            lambda x: reward(x).unsqueeze(0),
        ),
        Mutant(SQUEEZED, lambda x: reward(x).squeeze()),
    )


def _normalized(rewards, correction, eps):
    return (rewards - rewards.mean()) / (rewards.std(correction=correction) + eps)
