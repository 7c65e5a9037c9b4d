"""One gradient step of PPO: what it may gain, what it may not, and how its parts are weighed."""

import math

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box, Discrete

from ilrl_course.algorithms.experience import Experience
from ilrl_course.algorithms.ppo import PPOConfig, clipped_loss, ppo_loss, ppo_update
from ilrl_course.networks import make_policy, make_value_net

OBS = Box(-1, 1, (3,), np.float32)
SPACES = {"discrete": Discrete(3), "continuous": Box(-1, 1, (2,), np.float32)}
both_kinds = pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)


def make_networks(space=SPACES["discrete"]):
    return make_policy(OBS, space, seed=0), make_value_net(OBS, seed=1)


def make_experience(policy, rows=20):
    """What this policy did, with advantages and returns drawn at random."""
    generator = torch.Generator().manual_seed(0)
    obs = torch.randn(rows, 3, generator=generator)
    with torch.no_grad():
        actions = policy(obs).sample(generator=generator)
        log_probs = policy(obs).log_prob(actions)
    values, advantages, returns = torch.randn(3, rows, generator=generator)
    return Experience(obs, actions, log_probs, values, 3 + 5 * advantages, returns)


def gradients(loss, network):
    grads = torch.autograd.grad(loss, network.parameters(), allow_unused=True, materialize_grads=True)
    return torch.cat([grad.flatten() for grad in grads])


def weights_of(*networks):
    return torch.cat([weights.detach().flatten() for net in networks for weights in net.parameters()])


@pytest.mark.parametrize(
    "nonsense",
    [
        *({size: 0} for size in ("num_iterations", "num_steps", "num_epochs", "minibatch_size")),
        *({"learning_rate": rate} for rate in (0.0, -1e-3, math.nan, math.inf)),
        *({weight: -1.0} for weight in ("vf_coef", "ent_coef")),
        *({"max_grad_norm": length} for length in (0.0, -0.5)),
        *({"target_kl": far} for far in (0.0, -0.01, math.nan)),
        *({name: value} for name in ("gamma", "gae_lambda") for value in (-0.1, 1.1, math.nan)),
        *({"clip_coef": share} for share in (0.0, math.nan)),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(nonsense):
    with pytest.raises(ValueError, match="PPOConfig"):
        PPOConfig(**nonsense)


def test_the_extremes_that_make_sense_are_accepted():
    ones = dict.fromkeys(("num_iterations", "num_steps", "num_epochs", "minibatch_size", "gamma"), 1)
    zeros = dict.fromkeys(("gamma", "vf_coef", "ent_coef"), 0)
    for extreme in (ones | {"gae_lambda": 0, "target_kl": 1e-9}, zeros | {"gae_lambda": 1}):
        assert extreme.items() <= vars(PPOConfig(**extreme)).items()


@pytest.mark.parametrize(
    ("ratio", "advantage", "gain", "pushes"),
    [
        (1.1, 2.0, 2.2, True),
        (1.5, 2.0, 2.4, False),  # made likely enough
        (0.5, 2.0, 1.0, True),  # a good action that became rare may come back
        (0.9, -2.0, -1.8, True),
        (0.5, -2.0, -1.6, False),  # made rare enough
        (1.5, -2.0, -3.0, True),  # a bad action that became likely is still pushed down
    ],
)
@both_kinds
def test_the_clipped_objective_is_a_lower_bound_that_stops_pushing(space, ratio, advantage, gain, pushes):
    policy, _ = make_networks(space)
    experience = make_experience(policy)
    old_log_probs = experience.log_probs - math.log(ratio)
    advantages = torch.full((20,), advantage)
    loss = clipped_loss(policy, experience.obs, experience.actions, old_log_probs, advantages, 0.2)
    assert loss.item() == pytest.approx(-gain, abs=1e-5)
    assert bool(gradients(loss, policy).any()) == pushes


def test_the_loss_is_the_mean_over_steps_that_are_clipped_one_by_one():
    policy, _ = make_networks()
    experience = make_experience(policy, rows=4)
    old_log_probs = experience.log_probs - torch.tensor([1.1, 1.5, 0.5, 1.5]).log()
    advantages = torch.tensor([1.0, 1.0, -2.0, -1.0])
    loss = clipped_loss(policy, experience.obs, experience.actions, old_log_probs, advantages, 0.2)
    assert loss.item() == pytest.approx(-(1.1 + 1.2 - 1.6 - 1.5) / 4, abs=1e-5)


@both_kinds
def test_at_ratio_one_the_gradient_is_the_policy_gradient(space):
    policy, _ = make_networks(space)
    e = make_experience(policy)
    clipped = clipped_loss(policy, e.obs, e.actions, e.log_probs, e.advantages, clip_coef=0.2)
    plain = -(policy(e.obs).log_prob(e.actions) * e.advantages).mean()
    assert clipped.item() == pytest.approx(-e.advantages.mean().item(), abs=1e-5)
    torch.testing.assert_close(gradients(clipped, policy), gradients(plain, policy), atol=1e-5, rtol=1e-4)


@both_kinds
def test_the_loss_weighs_actor_critic_and_entropy_as_it_is_told(space):
    policy, value_net = make_networks(space)
    experience = make_experience(policy)
    config = PPOConfig(vf_coef=0.3, ent_coef=0.07, normalize_advantages=False)
    loss, parts = ppo_loss(policy, value_net, experience, config)
    actor = -experience.advantages.mean().item()
    critic = (value_net(experience.obs) - experience.returns).square().mean().item()
    entropy = policy(experience.obs).entropy().mean().item()
    assert parts == pytest.approx({"policy_loss": actor, "value_loss": critic}, abs=1e-5)
    assert loss.item() == pytest.approx(actor + 0.3 * critic - 0.07 * entropy, abs=1e-5)


def test_normalized_advantages_have_mean_zero_and_deviation_one_whatever_their_scale():
    policy, value_net = make_networks()
    seen = []

    def watching(policy, obs, actions, old_log_probs, advantages, clip_coef):
        seen.append(advantages)
        return clipped_loss(policy, obs, actions, old_log_probs, advantages, clip_coef)

    experience = make_experience(policy)
    ppo_loss(policy, value_net, experience, PPOConfig(), watching)
    assert seen[0].mean().item() == pytest.approx(0, abs=1e-6)
    assert seen[0].square().mean().item() == pytest.approx(1, abs=1e-5)
    ppo_loss(policy, value_net, experience, PPOConfig(normalize_advantages=False), watching)
    assert torch.equal(seen[1], experience.advantages)
    assert torch.equal(seen[0].argsort(), seen[1].argsort())


def test_a_minibatch_of_one_step_or_of_equal_advantages_gives_a_finite_loss():
    policy, value_net = make_networks()
    experience = make_experience(policy)
    alike = experience[torch.zeros(20, dtype=torch.int64)]
    for rows in (experience[:1], alike):
        _, parts = ppo_loss(policy, value_net, rows, PPOConfig())
        assert abs(parts["policy_loss"]) <= 1
        for network in (policy, value_net):
            assert gradients(ppo_loss(policy, value_net, rows, PPOConfig())[0], network).isfinite().all()


def test_the_critic_is_pulled_to_the_returns_and_only_by_its_own_loss():
    policy, value_net = make_networks()
    experience = make_experience(policy)
    config = PPOConfig(vf_coef=0.5)
    loss, _ = ppo_loss(policy, value_net, experience, config)
    expected = 0.5 * torch.nn.functional.mse_loss(value_net(experience.obs), experience.returns)
    torch.testing.assert_close(gradients(loss, value_net), gradients(expected, value_net))


def sgd_step(config, extra_loss=None):
    """How far one update moves all weights with plain gradient descent at rate 1, and what it returns."""
    policy, value_net = make_networks()
    experience = make_experience(policy)
    before = weights_of(policy, value_net)
    optimizer = torch.optim.SGD([*policy.parameters(), *value_net.parameters()], lr=1.0)
    for weights in policy.parameters():
        weights.grad = torch.full_like(weights, 1e6)  # left over from something else
    extra = {} if extra_loss is None else {"extra_loss": extra_loss(policy)}
    parts = ppo_update(policy, value_net, optimizer, experience, config, **extra)
    return before - weights_of(policy, value_net), parts


def test_an_update_is_one_step_along_the_gradient_of_the_loss():
    config = PPOConfig(max_grad_norm=1e9)
    step, parts = sgd_step(config)
    policy, value_net = make_networks()
    loss, expected = ppo_loss(policy, value_net, make_experience(policy), config)
    both = torch.nn.ModuleList([policy, value_net])
    torch.testing.assert_close(step, gradients(loss, both), atol=1e-5, rtol=1e-4)
    assert parts == expected


def test_long_gradients_are_cut_in_each_network_by_itself_and_short_ones_are_not():
    """A critic that errs a lot has the longer gradient: its cut leaves the actor's step as it was."""
    size, far_off = len(weights_of(make_networks()[0])), 5.0  # weight of the critic's loss
    actor, critic = sgd_step(PPOConfig(vf_coef=far_off, max_grad_norm=1e9))[0].tensor_split([size])
    limit = (actor.norm() * critic.norm()).sqrt().item()  # between the two lengths
    assert actor.norm() < limit < critic.norm()
    same, cut = sgd_step(PPOConfig(vf_coef=far_off, max_grad_norm=limit))[0].tensor_split([size])
    torch.testing.assert_close(same, actor, atol=1e-5, rtol=1e-4)
    assert cut.norm().item() == pytest.approx(limit, rel=1e-3)
    torch.testing.assert_close(cut / cut.norm(), critic / critic.norm(), atol=1e-4, rtol=1e-3)


def test_an_extra_loss_is_added_with_its_gradient():
    config = PPOConfig(max_grad_norm=1e9)
    plain, parts = sgd_step(config)
    pulled, same_parts = sgd_step(config, lambda policy: 7 * policy.logits[-1].bias.sum())
    difference = pulled - plain
    assert difference.abs().max().item() == pytest.approx(7, abs=1e-3)
    assert difference.sum().item() == pytest.approx(7 * 3, abs=1e-2)
    assert same_parts == parts
