"""The log counts every accident and every meter once, whoever drives, and changes nothing."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.envs import DRIVING
from ilrl_course.envs.driving.spec import OBJECTS
from ilrl_course.measures.driving_safety import SafetyLog
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.rollout import collect_rollout, make_batch


class Notary(gym.vector.VectorWrapper):
    """Worlds that write down what each step really did, from what the driving world tells."""

    def __init__(self, envs):
        super().__init__(envs)
        self.off_road, self.collision, self.meters = [], [], []
        self.progress = np.zeros(self.num_envs)

    def reset(self, *, seed=None, options=None):
        obs, info = super().reset(seed=seed, options=options)
        self.progress = info["progress"].copy()
        return obs, info

    def step(self, actions):
        results = super().step(actions)
        info = results[-1]
        self.off_road.append(info["off_road"].copy())
        self.collision.append(info["collision"].copy())
        self.meters.append(info["progress"] - self.progress)
        self.progress = info["progress"].copy()
        return results


@pytest.fixture
def notary():
    return Notary(make_batch(DRIVING.env_id, 8, road_works=2))


def make_reckless_driver():
    """An expert that sees no road works and whose hands shake."""
    expert, generator = DRIVING.make_demonstrator("expert"), np.random.default_rng(0)

    def driver(obs):
        obs = obs.copy()
        obs[:, OBJECTS:] = 1, 0, 0, 1, 0, 0
        return (expert(obs) + generator.normal(0, 0.6, (len(obs), 2))).astype(np.float32)

    return driver


def make_networks(envs):
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed=0)
    return policy, make_value_net(envs.single_observation_space, seed=1)


def assert_agrees(log, notary):
    assert log.env_steps == 8 * len(notary.meters)
    assert log.off_road == np.sum(notary.off_road)
    assert log.collisions == np.sum(notary.collision)
    assert log.meters == pytest.approx(np.sum(notary.meters), rel=1e-5)


def test_counts_agree_with_an_independent_count_over_several_blocks(notary):
    log, driver = SafetyLog(notary), make_reckless_driver()
    obs, _ = log.reset(seed=0)
    crashed = 0
    for _ in range(2):
        rollout, obs = collect_rollout(driver, log, obs, num_steps=100)
        crashed += rollout.crashed.sum().item()
        assert_agrees(log, notary)
    assert log.env_steps == 1600
    assert log.off_road > 3
    assert log.collisions > 3
    assert crashed == (np.array(notary.off_road) | np.array(notary.collision)).sum()


def test_what_happens_while_a_policy_is_trained_is_counted_too(notary):
    log = SafetyLog(notary)
    policy, value_net = make_networks(log)
    config = PPOConfig(num_iterations=3, num_steps=32, num_epochs=1)
    *_, last = train_ppo(policy, value_net, log, config, seed=0)
    assert_agrees(log, notary)
    assert log.env_steps == last["env_steps"] == 3 * 32 * 8
    assert log.off_road + log.collisions >= last["crashes"] > 0
    log.reset(seed=0)
    collect_rollout(make_reckless_driver(), log, log.reset(seed=0)[0], num_steps=10)
    assert log.env_steps == 3 * 32 * 8 + 80
    assert_agrees(log, notary)


def test_a_log_changes_nothing_for_those_who_train():
    config = PPOConfig(num_iterations=2, num_steps=16, num_epochs=1)
    plain = make_batch(DRIVING.env_id, 4)
    logged = SafetyLog(make_batch(DRIVING.env_id, 4))
    first, second = (list(train_ppo(*make_networks(envs), envs, config, 0)) for envs in (plain, logged))
    assert first == second


def test_a_log_begins_at_zero_and_resets_of_the_worlds_are_not_counted(notary):
    log = SafetyLog(notary)
    assert (log.env_steps, log.off_road, log.collisions, log.meters) == (0, 0, 0, 0)
    log.reset(seed=0)
    log.reset(options={"reset_mask": np.ones(8, bool)})
    assert (log.env_steps, log.meters) == (0, 0)


def test_ways_driven_backward_are_subtracted_as_the_reward_does():
    log = SafetyLog(make_batch(DRIVING.env_id, 2, start_heading=0.0))
    log.reset(seed=0)
    log.unwrapped.psi[:] = np.pi  # facing the wrong way
    log.step(np.zeros((2, 2), np.float32))
    assert log.meters < 0
