"""DAgger's training: which labels it gathers, what it learns from them, and what it counts."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.bc import bc_loss, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig, label_rollout, mixed_rollout, train_dagger
from ilrl_course.data import concatenate
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import make_policy
from ilrl_course.rollout import make_batch
from tests import counting_world

counting_world.register()
COUNTING = "test/Counting-v0"


def expert(obs):
    return (obs[:, 2] % 2).astype(np.int64)


def fresh(envs, seed=0):
    return make_policy(envs.single_observation_space, envs.single_action_space, seed)


def train(env_id=COUNTING, seed=0, rounds=None, num_envs=4, teacher=expert, label_fn=label_rollout, **config):
    """A trained policy, the metrics of every round, and the labels of every round."""
    envs, labeled = make_batch(env_id, num_envs), []

    def recording(*args):
        labeled.append(label_fn(*args))
        return labeled[-1]

    policy = fresh(envs)
    config = DAggerConfig(**{"num_updates": 10, "num_rounds": 3, "num_steps": 7} | config)
    metrics = []
    for i, values in enumerate(train_dagger(policy, teacher, envs, config, seed, label_fn=recording), 1):
        metrics.append(values)
        if i == rounds:
            break
    return policy, metrics, labeled


def same_weights(first, second):
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_every_real_situation_is_labeled_once_and_none_after_the_end_of_an_episode():
    _, _, labeled = train(num_rounds=3, num_steps=4)
    obs = concatenate(labeled).obs.reshape(12, 4, 3)
    for copy, length in enumerate([2, 3, 5, 5]):
        visited = [[copy, t // length, t % length] for t in range(12)]
        assert obs[:, copy].tolist() == visited


def test_each_round_learns_from_the_labels_of_all_rounds_so_far():
    envs, seen, labeled, known = make_batch(COUNTING, 4), set(), [], set()

    def rows(obs):
        return set(map(tuple, obs.tolist()))

    def loss_fn(policy, obs, actions):
        seen.update(rows(obs))
        np.testing.assert_array_equal(actions, expert(obs.numpy()))
        return bc_loss(policy, obs, actions)

    def label_fn(*args):
        labeled.append(label_rollout(*args))
        return labeled[-1]

    config = DAggerConfig(num_updates=20, num_rounds=3, num_steps=7)
    training = train_dagger(fresh(envs), expert, envs, config, 0, label_fn=label_fn, loss_fn=loss_fn)
    for i, metrics in enumerate(training):
        known |= rows(labeled[i].obs)
        assert seen == known
        assert metrics["labels"] == len(known) == 28 * (i + 1)
        seen.clear()


def test_beta_starts_at_one_and_decays_by_a_constant_factor_a_round():
    envs, betas = make_batch(COUNTING, 4), []

    def rollout_fn(*args):
        betas.append(args[5])
        return mixed_rollout(*args)

    config = DAggerConfig(num_updates=1, num_rounds=4, beta_decay=0.3)
    list(train_dagger(fresh(envs), expert, envs, config, 0, rollout_fn=rollout_fn))
    assert betas == pytest.approx([1, 0.3, 0.09, 0.027])


def test_one_round_of_the_expert_alone_is_behavioral_cloning():
    balance = CARTPOLE.make_demonstrator("expert")
    config = {"num_rounds": 1, "beta_decay": 1.0, "num_updates": 30}
    policy, metrics, labeled = train(CARTPOLE.env_id, seed=3, teacher=balance, **config)
    clone = fresh(make_batch(CARTPOLE.env_id, 4))
    *_, last = train_bc(clone, labeled[0], DAggerConfig(**config), seed=3)
    assert same_weights(policy, clone)
    assert metrics[0]["loss"] == last["loss"]


@pytest.mark.parametrize(("from_scratch", "untrained"), [(True, [True] * 3), (False, [True, False, False])])
def test_from_scratch_begins_each_round_with_the_untrained_policy(from_scratch, untrained):
    envs = make_batch(COUNTING, 4)
    policy = fresh(envs)
    at_start, found = deepcopy(policy), []

    def loss_fn(policy, obs, actions):
        found.append(same_weights(policy, at_start))
        return bc_loss(policy, obs, actions)

    config = DAggerConfig(num_updates=5, num_rounds=3, from_scratch=from_scratch)
    list(train_dagger(policy, expert, envs, config, 0, loss_fn=loss_fn))
    assert found[::5] == untrained


def test_the_learner_acts_with_what_it_learned_before_also_when_each_round_begins_anew():
    config = {"beta_decay": 0.0, "from_scratch": True, "num_updates": 50, "num_rounds": 4}
    envs, agreement = make_batch(COUNTING, 4), []

    def rollout_fn(*args):
        rollout, obs = mixed_rollout(*args)
        agreement.append((rollout.actions == 1).float().mean().item())
        return rollout, obs

    policy = fresh(envs)
    list(train_dagger(policy, counting_world.actor, envs, DAggerConfig(**config), 0, rollout_fn))
    assert agreement == [1.0] * 4


def test_crashes_of_all_rounds_are_counted_and_time_limits_are_not():
    _, metrics, _ = train(num_rounds=4, num_steps=3, num_envs=8)  # copies 0 and 4 crash every second step
    assert [values["crashes"] for values in metrics] == [2 * (3 * i // 2) for i in (1, 2, 3, 4)]


def test_equal_seeds_give_equal_weights_and_another_seed_differs():
    balance = CARTPOLE.make_demonstrator("expert")
    first, same, other = (train(CARTPOLE.env_id, seed, teacher=balance)[0] for seed in (0, 0, 1))
    assert same_weights(first, same)
    assert not same_weights(first, other)


def test_training_stopped_early_leaves_the_policy_of_that_round():
    stopped, metrics, _ = train(rounds=2, num_rounds=5)
    assert len(metrics) == 2
    assert same_weights(stopped, train(num_rounds=2)[0])
    assert stopped.act(np.zeros((1, 3), np.float32)).shape == (1,)


def test_dagger_learns_to_balance_from_1600_labels():
    balance = CARTPOLE.make_demonstrator("expert")
    policy, metrics, _ = train(CARTPOLE.env_id, teacher=balance, num_rounds=20, num_updates=50, num_steps=20)
    assert metrics[-1]["labels"] == 1600
    assert evaluate(policy.act, CARTPOLE.env_id, 50, seed=0).mean_return > 475
