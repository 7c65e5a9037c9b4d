"""Policies return distributions of one shape convention, and equal seeds give equal weights."""

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box, Dict, Discrete

from ilrl_course.networks import (
    CategoricalPolicy,
    Columns,
    GaussianPolicy,
    make_policy,
    make_value_net,
)

OBS = Box(-1, 1, (3,), np.float32)
SPACES = {"discrete": Discrete(4), "continuous": Box(-1, 1, (2,), np.float32)}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_log_prob_is_one_number_a_row_for_discrete_and_continuous_actions_alike(space):
    policy = make_policy(OBS, space, seed=0)
    distribution = policy(torch.zeros(5, 3))
    assert distribution.log_prob(distribution.sample()).shape == (5,)


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_a_policy_is_an_actor_whose_actions_fit_the_world(space):
    policy = make_policy(OBS, space, seed=0)
    obs = np.zeros((5, 3), np.float32)
    for actions in (policy.act(obs), policy.sample(obs)):
        assert actions.shape == (5, *space.shape)
        assert actions.dtype == space.dtype


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_equal_seeds_give_equal_weights_and_leave_the_global_generator_alone(space):
    before = torch.get_rng_state()
    first, same, other = (make_policy(OBS, space, seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(first[key], same[key]) for key in first)
    assert not all(torch.equal(first[key], other[key]) for key in first)
    assert torch.equal(before, torch.get_rng_state())


def test_gaussian_log_prob_agrees_with_the_formula():
    policy = GaussianPolicy(3, 2)
    obs, actions = torch.randn(7, 3), torch.randn(7, 2)
    mean, std = policy.mean(obs), policy.log_std.exp()
    by_hand = -0.5 * (((actions - mean) / std) ** 2 + 2 * std.log() + np.log(2 * np.pi))
    torch.testing.assert_close(policy(obs).log_prob(actions), by_hand.sum(1))


def test_categorical_log_prob_agrees_with_cross_entropy():
    policy = CategoricalPolicy(3, 4)
    obs, actions = torch.randn(7, 3), torch.randint(4, (7,))
    by_torch = torch.nn.functional.cross_entropy(policy.logits(obs), actions, reduction="none")
    torch.testing.assert_close(policy(obs).log_prob(actions), -by_torch)


def test_a_space_without_a_policy_is_refused():
    with pytest.raises(TypeError, match="Discrete or a one-dimensional Box"):
        make_policy(OBS, Dict({"a": Discrete(2)}), seed=0)


def test_columns_passes_on_the_named_columns_in_their_order():
    obs = torch.arange(12.0).reshape(3, 4)
    assert torch.equal(Columns([2, 0])(obs), obs[:, [2, 0]])


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_a_policy_depends_on_the_columns_that_it_sees_and_on_no_other(space):
    policy = make_policy(OBS, space, seed=0, inputs=[0, 2])
    generator = torch.Generator().manual_seed(0)
    obs = torch.randn(20, 3, generator=generator)
    actions = policy(obs).mode

    def log_probs_with_changed(column):
        changed = obs.clone()
        changed[:, column] += 1
        return policy(changed).log_prob(actions)

    before = policy(obs).log_prob(actions)
    assert torch.equal(log_probs_with_changed(1), before)
    for seen in (0, 2):
        assert (log_probs_with_changed(seen) != before).any()


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_a_policy_that_sees_all_columns_by_name_is_the_usual_one(space):
    obs = torch.randn(5, 3)
    usual, named = (make_policy(OBS, space, seed=0, inputs=inputs)(obs) for inputs in (None, range(3)))
    assert torch.equal(usual.mode, named.mode)
    actions = usual.sample()
    assert torch.equal(usual.log_prob(actions), named.log_prob(actions))


@pytest.mark.parametrize("inputs", [[3], [-1, 0]])
def test_inputs_that_do_not_exist_are_refused(inputs):
    box = Box(-1, 1, (3,), np.float32)
    for make in (
        lambda: make_policy(box, box, 0, inputs=inputs),
        lambda: make_value_net(box, 0, inputs=inputs),
    ):
        with pytest.raises(ValueError, match="columns 0 to 2"):
            make()


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_a_sampler_repeats_its_draws_whatever_else_draws_and_disturbs_nobody(space):
    policy, obs = make_policy(OBS, space, seed=0), np.zeros((50, 3), np.float32)

    def draws(seed, disturb):
        actor, seen = policy.sampler(seed), []
        for _ in range(3):
            if disturb:
                torch.rand(7)
            seen.append(actor(obs))
        return np.array(seen)

    first, before = draws(0, disturb=True), torch.get_rng_state()
    np.testing.assert_array_equal(draws(0, disturb=False), first)
    assert torch.equal(before, torch.get_rng_state())
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(draws(1, disturb=False), first)


def test_a_value_is_one_number_a_row():
    for rows in (1, 5):
        assert make_value_net(OBS, seed=0)(torch.zeros(rows, 3)).shape == (rows,)


def test_equal_seeds_give_equal_value_networks_and_leave_the_global_generator_alone():
    before, obs = torch.get_rng_state(), torch.ones(1, 3)
    first, same, other = (make_value_net(OBS, seed)(obs) for seed in (0, 0, 1))
    assert torch.equal(first, same)
    assert first.item() != other.item()
    assert torch.equal(before, torch.get_rng_state())


def test_a_value_network_has_the_layers_and_sees_the_columns_that_it_is_told():
    value_net = make_value_net(OBS, seed=0, hidden_sizes=(8,), inputs=[2])
    assert sum(weights.numel() for weights in value_net.parameters()) == 8 + 8 + 8 + 1
    value = value_net(torch.tensor([[0.0, 0, 1], [5, 5, 1], [0, 0, 2]]))
    assert value[0] == value[1] != value[2]
