"""Slips of the two losses of lesson 13."""

from ilrl_course.checks.lesson_13._pairs import CAPPED, CUT_OFF, NOT_FINITE, STEPS_BACK
from ilrl_course.checks.slips import Mistakes, instead_of, joined

TURNED = (
    "the choices count the wrong way round: what was preferred loses. Where prefers_first is True, the first "
    "of the pair should be ahead."
)
TWICE = "sigmoid or softmax is applied twice. logsigmoid, and losses that take logits, apply it themselves."
TOO_EARLY = "the mean is taken too early. Take logsigmoid of each pair, and the mean at the end."
STEP_BY_STEP = (
    "each step has a loss of its own. A choice is about whole episodes: sum over the steps of each, axis 1, "
    "before logsigmoid."
)
OVER_THE_PAIRS = (
    "the sum runs over the pairs, or over everything. Each episode has a sum of its own, over its steps: "
    "axis 1."
)
ONLY_PADDING = (
    "only the padding counts. `running` is True for the steps of an episode: multiply by it, and not by its "
    "opposite."
)
AXIS = (
    "an axis too many makes (B, 1) and (B,) into (B, B): each pair meets the choices of all. Keep everything "
    "(B,)."
)

loss_is = instead_of("-logsigmoid(agreement).mean()")
FLOORS = (1e-3, 1e-5, 1e-8)
LOSSES: Mistakes = {  # of `agreement` (B,): by how much what was preferred is ahead
    STEPS_BACK: ["return result.backward() or result"],
    CUT_OFF: ["return result.detach()", "return result.item()"],
    NOT_FINITE: loss_is(
        "-agreement.sigmoid().log().mean()",
        "-(1 / (1 + (-agreement).exp())).log().mean()",
        "(1 + (-agreement).exp()).log().mean()",
        "(-agreement).exp().log1p().mean()",
    ),
    CAPPED: loss_is(
        *(f"-(agreement.sigmoid() + {floor}).log().mean()" for floor in FLOORS),
        *(f"-agreement.sigmoid().clamp_min({floor}).log().mean()" for floor in FLOORS),
        *(f"-logsigmoid(agreement.clamp(-{most}, {most})).mean()" for most in (5, 10, 20)),
        "F.binary_cross_entropy(agreement.sigmoid(), torch.ones_like(agreement))",
    ),
    "the sign is wrong. Logarithms of probabilities are negative, and a loss should be small: put a minus "
    "before the mean.": ["return -result"],
    "two signs are wrong: the choices count the wrong way round, and the minus before the mean is missing.": (
        loss_is("logsigmoid(-agreement).mean()")
    ),
    "the logarithm is missing. The loss is the mean of -log P, and P is sigmoid of the difference.": loss_is(
        "-agreement.sigmoid().mean()", "1 - agreement.sigmoid().mean()", "(-agreement).sigmoid().mean()"
    ),
    "sigmoid is missing: this is the plain difference. Take -logsigmoid of it.": loss_is(
        "-agreement.mean()", "agreement.mean()", "-agreement.sum()"
    ),
    TWICE: loss_is("-logsigmoid(agreement.sigmoid()).mean()"),
    "this is a hinge or a squared error. Take the likelihood of the choices: -logsigmoid of the "
    "difference.": loss_is(
        "(1 - agreement).relu().mean()",
        "(-agreement).relu().mean()",
        "(1 - agreement).square().mean()",
        "(agreement - 0.5).square().mean()",
        "(1 - agreement.sigmoid()).square().mean()",
    ),
    "this is a share of choices that come out right. It has no gradient: take -logsigmoid.": loss_is(
        "(agreement < 0).float().mean()", "(agreement > 0).float().mean()", "-(agreement > 0).float().mean()"
    ),
    "this is the sum over the pairs. Take the mean: the size of a minibatch should not matter.": loss_is(
        "-logsigmoid(agreement).sum()"
    ),
    "each pair still has a loss of its own. Take their mean.": loss_is("-logsigmoid(agreement)"),
    TOO_EARLY: loss_is(
        "-logsigmoid(agreement.mean())", "-agreement.sigmoid().mean().log()", "-logsigmoid(agreement.sum())"
    ),
    "the loss is multiplied or divided by a constant, or the logarithm has another base. Return the mean as "
    "it is.": [
        *("return 2 * result", "return result / 2", "return result / np.log(2)"),
        "return result / len(pairs)",
    ],
    "some pairs are left out, or a single one counts. Take the mean over all B of them.": [
        *(f"pairs = pairs[{rows}]" for rows in (":-1", "1:", ":1", "-1:", ":64", ":32")),
    ],
    "the choices have no effect. prefers_first says for each pair which one should be ahead.": [
        "pairs = type(pairs)(pairs.first, pairs.second, torch.ones_like(pairs.prefers_first))",
        "pairs = type(pairs)(pairs.first, pairs.second, torch.zeros_like(pairs.prefers_first))",
        *loss_is("-logsigmoid(agreement.abs()).mean()", "-logsigmoid(-agreement.abs()).mean()"),
    ],
    "the pairs in which the second one was preferred count nothing, or are left out. There, the second "
    "should be ahead.": loss_is(
        "-logsigmoid(agreement * pairs.prefers_first).mean()",
        "-logsigmoid(agreement[pairs.prefers_first]).sum() / len(pairs)",
        "-(logsigmoid(agreement) * pairs.prefers_first).sum() / pairs.prefers_first.sum()",
    ),
}


def of_the_two(first: str, second: str) -> Mistakes:
    """Slips with the worth of each one of a pair, (B,), which has these words in the solution."""
    return joined(_of_sigmoid(first, second), _of_the_mean(f"({first} - {second})"))


def _of_sigmoid(first: str, second: str) -> Mistakes:
    lead, turned = f"({first} - {second})", "(lambda a, b: torch.where(pairs.prefers_first, a - b, b - a))"
    two, chosen = f"torch.stack([{first}, {second}], 1)", "(~pairs.prefers_first).long()"
    return {
        NOT_FINITE: loss_is(
            f"-({two}.exp() / {two}.exp().sum(1, keepdim=True))[range(len(pairs)), {chosen}].log().mean()",
            "-(lambda y, p: y * p.log() + (1 - y) * (1 - p).log())"
            f"(pairs.prefers_first.float(), {lead}.sigmoid()).mean()",
        ),
        "sigmoid or logsigmoid is taken of each one of a pair. Take it of their difference, once.": loss_is(
            f"-{turned}({first}.sigmoid(), {second}.sigmoid()).log().mean()",
            f"-{turned}({first}.sigmoid(), {second}.sigmoid()).mean()",
            f"-logsigmoid({turned}({first}.sigmoid(), {second}.sigmoid())).mean()",
            f"-{turned}(logsigmoid({first}), logsigmoid({second})).mean()",
            f"-logsigmoid({turned}(logsigmoid({first}), logsigmoid({second}))).mean()",
        ),
        TWICE: loss_is(
            f"F.binary_cross_entropy_with_logits({lead}.sigmoid(), pairs.prefers_first.float())",
            f"F.cross_entropy({two}.softmax(1), {chosen})",
        ),
        "softmax runs over the pairs of the minibatch. It belongs over the two of a pair, or take logsigmoid "
        "of their difference.": loss_is(
            f"-{two}.log_softmax(0)[range(len(pairs)), {chosen}].mean()",
            "-agreement.log_softmax(0).mean()",
        ),
    }


def _of_the_mean(lead: str) -> Mistakes:
    choice, of_first, of_second = "pairs.prefers_first", f"logsigmoid({lead})", f"logsigmoid(-{lead})"
    apart = f"({of_first}[{choice}].mean() + {of_second}[~{choice}].mean())"
    return {
        TOO_EARLY: loss_is(f"-logsigmoid(torch.where({choice}, {lead}.mean(), -{lead}.mean())).mean()"),
        "the pairs of either choice are averaged apart. Each pair counts the same: take one mean over all B "
        "of them.": loss_is(f"-{apart}", f"-{apart} / 2"),
        "both cases are multiplied by prefers_first. Where the second was preferred, take 1 - prefers_first, "
        "or torch.where.": loss_is(f"-({choice} * ({of_first} + {of_second})).mean()"),
    }
