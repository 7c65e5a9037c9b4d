"""What fine-tuning takes from demonstrations: which of them, and how long they hold a policy back."""

import pytest
import torch

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune, stay_near
from ilrl_course.data import Batch
from ilrl_course.networks import make_policy, make_value_net
from tests.algorithms.test_finetune import DRIVING, SHORT, make_run, tuned, weights_of
from tests.algorithms.test_ppo_worlds import Bandit


def demonstrated(seed=0, **settings):
    """The demonstrations that the imitation term saw, minibatch by minibatch."""
    seen = []

    def watch(policy, demos, iteration, config):
        seen.append(demos)
        return 0 * bc_loss(policy, demos.obs, demos.actions)

    tuned(seed=seed, functions={"imitation_loss_fn": watch}, **settings)
    return seen


def test_the_imitation_term_sees_random_demonstrations_of_the_whole_set_pair_by_pair():
    seen = demonstrated(num_iterations=8)
    _, _, demos, _ = make_run()
    pairs = {tuple(row) for row in torch.cat([demos.obs, demos.actions[:, None]], 1).tolist()}
    found = torch.cat([torch.cat([batch.obs, batch.actions[:, None]], 1) for batch in seen])
    assert {tuple(row) for row in found.tolist()} == pairs
    assert len({str(batch.obs.tolist()) for batch in seen}) == len(seen)
    again, other = demonstrated(num_iterations=8), demonstrated(seed=1, num_iterations=8)
    assert all(torch.equal(a.obs, b.obs) for a, b in zip(seen, again, strict=True))
    assert not any(torch.equal(a.obs, b.obs) for a, b in zip(seen, other, strict=True))


def test_as_many_demonstrations_count_as_steps_in_the_minibatch_also_in_the_last_one():
    assert [len(batch) for batch in demonstrated(num_iterations=1, minibatch_size=20)] == 2 * [20, 12]


def test_fewer_demonstrations_than_a_minibatch_are_enough():
    policy, value_net, demos, envs = make_run()
    list(finetune(policy, value_net, demos[:1], envs, FinetuneConfig(**SHORT), seed=0))
    assert weights_of(policy, value_net).isfinite().all()


def test_without_a_weight_the_demonstrations_are_not_even_looked_at():
    policy, value_net, _, envs = make_run()
    config = FinetuneConfig(**SHORT | {"imitation_coef": 0.0})
    rows = list(finetune(policy, value_net, None, envs, config, seed=0, imitation_loss_fn=None))
    assert len(rows) == config.num_warmup_iterations + config.num_iterations


@pytest.mark.parametrize("size", [0, None])
def test_a_weight_without_demonstrations_is_refused_before_anything_changes(size):
    policy, value_net, demos, envs = make_run(DRIVING)
    before, config = weights_of(policy, value_net), FinetuneConfig(**SHORT, exploration_std=0.3)
    none = None if size is None else demos[:size]
    with pytest.raises(ValueError, match=r"imitation_coef is .*, but there are no demonstrations: pass at"):
        next(finetune(policy, value_net, none, envs, config, seed=0))
    assert torch.equal(weights_of(policy, value_net), before)


PULLED = {"num_iterations": 20, "num_steps": 8, "num_epochs": 4, "minibatch_size": 128, "learning_rate": 2e-2}


def bandit_run():
    """Policy, critic and bandit, whose third arm pays best."""
    envs = Bandit()
    policy = make_policy(envs.single_observation_space, envs.single_action_space, 0, hidden_sizes=(16,))
    return policy, make_value_net(envs.single_observation_space, 0, hidden_sizes=(16,)), envs


@pytest.mark.parametrize(
    ("settings", "arm"),
    [
        ({"imitation_coef": 0.0}, 2),
        ({"imitation_coef": 3.0}, 1),
        ({"imitation_coef": 0.5, "imitation_decay": 0.6}, 2),
        ({"imitation_coef": 30.0, "imitation_decay": 0.0}, 1),  # too late: it never tries the others again
    ],
    ids=str,
)
def test_demonstrations_of_the_second_arm_hold_as_long_as_they_weigh(settings, arm):
    policy, value_net, envs = bandit_run()
    demos = Batch(torch.ones(20, 1), torch.ones(20, dtype=torch.int64))
    list(finetune(policy, value_net, demos, envs, FinetuneConfig(**PULLED | settings), seed=0))
    assert policy(torch.ones(1, 1)).probs[0, arm] > 0.9


@pytest.mark.parametrize("settings", [{}, {"imitation_decay": 0.0}], ids=["stays", "gone at once"])
def test_a_policy_that_is_kept_near_another_stays_there_as_long_as_it_weighs(settings):
    policy, value_net, envs = bandit_run()
    reference = bandit_run()[0]
    config = FinetuneConfig(**PULLED, imitation_coef=100.0, **settings)
    near = stay_near(reference, config)
    list(finetune(policy, value_net, None, envs, config, seed=0, extra_loss_fn=near))
    probability = policy(torch.ones(1, 1)).probs[0, 2].item()
    assert probability > 0.9 if settings else probability < 0.3
    assert torch.equal(weights_of(reference), weights_of(bandit_run()[0]))
