"""The check of lesson 06 on the loss of the discriminator."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.adversarial import discriminator_loss
from ilrl_course.checks.exercise import Exercise, Fact, Probe, loss_value
from ilrl_course.checks.lesson_06._results import (
    MATH,
    Slope,
    facts_about_slopes,
    facts_at_the_limits,
    in_words,
)

Case = tuple[list[float], list[bool]]  # expert_logits and is_expert, each (B,)

BETWEEN_0_AND_1: Case = [0.3, 0.9, 0.6, 0.2, 0.7], [False, True, False, False, True]
OF_BOTH_SIGNS: Case = [-1.5, 2.0, 0.5, -0.4, -3.0, 1.2], [True, True, False, False, True, True]
SURE: tuple[Case, ...] = (
    ([30.0, -30.0, -30.0, 30.0], [False, True, False, True]),
    ([100.0, -100.0, 100.0, -100.0], [True, False, True, False]),
    ([1000.0, -1000.0, -100.0, 100.0], [False, True, True, False]),
)

CUT_OFF = (
    "the loss is cut off from the logits, so nothing can be learned from it. Stay within torch, without "
    "detach(), no_grad(), item() or NumPy."
)
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)
OVERFLOW = (
    "for large logits the loss or its gradient is wrong, infinite or NaN: sigmoid rounds to 0 or 1 there. "
    "Use binary_cross_entropy_with_logits, or logsigmoid."
)
CAPPED = (
    "a clamp, or a small number in the logarithm, or the loss for probabilities, which cuts off at 100, "
    "bounds the loss: what is judged quite wrongly teaches nothing. Use binary_cross_entropy_with_logits."
)


def right_loss(logits: np.ndarray, is_expert: np.ndarray) -> tuple[float, np.ndarray]:
    """By definition: the mean of -log of the probability of what was so, and its gradient by the logits."""
    against = np.where(is_expert, -logits, logits)
    log_doubt = -np.logaddexp(0, -against)  # the logarithm of the probability of what was not so
    gradient = np.where(is_expert, -1, 1) * np.exp(log_doubt) / len(logits)
    return np.logaddexp(0, against).mean(), gradient


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    leaf, is_expert = torch.tensor(case[0], requires_grad=True), torch.tensor(case[1])
    loss = answer(leaf.clone(), is_expert)  # a copy, as the output of a network is no leaf either
    found = loss_value(loss)
    right, gradient = right_loss(np.array(case[0]), np.array(case[1]))
    names = ", ".join("expert" if expert else "learner" for expert in case[1])
    where = f"with the logits {in_words(case[0])} of steps by {names}"
    hint = f"{where}, the loss should be about {right:.4g}, but it is {found:.4g}."
    yield Fact(where, found, right, hint)
    yield from facts_about_slopes(loss, [Slope(leaf, gradient, CUT_OFF)], where, STEPS_BACK)


def _probe(case: Case) -> Probe:
    return lambda answer: _facts(answer, case)


def _probe_sure(answer: Callable) -> Iterator[Fact]:
    for case in SURE:
        yield from facts_at_the_limits(_facts(answer, case), CAPPED, OVERFLOW)


def _of(formula: str) -> tuple[str, ...]:
    """This is returned instead, made of the logits x, of is_expert y, and of D, d."""
    return "x, y, d = expert_logits, is_expert, expert_logits.sigmoid()", f"return {formula}"


def _mean_of(expert: str, learner: str) -> tuple[str, ...]:
    """The mean of these losses of the expert's and of the learner's steps, made of x and d."""
    return _of(f"torch.where(y, {expert}, {learner}).mean()")


def _of_doubt(loss: str) -> tuple[str, ...]:
    """The mean of one loss for both kinds of steps, made of z: as high as the discriminator is wrong."""
    return "z = torch.where(is_expert, -expert_logits, expert_logits)", f"return ({loss}).mean()"


ENTROPY = "(d * F.softplus(-x) + (1 - d) * F.softplus(x)).mean()"
PROBABILITIES = ("torch.sigmoid(x)", "1 / (1 + torch.exp(-x))", "torch.exp(x) / (1 + torch.exp(x))")
FIRST_HALVES = ("len(x) // 2", "len(x) - len(x) // 2")
FLOORS = (1e-3, 1e-5, 1e-8)

LABELS = {
    "the labels are swapped. The logits are high where the expert acted, so its steps count as 1 and the "
    "learner's as 0.": ["is_expert = ~is_expert"],
    "the sign is wrong. An optimizer makes the loss small, but the log-probabilities should become large.": [
        "return -result"
    ],
    "the sign is wrong, and the labels are swapped. Take minus the mean, with 1 for the expert's steps "
    "and 0 for the learner's.": [("is_expert = ~is_expert", "return -result")],
    "is_expert has no effect. It says who acted: -log D counts where the expert did, -log(1 - D) where "
    "the learner did.": [
        "is_expert = torch.ones_like(is_expert)",
        "is_expert = torch.zeros_like(is_expert)",
        "is_expert = torch.full_like(expert_logits, 0.5)",
        _of("(F.softplus(-x) + F.softplus(x)).mean()"),
        _of(ENTROPY),
        _of("-" + ENTROPY),
    ],
    "the first half of the batch is taken for the expert's. is_expert says which steps are: they may lie "
    "in any order.": [
        *(_of(f"F.softplus(torch.where(torch.arange(len(x)) < {n}, -x, x)).mean()") for n in FIRST_HALVES),
        *(_of(f"(F.softplus(-x[:{n}]).mean() + F.softplus(x[{n}:]).mean()) / 2") for n in FIRST_HALVES),
    ],
    "logits and labels have changed places. The logits come first: "
    "binary_cross_entropy_with_logits(expert_logits, is_expert.float()).": [
        "expert_logits, is_expert = is_expert.float(), expert_logits"
    ],
    "the labels are -1 and 1. Cross-entropy takes 0 for the learner and 1 for the expert: "
    "is_expert.float().": ["is_expert.float() => 2 * is_expert.float() - 1"],
    "the labels are smoothed. Take 1 for the expert's steps and 0 for the learner's.": [
        "is_expert.float() => 0.9 * is_expert.float()",
        "is_expert.float() => 0.8 * is_expert.float() + 0.1",
        "is_expert.float() => 0.9 * is_expert.float() + 0.05",
    ],
    "only the expert's steps count. Add -log(1 - D) of the learner's steps.": [
        _of("F.softplus(-x[y]).mean()"),
        _of("F.softplus(-x[y]).sum()"),
        _mean_of("F.softplus(-x)", "0.0"),
    ],
    "only the learner's steps count. Add -log D of the expert's steps.": [
        _of("F.softplus(x[~y]).mean()"),
        _of("F.softplus(x[~y]).sum()"),
        _mean_of("0.0", "F.softplus(x)"),
    ],
    "the two kinds of steps have means of their own. All steps count alike: take one mean over all B of "
    "them.": [
        *(_of(f"{c} * (F.softplus(-x[y]).mean() + F.softplus(x[~y]).mean())") for c in (1, 0.5, -1, -0.5)),
        "is_expert.float() => is_expert.float(), pos_weight=(~is_expert).sum() / is_expert.sum()",
    ],
    "the sum is divided by the number of steps of one kind, or by half of all. Divide by B, the number "
    "of all steps.": [
        "return result * len(is_expert) / is_expert.sum()",
        "return result * len(is_expert) / (~is_expert).sum()",
        "return 2 * result",
    ],
    "the loss is halved. Take the mean over all B steps as it is.": ["return result / 2"],
    "the two kinds of steps count with opposite signs. Both have a minus: -log D of the expert's steps, "
    "-log(1 - D) of the learner's.": [
        _mean_of("F.logsigmoid(x)", "F.softplus(x)"),
        _mean_of("F.softplus(-x)", "-F.softplus(x)"),
    ],
    "1 - log D is not log(1 - D). For the learner's steps, take the logarithm of 1 - D, which is "
    "logsigmoid(-expert_logits).": [
        _mean_of("F.softplus(-x)", "F.logsigmoid(x) - 1"),
        _mean_of("F.logsigmoid(x)", "1 - F.logsigmoid(x)"),
    ],
    "the steps of both kinds are put together one by one, but there are not equally many. Choose by "
    "step: torch.where(is_expert, ..., ...).": [
        _of("(F.softplus(-x[y]) + F.softplus(x[~y])).mean()"),
        _of("(F.softplus(x[~y]) + F.softplus(-x[y])).mean()"),
    ],
}
SCORES = {
    "the sigmoid is applied twice. binary_cross_entropy_with_logits applies it itself: pass the logits as "
    "they are.": ["expert_logits = expert_logits.sigmoid()"],
    "the logits are used as probabilities. D = sigmoid(expert_logits) is one: take "
    "binary_cross_entropy_with_logits.": [
        _of("F.binary_cross_entropy(x, y.float())"),
        _mean_of("-x.log()", "-(1 - x).log()"),
        _of("-(y * x.log() + ~y * (1 - x).log()).mean()"),
        _of("-torch.where(y, x, 1 - x).log().mean()"),
    ],
    "there is no logarithm. Take -log D of the expert's steps and -log(1 - D) of the learner's.": [
        _mean_of("1 - d", "d"),
        _mean_of("-d", "d - 1"),
        _mean_of("d", "1 - d"),
        _mean_of("-d", "d"),
        _of("d[~y].mean() - d[y].mean()"),
    ],
    "this is a difference of mean logits, the loss of a Wasserstein critic. Take the cross-entropy: "
    "-log D and -log(1 - D).": [
        _of_doubt("z"),
        _of_doubt("-z"),
        _of("x[~y].mean() - x[y].mean()"),
        _of("x[y].mean() - x[~y].mean()"),
        _of("x[~y].sum() - x[y].sum()"),
    ],
    "this is a squared error. Take the cross-entropy, which grows without bound when D is surely wrong.": [
        _mean_of("(1 - d) ** 2", "d**2"),
        _mean_of("(1 - d) ** 2 / 2", "d**2 / 2"),
        _mean_of("(x - 1) ** 2", "x**2"),
        _mean_of("(x - 1) ** 2 / 2", "x**2 / 2"),
        _mean_of("(x - 1) ** 2", "(x + 1) ** 2"),
    ],
    "this is a hinge loss. Take the cross-entropy, which is never quite content: -log D and -log(1 - D).": [
        _of_doubt("(1 + z).relu()"),
        _of_doubt("z.relu()"),
        _of("(1 - x[y]).relu().mean() + (1 + x[~y]).relu().mean()"),
    ],
    "this is a share of steps. Right or wrong has no gradient: take -log D and -log(1 - D).": [
        _of("((x > 0) == y).float().mean()"),
        _of("((x > 0) != y).float().mean()"),
        _of("-((x > 0) == y).float().mean()"),
    ],
    "the logarithm has another base. Take the natural one, as torch.log and logsigmoid do.": [
        "return result / np.log(2)",
        "return result / np.log(10)",
    ],
    "the mean is taken too early. Take the logarithm for each step, and the mean of the logarithms at the "
    "end.": [
        _of("F.binary_cross_entropy_with_logits(x.mean(), y.float().mean())"),
        _of("-torch.where(y, d, 1 - d).mean().log()"),
        _of("-F.logsigmoid(torch.where(y, x, -x).mean())"),
        *(_of(f"{c} * (F.softplus(-x[y].mean()) + F.softplus(x[~y].mean()))") for c in (1, 0.5)),
        *(_of(f"{c} * (-d[y].mean().log() - (1 - d[~y]).mean().log())") for c in (1, 0.5)),
    ],
    "something is added to the cross-entropy. Return it alone, without a bonus for entropy and without a "
    "penalty on the logits.": [
        (_of("x")[0], f"return result + {weight} * {extra}")
        for extra in (ENTROPY, "-" + ENTROPY, "x.square().mean()")
        for weight in (1e-3, 1e-2, 0.1, 1.0)
    ],
    "the steps of the batch compete, as in a softmax, but each is judged on its own. Use "
    "binary_cross_entropy_with_logits.": [
        _of("F.cross_entropy(x, y.float())"),
        _of("-F.log_softmax(x, 0)[y].mean()"),
        _of("F.cross_entropy(x, y.float()) / len(x)"),
        _of("F.cross_entropy(x, y)"),
        _of("F.cross_entropy(x, y.long())"),
    ],
    "an exponential is left over. Take -log D of the expert's steps and -log(1 - D) of the learner's.": [
        _of_doubt("z.exp()"),
        _mean_of("1 / d", "1 / (1 - d)"),
        "return result.exp()",
        "return (-result).exp()",
    ],
}
SIZES = {
    OVERFLOW: [
        *(_of(f"-(y * ({d}).log() + ~y * (1 - {d}).log()).mean()") for d in PROBABILITIES),
        *(_of(f"-torch.where(y, {d}, 1 - {d}).log().mean()") for d in PROBABILITIES),
        _mean_of("-d.log()", "-(1 - d).log()"),
        _mean_of("F.softplus(-x)", "-(1 - d).log()"),
        _of_doubt("z.exp().log1p()"),
        _of_doubt("(1 + z.exp()).log()"),
        _of("(~y * x + (1 + (-x).exp()).log()).mean()"),
        _of("F.soft_margin_loss(x, 2.0 * y - 1)"),
        _of("-torch.cat([d[y].log(), (1 - d[~y]).log()]).mean()"),
    ],
    CAPPED: [
        *(_mean_of(f"-(d + {floor}).log()", f"-(1 - d + {floor}).log()") for floor in FLOORS),
        *(f"expert_logits = expert_logits.clamp(-{bound}, {bound})" for bound in (1, 5, 10, 20)),
        *(_of(f"F.binary_cross_entropy(d.clamp({floor}, 1 - {floor}), y.float())") for floor in FLOORS),
        *(_mean_of(f"-d.clamp_min({floor}).log()", f"-(1 - d).clamp_min({floor}).log()") for floor in FLOORS),
        _of("F.binary_cross_entropy(d, y.float())"),
    ],
    "for large logits the loss is right, but its gradient is NaN: torch.where computes both branches, "
    "and the other one overflows. Use softplus or logsigmoid.": [
        _of_doubt("torch.where(z > 20, z, z.exp().log1p())"),
        _of_doubt("torch.where(z > 0, z + (-z).exp().log1p(), z.exp().log1p())"),
    ],
}
RESULTS = {
    "this is the sum over the batch. Take the mean, so that the size of the batch does not change the "
    "step.": ["is_expert.float() => is_expert.float(), reduction='sum'"],
    "each step still has a loss of its own. Take their mean.": [
        "is_expert.float() => is_expert.float(), reduction='none'",
    ],
    CUT_OFF: [
        "return result.detach()",
        "return np.where(is_expert, np.logaddexp(0, -expert_logits.numpy()), 0.0).mean()",
    ],
    STEPS_BACK: ["return result.backward() or result", "return result.backward() or result.item()"],
    "is_expert is bool, but the labels have to be numbers like the logits. Turn it into them with "
    "is_expert.float().": [
        "is_expert.float() => is_expert",
        "is_expert.float() => is_expert.long()",
        _of("F.binary_cross_entropy(d, y)"),
        _of("F.binary_cross_entropy(d, y.long())"),
        _of("F.binary_cross_entropy(d, y.double())"),
    ],
    "is_expert is bool, so there is no 1 - is_expert and no -is_expert. `~is_expert` is true for the "
    "learner's steps.": ["is_expert = 1 - is_expert", "is_expert = -is_expert"],
    "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the labels of all. Keep "
    "everything (B,).": [
        "expert_logits = expert_logits.unsqueeze(1)",
        "is_expert = is_expert.unsqueeze(1)",
        _of("F.softplus(torch.where(y, -x.unsqueeze(1), x.unsqueeze(1))).mean()"),
    ],
    "`if`, `and`, `or` and `not` cannot decide for many steps at once: use torch.where. Or is this "
    "nn.BCEWithLogitsLoss? It is made first, then asked: nn.BCEWithLogitsLoss()(logits, labels).": [
        _of("-F.logsigmoid(x).mean() if y else -F.logsigmoid(-x).mean()"),
    ],
    MATH: [lambda x, y: torch.where(y, -math.log(x), -math.log(1 - x)).mean()],
    "the logits are rounded to a verdict before the loss. Use them as they are: how sure the "
    "discriminator is matters.": [
        "expert_logits = (expert_logits > 0).float()",
        "expert_logits = expert_logits.sigmoid().round()",
        "expert_logits = expert_logits.sign()",
    ],
}

EXERCISE = Exercise(
    solution=discriminator_loss,
    tested="value and gradient are right, also with more steps of one kind, and with logits from -1000 to "
    "1000.",
    probes=(_probe(BETWEEN_0_AND_1), _probe(OF_BOTH_SIGNS), _probe_sure),
    mistakes=LABELS | SCORES | SIZES | RESULTS,
)
