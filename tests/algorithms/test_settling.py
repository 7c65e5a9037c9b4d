"""A learning rate that falls to 0: what is learned is what stays, on the minibatches of `train_bc`."""

import pytest
import torch

from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.chunks import squared_error_loss
from ilrl_course.algorithms.mixture import make_mixture
from ilrl_course.algorithms.settling import train_settling
from ilrl_course.data import Batch


def noisy_demos(num_rows=512):
    generator = torch.Generator().manual_seed(0)
    obs = torch.zeros(num_rows, 1)
    return Batch(obs, 0.7 + torch.randn(num_rows, 1, generator=generator))


def trained(train, num_updates=400, seed=0, loss_fn=squared_error_loss, demos=None, rate=3e-2):
    policy = make_mixture(1, 1, 1, seed=0)
    config = BCConfig(rate, num_updates, minibatch_size=8)
    answers, losses = [], []
    for metrics in train(policy, demos or noisy_demos(), config, seed, loss_fn):
        losses.append(metrics["loss"])
        answers.append(policy(torch.zeros(1, 1)).mode.item())
    return torch.tensor(answers), losses


def test_the_last_answers_hardly_move_where_a_constant_rate_never_comes_to_rest():
    settled, wandering = (trained(train)[0][-20:] for train in (train_settling, train_bc))
    assert settled.std() < wandering.std() / 5
    mean = noisy_demos().actions.mean().item()
    assert settled[-1].item() == pytest.approx(mean, abs=0.15)


def test_the_first_step_is_that_of_a_constant_rate_and_the_minibatches_are_the_same():
    (first, losses), (other, others) = trained(train_settling, 2), trained(train_bc, 2)
    assert first[0] == other[0]
    assert losses == others  # the second loss is measured before the second step
    assert first[1] != other[1]


def test_the_rate_falls_by_equal_amounts_to_the_last_step_which_still_moves():
    def steady_slope(policy, obs, actions):
        return policy.log_std.sum()  # on which Adam's steps are as long as its rate

    policy, seen = make_mixture(1, 1, 1, seed=0), []
    for _ in train_settling(policy, noisy_demos(), BCConfig(0.1, 10), 0, steady_slope):
        seen.append(policy.log_std.item())
    steps = -torch.tensor([-0.5, *seen]).diff()
    torch.testing.assert_close(steps, 0.1 * (1 - torch.arange(10) / 10), rtol=1e-3, atol=1e-6)


def test_it_learns_by_likelihood_too_and_equal_seeds_give_equal_trainings():
    (first, losses), (second, same) = (trained(train_settling, 20, loss_fn=bc_loss) for _ in range(2))
    assert losses == same
    assert (first == second).all()
    assert losses != trained(train_settling, 20, seed=1, loss_fn=bc_loss)[1]
