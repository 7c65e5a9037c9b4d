"""A mixture of Gaussians: its density is one, its samples follow it, and training finds several answers."""

import numpy as np
import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.mixture import Mixture, make_mixture, mixture_log_prob
from ilrl_course.data import Batch
from ilrl_course.distributions import DiagonalGaussian


def some_mixture(rows=3, components=4, parts=2):
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(rows, components, generator=generator)
    means, log_stds = torch.randn(2, rows, components, parts, generator=generator)
    return scores, means, 0.5 * log_stds


def test_one_component_is_the_gaussian_of_the_course():
    _, means, log_stds = some_mixture(components=1)
    log_std, actions = log_stds[0, 0], torch.randn(3, 2)
    gaussian = DiagonalGaussian(means[:, 0], log_std).log_prob(actions)
    scores = torch.tensor([[0.7], [-3.0], [12.0]])  # of a single component they do not matter
    found = mixture_log_prob(scores, means, log_std.expand(3, 1, 2), actions)
    torch.testing.assert_close(found, gaussian)


def test_the_density_is_that_of_torch():
    scores, means, log_stds = some_mixture()
    right = MixtureSameFamily(
        Categorical(logits=scores), Independent(Normal(means, log_stds.exp()), 1)
    ).log_prob(actions := torch.randn(3, 2))
    torch.testing.assert_close(mixture_log_prob(scores, means, log_stds, actions), right)


def test_the_density_of_two_far_components_integrates_to_one():
    grid = torch.linspace(-12, 12, 4801)[:, None]
    scores = torch.tensor([[0.3, 1.7]]).expand(len(grid), 2)
    means = torch.tensor([[[-6.0], [5.0]]]).expand(len(grid), 2, 1)
    log_stds = torch.tensor([[[-1.0], [0.2]]]).expand(len(grid), 2, 1)
    density = mixture_log_prob(scores, means, log_stds, grid).exp()
    assert torch.trapezoid(density, grid[:, 0]).item() == pytest.approx(1.0, abs=1e-4)
    left = torch.trapezoid(density[grid[:, 0] < 0], grid[grid[:, 0] < 0, 0]).item()
    assert left == pytest.approx(scores[0].softmax(0)[0].item(), abs=1e-4)


def test_parts_that_were_not_seen_are_left_out_of_value_and_gradient():
    scores, means, log_stds = (x.requires_grad_() for x in some_mixture(parts=3))
    actions = torch.randn(3, 3)
    actions[1, 2] = torch.nan
    found = Mixture(scores, means, log_stds).log_prob(actions)
    shorter = mixture_log_prob(scores[1:2], means[1:2, :, :2], log_stds[1:2, :, :2], actions[1:2, :2])
    whole = mixture_log_prob(scores, means, log_stds, actions.nan_to_num())
    torch.testing.assert_close(found, torch.cat([whole[:1], shorter, whole[2:]]))
    gradient = torch.autograd.grad(found.sum(), (means, log_stds))
    for by in gradient:
        assert by.isfinite().all()
        assert (by[1, :, 2] == 0).all()


def test_samples_have_the_shares_means_and_spreads_of_the_components():
    scores = torch.tensor([[0.0, np.log(3.0)]])
    means, log_stds = torch.tensor([[[-4.0], [4.0]]]), torch.tensor([[[-1.0], [-2.0]]])
    drawn = Mixture(scores, means, log_stds).sample((20000,), torch.Generator().manual_seed(0))[:, 0, 0]
    right = drawn[drawn > 0]
    assert len(right) / len(drawn) == pytest.approx(0.75, abs=0.01)
    assert right.mean().item() == pytest.approx(4.0, abs=0.01)
    assert right.std().item() == pytest.approx(np.exp(-2), abs=0.005)


def test_the_mode_is_the_mean_of_the_component_with_the_largest_weight():
    scores, means, log_stds = some_mixture()
    mode = Mixture(scores, means, log_stds).mode
    for row, best in enumerate(scores.argmax(1)):
        assert (mode[row] == means[row, best]).all()


def test_two_equal_seeds_give_equal_policies_and_equal_draws():
    obs = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    first, second, other = (make_mixture(3, 2, 4, seed) for seed in (1, 1, 2))
    assert (first.act(obs) == second.act(obs)).all()
    assert (first.sampler(7)(obs) == second.sampler(7)(obs)).all()
    assert (first.act(obs) != other.act(obs)).any()


def two_answers(num_rows=2000):
    """A quarter of the demonstrators answers -1, three quarters answer 1."""
    generator = torch.Generator().manual_seed(0)
    sides = torch.where(torch.rand(num_rows, 1, generator=generator) < 0.25, -1.0, 1.0)
    return Batch(torch.zeros(num_rows, 1), sides + 0.05 * torch.randn(num_rows, 1, generator=generator))


def test_training_finds_two_answers_where_a_gaussian_finds_their_mean():
    demos, config = two_answers(), BCConfig(learning_rate=3e-3, num_updates=1000, minibatch_size=1000)
    policies = {number: make_mixture(1, 1, number, seed=0) for number in (1, 3)}
    for policy in policies.values():
        for _ in train_bc(policy, demos, config, seed=0):
            pass
    gaussian, mixture = (policy(torch.zeros(1, 1)) for policy in policies.values())
    assert gaussian.mode.item() == pytest.approx(0.5, abs=0.1)
    assert mixture.mode.item() == pytest.approx(1.0, abs=0.05)
    drawn = mixture.sample((4000,), torch.Generator().manual_seed(1))
    assert (drawn < 0).float().mean().item() == pytest.approx(0.25, abs=0.04)
    assert (drawn.abs() - 1).abs().mean().item() < 0.1


def test_a_policy_asks_the_function_that_it_is_given():
    policy = make_mixture(1, 1, 2, seed=0, log_prob_fn=lambda scores, *others: scores[:, 0] * 0 + 3.0)
    assert bc_loss(policy, torch.zeros(4, 1), torch.zeros(4, 1)).item() == -3.0
