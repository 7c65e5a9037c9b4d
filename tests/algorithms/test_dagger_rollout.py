"""DAgger's acting and labeling: one coin a step, whole actions, and the expert's answer everywhere."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.dagger import label_rollout, mixed_rollout
from ilrl_course.envs import DRIVING
from ilrl_course.rollout import make_batch
from tests import counting_world

counting_world.register()


def expert(obs):
    return (obs[:, 2] % 2).astype(np.int64)


def contrary(obs):
    return 1 - expert(obs)


def mixed(beta, learner=contrary, num_envs=4, num_steps=7, seed=0):
    envs = make_batch("test/Counting-v0", num_envs)
    obs, _ = envs.reset(seed=0)
    return mixed_rollout(expert, learner, envs, obs, num_steps, beta, np.random.default_rng(seed))


def expert_acted(rollout):
    right = expert(rollout.obs.flatten(0, 1).numpy()).reshape(rollout.actions.shape)
    return rollout.actions.numpy() == right  # (T, N)


@pytest.mark.parametrize(("beta", "expert_everywhere"), [(1.0, True), (0.0, False)])
def test_beta_one_is_the_expert_alone_and_beta_zero_the_learner_alone(beta, expert_everywhere):
    assert (expert_acted(mixed(beta)[0]) == expert_everywhere).all()


@pytest.mark.parametrize("beta", [0.2, 0.5, 0.9])
def test_the_expert_acts_in_the_fraction_beta_of_all_steps(beta):
    assert expert_acted(mixed(beta, num_envs=50, num_steps=100)[0]).mean() == pytest.approx(beta, abs=0.03)


def test_each_step_of_each_copy_has_a_coin_of_its_own():
    acted = expert_acted(mixed(0.5, num_envs=100, num_steps=100)[0])
    assert (acted[1:] == acted[:-1]).mean() == pytest.approx(0.5, abs=0.03)
    assert (acted[:, 1:] == acted[:, :-1]).mean() == pytest.approx(0.5, abs=0.03)


def test_an_action_of_several_parts_comes_from_one_of_the_two_as_a_whole():
    envs = make_batch(DRIVING.env_id, 20)
    obs, _ = envs.reset(seed=0)
    teacher, learner = (lambda obs, v=v: np.full((len(obs), 2), v, np.float32) for v in (0.5, 0.0))
    rollout, _ = mixed_rollout(teacher, learner, envs, obs, 5, 0.5, np.random.default_rng(0))
    assert torch.equal(rollout.actions[..., 0], rollout.actions[..., 1])
    assert set(rollout.actions.unique().tolist()) == {0.0, 0.5}


def test_the_array_that_the_learner_returned_is_not_changed():
    returned, copies = [], []

    def learner(obs):
        returned.append(contrary(obs))
        copies.append(returned[-1].copy())
        return returned[-1]

    mixed(0.5, learner)
    np.testing.assert_array_equal(returned, copies)


def test_the_observations_to_go_on_from_are_those_that_followed():
    rollout, obs = mixed(0.5, num_steps=1)
    np.testing.assert_array_equal(obs, rollout.next_obs[-1])
    _, obs = mixed(0.5, num_steps=2)
    assert obs.tolist() == [[0, 1, 0], [1, 0, 2], [2, 0, 2], [3, 0, 2]]  # copy 0 began its next episode


def test_labels_are_the_experts_also_where_the_learner_acted():
    rollout, _ = mixed(0.0)
    batch = label_rollout(expert, rollout)
    assert torch.equal(batch.obs, rollout.obs.reshape(-1, 3))
    np.testing.assert_array_equal(batch.actions, expert(batch.obs.numpy()))
    assert not (batch.actions == rollout.actions.flatten()).any()
