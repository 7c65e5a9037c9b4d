"""The reward that ties: against its formula, and by what it adds up to over episodes."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.kl_reward import kl_reward
from ilrl_course.data import Rollout
from ilrl_course.networks import GaussianPolicy
from tests.algorithms.lines import NUM_ACTIONS, OBS_DIM, network, policy


def block(num_steps=3, num_envs=2, continuous=False):
    generator = torch.Generator().manual_seed(num_steps)
    shape = num_steps, num_envs
    obs, next_obs = torch.randn(2, *shape, OBS_DIM, generator=generator)
    actions = torch.randint(NUM_ACTIONS, shape, generator=generator)
    if continuous:
        actions = torch.randn(*shape, NUM_ACTIONS, generator=generator)
    flags = torch.zeros(3, *shape, dtype=torch.bool)
    return Rollout(obs, actions, torch.randn(shape, generator=generator), next_obs, *flags)


@pytest.mark.parametrize("shape", [(3, 2), (1, 4), (5, 1)])
@pytest.mark.parametrize("beta", [0.0, 0.1, 2.0])
def test_each_step_pays_what_the_world_pays_less_its_own_penalty(shape, beta):
    rollout, acting, reference = block(*shape), policy(0), policy(1)
    found = kl_reward(rollout, acting, reference, beta)
    assert found.shape == shape
    for place in np.ndindex(shape):
        obs, action = rollout.obs[place][None], rollout.actions[place]
        ratio = (acting(obs).probs[0, action] / reference(obs).probs[0, action]).item()
        assert found[place].item() == pytest.approx(
            rollout.rewards[place].item() - beta * np.log(ratio), abs=1e-4
        )


def test_it_works_for_continuous_actions_too():
    rollout = block(continuous=True)
    acting, reference = (GaussianPolicy(OBS_DIM, NUM_ACTIONS, ()) for _ in range(2))
    reference.log_std.data += 0.3
    found = kl_reward(rollout, acting, reference, 0.5)
    log_probs = [
        net(rollout.obs.flatten(0, 1)).log_prob(rollout.actions.flatten(0, 1)) for net in (acting, reference)
    ]
    expected = rollout.rewards - 0.5 * (log_probs[0] - log_probs[1]).reshape(3, 2)
    assert torch.allclose(found, expected)


def test_a_policy_that_has_not_moved_pays_nothing_and_nothing_carries_a_gradient():
    rollout = block()
    found = kl_reward(rollout, policy(0), policy(0), 5.0)
    assert torch.allclose(found, rollout.rewards, atol=1e-5)
    assert not found.requires_grad


def test_what_the_world_pays_is_not_written_to():
    rollout = block()
    before = rollout.rewards.clone()
    kl_reward(rollout, network(type(policy()), 0), policy(1), 1.0)
    assert torch.equal(rollout.rewards, before)
