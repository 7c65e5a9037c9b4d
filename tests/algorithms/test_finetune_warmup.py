"""The warm-up touches only the critic, counts, repeats, learns from every step, and can be stopped."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.finetune import FinetuneConfig, warm_up_critic
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.rollout import collect_rollout, make_batch
from tests import counting_world
from tests.algorithms.test_ppo_worlds import Endless

counting_world.register()
COUNTING, CARTPOLE = "test/Counting-v0", "ilrl/CartPole-v0"
SHORT = {"num_warmup_iterations": 2, "num_steps": 8, "num_epochs": 2, "minibatch_size": 10}


def first_action(obs):
    return np.zeros(len(obs), dtype=np.int64)


def weights_of(network):
    return torch.cat([weights.detach().flatten() for weights in network.parameters()])


def make_critic(envs, hidden_sizes=(16,)):
    return make_value_net(envs.single_observation_space, 0, hidden_sizes)


def test_only_the_critic_changes():
    envs = make_batch(CARTPOLE, 4)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed=0)
    value_net = make_critic(envs)
    before, cold = weights_of(policy), weights_of(value_net)
    list(warm_up_critic(value_net, policy.sampler(0), envs, FinetuneConfig(**SHORT), seed=0))
    assert torch.equal(weights_of(policy), before)
    assert all(weights.grad is None for weights in policy.parameters())
    assert not torch.equal(weights_of(value_net), cold)


def test_metrics_count_every_step_and_every_crash_so_far():
    envs = make_batch(COUNTING, 4)  # copy 0 crashes in every second step
    config = FinetuneConfig(num_warmup_iterations=3, num_steps=10, num_epochs=1)
    rows = list(warm_up_critic(make_critic(envs), first_action, envs, config, seed=0))
    assert [row["env_steps"] for row in rows] == [40, 80, 120]
    assert [row["crashes"] for row in rows] == [5, 10, 15]
    assert all(set(row) == {"value_loss", "env_steps", "crashes"} for row in rows)
    assert all(type(value) in (int, float) for row in rows for value in row.values())


def watched(seed=0, actor=first_action, env_id=COUNTING, **settings):
    """What the critic was asked in training, and what the actor saw: lists of arrays, and the critic."""
    envs, learned_from, seen = make_batch(env_id, 4), [], []
    value_net = make_critic(envs)

    def note(network, inputs, values):
        if values.requires_grad:
            learned_from.append(inputs[0].numpy().copy())

    def watched_actor(obs):
        seen.append(obs.copy())
        return actor(obs)

    value_net.register_forward_hook(note)
    list(warm_up_critic(value_net, watched_actor, envs, FinetuneConfig(**SHORT | settings), seed))
    return learned_from, seen, value_net


def test_every_epoch_uses_every_step_once_in_a_new_order_also_where_minibatches_do_not_divide():
    learned_from, seen, _ = watched(num_warmup_iterations=1)
    assert [len(obs) for obs in learned_from] == 2 * [10, 10, 10, 2]
    first, second = np.split(np.concatenate(learned_from), 2)
    assert not np.array_equal(first, second)
    for epoch in first, second:
        assert sorted(epoch.tolist()) == sorted(np.concatenate(seen).tolist())


def test_an_iteration_goes_on_where_the_one_before_stopped():
    _, seen, _ = watched()
    envs = make_batch(COUNTING, 4)
    whole, _ = collect_rollout(first_action, envs, envs.reset(seed=0)[0], num_steps=16)
    np.testing.assert_array_equal(seen, whole.obs)


def test_equal_seeds_repeat_whatever_else_draws_random_numbers_and_others_do_not():
    def disturbed(obs):
        torch.rand(3)
        return first_action(obs)

    first, again, other = (
        watched(seed, actor, CARTPOLE)
        for seed, actor in ((0, first_action), (0, disturbed), (1, first_action))
    )
    assert torch.equal(weights_of(first[2]), weights_of(again[2]))
    assert not np.array_equal(first[1], other[1])  # other starts
    orders = [watched(seed)[0] for seed in (0, 0, 1)]  # this world starts alike each time
    assert all(map(np.array_equal, orders[0], orders[1]))
    assert not all(map(np.array_equal, orders[0], orders[2]))


def test_the_first_step_is_as_long_as_the_warm_ups_own_learning_rate():
    envs = Endless(num_envs=4)
    value_net = make_critic(envs, hidden_sizes=())
    before = weights_of(value_net)
    config = FinetuneConfig(
        num_warmup_iterations=1, num_epochs=1, num_steps=4, learning_rate=0.5, warmup_learning_rate=0.03
    )
    list(warm_up_critic(value_net, first_action, envs, config, seed=0))
    torch.testing.assert_close((weights_of(value_net) - before).abs(), torch.full((2,), 0.03))


@pytest.mark.parametrize("num_acts", [0, 3, 8, 13])
def test_an_interrupt_while_acting_keeps_what_the_critic_has_learned(num_acts):
    """The iterations are eight steps long; who stops in the second keeps what the first one taught."""
    countdown = iter(range(num_acts))

    def interrupted(obs):
        if next(countdown, None) is None:
            raise KeyboardInterrupt
        return first_action(obs)

    envs = make_batch(CARTPOLE, 4)
    value_net = make_critic(envs)
    with pytest.raises(KeyboardInterrupt):
        list(warm_up_critic(value_net, interrupted, envs, FinetuneConfig(**SHORT), seed=0))
    reference = make_critic(envs)
    fewer = FinetuneConfig(**SHORT | {"num_warmup_iterations": num_acts // 8})
    list(warm_up_critic(reference, first_action, make_batch(CARTPOLE, 4), fewer, seed=0))
    assert torch.equal(weights_of(value_net), weights_of(reference))


def test_an_interrupt_while_learning_leaves_a_usable_critic():
    envs = make_batch(CARTPOLE, 4)
    value_net = make_critic(envs)
    calls = iter(range(5))

    def interrupt(network, inputs):
        if next(calls, None) is None:
            raise KeyboardInterrupt

    handle = value_net.register_forward_pre_hook(interrupt)
    with pytest.raises(KeyboardInterrupt):
        list(warm_up_critic(value_net, first_action, envs, FinetuneConfig(**SHORT), seed=0))
    handle.remove()
    assert value_net(torch.zeros(2, 4)).isfinite().all()
    list(warm_up_critic(value_net, first_action, envs, FinetuneConfig(**SHORT), seed=0))
