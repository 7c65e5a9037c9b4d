"""Value targets and advantages agree with closed forms, with sums written out, and with other libraries."""

from functools import partial

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.advantages import compute_gae, lambda_returns, value_targets

assert_close = partial(torch.testing.assert_close, atol=1e-5, rtol=1e-5)

SEEDS = range(8)
T, N = 20, 5
NO, YES = False, True


def column(numbers):
    """One world's steps, (T, 1)."""
    return torch.tensor(numbers)[:, None]


def worked_example(terminated=(NO, NO, NO), truncated=(NO, NO, NO)):
    rows = [1.0, 2, 4], [1.0, 3, 5], [3.0, 7, 2], terminated, truncated
    return [column(row) for row in rows]


def random_block(seed):
    """Rewards, values, next values, terminated, truncated (T, N): episodes of all lengths and both ends.

    Within an episode the next value is the value of the next row, as it is when one critic says both.
    """
    generator = torch.Generator().manual_seed(seed)
    rewards, values, after_ends = torch.randn(3, T + 1, N, generator=generator)
    kind = torch.rand(T, N, generator=generator)
    terminated, truncated = kind < 0.15, kind > 0.85
    assert terminated.any()
    assert truncated.any()
    next_values = torch.where(terminated | truncated, after_ends[1:], values[1:])
    return rewards[:-1], values[:-1], next_values, terminated, truncated


def rest_of_episode(t, n, terminated, truncated):
    """The rows from t to the end of the episode, or of the block."""
    rows = [t]
    while not (terminated | truncated)[rows[-1], n] and rows[-1] + 1 < T:
        rows.append(rows[-1] + 1)
    return rows


def n_step_return(rows, n, rewards, next_values, terminated, gamma):
    """Rewards of these rows, and then the value of what comes after them."""
    rewards = sum(gamma**k * rewards[row, n] for k, row in enumerate(rows))
    return rewards + gamma ** len(rows) * next_values[rows[-1], n] * (not terminated[rows[-1], n])


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({"truncated": (NO, YES, NO)}, [6.516, 5.3, 0.8]),
        ({"terminated": (NO, YES, NO)}, [1.98, -1.0, 0.8]),
        ({"terminated": (NO, YES, NO), "truncated": (NO, YES, NO)}, [1.98, -1.0, 0.8]),
        ({}, [6.93072, 5.876, 0.8]),
        ({"truncated": (NO, NO, YES)}, [6.93072, 5.876, 0.8]),
        ({"terminated": (NO, NO, YES)}, [5.99760, 4.58, -1.0]),
        ({"truncated": (YES, NO, NO)}, [2.7, 5.876, 0.8]),
    ],
)
def test_the_worked_example_has_the_advantages_worked_out_by_hand(ends, expected):
    advantages = compute_gae(*worked_example(**ends), gamma=0.9, gae_lambda=0.8)
    assert_close(advantages, column(expected))


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({"truncated": (NO, YES, NO)}, [8.47, 8.3, 5.8]),
        ({"terminated": (NO, YES, NO)}, [2.8, 2.0, 5.8]),
        ({"terminated": (NO, YES, NO), "truncated": (NO, YES, NO)}, [2.8, 2.0, 5.8]),
        ({}, [7.498, 7.22, 5.8]),
        ({"terminated": (NO, NO, YES)}, [6.04, 5.6, 4.0]),
        ({"truncated": (NO, NO, YES)}, [7.498, 7.22, 5.8]),
    ],
)
def test_the_worked_example_has_the_value_targets_worked_out_by_hand(ends, expected):
    rewards, _, next_values, *ends = worked_example(**ends)
    assert_close(value_targets(rewards, next_values, *ends, gamma=0.9), column(expected))


@pytest.mark.parametrize("seed", SEEDS)
def test_without_lambda_an_advantage_is_one_step_better_than_forecast(seed):
    rewards, values, next_values, terminated, truncated = random_block(seed)
    worth = torch.where(terminated, 0.0, next_values)
    advantages = compute_gae(rewards, values, next_values, terminated, truncated, gamma=0.9, gae_lambda=0.0)
    assert_close(advantages, rewards + 0.9 * worth - values)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_lambda_one_an_advantage_is_the_value_target_less_the_forecast(seed):
    rewards, values, *after = random_block(seed)
    advantages = compute_gae(rewards, values, *after, gamma=0.9, gae_lambda=1.0)
    assert_close(advantages, value_targets(rewards, *after, gamma=0.9) - values)


@pytest.mark.parametrize("seed", SEEDS)
def test_value_targets_agree_with_sums_written_out_for_each_step(seed):
    rewards, _, *after = random_block(seed)
    targets = value_targets(rewards, *after, gamma=0.9)
    next_values, *ends = after
    for t, n in np.ndindex(T, N):
        rows = rest_of_episode(t, n, *ends)
        expected = n_step_return(rows, n, rewards, next_values, ends[0], gamma=0.9)
        assert_close(targets[t, n], expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_advantages_agree_with_weighted_n_step_returns_written_out_for_each_step(seed):
    """Schulman et al. 2016, eq. 16, before it is summed up: (1 - lambda) sum of lambda^(n-1) A^(n)."""
    rewards, values, next_values, *ends = random_block(seed)
    advantages = compute_gae(rewards, values, next_values, *ends, gamma=0.9, gae_lambda=0.8)
    for t, n in np.ndindex(T, N):
        rows = rest_of_episode(t, n, *ends)
        returns = [
            n_step_return(rows[: k + 1], n, rewards, next_values, ends[0], 0.9) for k in range(len(rows))
        ]
        weights = [0.2 * 0.8**k for k in range(len(rows) - 1)] + [0.8 ** (len(rows) - 1)]
        expected = sum(weight * (g - values[t, n]) for weight, g in zip(weights, returns, strict=True))
        assert_close(advantages[t, n], expected)


@pytest.mark.parametrize("gae_lambda", [0.0, 0.8, 1.0])
def test_a_constant_critic_leaves_a_geometric_sum_of_what_it_missed(gae_lambda):
    """Reward 1 and forecast c: each step misses 1 + gamma c - c, but the one before a death 1 - c."""
    forecast, gamma, steps = 3.0, 0.9, 8
    ones, never = torch.ones(steps, 2), torch.zeros(steps, 2, dtype=torch.bool)
    terminated, truncated = never.clone(), never.clone()
    terminated[-1, 0] = truncated[-1, 1] = True
    values = forecast * ones
    advantages = compute_gae(ones, values, values, terminated, truncated, gamma, gae_lambda)
    missed, decay = 1 + gamma * forecast - forecast, gamma * gae_lambda
    for t in range(steps):
        left = steps - t  # steps until the end
        total = missed * sum(decay**k for k in range(left))
        assert advantages[t, 1].item() == pytest.approx(total, abs=1e-5)
        assert advantages[t, 0].item() == pytest.approx(
            total - decay ** (left - 1) * gamma * forecast, abs=1e-5
        )


def test_a_critic_that_knows_life_goes_on_is_never_surprised_by_a_time_limit():
    ones, never = torch.ones(9, 2), torch.zeros(9, 2, dtype=torch.bool)
    limit = (torch.arange(9)[:, None] % torch.tensor([3, 4])) == 2
    right = 10 * ones  # 1 / (1 - gamma)
    advantages = compute_gae(ones, right, right, never, limit, gamma=0.9, gae_lambda=0.95)
    assert_close(advantages, torch.zeros(9, 2))
    assert_close(value_targets(ones, right, never, limit, gamma=0.9), right)
    as_deaths = compute_gae(ones, right, right, limit, never, gamma=0.9, gae_lambda=0.95)
    assert (as_deaths[limit] == -9).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_flows_back_over_the_end_of_an_episode_or_between_worlds(seed):
    rewards, values, next_values, terminated, truncated = random_block(seed)
    row, world = (terminated | truncated)[:-1].nonzero()[0].tolist()

    def both(rewards):
        gae = compute_gae(rewards, values, next_values, terminated, truncated, 0.9, 0.8)
        return torch.stack([gae, value_targets(rewards, next_values, terminated, truncated, 0.9)])

    changed = rewards.clone()
    changed[row + 1, world] += 100
    same = both(rewards) == both(changed)
    assert same[:, : row + 1].all()
    assert same[:, :, torch.arange(N) != world].all()
    assert not same[:, row + 1, world].any()


def test_inputs_stay_as_they_are_and_results_keep_their_shape_and_precision():
    blocks = random_block(0)
    before = [block.clone() for block in blocks]
    results = compute_gae(*blocks, 0.9, 0.8), value_targets(blocks[0], *blocks[2:], 0.9)
    assert all(torch.equal(old, new) for old, new in zip(before, blocks, strict=True))
    assert all(result.shape == (T, N) and result.dtype == torch.float32 for result in results)


def test_advantages_agree_with_those_of_stable_baselines3():
    """It folds the value after a time limit into the reward, and then calls the step an end."""
    buffers = pytest.importorskip("stable_baselines3.common.buffers")
    from gymnasium.spaces import Box, Discrete

    rewards, values, next_values, terminated, truncated = random_block(seed=0)
    over = terminated | truncated
    buffer = buffers.RolloutBuffer(T, Box(-1, 1, (1,)), Discrete(2), "cpu", 0.8, 0.9, n_envs=N)
    buffer.rewards = (rewards + 0.9 * next_values * truncated).numpy()
    buffer.values = values.numpy()
    buffer.episode_starts[1:] = over[:-1].numpy()
    buffer.compute_returns_and_advantage(last_values=next_values[-1], dones=over[-1].numpy())
    advantages = compute_gae(rewards, values, next_values, terminated, truncated, 0.9, 0.8).numpy()
    np.testing.assert_allclose(advantages, buffer.advantages, atol=1e-5)
    np.testing.assert_allclose(advantages + values.numpy(), buffer.returns, atol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_lambda_returns_are_value_targets_at_one_and_a_single_reward_and_the_next_value_at_zero(seed):
    rewards, values, next_values, *ends = random_block(seed)
    outcome = rewards, values, next_values, *ends, 0.9
    assert_close(lambda_returns(*outcome, 1.0), value_targets(rewards, next_values, *ends, 0.9))
    assert_close(lambda_returns(*outcome, 0.0), rewards + 0.9 * next_values * ~ends[0])
