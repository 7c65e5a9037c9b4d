"""Fine-tuning can be stopped at any time: what was learned stays, and so does the curve."""

import contextlib

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from tests.algorithms.test_finetune import SHORT, make_run, tuned, weights_of


def interrupt_after(num_calls):
    """A function that does nothing so often, and then stops everything."""
    left = iter(range(num_calls))

    def interrupt(*inputs):
        if next(left, None) is None:
            raise KeyboardInterrupt

    return interrupt


@pytest.mark.parametrize("num_iterations", [1, 2, 3, 4, 5])
def test_whoever_stops_after_some_iterations_keeps_what_was_learned_until_then(num_iterations):
    policy, value_net, demos, envs = make_run()
    after = []
    for metrics, _ in zip(
        finetune(policy, value_net, demos, envs, FinetuneConfig(**SHORT), seed=0),
        range(num_iterations),
        strict=False,
    ):
        after.append((metrics, weights_of(policy, value_net)))
    policy, value_net, demos, envs = make_run()
    whole = finetune(policy, value_net, demos, envs, FinetuneConfig(**SHORT), seed=0)
    for metrics, weights in after:
        assert next(whole) == metrics
        assert torch.equal(weights_of(policy, value_net), weights)
    policy.act(np.zeros((2, 4), np.float32))


@pytest.mark.parametrize("num_acts", [0, 5, 8, 20, 39])  # of 16 in the warm-up, and 24 after it
def test_an_interrupt_while_acting_keeps_the_curve_and_the_networks_so_far(num_acts):
    policy, value_net, demos, envs = make_run()
    stop, step, curve, weights = interrupt_after(num_acts), envs.step, [], [weights_of(policy, value_net)]
    envs.step = lambda actions: (stop(), step(actions))[1]
    training = finetune(policy, value_net, demos, envs, FinetuneConfig(**SHORT), seed=0)
    with contextlib.suppress(KeyboardInterrupt):
        for metrics in training:
            curve.append(metrics)
            weights.append(weights_of(policy, value_net))
    assert curve == tuned()[0][: num_acts // 8]
    assert torch.equal(weights_of(policy, value_net), weights[-1])


@pytest.mark.parametrize("num_calls", [3, 12, 25])
def test_an_interrupt_while_learning_leaves_usable_networks(num_calls):
    policy, value_net, demos, envs = make_run()
    stop = interrupt_after(num_calls)
    handle = value_net.register_forward_pre_hook(lambda network, inputs: stop())
    with pytest.raises(KeyboardInterrupt):
        list(finetune(policy, value_net, demos, envs, FinetuneConfig(**SHORT), seed=0))
    handle.remove()
    assert weights_of(policy, value_net).isfinite().all()
    list(finetune(policy, value_net, demos, envs, FinetuneConfig(**SHORT), seed=0))
