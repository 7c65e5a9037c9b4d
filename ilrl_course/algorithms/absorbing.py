"""Ends that go on: what has ended stays as it ended, for good, and is judged like everything else.

A world that stops pays nothing afterwards, whatever the discriminator thinks of the end. So a reward that is
always positive makes ends look bad, and one that is always negative makes them look good. With absorbing
states neither is so (Kostrikov et al. 2019, whose critic bootstraps through one extra state; of the
closed form, which we use, they say that it was less stable).
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from ilrl_course.data import Rollout, Transitions, concatenate, flatten_rollout


def with_absorbing(steps: Transitions) -> Transitions:
    """The B steps as of a world without ends, and behind them, for each of the E ends, a step that goes on.

    It leads from the end to itself and stands for all that follow; its action is 0 and does not matter.
    """
    ends = steps.next_obs[steps.terminated]  # (E, obs_dim)
    yes, no = torch.ones(len(ends), dtype=torch.bool), torch.zeros(len(steps) + len(ends), dtype=torch.bool)
    after = Transitions(ends, torch.zeros_like(steps.actions[: len(ends)]), ends, ~yes, absorbed=yes)
    return replace(concatenate([steps, after]), terminated=no)


def occupancy(steps: Transitions, gamma: float) -> Tensor:
    """How many steps each of them stands for: (B,).

    One, or for an absorbing step all that follow it, discounted: 1 + gamma + gamma^2 + ... of them.
    """
    return torch.where(steps.absorbed, 1 / (1 - gamma), 1.0)


def add_what_follows(rewards: Tensor, steps: Transitions, gamma: float) -> Tensor:
    """What each of B steps is paid, (B,): its own reward, and at each of the E ends also the rest after it.

    `rewards` (B + E,) are those of `with_absorbing(steps)`: of the steps, and behind them of the rest after
    each end, in the order of the ends. An end is where `steps.terminated` (B,).
    """
    of_steps, of_rests = rewards[: len(steps)].clone(), rewards[len(steps) :]  # (B,), (E,)
    of_steps[steps.terminated] += gamma / (1 - gamma) * of_rests
    return of_steps


def frozen_reward(score_fn: Callable[[Transitions], Tensor], gamma: float) -> Callable[[Rollout], Tensor]:
    """A `reward_fn` for `train_ppo` that pays every step its score, and an end also what follows it."""

    def rewards(rollout: Rollout) -> Tensor:
        block = flatten_rollout(rollout)
        with torch.no_grad():
            scores = score_fn(with_absorbing(block))  # (B + E,)
        return add_what_follows(scores, block, gamma).reshape(rollout.rewards.shape)

    return rewards
