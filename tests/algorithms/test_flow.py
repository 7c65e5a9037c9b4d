"""Flow matching: straight ways from noise to actions, and a sampler that follows them."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.bc import BCConfig
from ilrl_course.algorithms.flow import flow_loss, flow_sample, make_flow, train_flow
from ilrl_course.algorithms.settling import train_settling
from ilrl_course.data import Batch


def test_the_loss_is_zero_for_a_velocity_that_knows_the_ways():
    actions, noise = torch.randn(2, 5, 3)
    time = torch.rand(5)

    def velocity(obs, points, time):
        torch.testing.assert_close(points, noise + time[:, None] * (actions - noise))
        return actions - noise

    assert flow_loss(velocity, torch.zeros(5, 1), actions, noise, time).item() == 0


def test_the_loss_of_a_velocity_that_stands_still_is_the_mean_squared_length_of_the_ways():
    actions, noise = torch.randn(2, 5, 3)
    loss = flow_loss(lambda obs, points, time: 0 * points, torch.zeros(5, 1), actions, noise, torch.rand(5))
    assert loss.item() == pytest.approx(float(((actions - noise) ** 2).sum() / 5), rel=1e-5)


def test_a_constant_velocity_is_followed_exactly_however_many_steps():
    noise, way = torch.randn(4, 2), torch.tensor([0.3, -1.2])
    for num_steps in (1, 3, 10):
        arrived = flow_sample(lambda obs, x, t: way.expand_as(x), torch.zeros(4, 1), noise, num_steps)
        torch.testing.assert_close(arrived, noise + way)


def test_the_sampler_comes_near_a_known_solution_as_steps_become_small():
    noise = torch.tensor([[1.0]])
    errors = []
    for num_steps in (10, 100, 1000):
        arrived = flow_sample(lambda obs, x, t: x, torch.zeros(1, 1), noise, num_steps)
        errors.append(abs(arrived.item() - np.e))
    assert errors[0] > 5 * errors[1] > 25 * errors[2]  # Euler's error shrinks with the step


def test_the_exact_velocity_of_one_gaussian_turns_noise_into_it():
    mean, std = 2.0, 0.5  # the velocity is that of the conditional mean, in closed form

    def velocity(obs, x, t):
        t = t[:, None]
        variance = (1 - t) ** 2 + (t * std) ** 2
        gain = (t * std**2 - (1 - t)) / variance
        return mean + gain * (x - t * mean)

    noise = torch.randn(20000, 1, generator=torch.Generator().manual_seed(0))
    arrived = flow_sample(velocity, torch.zeros(20000, 1), noise, 100)
    assert arrived.mean().item() == pytest.approx(mean, abs=0.02)
    assert arrived.std().item() == pytest.approx(std, abs=0.02)


def trained(demos, num_updates=1500, seed=0):
    policy = make_flow(demos.obs.shape[1], demos.actions.shape[1], seed)
    config = BCConfig(learning_rate=3e-3, num_updates=num_updates, minibatch_size=1000)
    losses = [metrics["loss"] for metrics in train_flow(policy, demos, config, seed)]
    return policy, losses


def test_a_flow_learns_both_of_two_answers_with_their_shares():
    sides = torch.where(torch.arange(2000) % 4 == 0, -1.0, 1.0)[:, None]
    policy, _ = trained(Batch(torch.zeros(2000, 1), sides))
    drawn = policy.sampler(1)(np.zeros((4000, 1), dtype=np.float32))[:, 0]
    assert (drawn < 0).mean() == pytest.approx(0.25, abs=0.05)
    assert (np.abs(np.abs(drawn) - 1) < 0.3).mean() > 0.9


def test_actions_of_any_scale_are_learned_as_well():
    sides = torch.where(torch.arange(2000) % 4 == 0, -1.0, 1.0)[:, None]
    plain, _ = trained(Batch(torch.zeros(2000, 1), sides), 50)
    scaled, _ = trained(Batch(torch.zeros(2000, 1), 0.02 * sides + 7), 50)
    obs = np.zeros((100, 1), dtype=np.float32)
    np.testing.assert_allclose(scaled.sampler(1)(obs), 0.02 * plain.sampler(1)(obs) + 7, atol=1e-3)


def test_mean_and_deviation_are_of_what_was_seen():
    policy, nan = make_flow(1, 4, seed=0), torch.nan
    policy.standardize_by(torch.tensor([[1.0, 5.0, nan, 2.0], [3.0, 5.0, nan, nan]]))
    assert policy.mean.tolist() == [2, 5, 0, 2]
    assert policy.std.tolist() == pytest.approx([1, 0.01, 0.01, 0.01])


def test_parts_that_were_not_seen_teach_nothing():
    obs = torch.zeros(64, 1)
    actions = torch.randn(64, 2, generator=torch.Generator().manual_seed(0))
    actions[:, 1] = torch.nan
    policy = make_flow(1, 2, seed=0)
    before = policy.network[-1].weight.detach().clone()
    for _ in train_flow(policy, Batch(obs, actions), BCConfig(num_updates=3), seed=0):
        pass
    after = policy.network[-1].weight
    assert after.isfinite().all()
    assert (after[0] != before[0]).any()
    assert (after[1] == before[1]).all()


def test_equal_seeds_give_equal_trainings_and_draws_and_others_differ():
    demos = Batch(torch.randn(100, 3), torch.randn(100, 2))
    (first, losses), (second, same) = trained(demos, 5), trained(demos, 5)
    assert losses == same
    assert losses != trained(demos, 5, seed=1)[1]
    obs = demos.obs.numpy()
    assert (first.sampler(3)(obs) == second.sampler(3)(obs)).all()


def test_the_number_of_steps_and_the_loop_can_be_chosen():
    asked = []

    def counting(velocity, obs, noise, num_steps):
        asked.append(num_steps)
        return noise

    make_flow(1, 1, 0, num_steps=7, sample_fn=counting).sample(np.zeros((2, 1), dtype=np.float32))
    assert asked == [7]
    demos = Batch(torch.zeros(64, 1), torch.randn(64, 1, generator=torch.Generator().manual_seed(0)))
    weights = []
    for loop in ({}, {"train_fn": train_settling}):
        policy = make_flow(1, 1, 0)
        for _ in train_flow(policy, demos, BCConfig(num_updates=5), 0, **loop):
            weights.append(policy.network[-1].bias.detach().clone())
    assert (weights[0] == weights[5]).all()  # the first steps are equal, later ones are not
    assert (weights[4] != weights[9]).any()


def test_the_likeliest_action_is_refused_in_words():
    with pytest.raises(NotImplementedError, match="draw one"):
        make_flow(3, 2, seed=0).act(np.zeros((1, 3), dtype=np.float32))


def test_the_students_functions_are_used():
    policy = make_flow(3, 2, seed=0, sample_fn=lambda velocity, obs, noise, num_steps: 0 * noise + num_steps)
    policy.standardize_by(torch.tensor([[1.0, 2.0], [1.0, 6.0]]))  # means 1 and 4, deviations 0 and 2
    drawn = policy.sample(np.zeros((4, 3), dtype=np.float32))
    np.testing.assert_allclose(drawn, [[1 + 0.01 * policy.num_steps, 4 + 2 * policy.num_steps]] * 4)
    demos = Batch(torch.zeros(8, 3), torch.zeros(8, 2))
    steady = train_flow(
        policy,
        demos,
        BCConfig(num_updates=1),
        seed=0,
        loss_fn=lambda v, obs, *rest: v(obs, *rest[1:]).sum() * 0 + 5,
    )
    assert next(steady)["loss"] == 5
