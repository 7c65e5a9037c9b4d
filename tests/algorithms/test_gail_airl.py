"""What differs between GAIL and AIRL: rewards, shaping, logits, against formulas written out in NumPy."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.airl import (
    ShapedReward,
    airl_logits,
    airl_reward,
    make_airl_discriminator,
    shaped_reward,
)
from ilrl_course.algorithms.gail import gail_logits, hurry_reward, make_gail_discriminator, survival_reward
from ilrl_course.data import Transitions, stack_transitions
from ilrl_course.envs import CARTPOLE, DRIVING
from ilrl_course.rollout import collect_trajectories, make_batch

LOGITS = torch.linspace(-8, 8, 33, dtype=torch.float64)
D = 1 / (1 + np.exp(-LOGITS.numpy()))
GAMMA = 0.8


@pytest.mark.parametrize(
    ("reward_fn", "expected"),
    [
        (survival_reward, -np.log(1 - D)),
        (hurry_reward, np.log(D)),
        (airl_reward, np.log(D) - np.log(1 - D)),
    ],
)
def test_rewards_are_those_of_their_formulas(reward_fn, expected):
    assert reward_fn(LOGITS).numpy() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("reward_fn", [survival_reward, hurry_reward, airl_reward])
def test_rewards_of_extreme_logits_are_finite_and_rise_with_the_discriminators_belief(reward_fn):
    rewards = reward_fn(torch.tensor([-1000.0, -10.0, 0.0, 10.0, 1000.0]))
    assert torch.isfinite(rewards).all()
    assert (rewards.diff() >= 0).all()


class Columns(torch.nn.Module):
    """The first column of the observation as potential; the second plus the action as reward."""

    def reward(self, obs, actions):
        return obs[:, 1] + actions

    def potential(self, obs):
        return obs[:, 0]


def steps():
    return Transitions(
        obs=torch.tensor([[1.0, 10.0], [2.0, 20.0]]),
        actions=torch.tensor([3, 4]),
        next_obs=torch.tensor([[5.0, 50.0], [6.0, 60.0]]),
        terminated=torch.tensor([False, True]),
        absorbed=torch.zeros(2, dtype=torch.bool),
    )


def test_shaping_is_the_discounted_gain_of_potential_and_nothing_follows_a_termination():
    assert shaped_reward(Columns(), steps(), GAMMA).tolist() == pytest.approx([13 + 0.8 * 5 - 1, 24 - 2])


def test_shaping_of_a_whole_episode_telescopes():
    """Discounted and summed, only the potential at the start remains: no ranking of episodes changes."""
    num_steps = 30
    potentials = torch.randn(num_steps + 1, 2, generator=torch.Generator().manual_seed(0))
    potentials[:, 1] = 0.0
    path = Transitions(
        obs=potentials[:-1],
        actions=torch.zeros(num_steps),
        next_obs=potentials[1:],
        terminated=torch.arange(num_steps) == num_steps - 1,
        absorbed=torch.zeros(num_steps, dtype=torch.bool),
    )
    discounts = GAMMA ** torch.arange(num_steps)
    total = (discounts * shaped_reward(Columns(), path, GAMMA)).sum()
    assert total.item() == pytest.approx(-potentials[0, 0].item(), abs=1e-5)


def test_airls_logit_is_that_of_its_discriminator():
    log_probs = torch.tensor([-0.3, -1.2])
    f = shaped_reward(Columns(), steps(), GAMMA)
    discriminator = f.exp() / (f.exp() + log_probs.exp())
    logits = airl_logits(Columns(), steps(), log_probs, GAMMA)
    assert torch.sigmoid(logits).tolist() == pytest.approx(discriminator.tolist())


def test_gails_logit_does_not_depend_on_how_likely_the_action_was():
    envs = make_batch(CARTPOLE.env_id, 1)
    expert = CARTPOLE.make_demonstrator("expert")
    demos = stack_transitions(collect_trajectories(expert, CARTPOLE.env_id, 1, 0))
    net = make_gail_discriminator(envs, demos, 0)
    ones = torch.ones(len(demos))
    assert torch.equal(gail_logits(net, demos, ones), gail_logits(net, demos, -5 * ones))
    other = Transitions(*(vars(demos) | {"actions": 1 - demos.actions}).values())
    assert not torch.equal(gail_logits(net, demos, ones), gail_logits(net, other, ones))


@pytest.mark.parametrize("world", [CARTPOLE, DRIVING], ids=lambda world: world.name)
def test_discriminators_fit_a_world_see_its_units_and_repeat_with_their_seed(world):
    envs = make_batch(world.env_id, 1)
    expert = world.make_demonstrator("expert")
    demos = stack_transitions(collect_trajectories(expert, world.env_id, 1, 0))
    net = make_airl_discriminator(envs, demos, 0)
    assert isinstance(net, ShapedReward)
    assert torch.equal(net.reward.mean, demos.obs.mean(0))
    again, other = (make_airl_discriminator(envs, demos, seed) for seed in (0, 1))
    first = shaped_reward(net, demos, GAMMA)
    assert first.shape == (len(demos),)
    assert torch.equal(first, shaped_reward(again, demos, GAMMA))
    assert not torch.equal(first, shaped_reward(other, demos, GAMMA))
    opposite = Transitions(*(vars(demos) | {"actions": torch.zeros_like(demos.actions)}).values())
    assert torch.equal(net.reward(demos.obs, demos.actions), net.reward(opposite.obs, opposite.actions))
    assert not torch.equal(net.reward(demos.obs), net.potential(demos.obs))
