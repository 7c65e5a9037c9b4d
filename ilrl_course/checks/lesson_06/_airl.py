"""What the checks of AIRL's two functions have in common: facts about f or a logit, hints and edits."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from ilrl_course.algorithms.airl import ShapedReward
from ilrl_course.checks.exercise import Fact
from ilrl_course.checks.lesson_06._results import Slope, facts_about_slopes, of_each_step
from ilrl_course.checks.watched.shaped_steps import WEIGHTS, Case

CUT_OFF = (
    "the result is cut off from both networks, so nothing can be learned from it. Leave out detach(), "
    "no_grad() and item()."
)
REWARD_CUT_OFF = (
    "g is cut off from its network, so the reward cannot be learned. Take net.reward(...) without detach() "
    "and no_grad()."
)
POTENTIAL_CUT_OFF = (
    "h is cut off from its network, so the potential cannot be learned. Take net.potential(...) without "
    "detach() and no_grad()."
)
STEPS_BACK = (
    "backward() is called here. Only compute the numbers: the update of the discriminator does the rest."
)
FIXED = "gamma is fixed. Use the one that is passed in."
LEFTOVERS = {
    "CONFIG": "it reads the settings of the lesson. Use gamma as it is passed in.",
    **dict.fromkeys(
        ("reward", "logits", "label"),
        "it reads a variable of the figure above. Use the net and the steps that are passed in.",
    ),
    **dict.fromkeys(
        ("discriminator", "judge", "potential"),
        "it needs a network that is not passed in. Take net.reward for g, and net.potential for h.",
    ),
    **dict.fromkeys(
        ("demos", "expert_steps", "learner_steps", "rollout"),
        "it needs steps that are not passed in. Take steps.obs, steps.actions and steps.next_obs.",
    ),
}

# Edits: g, h(s), h(s') before any mask, and where nothing ended, to make another f of
PARTS = (
    "g, h, later = net.reward(steps.obs, steps.actions), net.potential(steps.obs), "
    "net.potential(steps.next_obs)\nalive = ~steps.terminated"
)
FIXED_GAMMAS = tuple(f"gamma = {gamma}" for gamma in (0.9, 0.95, 0.98, 0.99, 0.995, 0.5))


def facts_about_steps(
    result: Any, case: Case, net: ShapedReward, right: np.ndarray, symbol: str, given: Callable[[int], str]
) -> Iterator[Fact]:
    """What came out for each step, and which gradient; given(i) are further inputs of step i, in words."""
    found = of_each_step(result, case.num_steps)
    rewards, potentials, next_potentials, _ = case.parts()
    hint = "".join(
        f"in a step with g(s, a) = {rewards[i]:.4g}, h(s) = {potentials[i]:.4g}, h(s') = "
        f"{next_potentials[i]:.4g}, gamma = {case.gamma}{given(i)}{_flags_in_words(case, i)}, {symbol} "
        f"should be about {right[i]:.4g}, but it is {found[i]:.4g}."
        for i in np.flatnonzero(~np.isclose(found, right, 0, 1e-4))[:1]
    )
    yield Fact(f"{symbol} {case.where}", found, right, hint)
    weighed = (result * torch.tensor(WEIGHTS[: case.num_steps], dtype=torch.float32)).sum()
    slopes = [
        Slope(net.get_parameter(name), slope, REWARD_CUT_OFF if "reward" in name else POTENTIAL_CUT_OFF)
        for name, slope in case.gradients().items()
    ]
    yield from facts_about_slopes(weighed, slopes, case.where, STEPS_BACK)


def _flags_in_words(case: Case, i: int) -> str:
    flags = [name for name in ("terminated", "absorbed") if i in getattr(case, name)]
    return f" and {flags[0]} = True" if flags else ""
