"""The check of lesson 06 on the loss of the discriminator."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.adversarial import discriminator_loss
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, loss_value
from ilrl_course.checks.lesson_06 import _results as results
from ilrl_course.checks.lesson_06._results import Slope, in_words, probe_of, should_be
from ilrl_course.checks.slips import instead_of

Case = tuple[list[float], list[bool]]  # expert_logits and is_expert, each (B,)

BETWEEN_0_AND_1: Case = [0.3, 0.9, 0.6, 0.2, 0.7], [False, True, False, False, True]
OF_BOTH_SIGNS: Case = [-1.5, 2.0, 0.5, -0.4, -3.0, 1.2], [True, True, False, False, True, True]
SURE: tuple[Case, ...] = (
    ([30.0, -30.0, -30.0, 30.0], [False, True, False, True]),
    ([100.0, -100.0, 100.0, -100.0], [True, False, True, False]),
    ([1000.0, -1000.0, -100.0, 100.0], [False, True, True, False]),
)
MANY: Case = [9 * math.sin(i + 0.5) for i in range(80)], [i % 7 < 3 for i in range(80)]

CUT_OFF = (
    "the loss is cut off from the logits, so nothing can be learned from it. Stay within torch, without "
    "detach(), no_grad(), item() or NumPy."
)
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)
ROUNDED = (
    "for large logits D is rounded to 0 or 1, and the logarithm of 0 is infinite. Do without D: "
    "there is a loss that takes the logits."
)
OVERFLOW = (
    "for large logits exp overflows, and the loss or its gradient is infinite or NaN. There is "
    "a loss that takes the logits, and needs no exp."
)
NOT_FINITE = (
    "for large logits the loss or its gradient is infinite or NaN: either D is rounded to 0 or 1, or exp "
    "overflows. There is a loss that takes the logits."
)
ROUNDING = "Is D rounded to 0 or 1 on the way? There is a loss that takes the logits."
CAPPED = (
    "large logits cost too little: a clamp, a small number in the logarithm, or the loss for probabilities, "
    "which stops at 100, bounds the loss. There is one that takes the logits."
)


def right_loss(logits: np.ndarray, is_expert: np.ndarray) -> tuple[float, np.ndarray]:
    """By definition: the mean of -log of the probability of what was so, and its gradient by the logits."""
    against = np.where(is_expert, -logits, logits)
    log_doubt = -np.logaddexp(0, -against)  # the logarithm of the probability of what was not so
    gradient = np.where(is_expert, -1, 1) * np.exp(log_doubt) / len(logits)
    return np.logaddexp(0, against).mean(), gradient


def _facts(answer: Callable, logits: list[float], labels: list[bool]) -> Iterator[Fact]:
    leaf, is_expert = torch.tensor(logits, requires_grad=True), torch.tensor(labels)
    loss = answer(leaf.clone(), is_expert)  # a copy, as the output of a network is no leaf either
    if isinstance(loss, torch.Tensor) and loss.dtype in (torch.half, torch.bfloat16):
        raise WrongResult("the loss has half precision, which is too coarse. Compute in float32.")
    found = loss_value(loss)
    right, gradient = right_loss(np.array(logits), np.array(labels))
    where = f"with {len(labels)} steps"
    if len(labels) < 9:
        names = ", ".join("expert" if label else "learner" for label in labels)
        where = f"with the logits {in_words(logits)} of steps by {names}"
    yield Fact(where, found, right, f"{where}, {should_be('the loss', right, found)}", tolerance=1e-5)
    yield from results.facts_about_slopes(loss, [Slope(leaf, gradient, CUT_OFF)], where, STEPS_BACK)


def _facts_of_the_sure(answer: Callable, *case: list) -> Iterator[Fact]:
    yield from results.facts_at_the_limits(_facts(answer, *case), CAPPED, NOT_FINITE, ROUNDING)


def _of(*formulas: str) -> list[tuple[str, ...]]:
    """Something else is returned, of the logits x, is_expert y, D (which is d), and the right losses (B,).

    The loss of a step is softplus(z): z is as high as the discriminator is wrong.
    """
    names = (
        "x, y, d = expert_logits, is_expert, expert_logits.sigmoid()\n"
        "z = torch.where(y, -x, x)\nlosses = F.softplus(z)"
    )
    return [(names, f"return {formula}") for formula in formulas]


def _mean(expert: str, learner: str) -> str:
    """The mean of these losses of the expert's and of the learner's steps."""
    return f"torch.where(y, {expert}, {learner}).mean()"


BCE = "F.binary_cross_entropy_with_logits"
ENTROPY = "(d * F.softplus(-x) + (1 - d) * F.softplus(x)).mean()"
PROBABILITIES = ("d", "1 / (1 + torch.exp(-x))", "torch.exp(x) / (1 + torch.exp(x))")
FLOORS = (1e-3, 1e-5, 1e-8)
BONUSES = (-1, -0.1, -0.01, -0.001, 0.001, 0.01, 0.1, 1)
HALVES = ("len(x) // 2", "len(x) - len(x) // 2")

labels_are = instead_of("is_expert.float()")
LABELS = {
    "the labels are swapped. Logits are high where the expert acted: its steps count as 1, the learner's as "
    "0.": ["is_expert = ~is_expert"],
    "the sign is wrong. An optimizer makes the loss small: take minus the mean logarithm.": [
        "return -result"
    ],
    "the sign is wrong, and the labels are swapped. Take minus the mean, with 1 for the expert's steps and "
    "0 for the learner's.": [("is_expert = ~is_expert", "return -result")],
    "is_expert has no effect. It says who acted: -log D counts where the expert did, -log(1 - D) where the "
    "learner did.": _of(
        *(f"{BCE}(x, torch.full_like(x, {label}))" for label in (0, 0.5, 1)),
        *("(F.softplus(-x) + F.softplus(x)).mean()", ENTROPY, "-" + ENTROPY),
    ),
    "the first half of the batch is taken for the expert's. is_expert says which steps are: they may lie in "
    "any order.": _of(
        *(f"F.softplus(torch.where(torch.arange(len(x)) < {n}, -x, x)).mean()" for n in HALVES),
        *(f"(F.softplus(-x[:{n}]).mean() + F.softplus(x[{n}:]).mean()) / 2" for n in HALVES),
    ),
    "logits and labels have changed places. The logits come first, in the line with `def`, and in PyTorch's "
    "losses.": [
        "expert_logits, is_expert = is_expert.float(), expert_logits",
        "expert_logits, is_expert = is_expert, expert_logits",
        *_of("F.binary_cross_entropy(y.float(), d)"),
    ],
    "labels and logits of different steps are paired. is_expert[i] belongs to expert_logits[i].": [
        *(f"is_expert = is_expert.{moved}" for moved in ("roll(1)", "roll(-1)", "flip(0)")),
        "expert_logits = torch.cat([expert_logits[is_expert], expert_logits[~is_expert]])",
    ],
    "only the first or the last step counts. Is there a `return` inside the loop, or is the loss overwritten "
    "there? Add up all losses, and divide by B.": _of(
        *(f"losses[{i}]{divided}" for i in (0, -1) for divided in ("", " / len(x)"))
    ),
    "the first or the last step is left out. Take the mean over all B of them.": _of(
        *(f"losses[{i}].{m}" for i in ("1:", ":-1") for m in ("mean()", "sum() / len(x)"))
    ),
    "the labels are -1 and 1, but should be 0 and 1.": labels_are("2.0 * is_expert - 1"),
    "the labels are smoothed. Take 1 for the expert's steps and 0 for the learner's.": labels_are(
        "0.9 * is_expert", "0.8 * is_expert + 0.1", "0.9 * is_expert + 0.05"
    ),
    "only the expert's steps count. Add -log(1 - D) of the learner's steps.": _of(
        *(f"losses[y].{m}" for m in ("mean()", "sum()", "sum() / len(x)"))
    ),
    "only the learner's steps count. Add -log D of the expert's steps.": _of(
        *(f"losses[~y].{m}" for m in ("mean()", "sum()", "sum() / len(x)"))
    ),
    "the two kinds of steps have means of their own. All count alike: take one mean over all B of them.": [
        *_of(*(f"{c} * (losses[y].mean() + losses[~y].mean())" for c in (1, 0.5, -1, -0.5))),
        "is_expert.float() => is_expert.float(), pos_weight=(~is_expert).sum() / is_expert.sum()",
    ],
    "the sum is divided by the number of steps of one kind, or by half of all. Divide by B, the number of "
    "all steps.": _of("losses.sum() / y.sum()", "losses.sum() / (~y).sum()", "2 * losses.mean()"),
    "the mean is divided once more, by 2 or by B.": _of("losses.mean() / 2", "losses.mean() / len(x)"),
    "the two kinds of steps count with opposite signs. Both have a minus: -log D of the expert's steps, "
    "-log(1 - D) of the learner's.": _of(_mean("-losses", "losses"), _mean("losses", "-losses")),
    "1 - log D is not log(1 - D). The latter is logsigmoid(-expert_logits).": _of(
        _mean("losses", "F.logsigmoid(x) - 1"), _mean("-losses", "1 - F.logsigmoid(x)")
    ),
    "the expert's and the learner's steps are paired one to one, but there are not equally many. Choose for "
    "each step: torch.where(is_expert, ..., ...).": _of(
        "(losses[y] + losses[~y]).mean()", "(losses[~y] + losses[y]).mean()"
    ),
}
SCORES = {
    "the sigmoid is applied twice. A loss that takes the logits applies it itself: pass the logits.": [
        "expert_logits = expert_logits.sigmoid()"
    ],
    "the logits are used as probabilities. D = sigmoid(expert_logits) is one: take a loss that takes the "
    "logits.": _of(
        *("F.binary_cross_entropy(x, y.float())", "-(y * x.log() + ~y * (1 - x).log()).mean()"),
        "-torch.where(y, x, 1 - x).log().mean()",
    ),
    "there is no logarithm. Take -log D of the expert's steps and -log(1 - D) of the learner's.": _of(
        *(_mean("1 - d", "d"), _mean("-d", "d - 1"), _mean("d", "1 - d"), _mean("-d", "d")),
        "d[~y].mean() - d[y].mean()",
    ),
    "this is a difference of mean logits, the loss of a Wasserstein critic. Take the cross-entropy: -log D "
    "and -log(1 - D).": _of(
        *("z.mean()", "-z.mean()", "x[~y].mean() - x[y].mean()", "x[y].mean() - x[~y].mean()"),
        "x[~y].sum() - x[y].sum()",
    ),
    "this is a squared or an absolute error. Take the cross-entropy: -log D and -log(1 - D).": _of(
        *(f"({x} - y.float()).square().mean() / {n}" for x in "dx" for n in (1, 2)),
        *("(x - 2.0 * y + 1).square().mean()", "(x - y.float()).abs().mean()"),
    ),
    "this is a hinge loss. Take the cross-entropy, which is never satisfied: -log D and -log(1 - D).": _of(
        *("(1 + z).relu().mean()", "z.relu().mean()"),
        "(1 + z)[y].relu().mean() + (1 + z)[~y].relu().mean()",
    ),
    "this is a share of steps. Right or wrong has no gradient: take -log D and -log(1 - D).": _of(
        *(f"{sign}((x > 0) {equal} y).float().mean()" for sign in ("", "-") for equal in ("==", "!="))
    ),
    "the logarithm has another base. Take the natural one, as torch.log and logsigmoid do.": _of(
        "losses.mean() / np.log(2)", "losses.mean() / np.log(10)"
    ),
    "the logits are scaled, centered or squashed first. Use them as they are.": _of(
        *(f"{BCE}({x}, y.float())" for x in ("x / 10", "x / 2", "2 * x", "x.tanh()", "x - x.mean()"))
    ),
    "the mean is taken too early. Take the logarithm for each step, and the mean at the end.": _of(
        *(BCE + "(x.mean(), y.float().mean())", "F.softplus(z.mean())"),
        "-torch.where(y, d, 1 - d).mean().log()",
        *(f"{c} * (F.softplus(z[y].mean()) + F.softplus(z[~y].mean()))" for c in (1, 0.5)),
        *(f"{c} * (-d[y].mean().log() - (1 - d[~y]).mean().log())" for c in (1, 0.5)),
    ),
    "something is added to the cross-entropy. Return it alone, without a bonus for entropy or a penalty on "
    "the logits.": _of(
        *(f"losses.mean() + {w} * {extra}" for w in BONUSES for extra in (ENTROPY, "x.square().mean()"))
    ),
    "the steps of the batch compete, as in a softmax, but each is judged on its own. Take "
    "a loss for two classes.": _of(
        *(f"F.cross_entropy(x, y{kind})" for kind in ("", ".float()", ".long()", ".float()) / len(x")),
        "-F.log_softmax(x, 0)[y].mean()",
    ),
    "an exponential is left over. Take -log D of the expert's steps and -log(1 - D) of the learner's.": _of(
        *("z.exp().mean()", _mean("1 / d", "1 / (1 - d)")),
        *("losses.mean().exp()", "(-losses.mean()).exp()"),
    ),
    "the logits are rounded to a verdict. Use them as they are: how sure the discriminator is matters.": _of(
        *(f"{BCE}({verdict}, y.float())" for verdict in ("d.round()", "x.sign()"))
    ),
}
SIZES = {
    ROUNDED: _of(
        *(f"-(y * ({d}).log() + ~y * (1 - {d}).log()).mean()" for d in PROBABILITIES),
        *(f"-torch.where(y, {d}, 1 - {d}).log().mean()" for d in PROBABILITIES),
        *(_mean("-d.log()", "-(1 - d).log()"), _mean("losses", "-(1 - d).log()")),
        "-torch.where(y, x.double().sigmoid(), 1 - x.double().sigmoid()).log().mean()",
        "-torch.cat([d[y].log(), (1 - d[~y]).log()]).mean()",
    ),
    OVERFLOW: _of(
        *("z.exp().log1p().mean()", "(1 + z.exp()).log().mean()"),
        *(_mean("(-x).exp().log1p()", "x.exp().log1p()"), "(~y * x + (1 + (-x).exp()).log()).mean()"),
        "F.soft_margin_loss(x, 2.0 * y - 1)",
    ),
    CAPPED: _of(
        *(_mean(f"-(d + {floor}).log()", f"-(1 - d + {floor}).log()") for floor in FLOORS),
        *(_mean(f"-d.clamp_min({n}).log()", f"-(1 - d).clamp_min({n}).log()") for n in FLOORS),
        *(f"F.binary_cross_entropy(d.clamp({n}, 1 - {n}), y.float())" for n in (0, *FLOORS)),
        *(f"F.softplus(z.clamp(-{n}, {n})).mean()" for n in (1, 5, 10, 20)),
    ),
    "for large logits the loss is right, but its gradient is NaN: torch.where computes both branches, and "
    "the other one overflows. Use softplus or logsigmoid.": _of(
        "torch.where(z > 20, z, z.exp().log1p()).mean()",
        "torch.where(z > 0, z + (-z).exp().log1p(), z.exp().log1p()).mean()",
    ),
}
RESULTS = {
    "this is the sum over the batch. Take the mean, so that the size of the batch does not matter.": _of(
        "losses.sum()"
    ),
    "this is a number for each step, (B,). A loss is one number: take the mean.": _of("losses"),
    CUT_OFF: _of("losses.mean().detach()", "np.where(y, 0.0, np.logaddexp(0, x.numpy())).mean()"),
    STEPS_BACK: ["return result.backward() or result", "return result.backward() or result.item()"],
    "is_expert is bool, but the labels have to be numbers like the logits: is_expert.float().": [
        *labels_are("is_expert", "is_expert.long()"),
        *_of(*(f"F.binary_cross_entropy(d, y{kind})" for kind in ("", ".long()", ".double()"))),
    ],
    "is_expert is bool, so there is no 1 - is_expert and no -is_expert. `~is_expert` is true for the "
    "learner's steps.": ["is_expert = 1 - is_expert", "is_expert = -is_expert"],
    "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the labels of all. Keep everything "
    "(B,).": [
        *("expert_logits = expert_logits.unsqueeze(1)", "is_expert = is_expert.unsqueeze(1)"),
        *_of("F.softplus(torch.where(y, -x[:, None], x[:, None])).mean()"),
        *_of("F.softplus(torch.where(y, -x[:, None], x[:, None])).sum() / len(x)"),
    ],
    "`if`, `and`, `or` and `not` cannot decide for many steps at once: use torch.where. Or is this "
    "nn.BCEWithLogitsLoss? It is made first, then asked: nn.BCEWithLogitsLoss()(logits, labels).": _of(
        "-F.logsigmoid(x).mean() if y else -F.logsigmoid(-x).mean()"
    ),
    results.MATH: [lambda x, y: torch.where(y, -math.log(x), -math.log(1 - x)).mean()],
}

EXERCISE = Exercise(
    solution=discriminator_loss,
    tested="value and gradient are right, with more steps of one kind, too, and with logits of ±1000.",
    probes=(
        probe_of(_facts, BETWEEN_0_AND_1),
        probe_of(_facts, OF_BOTH_SIGNS),
        probe_of(_facts_of_the_sure, *SURE),
        probe_of(_facts, MANY),
    ),
    mistakes=LABELS | SCORES | SIZES | RESULTS,
    leftovers=results.LEFTOVERS,
)
