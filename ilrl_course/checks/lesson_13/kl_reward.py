"""The check of lesson 13 on the reward that ties: pay, less the price of leaving a reference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ilrl_course.algorithms.kl_reward import kl_reward
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.lesson_13._log_ratios import (
    BETA_FIXED,
    BETA_ON_ONE,
    CENTERED,
    FIXED_BETAS,
    NOT_FLAT,
    WEIGHED,
)
from ilrl_course.checks.lesson_13._pairs import NUM_ACTIONS, OBS_DIM, with_weights
from ilrl_course.checks.slips import EVERY_ROW, instead_of
from ilrl_course.data import Rollout
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

ACTION_DIM = 2
DISCRETE_ONLY = (
    "it works for discrete actions only. Others are (T, N, action_dim): flatten(0, 1) keeps their last axis, "
    "and every distribution has log_prob."
)
STILL_FLAT = "the log-ratios are still flat. Give them the shape of the rewards, (T, N)."
ROUNDED = (
    "where an action has become very unlikely, its probability is rounded to 0, and the logarithm is lost. "
    "Take log_prob."
)
CARRIES_GRADIENT = (
    "the result carries a gradient, but rewards are numbers. Ask both policies within `with "
    "torch.no_grad():`, and leave requires_grad out."
)


@dataclass(frozen=True)
class Case:
    """A block of T steps of N worlds."""

    num_steps: int
    num_envs: int
    beta: float
    continuous: bool = False
    scale: float = 1.0  # of the policies' weights: large ones make some actions all but impossible

    def rollout(self) -> Rollout:
        """Made freshly each time."""
        generator = torch.Generator().manual_seed(10 * self.num_steps + self.num_envs)
        shape = self.num_steps, self.num_envs
        obs, next_obs = torch.randn(2, *shape, OBS_DIM, generator=generator)
        actions = torch.randint(NUM_ACTIONS, shape, generator=generator)
        if self.continuous:
            actions = torch.randn(*shape, ACTION_DIM, generator=generator)
        rewards, chances = torch.randn(2, *shape, generator=generator)
        rewards = 3 * rewards * (rewards.abs() > 0.5)  # some steps pay nothing
        terminated, truncated, crashed = chances > 0.6, chances < -1.2, chances > 1.2
        return Rollout(obs, actions, rewards, next_obs, terminated, truncated, crashed)

    def policies(self) -> tuple[Policy, Policy]:
        """The one that acts, and the reference."""
        make, size = (GaussianPolicy, ACTION_DIM) if self.continuous else (CategoricalPolicy, NUM_ACTIONS)
        return tuple(with_weights(make(OBS_DIM, size, hidden_sizes=()), seed, self.scale) for seed in (8, 9))


def _log_probs(policy: Policy, rollout: Rollout) -> np.ndarray:
    """By definition, (T, N)."""
    named = {name: w.detach().double().numpy() for name, w in policy.named_parameters()}
    weights, bias = (w for name, w in named.items() if name != "log_std")
    outputs, actions = rollout.obs.numpy() @ weights.T + bias, rollout.actions.numpy()
    if "log_std" in named:
        errors = (actions - outputs) / np.exp(named["log_std"])
        return (-0.5 * errors**2 - named["log_std"] - 0.5 * np.log(2 * np.pi)).sum(-1)
    outputs = outputs - outputs.max(-1, keepdims=True)
    log_probs = outputs - np.log(np.exp(outputs).sum(-1, keepdims=True))
    return np.take_along_axis(log_probs, actions[..., None], axis=-1)[..., 0]


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    rollout, (policy, reference) = case.rollout(), case.policies()
    log_probs = [_log_probs(network, rollout) for network in (policy, reference)]
    right = rollout.rewards.numpy() - case.beta * (log_probs[0] - log_probs[1])
    try:
        result = answer(rollout, policy, reference, case.beta)
    except (AttributeError, RuntimeError, IndexError) as error:
        if not case.continuous or getattr(error, "name", "logits") not in ("logits", "probs"):
            raise
        raise WrongResult(DISCRETE_ONLY) from None
    if not isinstance(result, Tensor):
        raise WrongResult(
            f"it should return a tensor (T, N), a reward for each step, but returns {kind(result)}."
        )
    if case.num_envs > 1 < case.num_steps and tuple(result.shape) == right.shape[::-1] != right.shape:
        raise WrongResult(
            "the axes are swapped. Time is the first one: row t holds step t of all worlds, (T, N)."
        )
    if case.scale > 1 and not result.isfinite().all():
        raise WrongResult(ROUNDED)
    found = numbers(result, right.shape)
    hint = ""
    for place in np.argwhere(~np.isclose(found, right, 1e-5, 1e-4))[:1]:
        t, i = place
        pay, own, its = (float(x[t, i]) for x in (rollout.rewards.numpy(), *log_probs))
        hint = (
            f"in a step that pays {pay:.3g}, with the log-probabilities {own:.3g} (policy) and {its:.3g} "
            f"(reference) and beta {case.beta}, the reward should be {right[t, i]:.4g}, but it is "
            f"{found[t, i]:.4g}."
        )
    where = f"{case.num_steps} steps of {case.num_envs} worlds, beta {case.beta}"
    yield Fact(f"rewards, {where}{', continuous' * case.continuous}", found, right, hint, tolerance=1e-3)
    yield Fact("carries a gradient", result.requires_grad, False, CARRIES_GRADIENT)


def _probe(*cases: Case) -> Probe:
    return lambda answer: (fact for case in cases for fact in _facts(answer, case))


ACTING, WANTED = "policy(obs).log_prob(actions)", "reference(obs).log_prob(actions)"
OBS, ACTIONS = "rollout.obs.flatten(0, 1)", "rollout.actions.flatten(0, 1)"
RATIO, PENALTY = f"{ACTING} - {WANTED}", "beta * log_ratio.reshape(rollout.rewards.shape)"
EACH = "log_ratio.reshape(rollout.rewards.shape)"
acting_is, ratio_is, penalty_is = map(instead_of, (ACTING, RATIO, PENALTY))
returned_is = instead_of(f"rollout.rewards - {PENALTY}")

MISTAKES = {
    "the sign is wrong: what the policy does more often than the reference should cost. Subtract beta times "
    "(log pi - log reference).": [
        f"rollout.rewards - {PENALTY} => rollout.rewards + {PENALTY}",
        "policy, reference = reference, policy",
    ],
    "beta is missing. The penalty is beta times the log-ratio.": penalty_is(EACH),
    "the penalty is divided by beta. Multiply: the larger beta is, the shorter the tie.": penalty_is(
        f"{EACH} / (beta or 1)"
    ),
    BETA_FIXED: [f"beta = {fixed}" for fixed in (*FIXED_BETAS, "min(beta, 1)")],
    BETA_ON_ONE: [
        ("beta * log_ratio => log_ratio", *ratio_is(wrong))
        for wrong in (f"beta * {ACTING} - {WANTED}", f"{ACTING} - beta * {WANTED}")
    ],
    "beta multiplies the reward of the world. It is the weight of the log-ratio.": returned_is(
        f"beta * rollout.rewards - {EACH}",
        f"beta * (rollout.rewards - {EACH})",
        f"(1 - beta) * rollout.rewards - beta * {EACH}",
    ),
    "what the world pays is missing. The penalty is subtracted from rollout.rewards.": returned_is(
        f"-{PENALTY}", PENALTY
    ),
    "the penalty is 0: it has no effect, or a policy is compared with itself. Subtract beta times (log pi - "
    "log reference).": [
        *returned_is("rollout.rewards.clone()"),
        *ratio_is(f"{ACTING} - {ACTING}", f"{WANTED} - {WANTED}"),
    ],
    "the reference is missing, so this is a bonus for being unsure. Subtract its log-probability from the "
    "policy's.": ratio_is(ACTING),
    "the policy is missing. The log-ratio is its log-probability minus the reference's.": ratio_is(
        f"-{WANTED}", WANTED
    ),
    "the log-probabilities are added. Take the policy's minus the reference's.": ratio_is(
        f"{ACTING} + {WANTED}"
    ),
    "one logarithm is divided by the other. The logarithm of a ratio is a difference of them.": ratio_is(
        f"{ACTING} / {WANTED}"
    ),
    "this is the ratio itself, or a difference of probabilities. Take its logarithm: log pi - log "
    "reference.": ratio_is(f"({RATIO}).exp()", f"({RATIO}).exp() - 1", f"{ACTING}.exp() - {WANTED}.exp()"),
    ROUNDED: ratio_is(
        f"({ACTING}.exp() / {WANTED}.exp()).log()", f"{ACTING}.exp().log() - {WANTED}.exp().log()"
    ),
    "a small number in the logarithm, or a clamp, bounds the penalty. log_prob needs neither.": ratio_is(
        *(f"({ACTING}.exp() + {tiny}).log() - ({WANTED}.exp() + {tiny}).log()" for tiny in (1e-8, 1e-6)),
        *(f"({RATIO}).clamp(-{most}, {most})" for most in (1, 5, 10)),
    ),
    "the sign of the log-ratio is lost, or one sign is cut off. A step that the reference would rather take "
    "is paid: then it is a KL on average.": ratio_is(
        f"({RATIO}).abs()", f"({RATIO}).clamp(min=0)", f"({RATIO}).square()", f"({RATIO}).square() / 2"
    ),
    "this estimates the KL by another formula, which is never negative. Take the plain log-ratio of the "
    "action that was taken.": ratio_is(
        f"(lambda r: (-r).exp() - 1 + r)({RATIO})", f"(lambda r: r.exp() - 1 - r)({RATIO})"
    ),
    "this is the KL over all actions. The price is that of the action that was taken: the difference of its "
    "log-probabilities.": ratio_is(
        "reference(obs).kl_from(policy(obs))",
        "policy(obs).kl_from(reference(obs))",
        "torch.distributions.kl_divergence(policy(obs), reference(obs))",
    ),
    "a Rollout holds no log-probabilities. Ask the policies for those of its actions: log_prob.": [
        edit
        for name in ("log_probs", "log_prob", "logprobs")
        for edit in acting_is(f"rollout.{name}.flatten(0, 1)")
    ],
    WEIGHED: ratio_is(f"{ACTING}.exp() * ({RATIO})", f"{WANTED}.exp() * ({RATIO})"),
    CENTERED: ratio_is(
        f"({RATIO}) - ({RATIO}).mean()",
        f"({RATIO}) / (({RATIO}).std() + 1e-8)",
        f"(({RATIO}) - ({RATIO}).mean()) / (({RATIO}).std() + 1e-8)",
        f"(({RATIO}) - ({RATIO}).mean()) / (({RATIO}).std(correction=0) + 1e-8)",
    ),
    "these are log-probabilities of the likeliest actions, or of new ones. Take those of rollout.actions.": [
        "rollout.actions.flatten(0, 1) => policy(rollout.obs.flatten(0, 1)).mode",
        "rollout.actions.flatten(0, 1) => policy(rollout.obs.flatten(0, 1)).sample()",
        "rollout.actions.flatten(0, 1) => reference(rollout.obs.flatten(0, 1)).sample()",
    ],
    "the policies are asked about next_obs. An action was taken where obs was seen.": [
        "rollout.obs.flatten => rollout.next_obs.flatten"
    ],
    "the log-ratios are summed or averaged: over time, over the worlds, or over both. Each step pays for its "
    "own action.": penalty_is(
        *(
            f"beta * {EACH}.{over}.expand(rollout.rewards.shape)"
            for over in (
                "sum()",
                "mean()",
                "sum(0)",
                "mean(0)",
                "sum(1, keepdim=True)",
                "mean(1, keepdim=True)",
            )
        ),
        f"beta * {EACH}.cumsum(0)",
        f"beta * {EACH}.flip(0).cumsum(0).flip(0)",
    ),
    "only some steps pay, such as those at the end of an episode. Every step pays for its own action, "
    "whatever its flags, and whatever it earns.": penalty_is(
        *(
            f"beta * {EACH} * {which}"
            for which in (
                *("rollout.terminated", "~rollout.terminated", "rollout.truncated", "~rollout.truncated"),
                *("(rollout.terminated | rollout.truncated)", "~(rollout.terminated | rollout.truncated)"),
                *("~rollout.crashed", *(f"(rollout.rewards {pays})" for pays in ("> 0", "!= 0", "== 0"))),
            )
        )
    ),
    "the steps are mixed up: reshape keeps the order in which obs was flattened, time first. Reshape to "
    "rollout.rewards.shape.": penalty_is(
        "beta * log_ratio.reshape(rollout.rewards.shape[::-1]).T",
        f"beta * {EACH}.flip(0)",
        f"beta * {EACH}.roll(1, 0)",
    ),
    CARRIES_GRADIENT: ["torch.no_grad() => torch.enable_grad()", "return result.requires_grad_()"],
    NOT_FLAT: [
        (f"{OBS} => rollout.obs", f"{ACTIONS} => rollout.actions"),
        f"{OBS} => rollout.obs",
        f"{ACTIONS} => rollout.actions",
    ],
    STILL_FLAT: [
        *penalty_is("beta * log_ratio"),
        *returned_is("-beta * log_ratio + rollout.rewards"),
    ],
    "the result is still flat. Give the log-ratios the shape of the rewards, (T, N).": returned_is(
        "rollout.rewards.flatten() - beta * log_ratio"
    ),
    "the result is a single number, but each step of each world has a reward. Keep both axes, (T, N).": [
        *(f"return result.{over}" for over in ("sum()", "mean()"))
    ],
    "the result has lost an axis: a sum or a mean over time or over the worlds. Keep both, (T, N).": [
        *(f"return result.{over}" for over in ("sum(0)", "mean(0)", "sum(1)", "mean(1)", "squeeze()"))
    ],
    "the result is normalized, or clipped. Return the rewards as they are.": [
        "return (result - result.mean()) / (result.std() + 1e-8)",
        "return result - result.mean()",
        "return result.clamp(-1, 1)",
        "return result.clamp(-10, 10)",
    ],
    "what the world pays is changed before the penalty is subtracted. Take it as it is.": returned_is(
        f"rollout.rewards.clamp(-1, 1) - {PENALTY}",
        f"rollout.rewards.sign() - {PENALTY}",
        f"(rollout.rewards - rollout.rewards.mean()) / rollout.rewards.std() - {PENALTY}",
    ),
    "the penalty multiplies what the world pays. Subtract it.": returned_is(
        f"rollout.rewards * (1 - {PENALTY})"
    ),
    EVERY_ROW: ["return result[:1] + 0 * result", "return result[-1:] + 0 * result"],
    DISCRETE_ONLY: [
        f"{ACTIONS} => rollout.actions.reshape(-1)",
        *ratio_is(
            "(policy(obs).logits - reference(obs).logits).gather(1, actions[:, None])[:, 0]",
            "(policy(obs).probs.log() - reference(obs).probs.log())[range(len(obs)), actions]",
        ),
    ],
}

EXERCISE = Exercise(
    solution=kl_reward,
    tested="every step pays for its own action, for both kinds of actions, and nothing carries a gradient.",
    probes=(
        _probe(Case(3, 2, 0.7)),
        _probe(Case(2, 3, 0.04), Case(4, 3, 2.5)),
        _probe(Case(5, 1, 0.3), Case(1, 4, 0.3), Case(1, 1, 0.9)),
        _probe(Case(3, 2, 0.25, continuous=True)),
        _probe(Case(4, 2, 0.6, scale=60.0)),
    ),
    mistakes=MISTAKES,
    leftovers={
        "imitator": "it asks the imitator of the lesson. Use the reference that is passed in.",
        "BETA": "it reads a setting of the lesson. Use the beta that is passed in.",
        "writer": "it asks the writer of the lesson. Use the policy that is passed in.",
    },
)
