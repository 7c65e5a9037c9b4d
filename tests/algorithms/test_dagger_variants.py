"""Variants of DAgger: a guard acts where it must, a budget buys the farthest, late labels stay in place."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.dagger import DAggerConfig, label_rollout, mixed_rollout, train_dagger
from ilrl_course.algorithms.dagger_variants import Guard, LabelBudget, UnreliableLabels
from ilrl_course.data import Rollout
from ilrl_course.networks import make_policy
from ilrl_course.rollout import collect_rollout, make_batch
from tests import counting_world

counting_world.register()


def expert(obs):
    return np.ones(len(obs), np.int64)


def learner(obs):
    return np.zeros(len(obs), np.int64)


def echo(obs):
    """An expert whose label says which situation it answers to."""
    return obs.copy()


def early(obs):
    return obs[:, 2] < 2  # safe are the first two steps of an episode


def counting_rollout(num_steps=13, num_blocks=1):
    envs = make_batch("test/Counting-v0", 4)
    obs, _ = envs.reset(seed=0)
    blocks = []
    for _ in range(num_blocks):
        block, obs = collect_rollout(counting_world.actor, envs, obs, num_steps)
        blocks.append(block)
    return blocks[-1]


def rollout_of(obs):
    """A block (T, N) whose obs (T, N, obs_dim) alone matters."""
    columns = torch.zeros(obs.shape[:2])
    return Rollout(obs, columns, columns, obs, *[columns.bool()] * 3)


def guarded(is_safe, blocks=(13,), beta=0.0):
    """The guard after some blocks of acting, and all observations and actions (T, N) of them."""
    guard, envs, rng = Guard(is_safe), make_batch("test/Counting-v0", 4), np.random.default_rng(0)
    obs, _ = envs.reset(seed=0)
    rollouts = []
    for num_steps in blocks:
        rollout, obs = guard(expert, learner, envs, obs, num_steps, beta, rng)
        rollouts.append(rollout)
    return guard, *(torch.cat([getattr(r, name) for r in rollouts]) for name in ("obs", "actions"))


def test_the_expert_drives_exactly_where_it_is_unsafe_and_the_learner_elsewhere():
    _, obs, actions = guarded(early)
    assert torch.equal(actions, (obs[..., 2] >= 2).long())
    assert 0 < actions.float().mean() < 1


def test_where_all_is_safe_the_guard_changes_nothing():
    guard, _, actions = guarded(lambda obs: np.ones(len(obs), bool), beta=0.5)
    envs = make_batch("test/Counting-v0", 4)
    obs, _ = envs.reset(seed=0)
    plain, _ = mixed_rollout(expert, learner, envs, obs, 13, 0.5, np.random.default_rng(0))
    assert torch.equal(actions, plain.actions)
    assert guard.takeovers == 0


def count_takeovers(obs):
    """How often the expert had to step in, in the order of each copy's steps."""
    takeovers = 0
    for copy in range(obs.shape[1]):
        was_unsafe = False
        for situation in obs[:, copy]:
            unsafe = not early(situation[None])[0]
            takeovers += unsafe and not was_unsafe
            was_unsafe = unsafe
    return takeovers


def test_takeovers_agree_with_an_independent_count():
    guard, obs, _ = guarded(early)
    assert guard.takeovers == count_takeovers(obs)
    assert guard.takeovers == 0 + 4 + 3 + 3  # copies of 2, 3, 5 and 5 steps an episode, 13 steps in all


@pytest.mark.parametrize("blocks", [(5, 8), (1,) * 13], ids=str)
def test_counts_do_not_depend_on_how_the_acting_is_cut_into_rounds(blocks):
    guard, obs, _ = guarded(early, blocks)
    assert guard.takeovers == count_takeovers(obs)


def test_an_episode_that_starts_unsafe_is_a_takeover():
    guard, _, _ = guarded(lambda obs: np.zeros(len(obs), bool))
    assert guard.takeovers == 4


def test_where_the_expert_drives_anyway_nothing_is_taken_over():
    guard, _, actions = guarded(early, beta=1.0)
    assert guard.takeovers == 0
    assert actions.float().mean() == 1


def farthest_first(obs, labeled, num_labels):
    """Greedy k-center by brute force: rows of obs, one after the other the one farthest from all labeled."""
    labeled, chosen = list(labeled), []
    for _ in range(num_labels):
        nearest = [min((np.linalg.norm(row - known) for known in labeled), default=np.inf) for row in obs]
        chosen.append(int(np.argmax(nearest)))
        labeled.append(obs[chosen[-1]])
    return chosen


def test_a_budget_buys_what_greedy_k_center_by_brute_force_would():
    generator = torch.Generator().manual_seed(0)
    label_fn, labeled = LabelBudget(8), None
    for _ in range(3):
        block = torch.randn(10, 5, 4, generator=generator)
        obs = block.reshape(50, 4).double().numpy()
        chosen = farthest_first(obs, [] if labeled is None else labeled, 8)
        batch = label_fn(echo, rollout_of(block))
        np.testing.assert_array_equal(batch.obs, obs[chosen].astype(np.float32))
        assert torch.equal(batch.actions, batch.obs)  # labels of the chosen situations
        labeled = obs[chosen] if labeled is None else np.concatenate([labeled, obs[chosen]])


def test_nothing_is_labeled_twice_not_even_in_another_round():
    label_fn, block = LabelBudget(20), torch.randn(10, 10, 3, generator=torch.Generator().manual_seed(0))
    bought = torch.cat([label_fn(echo, rollout_of(block)).obs for _ in range(4)])
    assert len(bought) == len(bought.unique(dim=0)) == 80


def test_a_budget_that_covers_every_step_labels_every_step_once():
    block = torch.randn(6, 10, 3, generator=torch.Generator().manual_seed(0))
    batch = LabelBudget(60)(echo, rollout_of(block))
    assert sorted(batch.obs.tolist()) == sorted(block.reshape(60, 3).tolist())


def test_a_budget_beyond_the_steps_of_a_round_is_a_clear_error():
    with pytest.raises(ValueError, match="53 labels for 52 steps: act longer, or ask for fewer"):
        LabelBudget(53)(echo, counting_rollout())


def test_training_on_a_budget_pays_for_so_many_labels_a_round():
    envs = make_batch("test/Counting-v0", 4)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed=0)
    config = DAggerConfig(num_rounds=3, num_steps=10, num_updates=1)
    training = train_dagger(policy, expert, envs, config, 0, label_fn=LabelBudget(6))
    assert [metrics["labels"] for metrics in training] == [6, 12, 18]


def test_prompt_labels_without_noise_are_those_of_a_reliable_expert():
    rollout = counting_rollout()
    late, reliable = UnreliableLabels()(echo, rollout), label_rollout(echo, rollout)
    assert torch.equal(late.obs, reliable.obs)
    assert torch.equal(late.actions, reliable.actions)


@pytest.mark.parametrize("delay", [1, 2, 3, 20])
@pytest.mark.parametrize("num_blocks", [1, 2])
def test_late_labels_fit_an_earlier_situation_of_the_same_episode(delay, num_blocks):
    rollout = counting_rollout(13, num_blocks)
    batch = UnreliableLabels(delay)(echo, rollout)
    assert torch.equal(batch.obs, rollout.obs.reshape(52, 3))
    for copy in range(4):
        episode = []
        for t in range(13):
            if t and rollout.obs[t, copy, 1] != rollout.obs[t - 1, copy, 1]:
                episode = []
            episode.append(rollout.obs[t, copy])
            earlier = episode[-1 - delay] if len(episode) > delay else episode[0]
            assert torch.equal(batch.actions.reshape(13, 4, 3)[t, copy], earlier)


def test_noisy_labels_scatter_around_the_right_ones_by_the_standard_deviation():
    rollout = rollout_of(torch.rand(100, 50, 2, generator=torch.Generator().manual_seed(0)))
    batch = UnreliableLabels(noise_std=0.2)(echo, rollout)
    noise = batch.actions - batch.obs
    assert noise.dtype == torch.float32
    torch.testing.assert_close(noise.mean(0), torch.zeros(2), atol=0.01, rtol=0)
    torch.testing.assert_close(noise.std(0), torch.full((2,), 0.2), atol=0.01, rtol=0)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.05


def test_noise_depends_on_its_seed_alone_and_is_fresh_in_every_round():
    def labels(label_fn):
        return label_fn(echo, counting_rollout()).actions

    first, same, other = (UnreliableLabels(noise_std=0.2, seed=seed) for seed in (0, 0, 1))
    before = labels(first)
    assert torch.equal(before, labels(same))
    assert not torch.equal(before, labels(other))
    assert not torch.equal(before, labels(first))
