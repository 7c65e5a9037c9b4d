"""The check of lesson 13 on DPO's loss: the Bradley-Terry loss of a policy that is its own reward."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ilrl_course.algorithms.dpo import dpo_loss
from ilrl_course.checks.exercise import Exercise, Fact, Probe
from ilrl_course.checks.lesson_13 import _losses, _pairs
from ilrl_course.checks.lesson_13._log_ratios import (
    BETA_FIXED,
    BETA_ON_ONE,
    CENTERED,
    FIXED_BETAS,
    NOT_FLAT,
    WEIGHED,
)
from ilrl_course.checks.lesson_13._pairs import EQUAL, MANY, NUM_ACTIONS, OBS_DIM, PADDED, SINGLE, Case
from ilrl_course.checks.slips import instead_of, joined
from ilrl_course.networks import CategoricalPolicy

SURE = replace(PADDED, scale=400.0), replace(EQUAL, scale=900.0)
FAR = (  # no choice seems impossible, but log-ratios are so large that exp overflows: all, or one of them
    replace(PADDED, scale=60.0, beta=0.03),
    Case((2,), (4,), (True,), scale=20.0, beta=0.01),
)
INTO_REFERENCE = (
    "a gradient goes into the reference, which should stay as it is. Ask it within `with torch.no_grad():`, "
    "or detach what it says."
)


def _log_probs(policy: CategoricalPolicy, side: dict) -> tuple[np.ndarray, np.ndarray]:
    """Of what was done: log-probabilities (B, T), and their gradient by the logits (B, T, actions)."""
    weights, bias = (w.detach().double().numpy() for w in policy.parameters())
    logits = side["obs"] @ weights.T + bias
    logits -= logits.max(-1, keepdims=True)
    log_probs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    done = np.eye(NUM_ACTIONS)[side["actions"]]
    return (log_probs * done).sum(-1), done - np.exp(log_probs)


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    policy, reference = (
        _pairs.with_weights(CategoricalPolicy(OBS_DIM, NUM_ACTIONS, hidden_sizes=()), seed, case.scale)
        for seed in (5, 6)
    )
    pairs, rewards, slopes = case.pairs(), [], []
    for side in _pairs.in_numpy(pairs):
        own, by_logits = _log_probs(policy, side)
        counts = side["running"][..., None] * by_logits  # (B, T, actions)
        rewards.append(case.beta * ((own - _log_probs(reference, side)[0]) * side["running"]).sum(1))
        slopes.append((np.einsum("bta,bto->bao", counts, side["obs"]), counts.sum(1)))
    right, slope = _pairs.loss_of(rewards[0] - rewards[1], case.prefers_first)
    parts = [
        np.einsum("b,b...->...", case.beta * slope, first - second)
        for first, second in zip(*slopes, strict=True)
    ]
    loss = answer(policy, reference, pairs, case.beta)
    gradient = np.concatenate([part.ravel() for part in parts])
    yield from _pairs.facts_about_loss(loss, right, policy, gradient, case.where, case.scale > 1)
    taught = any(weights.grad is not None for weights in reference.parameters())
    yield Fact("the reference is taught", taught, False, INTO_REFERENCE)


def _probe(*cases: Case) -> Probe:
    return lambda answer: (fact for case in cases for fact in _facts(answer, case))


ACTING, WANTED = "policy(obs).log_prob(actions)", "reference(obs).log_prob(actions)"
OBS, ACTIONS = "episodes.obs.flatten(0, 1)", "episodes.actions.flatten(0, 1)"
SUM = "(log_ratio.reshape(episodes.running.shape) * episodes.running).sum(1)"
AGREEMENT = "torch.where(pairs.prefers_first, first - second, second - first)"
acting_is, wanted_is, sum_is, agreement_is = map(instead_of, (ACTING, WANTED, SUM, AGREEMENT))
EACH = "log_ratio.reshape(episodes.running.shape)"


def _products() -> Iterator[str]:
    """What an episode is worth by a product over its steps, where padding counts 1, or else 0."""
    for padded in ("torch.where(episodes.running, {}, 1.0)", "({} * episodes.running)"):
        ratio, acting, wanted = (
            f"{padded.format(f'({each}).exp().reshape(episodes.running.shape)')}.prod(1)"
            for each in ("log_ratio", ACTING, "wanted")
        )
        yield from (f"{ratio}.log()", f"({acting} / {wanted}).log()", f"{acting}.log() - {wanted}.log()")


SUMS = {
    _losses.STEP_BY_STEP: [
        (
            f"{SUM} => {each}",
            f"where(pairs.prefers_first, => where({choice},",
            f"return -logsigmoid(agreement).{over}",
        )
        for each in (f"({EACH} * episodes.running)", EACH)
        for choice in ("pairs.prefers_first[:, None]", "pairs.prefers_first")
        for over in ("mean()", "sum(1).mean()")
    ],
    "the padding counts, too. Behind the end of an episode `running` is False: its steps count nothing.": [
        *sum_is(f"{EACH}.sum(1)")
    ],
    _losses.ONLY_PADDING: sum_is(f"({EACH} * ~episodes.running).sum(1)"),
    "one side's `running` is used for both. The episodes of each side have lengths of their own: take the "
    "`running` that belongs to them.": sum_is(
        *(f"({EACH} * pairs.{side}.running).sum(1)" for side in ("first", "second"))
    ),
    "the log-ratios are still flat. Give them the shape of `running`, (B, T).": sum_is(
        "(log_ratio * episodes.running).sum(1)",
        "(episodes.running * log_ratio).sum(1)",
        "(log_ratio * episodes.running.flatten()).sum(1)",
    ),
    "a product of probabilities is soon rounded to 0, or overflows, and padding that counts 0 makes it 0. "
    "Sum logarithms instead of multiplying probabilities.": sum_is(*_products()),
    "the log-ratios are averaged over the steps of an episode. The probability of an episode is a product, "
    "so its logarithm is a sum.": sum_is(
        f"({EACH} * episodes.running).sum(1) / episodes.running.sum(1)",
        f"({EACH} * episodes.running).mean(1)",
        f"{EACH}.mean(1)",
    ),
    "only one step of each episode counts. Add up the log-ratios of all its steps.": sum_is(
        f"{EACH}[:, -1]",
        f"{EACH}[:, 0]",
        f"{EACH}.gather(1, episodes.running.sum(1, keepdim=True) - 1)[:, 0]",
    ),
    _losses.OVER_THE_PAIRS: sum_is(
        f"({EACH} * episodes.running).sum(0)",
        f"{EACH}.sum(0)",
        f"({EACH} * episodes.running).sum()",
        f"({EACH} * episodes.running).sum().expand(len({EACH}))",
    ),
    "the policies are asked about next_obs. An action was taken where obs was seen.": [
        "episodes.obs.flatten => episodes.next_obs.flatten"
    ],
}
RATIOS = {
    "the reference is missing: this is the policy's own log-probability. Subtract the reference's.": [
        *("policy(obs).log_prob(actions) - wanted => policy(obs).log_prob(actions)",)
    ],
    "only one of the two episodes has its reference. The rewards of both are log-ratios: subtract the "
    "reference's log-probability from each.": [
        f"- wanted => - wanted * (episodes is pairs.{side})" for side in ("first", "second")
    ],
    "policy and reference are swapped, so the reference learns. In the order of the arguments, the policy "
    "comes first.": ["policy, reference = reference, policy"],
    "the policy is compared with itself, or an episode is, so the difference is always 0. Subtract what the "
    "reference says, and the second of the pair from the first.": [
        *wanted_is(ACTING),
        *acting_is(WANTED),
        f"- wanted => - {ACTING}",
        "in (pairs.first, pairs.second) => in (pairs.first, pairs.first)",
    ],
    "the log-probabilities are added. A log-ratio is the policy's minus the reference's.": [
        "- wanted => + wanted"
    ],
    "one logarithm is divided by the other. The logarithm of a ratio is the difference of logarithms.": [
        "- wanted => / wanted"
    ],
    "these are probabilities, or ratios of them. Take the difference of the log-probabilities.": [
        *("policy(obs).log_prob(actions) - wanted => (policy(obs).log_prob(actions) - wanted).exp()",),
        "policy(obs).log_prob(actions) - wanted => policy(obs).log_prob(actions).exp() - wanted.exp()",
    ],
    "the ratio of a whole episode is taken, by exp of the sum. A reward is beta times its logarithm: leave "
    "exp out.": [
        *sum_is(f"{SUM}.exp()"),
        *agreement_is("torch.where(pairs.prefers_first, 1, -1) * (first.exp() - second.exp())"),
    ],
    WEIGHED: [
        f"- wanted => - wanted\nlog_ratio = {acting} * log_ratio"
        for acting in (f"{ACTING}.exp()", f"{ACTING}.exp().detach()", "wanted.exp()")
    ],
    CENTERED: [
        "- wanted => - wanted\nlog_ratio = log_ratio - log_ratio.mean()",
        "- wanted => - wanted\nlog_ratio = (log_ratio - log_ratio.mean()) / (log_ratio.std() + 1e-8)",
    ],
    NOT_FLAT: [
        (f"{OBS} => episodes.obs", f"{ACTIONS} => episodes.actions"),
        f"{OBS} => episodes.obs",
        f"{ACTIONS} => episodes.actions",
        ("pairs = pairs[0]", f"{OBS} => episodes.obs", f"{ACTIONS} => episodes.actions"),
    ],
    INTO_REFERENCE: ["torch.no_grad() => torch.enable_grad()"],
    _pairs.CUT_OFF: [*acting_is(f"{ACTING}.detach()")],
    "these are log-probabilities of the likeliest actions, or of new ones. Take those of the actions in the "
    "episodes.": [
        "episodes.actions.flatten(0, 1) => policy(episodes.obs.flatten(0, 1)).mode",
        "episodes.actions.flatten(0, 1) => policy(episodes.obs.flatten(0, 1)).sample()",
    ],
    "this is the KL over all actions, which knows nothing of what was done. Take the log-probabilities of "
    "the actions.": [
        "policy(obs).log_prob(actions) - wanted => reference(obs).kl_from(policy(obs))",
        "policy(obs).log_prob(actions) - wanted => policy(obs).kl_from(reference(obs))",
        "policy(obs).log_prob(actions) - wanted => "
        "torch.distributions.kl_divergence(policy(obs), reference(obs))",
    ],
}
BETAS = {
    "beta is missing. It stands within sigmoid: the reward of an episode is beta times its log-ratio.": [
        "beta * =>"
    ],
    "the rewards are divided by beta. Multiply: the reward of an episode is beta times its log-ratio.": [
        "beta * => 1 / beta * "
    ],
    "beta stands before the whole loss. It belongs within sigmoid: beta times the log-ratio.": [
        ("beta * =>", "return beta * result")
    ],
    "beta is multiplied twice. Once is enough: the reward of an episode is beta times its log-ratio.": [
        "beta * => beta * beta * "
    ],
    "only the first of the pair is multiplied by beta, or only the second. Both rewards are.": [
        (
            "beta * =>",
            *agreement_is("torch.where(pairs.prefers_first, beta * first - second, second - beta * first)"),
        ),
        (
            "beta * =>",
            *agreement_is("torch.where(pairs.prefers_first, first - beta * second, beta * second - first)"),
        ),
        (
            "beta * =>",
            *agreement_is("torch.where(pairs.prefers_first, beta * first - second, beta * second - first)"),
        ),
        (
            "beta * =>",
            *agreement_is("torch.where(pairs.prefers_first, first - beta * second, second - beta * first)"),
        ),
    ],
    BETA_ON_ONE: [
        ("beta * =>", *acting_is(f"beta * {ACTING}")),
        ("beta * =>", "- wanted => - beta * wanted"),
    ],
    BETA_FIXED: [f"beta = {fixed}" for fixed in FIXED_BETAS],
}
CHOICES = {
    "what was preferred loses. Is the log-ratio the policy's minus the reference's, and is the first one "
    "ahead where prefers_first is True?": [
        *agreement_is("torch.where(pairs.prefers_first, second - first, first - second)"),
        "policy(obs).log_prob(actions) - wanted => wanted - policy(obs).log_prob(actions)",
    ],
    "the rewards of the pair are added. What counts is by how much one is ahead of the other.": agreement_is(
        "first + second",
        "torch.where(pairs.prefers_first, first + second, -first - second)",
    ),
    "only the episode that was preferred counts. The other one should become less likely: take the "
    "difference.": agreement_is("torch.where(pairs.prefers_first, first, second)"),
    "one of the two rewards is cut off from the policy. Both should learn: one goes up, the other down.": [
        *agreement_is("torch.where(pairs.prefers_first, first - second.detach(), second.detach() - first)"),
        *agreement_is("torch.where(pairs.prefers_first, first.detach() - second, second - first.detach())"),
    ],
    "this is IPO, a squared error of the log-ratios. DPO takes -logsigmoid of the difference of the "
    "rewards.": _losses.loss_is("(agreement / beta - 1 / (2 * beta)).square().mean()"),
    "this is cloning of what was preferred. DPO also makes the other episode less likely, and compares with "
    "the reference.": [
        ("beta * =>", "- wanted =>", "return -torch.where(pairs.prefers_first, first, second).mean()"),
    ],
    _losses.AXIS: agreement_is(
        "torch.where(pairs.prefers_first[:, None], first - second, second - first)",
        "torch.where(pairs.prefers_first, (first - second)[:, None], (second - first)[:, None])",
    ),
    "`if` cannot decide for many pairs at once. Use torch.where.": agreement_is(
        "first - second if pairs.prefers_first else second - first"
    ),
}

EXERCISE = Exercise(
    solution=dpo_loss,
    tested="value and gradient are right, padding counts nothing, and the reference does not learn.",
    probes=(_probe(EQUAL), _probe(PADDED), _probe(*SURE), _probe(*FAR), _probe(*SINGLE), _probe(MANY)),
    mistakes=joined(_losses.LOSSES, _losses.of_the_two("first", "second"), SUMS, RATIOS, BETAS, CHOICES),
    leftovers={
        "choices": "it reads the choices of the lesson. Use the pairs that are passed in.",
        "imitator": "it asks the imitator of the lesson. Use the reference that is passed in.",
        "BETA": "it reads a setting of the lesson. Use the beta that is passed in.",
    },
)
