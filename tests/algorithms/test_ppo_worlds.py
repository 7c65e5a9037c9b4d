"""PPO learns what can be learned in the smallest worlds, and its critic lives on through time limits."""

import gymnasium as gym
import numpy as np
import pytest
import torch

from ilrl_course.algorithms import experience
from ilrl_course.algorithms.advantages import lambda_returns, value_targets
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.envs.batched import BatchedWorld
from ilrl_course.networks import make_policy, make_value_net

NUM_ENVS = 32


class SmallWorld(BatchedWorld):
    """Nothing moves; `ends` says whether a step is the whole life, and nobody crashes or succeeds."""

    max_steps = 8
    ends = True
    single_observation_space = gym.spaces.Box(-1, 1, (1,), np.float32)
    single_action_space = gym.spaces.Discrete(4)

    def __init__(self, num_envs=NUM_ENVS, render_mode=None):
        super().__init__(num_envs, render_mode)
        self.obs = np.ones((num_envs, *self.single_observation_space.shape), np.float32)

    def _start(self, rows):
        pass

    def _advance(self, actions):
        return self.reward(actions).astype(np.float32), np.full(self.num_envs, self.ends)

    def _observe(self):
        return self.obs.copy()

    def _info(self, terminated, truncated):
        return {"crashed": np.zeros_like(terminated), "success": np.zeros_like(terminated)}

    def reward(self, actions):
        return np.ones(len(actions))


class Bandit(SmallWorld):
    """Four arms, of which the third pays best, and not always."""

    payoffs = np.array([0.2, 0.5, 0.8, 0.4])

    def reward(self, actions):
        coins = [generator.random() for generator in self.generators]
        return self.payoffs[actions] > coins


class ContinuousBandit(SmallWorld):
    """Two levers; the nearer to (0.6, -0.4), the better."""

    single_action_space = gym.spaces.Box(-1, 1, (2,), np.float32)

    def reward(self, actions):
        return -np.square(actions - [0.6, -0.4]).sum(1)


class Identity(SmallWorld):
    """Say which of four lamps is lit."""

    single_observation_space = gym.spaces.Box(0, 1, (4,), np.float32)

    def _start(self, rows):
        for row in rows:
            self.obs[row] = np.eye(4)[self.generators[row].integers(4)]

    def reward(self, actions):
        return actions == self.obs.argmax(1)


class ContinuousIdentity(SmallWorld):
    """Say the number that is shown."""

    single_action_space = gym.spaces.Box(-1, 1, (1,), np.float32)

    def _start(self, rows):
        for row in rows:
            self.obs[row] = self.generators[row].uniform(-1, 1)

    def reward(self, actions):
        return -np.square(actions - self.obs).sum(1)


class Endless(SmallWorld):
    """Life pays 1 a step and never ends; only the clock looks in every eight steps."""

    ends = False


SETTINGS = {
    "num_iterations": 20,
    "num_steps": 8,
    "num_epochs": 4,
    "minibatch_size": 128,
    "learning_rate": 2e-2,
}


def train(envs, seed=0, functions=None, **settings):
    """Small networks, trained in these worlds: policy and value network."""
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed, hidden_sizes=(16,))
    value_net = make_value_net(envs.single_observation_space, seed, hidden_sizes=(16,))
    config = PPOConfig(**SETTINGS | settings)
    for _ in train_ppo(policy, value_net, envs, config, seed, **(functions or {})):
        pass
    return policy, value_net


@pytest.mark.parametrize("seed", [0, 1])
def test_a_bandit_is_solved(seed):
    policy, value_net = train(Bandit(), seed)
    assert policy(torch.ones(1, 1)).probs[0, 2] > 0.95
    assert value_net(torch.ones(1, 1)).item() == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_bandit_with_levers_is_solved(seed):
    policy, _ = train(ContinuousBandit(), seed)
    np.testing.assert_allclose(policy.act(np.ones((1, 1), np.float32)), [[0.6, -0.4]], atol=0.05)
    assert (policy(torch.ones(1, 1)).stddev < 0.25).all()  # it began at 0.61


@pytest.mark.parametrize("seed", [0, 1])
def test_the_identity_is_learned(seed):
    policy, _ = train(Identity(), seed)
    assert (policy(torch.eye(4)).probs.diagonal() > 0.95).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_the_continuous_identity_is_learned(seed):
    policy, _ = train(ContinuousIdentity(), seed)
    shown = np.linspace(-1, 1, 9, dtype=np.float32)[:, None]
    np.testing.assert_allclose(policy.act(shown), shown, atol=0.15)


def test_a_large_bonus_for_entropy_keeps_a_policy_undecided():
    policy, _ = train(Bandit(), ent_coef=3.0)
    assert policy(torch.ones(1, 1)).entropy().item() == pytest.approx(np.log(4), abs=0.05)


def time_limits_as_deaths(rewards, values, next_values, terminated, truncated, *discounts):
    over = terminated | truncated
    return lambda_returns(rewards, values, next_values, over, torch.zeros_like(over), *discounts)


def worth_of_endless_life():
    settings = {"num_iterations": 30, "minibatch_size": 256, "learning_rate": 5e-2, "gamma": 0.9}
    critic_first = {"vf_coef": 1.0, "max_grad_norm": 10.0}
    _, value_net = train(Endless(), **settings, **critic_first)
    return value_net(torch.ones(1, 1)).item()


def test_the_value_of_endless_life_is_right_only_if_time_limits_are_not_deaths(monkeypatch):
    """Reward 1 a step for ever is worth 1 / (1 - 0.9) = 10; for one to eight more steps, 3.7 on average."""
    assert worth_of_endless_life() == pytest.approx(10, abs=0.2)
    monkeypatch.setattr(experience, "lambda_returns", time_limits_as_deaths)
    assert worth_of_endless_life() < 5


def test_value_targets_taken_again_and_again_find_the_value_of_endless_life_too():
    ones, never = torch.ones(8, 1), torch.zeros(8, 1, dtype=torch.bool)
    limit = torch.arange(8)[:, None] == 7
    worth = {"time limit": 0.0, "death": 0.0}
    for _ in range(50):
        worth["time limit"] = value_targets(ones, worth["time limit"] * ones, never, limit, 0.9).mean().item()
        worth["death"] = value_targets(ones, worth["death"] * ones, limit, never, 0.9).mean().item()
    assert worth["time limit"] == pytest.approx(10, abs=1e-3)
    assert worth["death"] == pytest.approx(np.mean([(1 - 0.9**k) / 0.1 for k in range(1, 9)]), abs=1e-3)
