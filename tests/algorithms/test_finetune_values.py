"""The warm-up teaches the critic what its actor's life is worth, in worlds where that is known."""

import gymnasium as gym
import numpy as np
import pytest
import torch

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.algorithms.finetune import FinetuneConfig, warm_up_critic
from ilrl_course.networks import ValueNet, make_value_net
from ilrl_course.rollout import collect_rollout, derive_seed, make_batch
from tests import counting_world
from tests.algorithms.test_ppo_worlds import Endless, Identity, SmallWorld

counting_world.register()


class Countdown(SmallWorld):
    """Each step pays 1, and the third is the last: by the clock, or because life ends."""

    single_observation_space = gym.spaces.Box(0, 1, (3,), np.float32)
    max_steps = 3

    def _advance(self, actions):
        rewards, _ = super()._advance(actions)
        return rewards, (self.steps + 1 == 3) & self.ends

    def _observe(self):
        return np.eye(3, dtype=np.float32)[np.minimum(self.steps, 2)]


class EndlessCountdown(Countdown):
    ends = False


def first_action(obs):
    return np.zeros(len(obs), dtype=np.int64)


def make_critic(envs):
    return make_value_net(envs.single_observation_space, 0, hidden_sizes=(16,))


def learned_values(envs, obs, actor=first_action, **settings):
    """What the critic says of these observations in the end."""
    settings = {
        "num_warmup_iterations": 40, "num_steps": 8, "num_epochs": 4, "minibatch_size": 128, "gamma": 0.9,
        "warmup_learning_rate": 2e-2,
    } | settings  # fmt: skip
    value_net = make_critic(envs)
    list(warm_up_critic(value_net, actor, envs, FinetuneConfig(**settings), seed=0))
    with torch.no_grad():
        return value_net(torch.as_tensor(obs, dtype=torch.float32)).tolist()


@pytest.mark.parametrize(("gamma", "worth"), [(0.9, 10.0), (0.5, 2.0)])
def test_the_value_of_endless_life_is_learned_through_time_limits(gamma, worth):
    assert learned_values(Endless(), [[1.0]], gamma=gamma) == pytest.approx([worth], rel=0.03)


def test_the_value_before_a_death_is_the_reward_to_go_and_before_a_time_limit_it_is_not():
    assert learned_values(Countdown(), np.eye(3)) == pytest.approx([2.71, 1.9, 1.0], abs=0.1)
    assert learned_values(EndlessCountdown(), np.eye(3)) == pytest.approx([10, 10, 10], rel=0.03)


def test_what_is_learned_is_the_worth_of_what_this_actor_does():
    """Lamp 1 is lit in a quarter of the one-step lives; who always says 1 is right there, and only there."""

    def always_one(obs):
        return np.ones(len(obs), dtype=np.int64)

    assert learned_values(Identity(), np.eye(4), always_one) == pytest.approx([0, 1, 0, 0], abs=0.05)


def test_the_reported_loss_is_that_of_the_last_minibatch_before_its_step():
    envs = make_batch("test/Counting-v0", 4)
    value_net = make_critic(envs)
    block, _ = collect_rollout(first_action, envs, envs.reset(seed=derive_seed(0, "warm-up"))[0], 8)
    with torch.no_grad():
        ends = block.terminated, block.truncated
        targets = value_targets(block.rewards, value_net(block.next_obs), *ends, 0.99)
        expected = (value_net(block.obs) - targets).square().mean().item()
    config = FinetuneConfig(num_warmup_iterations=1, num_steps=8, num_epochs=1, minibatch_size=32)
    (metrics,) = warm_up_critic(value_net, first_action, make_batch("test/Counting-v0", 4), config, seed=0)
    assert metrics["value_loss"] == pytest.approx(expected, rel=1e-5)


def test_the_targets_of_an_epoch_are_those_of_the_critic_at_its_beginning():
    """Reward 1 for ever, a critic that begins at 0: the target is 1 + gamma * what it says by then."""
    envs = Endless(num_envs=8)
    value_net = ValueNet(1, hidden_sizes=())
    torch.nn.init.zeros_(value_net.value[0].weight)
    config = FinetuneConfig(
        num_warmup_iterations=1, num_steps=1, num_epochs=3, minibatch_size=8, gamma=0.9,
        warmup_learning_rate=0.25,
    )  # fmt: skip
    forecasts = []
    value_net.register_forward_hook(
        lambda network, inputs, values: forecasts.append(values[0].item()) if values.requires_grad else None
    )
    (metrics,) = warm_up_critic(value_net, first_action, envs, config, seed=0)
    assert forecasts[0] == 0
    assert metrics["value_loss"] == pytest.approx((1 + 0.9 * forecasts[2] - forecasts[2]) ** 2, rel=1e-4)
