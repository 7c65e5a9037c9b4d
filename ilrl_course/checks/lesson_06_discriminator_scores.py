"""Known wrong losses of the discriminator: what stands in the place of the log-probability."""

from math import log

import torch
from torch.nn.functional import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    log_softmax,
    logsigmoid,
)

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_discriminator_parts import (
    entropy,
    given,
    loss_with,
    scored,
    scored_by_d,
    scored_by_doubt,
    then,
)


def _plus(extra):
    """The right loss, and something more: extra(expert_logits)."""
    return lambda x, is_expert: loss_with(x, is_expert) + extra(x)


def _of_the_mean_d(x, is_expert):
    d = x.sigmoid()
    return -d[is_expert].mean().log() - (1 - d[~is_expert]).mean().log()


def _share_of(judged):
    return lambda x, is_expert: judged(x > 0, is_expert).float().mean()


SCORES = (
    Mutant(
        "the sigmoid is applied twice. binary_cross_entropy_with_logits applies it itself: pass the logits "
        "as they are.",
        given(lambda x, is_expert: (x.sigmoid(), is_expert)),
        scored_by_d(lambda d: -d.sigmoid().log(), lambda d: -(1 - d.sigmoid()).log()),
    ),
    Mutant(
        "the logits are used as probabilities. D = sigmoid(expert_logits) is one: take "
        "binary_cross_entropy_with_logits.",
        lambda x, is_expert: binary_cross_entropy(x, is_expert.float()),
        scored(lambda x: -x.log(), lambda x: -(1 - x).log()),
        lambda x, is_expert: -(is_expert * x.log() + ~is_expert * (1 - x).log()).mean(),
        lambda x, is_expert: -torch.where(is_expert, x, 1 - x).log().mean(),
    ),
    Mutant(
        "there is no logarithm. Take -log D of the expert's steps and -log(1 - D) of the learner's.",
        scored_by_d(lambda d: 1 - d, lambda d: d),
        scored_by_d(lambda d: -d, lambda d: d - 1),
        scored_by_d(lambda d: d, lambda d: 1 - d),
        scored_by_d(lambda d: -d, lambda d: d),
        lambda x, y: x[~y].sigmoid().mean() - x[y].sigmoid().mean(),
    ),
    Mutant(
        "this is a difference of mean logits, the loss of a Wasserstein critic. Take the cross-entropy: "
        "-log D and -log(1 - D).",
        scored_by_doubt(lambda z: z),
        scored_by_doubt(lambda z: -z),
        lambda x, y: x[~y].mean() - x[y].mean(),
        lambda x, y: x[y].mean() - x[~y].mean(),
        lambda x, y: x[~y].sum() - x[y].sum(),
    ),
    Mutant(
        "this is a squared error. Take the cross-entropy, which grows without bound when D is surely wrong.",
        scored_by_d(lambda d: (1 - d) ** 2, lambda d: d**2),
        scored_by_d(lambda d: (1 - d) ** 2 / 2, lambda d: d**2 / 2),
        scored(lambda x: (x - 1) ** 2, torch.square),
        scored(lambda x: (x - 1) ** 2 / 2, lambda x: x**2 / 2),
        scored(lambda x: (x - 1) ** 2, lambda x: (x + 1) ** 2),
    ),
    Mutant(
        "this is a hinge loss. Take the cross-entropy, which is never quite content: -log D and -log(1 - D).",
        scored_by_doubt(lambda z: (1 + z).relu()),
        scored_by_doubt(torch.relu),
        lambda x, y: (1 - x[y]).relu().mean() + (1 + x[~y]).relu().mean(),
    ),
    Mutant(
        "this is a share of steps. Right or wrong has no gradient: take -log D and -log(1 - D).",
        _share_of(torch.eq),
        _share_of(torch.ne),
        lambda x, is_expert: -((x > 0) == is_expert).float().mean(),
    ),
    Mutant(
        "the logarithm has another base. Take the natural one, as torch.log and logsigmoid do.",
        then(lambda loss: loss / log(2)),
        then(lambda loss: loss / log(10)),
    ),
    Mutant(
        "the mean is taken too early. Take the logarithm for each step, and the mean of the logarithms at "
        "the end.",
        lambda x, y: binary_cross_entropy_with_logits(x.mean(), y.float().mean()),
        lambda x, y: -torch.where(y, x.sigmoid(), (-x).sigmoid()).mean().log(),
        lambda x, y: -logsigmoid(torch.where(y, x, -x).mean()),
        lambda x, y: -logsigmoid(x[y].mean()) - logsigmoid(-x[~y].mean()),
        lambda x, y: (-logsigmoid(x[y].mean()) - logsigmoid(-x[~y].mean())) / 2,
        _of_the_mean_d,
        lambda x, y: _of_the_mean_d(x, y) / 2,
    ),
    Mutant(
        "something is added to the cross-entropy. Return it alone, without a bonus for entropy and without a "
        "penalty on the logits.",
        *(
            _plus(lambda x, weight=weight: weight * entropy(x).mean())
            for weight in (-1e-3, -1e-2, -0.1, -1.0, 1e-3, 1e-2, 0.1, 1.0)
        ),
        *(_plus(lambda x, weight=weight: weight * x.square().mean()) for weight in (1e-3, 1e-2, 0.1, 1.0)),
    ),
    Mutant(
        "the steps of the batch compete, as in a softmax, but each is judged on its own. Use "
        "binary_cross_entropy_with_logits.",
        lambda x, y: cross_entropy(x, y.float()),
        lambda x, y: -log_softmax(x, 0)[y].mean(),
        lambda x, y: cross_entropy(x, y.float()) / len(x),
        lambda x, y: cross_entropy(x, y),
        lambda x, y: cross_entropy(x, y.long()),
    ),
    Mutant(
        "an exponential is left over. Take -log D of the expert's steps and -log(1 - D) of the learner's.",
        scored_by_doubt(torch.exp),
        scored_by_d(lambda d: 1 / d, lambda d: 1 / (1 - d)),
        then(torch.exp),
        then(lambda loss: (-loss).exp()),
    ),
)
