"""Steps for the checks of AIRL in lesson 06, and what is right for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ilrl_course.algorithms.airl import ShapedReward
from ilrl_course.checks.exercise import Fact
from ilrl_course.checks.lesson_06_networks import potentials_of, rewards_of
from ilrl_course.checks.lesson_06_results import Slope, facts_about_slopes, of_each_step
from ilrl_course.data import Transitions

OBS = np.array([[0.5, -1.0, 2.0], [1.5, 0.5, -0.5], [-2.0, 1.0, 0.0], [0.0, -1.5, 1.0], [1.0, 2.0, 0.5]])
NEXT_OBS = np.array([[1.0, -0.5, 1.5], [2.0, 1.0, 0.5], [-1.5, 1.5, 1.0], [0.5, 0.0, 2.0], [0.0, 1.0, -1.5]])
CHOICES = np.array([1, 0, 1, 1, 0])
CONTROLS = np.array([[0.5, -1.0], [1.5, 0.5], [-0.5, 2.0], [1.0, -1.5], [-2.0, 0.5]])
WEIGHTS = np.array([1.0, -2.0, 0.5, 1.5, -0.7])  # of the steps, so that one gradient stands for all

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


@dataclass(frozen=True)
class Case:
    """The first steps of those above; an absorbed one stays where it is, and its action is 0."""

    where: str  # in words
    gamma: float
    terminated: tuple[int, ...] = ()
    absorbed: tuple[int, ...] = ()
    num_numbers: int = 1  # in an action: 1 if it is a choice, 2 if it is continuous
    num_steps: int = len(OBS)

    def _flags(self, rows: tuple[int, ...]) -> np.ndarray:
        return np.isin(np.arange(self.num_steps), rows)

    @property
    def obs(self) -> np.ndarray:
        """(B, 3)."""
        return OBS[: self.num_steps]

    @property
    def next_obs(self) -> np.ndarray:
        """(B, 3)."""
        stays = self._flags(self.absorbed)[:, None]
        return np.where(stays, self.obs, NEXT_OBS[: self.num_steps])

    @property
    def actions(self) -> np.ndarray:
        """(B,) or (B, 2)."""
        actions = (CHOICES if self.num_numbers == 1 else CONTROLS)[: self.num_steps].copy()
        actions[self._flags(self.absorbed)] = 0
        return actions

    def transitions(self) -> Transitions:
        """A fresh copy, for one answer."""
        actions = torch.tensor(self.actions)
        return Transitions(
            obs=torch.tensor(self.obs, dtype=torch.float32),
            actions=actions.float() if actions.is_floating_point() else actions,
            next_obs=torch.tensor(self.next_obs, dtype=torch.float32),
            terminated=torch.tensor(self._flags(self.terminated)),
            absorbed=torch.tensor(self._flags(self.absorbed)),
        )

    def parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What f is made of: g(s, a), h(s), h(s') and how much that counts, each (B,)."""
        rewards = rewards_of(self.obs, self.actions.reshape(self.num_steps, -1))
        discounts = np.where(self._flags(self.terminated), 0.0, self.gamma)
        return rewards, potentials_of(self.obs), potentials_of(self.next_obs), discounts

    def shaped(self) -> np.ndarray:
        """f, by definition: (B,)."""
        rewards, potentials, next_potentials, discounts = self.parts()
        return rewards + discounts * next_potentials - potentials

    def slopes(self, net: ShapedReward) -> list[Slope]:
        """How the weighed sum of f rises with the parameters of both networks."""
        weights, discounts = WEIGHTS[: self.num_steps], self.parts()[-1][:, None]
        of_potential = weights @ (discounts * self.next_obs**2 - self.obs**2)
        return [
            Slope(net.reward.of_squares, weights @ self.obs**2, REWARD_CUT_OFF),
            Slope(net.reward.of_actions, weights @ self.actions.reshape(self.num_steps, -1), REWARD_CUT_OFF),
            Slope(net.potential.of_squares, of_potential, POTENTIAL_CUT_OFF),
        ]


ALIVE = Case("where nothing ends", 0.8)
ENDING = Case("where steps 1 and 4 terminated", 0.8, terminated=(1, 4))
ABSORBED = Case("where steps 0 and 3 are absorbed", 0.8, absorbed=(0, 3))
CONTINUOUS = Case("where actions are continuous", 0.6, terminated=(2,), num_numbers=2)
ALONE = Case("in a single step", 0.6, num_steps=1)


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
    yield from facts_about_slopes(weighed, case.slopes(net), case.where, STEPS_BACK)


def _flags_in_words(case: Case, i: int) -> str:
    flags = [name for name in ("terminated", "absorbed") if i in getattr(case, name)]
    return f" and {flags[0]} = True" if flags else ""
