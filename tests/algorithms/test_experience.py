"""A block is assessed row by row without gradients, and its diagnosis says what practitioners take it for."""

import math

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box, Discrete

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.algorithms.experience import Experience, approx_kl, assess, diagnose
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.rollout import collect_rollout, make_batch
from tests import counting_world

counting_world.register()
OBS = Box(-1, 1, (3,), np.float32)
SPACES = {"discrete": Discrete(3), "continuous": Box(-1, 1, (2,), np.float32)}
both_kinds = pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)


@pytest.fixture
def block():
    """Seven steps of four counting worlds, whose observations say which copy and step they are."""
    envs = make_batch("test/Counting-v0", 4)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed=0)
    value_net = make_value_net(envs.single_observation_space, seed=0)
    obs, _ = envs.reset(seed=0)
    rollout, _ = collect_rollout(policy.sampler(0), envs, obs, num_steps=7)
    return rollout, policy, value_net


def acted(policy, obs, seed=0):
    """Actions of a policy, as experience; nothing is known of how good they were."""
    with torch.no_grad():
        actions = policy(obs).sample(generator=torch.Generator().manual_seed(seed))
        log_probs = policy(obs).log_prob(actions)
    return Experience(obs, actions, log_probs, *torch.zeros(3, len(obs)))


def nudge(policy, size):
    """Move all the weights a little, at random."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weights in policy.parameters():
            weights += size * torch.randn(weights.shape, generator=generator)


def forecast(values, returns):
    """Two actions each of probability one half, and a critic that said these values."""
    numbers = [torch.tensor(column, dtype=torch.float32) for column in (values, returns)]
    rows = len(values)
    log_probs = torch.full((rows,), math.log(0.5))
    return Experience(
        torch.zeros(rows, 3), torch.zeros(rows).long(), log_probs, numbers[0], torch.zeros(rows), numbers[1]
    )


@pytest.fixture
def coin():
    """A policy that throws a coin, whatever it sees."""
    policy = make_policy(OBS, Discrete(2), seed=0)
    with torch.no_grad():
        policy.logits[-1].weight.zero_()
    return policy


def test_each_row_of_experience_is_one_step_with_its_own_likelihood_and_worth(block):
    rollout, policy, value_net = block
    experience = assess(rollout, policy, value_net, gamma=0.9, gae_lambda=0.8)
    assert len(experience) == 28
    values, next_values = value_net(rollout.obs), value_net(rollout.next_obs)  # (T, N)
    advantages = compute_gae(
        rollout.rewards, values, next_values, rollout.terminated, rollout.truncated, 0.9, 0.8
    )
    for row, (t, n) in enumerate(np.ndindex(7, 4)):
        assert torch.equal(experience.obs[row], rollout.obs[t, n])
        assert experience.actions[row] == rollout.actions[t, n]
        log_prob = policy(rollout.obs[t, n][None]).log_prob(rollout.actions[t, n][None])[0]
        torch.testing.assert_close(experience.log_probs[row], log_prob)
        torch.testing.assert_close(experience.values[row], values[t, n])
        torch.testing.assert_close(experience.advantages[row], advantages[t, n])
        torch.testing.assert_close(experience.returns[row], advantages[t, n] + values[t, n])


def test_nothing_in_experience_carries_a_gradient(block):
    experience = assess(*block, gamma=0.9, gae_lambda=0.8)
    assert not any(column.requires_grad for column in vars(experience).values())


def test_the_students_own_advantages_are_the_ones_that_are_used(block):
    def twice_the_reward(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
        assert values.shape == next_values.shape == terminated.shape == truncated.shape == (7, 4)
        assert (gamma, gae_lambda) == (0.9, 0.8)
        return 2 * rewards

    experience = assess(*block, 0.9, 0.8, advantage_fn=twice_the_reward)
    assert torch.equal(experience.advantages, 2 * block[0].rewards.flatten())


def test_the_critics_targets_are_the_lambda_returns_whatever_weighs_the_actors_steps(block):
    expected = assess(*block, 0.9, 0.8).returns
    experience = assess(*block, 0.9, 0.8, advantage_fn=lambda rewards, *_: 100 + rewards)
    assert torch.equal(experience.returns, expected)


def test_rows_of_a_minibatch_stay_together():
    numbers = torch.arange(6)
    experience = Experience(numbers[:, None], *[10**k * numbers for k in range(1, 6)])
    rows = torch.tensor([4, 0, 5])
    minibatch = experience[rows]
    assert len(minibatch) == 3
    assert minibatch.obs.tolist() == [[4], [0], [5]]
    for k, column in enumerate(list(vars(minibatch).values())[1:], start=1):
        assert torch.equal(column, 10**k * rows)


@both_kinds
def test_before_the_first_step_the_ratio_is_one(space):
    policy = make_policy(OBS, space, seed=0)
    obs = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))
    metrics = diagnose(policy, acted(policy, obs), clip_coef=1e-6)
    assert metrics["approx_kl"] == 0
    assert metrics["clip_fraction"] == 0


@both_kinds
@pytest.mark.parametrize("size", [0.003, 0.01])
def test_after_a_small_change_approx_kl_is_near_the_exact_one(space, size):
    policy, acting = (make_policy(OBS, space, seed=0) for _ in range(2))
    obs = torch.randn(10_000, 3, generator=torch.Generator().manual_seed(1))
    experience = acted(acting, obs)
    nudge(policy, size)
    exact = policy(obs).kl_from(acting(obs)).mean().item()
    assert approx_kl(policy, experience) == pytest.approx(exact, rel=0.05)


def test_after_a_large_change_approx_kl_is_from_the_policy_that_acted_and_not_the_other_way(coin):
    biased = make_policy(OBS, Discrete(2), seed=0)
    with torch.no_grad():
        biased.logits[-1].weight.zero_()
        biased.logits[-1].bias.copy_(torch.tensor([0.9, 0.1]).log())
    experience = acted(coin, torch.zeros(20_000, 3))
    exact = 0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)  # 0.51; the other way 0.37
    assert approx_kl(biased, experience) == pytest.approx(exact, rel=0.03)


@both_kinds
def test_approx_kl_is_never_negative_even_on_few_steps(space):
    for seed in range(20):
        policy = make_policy(OBS, space, seed)
        experience = acted(policy, torch.randn(4, 3, generator=torch.Generator().manual_seed(seed)), seed)
        nudge(policy, 0.1)
        assert approx_kl(policy, experience) > 0


def test_clip_fraction_counts_ratios_out_of_range_on_either_side(coin):
    ratios = torch.tensor([0.5, 0.79, 0.81, 1.0, 1.0, 1.19, 1.21, 3.0])
    log_probs = math.log(0.5) - ratios.log()
    experience = Experience(torch.zeros(8, 3), torch.zeros(8).long(), log_probs, *torch.zeros(3, 8))
    assert diagnose(coin, experience, clip_coef=0.2)["clip_fraction"] == 0.5
    assert diagnose(coin, experience, clip_coef=0.6)["clip_fraction"] == 1 / 8


def test_the_entropy_is_that_of_the_policy_in_nats(coin):
    experience = forecast([0, 0], [1, 2])
    assert diagnose(coin, experience, clip_coef=0.2)["entropy"] == pytest.approx(math.log(2))
    gaussian = make_policy(OBS, SPACES["continuous"], seed=0)
    entropy = diagnose(gaussian, acted(gaussian, torch.zeros(4, 3)), clip_coef=0.2)["entropy"]
    assert entropy == pytest.approx(2 * (0.5 * math.log(2 * math.pi * math.e) - 0.5))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 6], 1),  # the returns themselves
        ([3, 3, 3, 3], 0),  # their mean
        ([2, 2.5, 3, 4.5], 0.75),  # half-way between the two
        ([5, 4, 3, 0], -3),  # the mean, and the differences the wrong way round
    ],
)
def test_explained_variance_is_one_for_a_perfect_critic_and_zero_for_the_mean(coin, values, expected):
    metrics = diagnose(coin, forecast(values, [1, 2, 3, 6]), clip_coef=0.2)
    assert metrics["explained_variance"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("values", "returns"), [([1, 2, 3], [5, 5, 5]), ([1], [2])])
def test_all_metrics_are_finite_plain_numbers_even_for_equal_returns_or_one_step(coin, values, returns):
    metrics = diagnose(coin, forecast(values, returns), clip_coef=0.2)
    assert set(metrics) == {"approx_kl", "clip_fraction", "entropy", "explained_variance"}
    assert all(type(value) is float and math.isfinite(value) for value in metrics.values())
    assert not any(weights.grad is not None for weights in coin.parameters())
