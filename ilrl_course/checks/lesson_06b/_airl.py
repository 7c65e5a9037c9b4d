"""What the checks of AIRL's two functions have in common: facts about f or a logit, and hints."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from ilrl_course.algorithms.airl import ShapedReward
from ilrl_course.checks.exercise import Fact
from ilrl_course.checks.lesson_06._results import Slope, facts_about_slopes, of_each_step, should_be
from ilrl_course.checks.watched.shaped_steps import WEIGHTS, Case

CUT_OFF = (
    "the result is cut off from both networks, so nothing can be learned from it. Leave out detach(), "
    "no_grad(), item() and NumPy."
)
REWARD_CUT_OFF = (
    "g is cut off from its network, so the reward cannot be learned: no detach() and no no_grad()."
)
POTENTIAL_CUT_OFF = (
    "h is cut off from its network, so the potential cannot be learned: no detach() and no no_grad()."
)
STEPS_BACK = "backward() is called here. Only compute the numbers: the discriminator's update does the rest."
FIXED = "gamma is fixed, or bounded. Use the one that is passed in, as it is."
OTHER_GAMMAS = [
    f"gamma = {gamma}"
    for gamma in (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, "min(gamma, 0.99)", "gamma or 0.99")
]
BOUNDED = "the result is bounded, or its sign is taken away. It may be large, and of either sign."
BOUNDS = [f"return result.{bound}" for bound in ("clamp(-10, 10)", "clamp(-100, 100)", "relu()", "abs()")]
MOVED = ("roll(1)", "roll(-1)", "flip(0)")
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


def facts_about_steps(
    result: Any, case: Case, net: ShapedReward, right: np.ndarray, symbol: str, **given: np.ndarray
) -> Iterator[Fact]:
    """What came out for each step, and which gradient; `given` are further inputs (B,) for the hint."""
    found = of_each_step(result, case.num_steps)
    rewards, here, there, _ = case.parts()
    parts = {
        "g(s, a)": rewards,
        "h(s)": here,
        "h(s')": there,
        "gamma": np.full(len(here), case.gamma),
        **given,
    }
    hint = ""
    for i in np.flatnonzero(~np.isclose(found, right, 1e-5, 1e-4))[:1]:
        flags = [f" and {name} = True" for name in ("terminated", "absorbed") if i in getattr(case, name)]
        numbers = ", ".join(f"{name} = {column[i]:.4g}" for name, column in parts.items())
        hint = f"in a step with {numbers}{''.join(flags[:1])}, {should_be(symbol, right[i], found[i])}"
    yield Fact(f"{symbol} {case.where}", found, right, hint)
    weighed = (result * torch.tensor(WEIGHTS[: case.num_steps]).float()).sum()
    slopes = [
        Slope(net.get_parameter(name), slope, REWARD_CUT_OFF if "reward" in name else POTENTIAL_CUT_OFF)
        for name, slope in case.gradients().items()
    ]
    yield from facts_about_slopes(weighed, slopes, case.where, STEPS_BACK)
