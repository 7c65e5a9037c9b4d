"""Behavioral cloning: its loss is the likelihood, and it recovers demonstrators that it can represent."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.bc import BCConfig, bc_loss, bc_update, train_bc
from ilrl_course.data import Batch, stack_steps
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy
from ilrl_course.rollout import collect_trajectories


def test_a_uniform_policy_over_k_actions_has_loss_log_k():
    policy = CategoricalPolicy(3, 4)
    torch.nn.init.zeros_(policy.logits[-1].weight)
    loss = bc_loss(policy, torch.randn(10, 3), torch.randint(4, (10,)))
    assert loss.item() == pytest.approx(np.log(4))


def test_gaussian_loss_is_squared_error_up_to_scale_and_constant():
    policy = GaussianPolicy(3, 2)
    obs, actions = torch.randn(10, 3), torch.randn(10, 2)
    std = policy.log_std.exp()
    squares = (((actions - policy.mean(obs)) / std) ** 2).sum(1).mean()
    constant = 2 * std.log().sum() + 2 * np.log(2 * np.pi)
    torch.testing.assert_close(bc_loss(policy, obs, actions), 0.5 * (squares + constant))


def test_an_update_moves_the_policy_toward_the_demonstrations():
    policy = CategoricalPolicy(3, 2)
    batch = Batch(torch.randn(32, 3), torch.ones(32, dtype=torch.int64))
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.1)
    before = bc_update(policy, optimizer, batch)["loss"]
    assert bc_loss(policy, batch.obs, batch.actions).item() < before


def test_cloning_recovers_a_linear_gaussian_demonstrator():
    generator = torch.Generator().manual_seed(0)
    obs = torch.randn(4000, 2, generator=generator)
    target = obs @ torch.tensor([[0.5], [-0.3]])
    actions = target + 0.2 * torch.randn(4000, 1, generator=generator)
    torch.manual_seed(0)
    policy = GaussianPolicy(2, 1)
    for _ in train_bc(policy, Batch(obs, actions), BCConfig(num_updates=2000), seed=0):
        pass
    assert (policy.mean(obs) - target).abs().mean() < 0.05
    assert policy.log_std.exp().item() == pytest.approx(0.2, abs=0.02)


def test_training_yields_one_loss_an_update_and_can_be_stopped_at_any_of_them():
    demos = Batch(torch.randn(8, 3), torch.randint(2, (8,)))
    policy = CategoricalPolicy(3, 2)
    assert len(list(train_bc(policy, demos, BCConfig(num_updates=7), seed=0))) == 7
    updates = train_bc(policy, demos, BCConfig(num_updates=7), seed=0)
    assert set(next(updates)) == {"loss"}
    updates.close()
    assert policy.act(np.zeros((1, 3), np.float32)).shape == (1,)


def test_two_runs_with_one_seed_are_identical_and_another_seed_differs():
    demos = Batch(torch.randn(100, 3), torch.randint(2, (100,)))

    def losses(seed):
        torch.manual_seed(0)
        policy = CategoricalPolicy(3, 2)
        return [metrics["loss"] for metrics in train_bc(policy, demos, BCConfig(num_updates=20), seed)]

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)


def test_the_clone_of_the_cartpole_expert_balances():
    expert = CARTPOLE.make_demonstrator("expert")
    demos = stack_steps(collect_trajectories(expert, CARTPOLE.env_id, 10, seed=0))
    torch.manual_seed(0)
    policy = CategoricalPolicy(4, 2)
    for _ in train_bc(policy, demos, BCConfig(), seed=0):
        pass
    assert evaluate(policy.act, CARTPOLE.env_id, 50, seed=0).mean_return > 475
