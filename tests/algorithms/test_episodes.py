"""Padded episodes say the same as the trajectories that they were made of, one by one."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.episodes import Episodes, kl_of, log_probs_of, pad_episodes
from ilrl_course.clones import fresh_policy
from ilrl_course.data import stack_steps
from ilrl_course.envs.text import TEXT
from ilrl_course.rollout import collect_trajectories
from tests.algorithms.lines import policy, random_episodes, random_trajectory

LENGTHS = [1, 4, 2, 7]
TRAJECTORIES = [random_trajectory(length, seed) for seed, length in enumerate(LENGTHS)]


def test_the_running_rows_are_the_steps_in_order_and_the_others_are_zeros():
    episodes = pad_episodes(TRAJECTORIES, 9)
    steps = stack_steps(TRAJECTORIES)
    assert episodes.running.sum(1).tolist() == LENGTHS
    assert torch.equal(episodes.obs[episodes.running], steps.obs)
    assert torch.equal(episodes.actions[episodes.running], steps.actions)
    after = np.concatenate([trajectory.obs[1:] for trajectory in TRAJECTORIES])
    assert torch.equal(episodes.next_obs[episodes.running], torch.from_numpy(after))
    for column in (episodes.obs, episodes.next_obs, episodes.actions):
        assert not column[~episodes.running].any()
    assert episodes.obs.shape == (4, 9, 3)


def test_without_a_number_of_steps_the_longest_episode_decides():
    assert pad_episodes(TRAJECTORIES).running.shape == (4, 7)


@pytest.mark.parametrize(("trajectories", "num_steps"), [([], None), (TRAJECTORIES, 6)])
def test_no_episode_and_too_little_room_are_refused(trajectories, num_steps):
    with pytest.raises(ValueError, match="pass at least one, and room for the longest"):
        pad_episodes(trajectories, num_steps)


def test_rows_are_chosen_in_all_columns_alike():
    episodes = pad_episodes(TRAJECTORIES)
    chosen = episodes[torch.tensor([3, 0])]
    assert len(chosen) == 2
    assert chosen.running.sum(1).tolist() == [7, 1]
    assert torch.equal(chosen.obs, episodes.obs[[3, 0]])


@pytest.mark.parametrize("place", [2, -2, np.int64(2), torch.tensor(2)])
def test_the_episode_at_a_single_place_keeps_the_axis_of_the_episodes(place):
    episodes, acting = pad_episodes(TRAJECTORIES), policy()
    (one,) = log_probs_of(acting, episodes[place])
    assert one.item() == pytest.approx(log_probs_of(acting, episodes)[2].item(), abs=1e-5)


def test_a_loop_goes_through_the_episodes_one_by_one():
    episodes = pad_episodes(TRAJECTORIES)
    assert [int(one.running.sum()) for one in episodes] == LENGTHS
    assert all(one.obs.shape == (1, *episodes.obs.shape[1:]) for one in episodes)


def test_columns_that_do_not_fit_are_refused():
    episodes = pad_episodes(TRAJECTORIES)
    with pytest.raises(ValueError, match="each step needs one of each"):
        Episodes(episodes.obs, episodes.actions[:, 1:], episodes.next_obs, episodes.running)


def test_an_episode_is_as_likely_as_the_product_of_its_steps():
    acting = policy()
    for trajectory, log_prob in zip(
        TRAJECTORIES, log_probs_of(acting, pad_episodes(TRAJECTORIES)), strict=True
    ):
        chances = acting(torch.from_numpy(trajectory.obs[:-1])).probs.detach()
        product = np.prod(
            [float(row[action]) for row, action in zip(chances, trajectory.actions, strict=True)]
        )
        assert log_prob.item() == pytest.approx(np.log(product), abs=1e-5)


def test_more_padding_changes_no_sum():
    acting, reference = policy(0), policy(1)
    short, long = (pad_episodes(TRAJECTORIES, num_steps) for num_steps in (7, 12))
    for of in (log_probs_of, lambda p, e: kl_of(p, reference, e)):
        assert torch.allclose(of(acting, short), of(acting, long), atol=1e-5)


def test_the_kl_of_an_episode_is_that_of_its_steps_and_goes_from_policy_to_reference():
    acting, reference = policy(0), policy(1)
    found = kl_of(acting, reference, pad_episodes(TRAJECTORIES))
    for trajectory, kl in zip(TRAJECTORIES, found, strict=True):
        obs = torch.from_numpy(trajectory.obs[:-1])
        p, q = acting(obs).probs, reference(obs).probs
        assert kl.item() == pytest.approx((p * (p / q).log()).sum().item(), rel=1e-4)
    assert not torch.allclose(found, kl_of(reference, acting, pad_episodes(TRAJECTORIES)))
    assert torch.allclose(kl_of(acting, acting, random_episodes([3, 5], 2)), torch.zeros(2), atol=1e-5)


def test_over_own_episodes_the_mean_log_ratio_is_the_mean_kl():
    acting, reference = (fresh_policy(TEXT, seed) for seed in (0, 1))
    for network in (acting, reference):
        network.logits[-1].weight.data *= 100  # so that they differ
    episodes = pad_episodes(collect_trajectories(acting.sampler(5), TEXT.env_id, 4000, seed=0))
    with torch.no_grad():
        log_ratio = log_probs_of(acting, episodes) - log_probs_of(reference, episodes)
        kl = kl_of(acting, reference, episodes)
    assert kl.mean() > 0.5
    standard_error = log_ratio.std() / 4000**0.5
    assert abs(log_ratio.mean() - kl.mean()) < 4 * standard_error
    assert kl.std() < log_ratio.std()
