"""The terms that hold a policy to what was shown, the exploration, and the settings."""

import math

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box, Discrete
from torch.distributions import Categorical, Independent, Normal, kl_divergence

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.experience import Experience
from ilrl_course.algorithms.finetune import (
    FinetuneConfig,
    finetune,
    imitation_loss,
    set_exploration,
    stay_near,
)
from ilrl_course.data import Batch
from ilrl_course.networks import make_policy
from tests.algorithms.test_finetune import DRIVING, SHORT, make_run, tuned, weights_of

OBS = Box(-1, 1, (3,), np.float32)
SPACES = {"discrete": Discrete(3), "continuous": Box(-1, 1, (2,), np.float32)}
both_kinds = pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
FADING = FinetuneConfig(imitation_coef=0.5, imitation_decay=0.8)


def make_pair(space):
    """Two policies that differ, and random observations with actions."""
    policy, other = (make_policy(OBS, space, seed) for seed in (0, 1))
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weights in other.parameters():
            weights += 0.3 * torch.randn(weights.shape, generator=generator)
    obs = torch.randn(20, 3, generator=generator)
    return policy, other, Batch(obs, other(obs).sample(generator=generator))


def gradient(loss, policy):
    grads = torch.autograd.grad(loss, policy.parameters(), allow_unused=True, materialize_grads=True)
    return torch.cat([grad.flatten() for grad in grads])


@both_kinds
@pytest.mark.parametrize("iteration", [0, 1, 4])
def test_the_imitation_loss_is_the_cloning_loss_with_a_weight_that_fades(space, iteration):
    policy, _, demos = make_pair(space)
    loss = imitation_loss(policy, demos, iteration, FADING)
    cloning, weight = bc_loss(policy, demos.obs, demos.actions), 0.5 * 0.8**iteration
    torch.testing.assert_close(loss, weight * cloning)
    torch.testing.assert_close(gradient(loss, policy), weight * gradient(cloning, policy))


def test_a_decay_of_one_never_fades_and_a_decay_of_zero_counts_in_the_first_iteration_only():
    policy, _, demos = make_pair(SPACES["discrete"])
    for decay, expected in ((1.0, [1, 1, 1]), (0.0, [1, 0, 0])):
        config = FinetuneConfig(imitation_coef=2.0, imitation_decay=decay)
        cloning = bc_loss(policy, demos.obs, demos.actions).item()
        found = [imitation_loss(policy, demos, i, config).item() for i in range(3)]
        assert found == pytest.approx([2 * cloning * weight for weight in expected])


def torchs_own(distribution):
    if hasattr(distribution, "probs"):
        return Categorical(distribution.probs)
    return Independent(Normal(distribution.mean, distribution.stddev), 1)


def experience_of(obs):
    nothing = torch.zeros(len(obs))
    return Experience(obs, nothing, nothing, nothing, nothing, nothing)


@both_kinds
def test_at_the_reference_nothing_is_lost_and_nothing_pulls(space):
    policy, _, demos = make_pair(space)
    reference = make_pair(space)[0]
    loss = stay_near(reference, FADING)(policy, experience_of(demos.obs), 0)
    assert loss.item() == pytest.approx(0, abs=1e-6)
    torch.testing.assert_close(
        gradient(loss, policy), torch.zeros_like(weights_of(policy)), atol=1e-6, rtol=0
    )


@both_kinds
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("iteration", [0, 3])
def test_away_from_the_reference_the_weighted_divergence_is_lost_and_pulls_back(space, reverse, iteration):
    policy, reference, demos = make_pair(space)
    before, term = weights_of(reference), stay_near(reference, FADING, reverse)
    loss = term(policy, experience_of(demos.obs), iteration)
    both = [torchs_own(network(demos.obs)) for network in (reference, policy)]
    divergence = kl_divergence(*(both[::-1] if reverse else both)).mean()
    torch.testing.assert_close(loss, 0.5 * 0.8**iteration * divergence)
    loss.backward()
    with torch.no_grad():
        for weights in policy.parameters():
            weights -= 0.01 * weights.grad
    assert term(policy, experience_of(demos.obs), iteration) < loss
    assert torch.equal(weights_of(reference), before)


@pytest.mark.parametrize("kind", SPACES)
@pytest.mark.parametrize("reverse", [False, True])
def test_no_gradient_reaches_the_reference(kind, reverse):
    policy, reference, demos = make_pair(SPACES[kind])
    stay_near(reference, FADING, reverse)(policy, experience_of(demos.obs), 0).backward()
    assert all(weights.grad is None for weights in reference.parameters())


def test_the_reference_stays_what_it_was_when_the_tie_was_made():
    policy, _, demos = make_pair(SPACES["continuous"])
    term = stay_near(policy, FADING)
    with torch.no_grad():
        for weights in policy.parameters():
            weights += 0.1
    assert term(policy, experience_of(demos.obs), 0) > 0.01


def test_set_exploration_changes_the_spread_and_nothing_else():
    policy, _, demos = make_pair(SPACES["continuous"])
    means = policy(demos.obs).mean.detach()
    set_exploration(policy, 0.15)
    torch.testing.assert_close(policy(demos.obs).stddev, torch.full((20, 2), 0.15))
    torch.testing.assert_close(policy(demos.obs).mean, means)
    assert policy.log_std.requires_grad
    assert policy.log_std.grad is None


def test_exploration_of_discrete_actions_is_refused_with_words_that_help():
    with pytest.raises(TypeError, match="continuous actions: leave it at None"):
        tuned(exploration_std=0.2)
    policy, *_ = make_run()
    with pytest.raises(TypeError, match="leave it at None"):
        set_exploration(policy, 0.2)


def test_without_an_exploration_the_clones_own_spread_stays_in_the_warm_up():
    policy, value_net, demos, envs = make_run(DRIVING)
    before = policy.log_std.detach().clone()
    next(finetune(policy, value_net, demos, envs, FinetuneConfig(**SHORT), seed=0))
    assert torch.equal(policy.log_std, before)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"num_warmup_iterations": -1},
        *({"warmup_learning_rate": rate} for rate in (0.0, -1e-3, math.nan)),
        *({"exploration_std": std} for std in (0.0, -0.1, math.nan)),
        *({"imitation_coef": coef} for coef in (-0.1, math.nan)),
        *({"imitation_decay": decay} for decay in (-0.1, 1.1, math.nan)),
        {"gamma": 1.1},
        {"num_iterations": 0},
        {"clip_coef": 0.0},
    ],
    ids=str,
)
def test_nonsense_in_the_config_is_refused_with_its_name(nonsense):
    with pytest.raises(ValueError, match=next(iter(nonsense)).removeprefix("num_").replace("_", ".")):
        FinetuneConfig(**nonsense)


NUMBERS = sorted(set(vars(FinetuneConfig())) - {"normalize_advantages"})


@pytest.mark.parametrize("name", NUMBERS)
def test_infinity_is_refused_in_the_config_by_name(name):
    with pytest.raises(ValueError, match=f"{name} should be finite; for no limit, take a large number"):
        FinetuneConfig(**{name: math.inf})


def test_the_edges_of_what_makes_sense_are_allowed():
    low = {"num_warmup_iterations": 0, "imitation_coef": 0.0, "imitation_decay": 0.0, "exploration_std": 1e-3}
    for edge in (low, {"imitation_decay": 1.0, "imitation_coef": 1e3}):
        assert edge.items() <= vars(FinetuneConfig(**edge)).items()
