"""The check of lesson 06 on the logits of AIRL's discriminator."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.airl import airl_logits
from ilrl_course.checks.exercise import Exercise, Fact, Probe
from ilrl_course.checks.lesson_06._airl import (
    FIXED,
    FIXED_GAMMAS,
    LEFTOVERS,
    PARTS,
    POTENTIAL_CUT_OFF,
    REWARD_CUT_OFF,
    STEPS_BACK,
    facts_about_steps,
)
from ilrl_course.checks.lesson_06._results import AVERAGED, SQUEEZED, facts_at_the_limits
from ilrl_course.checks.watched.shaped_steps import ABSORBED, ALIVE, ALONE, CONTINUOUS, ENDING, Case

OF_CHOICES = np.array([-0.4, -1.7, -0.2, -2.5, -0.9])
OF_ABSORBED = np.array([0.0, -1.7, -0.2, 0.0, -0.9])  # no choice there: log 1
OF_CONTROLS = np.array([0.6, -1.2, 1.1, -0.3, -3.0])  # a density may be above 1
UNLIKELY = np.array([-120.0, -200.0, -0.2, -150.0, -500.0])

OVERFLOW = (
    "for unlikely actions the result is wrong or infinite: their probabilities round to 0. Stay with "
    "logarithms all the way: f - log_probs."
)
CAPPED = "a clamp, or a small number in a logarithm, bounds log_probs. Subtract them as they are."


def _facts(answer: Callable, case: Case, log_probs: np.ndarray) -> Iterator[Fact]:
    log_probs, net = log_probs[: case.num_steps], case.net()
    steps, given = case.transitions(), torch.tensor(log_probs, dtype=torch.float32)
    result, right = answer(net, steps, given, case.gamma), case.shaped() - log_probs
    yield from facts_about_steps(
        result, case, net, right, "the logit", lambda i: f", log_prob = {log_probs[i]:.4g}"
    )


def _probe(*cases: tuple[Case, np.ndarray]) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for case, log_probs in cases:
            yield from _facts(answer, case, log_probs)

    return probe


def _probe_unlikely(answer: Callable) -> Iterator[Fact]:
    yield from facts_at_the_limits(_facts(answer, ALIVE, UNLIKELY), CAPPED, OVERFLOW)


F_CALL = "shaped_reward(net, steps, gamma)"  # as it stands in the solution


def _of_f(formula: str) -> tuple[str, ...]:
    """Something else is made of f and log_probs; d is the D that they make."""
    return f"f = {F_CALL}\nd = f.exp() / (f.exp() + log_probs.exp())", f"return {formula}"


def _less(formula: str) -> tuple[str, ...]:
    """Another f of the parts, less log_probs."""
    return PARTS, f"return {formula} - log_probs"


COMBINATIONS = {
    "log_probs are added. Subtract them: an action that the learner likes less tells more for the expert.": [
        _of_f("f + log_probs")
    ],
    "the logit is turned around: log pi - f is high for the learner. It should be high for the expert: "
    "f - log pi.": ["return -result"],
    "f has a minus. The logit is f - log pi: high where the reward is.": [_of_f("-f - log_probs")],
    "log_probs have no effect: this is f alone. Subtract log_probs, so that the learner's own choice is "
    "taken out.": [_of_f("f")],
    "f is missing: these are log_probs alone. The logit is f - log pi, with f = shaped_reward(net, "
    "steps, gamma).": ["return -log_probs", "return log_probs + 0"],
    "log_probs are turned into probabilities. Subtract the logarithms as they are: f is one, too.": [
        _of_f("f - log_probs.exp()"),
        _of_f("f + log_probs.exp()"),
    ],
    "the logarithm is taken twice, or log_probs stand where a probability belongs. They are logarithms "
    "already, as their name says: subtract them from f as they are.": [
        _of_f("f - log_probs.log()"),
        _of_f("f.log() - log_probs"),
        _of_f("f.log() - log_probs.log()"),
    ],
    "f and log_probs are divided or multiplied. A quotient of probabilities is a difference of "
    "logarithms: f - log_probs.": [
        _of_f("f / log_probs"),
        _of_f("f * log_probs"),
        _of_f("-f * log_probs"),
        _of_f("f / log_probs.exp()"),
        _of_f("f * log_probs.exp()"),
    ],
    "an exponential is left over. f is the logarithm of a weight, and log_probs are logarithms: subtract "
    "them as they are.": [
        _of_f("f.exp() - log_probs"),
        _of_f("f.exp() - log_probs.exp()"),
        _of_f("f.exp()"),
        _of_f("(f - log_probs).exp()"),
    ],
    "this is D, or 1 - D. Return the logit of D: the loss applies the sigmoid itself.": [
        "return result.sigmoid()",
        "return (-result).sigmoid()",
        _of_f("f.sigmoid()"),
        _of_f("d"),
        _of_f("1 - d"),
    ],
    "this is a logarithm of D or of 1 - D. The logit is the difference of the two: f - log_probs.": [
        "return F.softplus(result)",
        "return -F.softplus(result)",
        "return F.logsigmoid(result)",
        "return -F.logsigmoid(result)",
        _of_f("d.log()"),
        _of_f("f - (f.exp() + log_probs.exp()).log()"),
    ],
    "log_probs are weighed. Subtract each of them once, as it is.": [
        "log_probs = gamma * log_probs",
        "log_probs = log_probs / len(log_probs)",
        *(f"log_probs = {weight} * log_probs" for weight in (2, 0.5, 0.1, 0.01)),
    ],
    "where a step terminated, its log_prob is left out. The action was chosen all the same: subtract it.": [
        "log_probs = log_probs * ~steps.terminated",
        "log_probs = log_probs * steps.terminated",
    ],
    "log_probs are averaged or summed. Each step has its own: subtract them step by step.": [
        "log_probs = log_probs.mean()",
        "log_probs = log_probs.sum()",
        _of_f("f.mean() - log_probs"),
        _of_f("f.sum() - log_probs"),
    ],
}
SIZES = {
    OVERFLOW: [
        _of_f("f - log_probs.exp().log()"),
        _of_f("(f.exp() / log_probs.exp()).log()"),
        _of_f("d.log() - (1 - d).log()"),
        _of_f("d.logit()"),
        _of_f("(f - log_probs).sigmoid().log() - (1 - (f - log_probs).sigmoid()).log()"),
        _of_f("(f - log_probs).sigmoid().logit()"),
    ],
    CAPPED: [
        *(f"log_probs = log_probs.clamp(min={low})" for low in (-1, -2, -20)),
        *(f"log_probs = log_probs.clamp({low}, 0)" for low in (-1, -2)),
        *(f"log_probs = (log_probs.exp() + {eps}).log()" for eps in (1e-3, 1e-5, 1e-8)),
    ],
}
SHAPED = {
    "f does not end with the episode: h(s') has to be 0 after a termination. shaped_reward(net, steps, "
    "gamma) knows that.": [
        _less("g + gamma * later - h"),
        _less("g + gamma * later * ~steps.absorbed - h"),
    ],
    "f is made anew here, and not as before. Call shaped_reward(net, steps, gamma): it was checked.": [
        _less("g - gamma * later * alive + h"),
        _less("g + gamma * h - later * alive"),
        _less("g + later * alive - gamma * h"),
        _less("g + gamma * (later * alive - h)"),
        _less("gamma * (g + later * alive) - h"),
        _less("g + gamma * later * alive + h"),
        _less("g + gamma * h * alive - h"),
        _less("net.reward(steps.next_obs, steps.actions) + gamma * later * alive - h"),
        _less("g + gamma * later * steps.terminated - h"),
        _less("g + gamma * later * ~(steps.terminated | steps.absorbed) - h"),
        _less("g + (gamma * later - h) * alive"),
        _less("(g + gamma * later - h) * alive"),
        _less("(g + gamma * later) * alive - h"),
    ],
    "this is g - log pi: the shaping is missing. f = shaped_reward(net, steps, gamma) holds both.": [
        _less("g")
    ],
    "g is missing. f = shaped_reward(net, steps, gamma) holds the reward and its shaping.": [
        _less("gamma * later * alive - h")
    ],
    "half of the shaping is missing. f = shaped_reward(net, steps, gamma) holds all of it.": [
        _less("g + gamma * later * alive"),
        _less("g - h"),
    ],
    "gamma has no effect. Pass it on: shaped_reward(net, steps, gamma).": ["gamma = 1.0"],
    "gamma is not passed on. shaped_reward takes three things: shaped_reward(net, steps, gamma).": [
        f"{F_CALL} => shaped_reward(net, steps)"
    ],
    "shaped_reward takes other things, or in another order: shaped_reward(net, steps, gamma).": [
        f"{F_CALL} => shaped_reward(net, steps, log_probs, gamma)",
        f"{F_CALL} => shaped_reward(steps, net, gamma)",
        f"{F_CALL} => shaped_reward(net, gamma, steps)",
        f"{F_CALL} => shaped_reward(net, steps.obs, steps.actions, steps.next_obs, gamma)",
    ],
    "log_probs are passed for gamma. Call shaped_reward(net, steps, gamma), and subtract log_probs from "
    "it.": [f"return shaped_reward(net, steps, log_probs){end}" for end in ("", " - log_probs", " - gamma")],
    FIXED: [*FIXED_GAMMAS],
    "the network itself cannot be called. f is shaped_reward(net, steps, gamma).": [
        f"{F_CALL} => net(steps)",
        f"{F_CALL} => net(steps.obs, steps.actions)",
        f"{F_CALL} => net(steps, gamma)",
    ],
    "f is cut off from both networks, so nothing can be learned from it. Leave out detach(), no_grad() "
    "and item().": ["return result.detach()"],
    REWARD_CUT_OFF: [_less("g.detach() + gamma * later * alive - h")],
    POTENTIAL_CUT_OFF: [
        _less("g + (gamma * later * alive - h).detach()"),
        _less("g + gamma * later.detach() * alive - h"),
        _less("g + gamma * later * alive - h.detach()"),
    ],
}
RESULTS = {
    AVERAGED: ["return result.mean()", "return result.sum()"],
    "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the log_probs of all. Keep "
    "everything (B,).": ["log_probs = log_probs.unsqueeze(1)", "return result.unsqueeze(1)"],
    SQUEEZED: ["return result.squeeze()"],
    STEPS_BACK: [
        "return result.sum().backward() or result",
        "return result.sum().backward() or result.detach()",
    ],
}

EXERCISE = Exercise(
    solution=airl_logits,
    tested="f - log pi is right in every step, with its gradient, and for the unlikeliest of actions, too.",
    probes=(
        _probe((ALIVE, OF_CHOICES)),
        _probe((ENDING, OF_CHOICES)),
        _probe((ABSORBED, OF_ABSORBED)),
        _probe((CONTINUOUS, OF_CONTROLS), (ALONE, OF_CHOICES)),
        _probe_unlikely,
    ),
    mistakes=COMBINATIONS | SIZES | SHAPED | RESULTS,
    leftovers=LEFTOVERS
    | {"policy": "it asks a policy. The log-probabilities of the actions are passed in: log_probs."},
)
