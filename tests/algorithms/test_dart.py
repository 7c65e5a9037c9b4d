"""Noise injection: what is executed is disturbed, what is learned from is not."""

import numpy as np
import pytest

from ilrl_course.algorithms.dart import demonstrate_with_noise
from ilrl_course.envs.driving import DrivingVectorEnv, make_demonstrator
from ilrl_course.rollout import collect_rollout, derive_seed


def gentle(obs):
    """Steers toward the middle, far from the limits of the action; says in which situation it was asked."""
    return np.stack([-0.2 * obs[:, 0] - 0.3 * obs[:, 1], 0.1 * obs[:, 2]], 1).astype(np.float32)


class RecordedDriving(DrivingVectorEnv):
    """Keeps the actions that were executed, and where, in the order of the steps."""

    def __init__(self, num_envs):
        super().__init__(num_envs)
        self.situations, self.executed = [], []

    def step(self, actions):
        self.situations.append(self._observe())
        self.executed.append(np.array(actions))
        return super().step(actions)


def demonstrate(noise_std, seed=0, num_envs=20, num_steps=100):
    """The batch (B), and the situations and executed actions (B, ...) that the world saw."""
    envs = RecordedDriving(num_envs)
    batch = demonstrate_with_noise(gentle, envs, num_steps, noise_std, seed)
    return batch, np.concatenate(envs.situations), np.concatenate(envs.executed)


def test_labels_are_the_clean_actions_in_the_situations_that_were_really_met():
    batch, situations, executed = demonstrate(0.3)
    assert len(batch) == 20 * 100
    np.testing.assert_array_equal(batch.obs, situations)
    np.testing.assert_array_equal(batch.actions, gentle(situations))
    assert (batch.actions.numpy() != executed).all()


@pytest.mark.parametrize("noise_std", [0.1, 0.5])
def test_executed_actions_are_disturbed_by_gaussian_noise_of_the_standard_deviation(noise_std):
    batch, _, executed = demonstrate(noise_std)
    assert executed.dtype == np.float32
    noise = (executed - batch.actions.numpy()) / noise_std  # (B, 2)
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=0.1)
    np.testing.assert_allclose(noise.std(axis=0), 1, atol=0.05)
    np.testing.assert_allclose((np.abs(noise) < 1).mean(axis=0), 0.683, atol=0.04)


def test_each_step_copy_and_part_of_an_action_has_noise_of_its_own():
    batch, _, executed = demonstrate(0.3)
    noise = (executed - batch.actions.numpy()).reshape(100, 20, 2)
    pairs = [(noise[1:], noise[:-1]), (noise[:, 1:], noise[:, :-1]), (noise[..., 0], noise[..., 1])]
    for one, other in pairs:
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.1


@pytest.mark.parametrize("expert", [gentle, make_demonstrator("expert")], ids=["gentle", "expert"])
def test_without_noise_it_is_a_plain_demonstration(expert):
    noiseless = demonstrate_with_noise(expert, DrivingVectorEnv(5), 40, 0.0, seed=3)
    envs = DrivingVectorEnv(5)
    plain, _ = collect_rollout(expert, envs, envs.reset(seed=derive_seed(3, "demonstrations"))[0], 40)
    np.testing.assert_array_equal(noiseless.obs, plain.obs.flatten(0, 1))
    np.testing.assert_array_equal(noiseless.actions, plain.actions.flatten(0, 1))


def test_noise_leads_to_situations_that_the_undisturbed_expert_does_not_meet():
    expert = make_demonstrator("expert")
    offsets = [
        demonstrate_with_noise(expert, DrivingVectorEnv(20), 100, std, 0).obs[:, 1] for std in (0, 0.5)
    ]
    assert offsets[1].std() > 1.2 * offsets[0].std()


def test_equal_seeds_repeat_and_another_seed_differs():
    first, same, other = (demonstrate(0.3, seed)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.obs, same.obs)
    np.testing.assert_array_equal(first.actions, same.actions)
    assert not np.array_equal(first.obs, other.obs)
