"""Fine-tuning repeats, counts all that it costs, listens to demonstrations as told, and can be stopped."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune, imitation_loss
from ilrl_course.algorithms.ppo import PPOConfig, clipped_loss, train_ppo
from ilrl_course.data import Batch
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.rollout import make_batch

CARTPOLE, DRIVING = "ilrl/CartPole-v0", "ilrl/Driving-v0"
NUM_ENVS = 4
LENGTHS = {"num_iterations": 3, "num_steps": 8, "num_epochs": 2, "minibatch_size": 16}
SHORT = {**LENGTHS, "num_warmup_iterations": 2, "imitation_coef": 0.5, "imitation_decay": 0.5}


def make_run(env_id=CARTPOLE):
    """Policy, critic, demonstrations and worlds, made alike each time."""
    envs = make_batch(env_id, NUM_ENVS)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed=0)
    generator = torch.Generator().manual_seed(0)
    obs = torch.randn(40, *envs.single_observation_space.shape, generator=generator)
    demos = Batch(obs, policy(obs).sample(generator=generator))
    return policy, make_value_net(envs.single_observation_space, seed=1), demos, envs


def weights_of(*networks):
    return torch.cat([weights.detach().flatten() for net in networks for weights in net.parameters()])


def tuned(env_id=CARTPOLE, seed=0, between=lambda: None, functions=None, **settings):
    """The metrics of a whole run, and the weights in the end."""
    policy, value_net, demos, envs = make_run(env_id)
    curve = []
    for metrics in finetune(
        policy, value_net, demos, envs, FinetuneConfig(**SHORT | settings), seed, **functions or {}
    ):
        between()
        curve.append(metrics)
    return curve, weights_of(policy, value_net)


@pytest.mark.parametrize("env_id", [CARTPOLE, DRIVING])
def test_without_warm_up_and_imitation_it_is_exactly_ppo(env_id):
    curve, weights = tuned(env_id, num_warmup_iterations=0, imitation_coef=0.0)
    policy, value_net, _, envs = make_run(env_id)
    assert curve == list(train_ppo(policy, value_net, envs, PPOConfig(**LENGTHS), seed=0))
    assert torch.equal(weights, weights_of(policy, value_net))


@pytest.mark.parametrize("env_id", [CARTPOLE, DRIVING])
def test_two_runs_with_one_seed_are_identical_whatever_else_draws_random_numbers(env_id):
    before = torch.get_rng_state()
    first_curve, first = tuned(env_id)
    assert torch.equal(before, torch.get_rng_state())
    disturbed_curve, disturbed = tuned(env_id, between=lambda: torch.rand(7))
    assert first_curve == disturbed_curve
    assert torch.equal(first, disturbed)
    other_curve, other = tuned(env_id, seed=1)
    assert first_curve != other_curve
    assert not torch.equal(first, other)


def test_the_warm_up_yields_what_it_knows_and_ppo_all_its_dials():
    curve, _ = tuned()
    assert [set(row) for row in curve[:2]] == 2 * [{"value_loss", "env_steps", "crashes"}]
    dials = "approx_kl clip_fraction entropy explained_variance policy_loss value_loss env_steps crashes"
    assert [set(row) for row in curve[2:]] == 3 * [set(dials.split())]


def test_in_the_warm_up_the_critic_learns_and_the_clone_stays_what_it_was():
    policy, value_net, demos, envs = make_run()
    clone, cold = weights_of(policy), weights_of(value_net)
    training = finetune(policy, value_net, demos, envs, FinetuneConfig(**SHORT), seed=0)
    for _ in range(SHORT["num_warmup_iterations"]):
        next(training)
        assert torch.equal(weights_of(policy), clone)
        assert not torch.equal(weights_of(value_net), cold)
        cold = weights_of(value_net)
    next(training)
    assert not torch.equal(weights_of(policy), clone)


def test_what_the_warm_up_costs_is_added_to_what_ppo_costs_whoever_wrote_it():
    calls = []

    def watch(*inputs):
        calls.append(inputs)
        return iter([{"env_steps": 5, "crashes": 2}])

    policy, value_net, demos, envs = make_run()
    config = FinetuneConfig(**SHORT)
    rows = list(finetune(policy, value_net, demos, envs, config, seed=7, warm_up_fn=watch))
    assert [row["env_steps"] for row in rows] == [5, 37, 69, 101]
    assert min(row["crashes"] for row in rows) == 2
    ((same_critic, _, *others),) = calls
    assert same_critic is value_net
    assert others == [envs, config, 7]


def test_the_exploration_is_set_before_anybody_acts():
    spreads = []

    def watch(value_net, actor, envs, config, seed):
        start = np.zeros((4000, *envs.single_observation_space.shape), np.float32)
        spreads.extend(actor(start).std(axis=0))
        yield {"env_steps": 0, "crashes": 0}

    tuned(DRIVING, functions={"warm_up_fn": watch}, exploration_std=0.3)
    assert spreads == pytest.approx([0.3, 0.3], rel=0.05)


def test_the_students_own_functions_are_the_ones_that_train():
    calls = {"advantage": 0, "policy": 0, "imitation": []}

    def advantage_fn(*inputs):
        calls["advantage"] += 1
        return compute_gae(*inputs)

    def policy_loss_fn(*inputs):
        calls["policy"] += 1
        return clipped_loss(*inputs)

    def imitation_loss_fn(policy, demos, iteration, config):
        calls["imitation"].append((iteration, len(demos)))
        return imitation_loss(policy, demos, iteration, config)

    functions = {
        "advantage_fn": advantage_fn, "policy_loss_fn": policy_loss_fn, "imitation_loss_fn": imitation_loss_fn
    }  # fmt: skip
    _, weights = tuned(functions=functions)
    assert torch.equal(weights, tuned()[1])
    assert calls["advantage"] == 3
    assert calls["policy"] == 3 * 2 * 2
    assert calls["imitation"] == [(i, 16) for i in (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2)]
