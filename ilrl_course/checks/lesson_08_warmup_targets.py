"""Known wrong warm-ups of the critic: what it is taught."""

from contextlib import nullcontext
from copy import deepcopy

import torch

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_08_warmup_parts import (
    ends_are,
    flat_obs,
    gamma_is,
    right_targets,
    squared_error,
    step,
    targets_are,
    values_after,
    values_are,
    with_parts,
)

PULLED = (
    "the targets carry a gradient: they would be moved toward the forecasts. Compute them within "
    "torch.no_grad()."
)
REORDERED = (
    "targets and observations stand in different orders. Flatten both in the same way, and take the same rows "
    "of both."
)
EVERY_MINIBATCH = (
    "the targets are computed anew for each minibatch, which is slow. Compute them once in an epoch, before "
    "the minibatches."
)
COLD_CRITIC = (
    "the targets are those of the untrained critic, again and again. Ask the critic as it is by now for the "
    "next values."
)


def _values_now(net, rollout):
    return net(flat_obs(rollout)).reshape(rollout.rewards.shape)


def _with_gae(rollout, values, net, config):
    now, ends = _values_now(net, rollout), (rollout.terminated, rollout.truncated)
    return now + compute_gae(rollout.rewards, now, values, *ends, config.gamma, config.gae_lambda)


def _scaled(correction):
    def targets(*inputs):
        block = right_targets(*inputs)
        return (block - block.mean()) / (block.std(correction=correction) + 1e-8)

    return targets_are(targets)


def _step_and_keep_the_graph(optimizer, loss):
    optimizer.zero_grad()
    loss.backward(retain_graph=True)
    optimizer.step()


def _loss_of_other_rows(net, obs, targets, rows):
    return (net(obs[rows]) - targets[rows[torch.randperm(len(rows))]]).square().mean()


TARGETS = (
    Mutant(
        PULLED,
        with_parts(no_grad=nullcontext),
        with_parts(no_grad=nullcontext, renew=True),
        with_parts(no_grad=nullcontext, update=_step_and_keep_the_graph),
    ),
    Mutant(
        "the rewards themselves are the targets. A value counts all that is to come: build the targets with "
        "value_targets.",
        targets_are(lambda rollout, values, net, config: rollout.rewards),
    ),
    Mutant(
        "the critic's own values are the targets, so there is nothing to learn. Build the targets with "
        "value_targets, from the rewards too.",
        targets_are(lambda rollout, values, net, config: _values_now(net, rollout)),
    ),
    Mutant(
        "the next values are the targets. Hand them over to value_targets, with the rewards and the ends.",
        targets_are(lambda rollout, values, net, config: values),
    ),
    Mutant(
        "the critic's forecast is subtracted from the targets, as in an advantage. Aim at the whole target.",
        targets_are(lambda *inputs: right_targets(*inputs) - _values_now(inputs[2], inputs[0])),
    ),
    Mutant(
        "only one reward is counted before the next value. Call value_targets, which goes on to the end of "
        "the episode.",
        targets_are(lambda rollout, v, net, config: rollout.rewards + config.gamma * v * ~rollout.terminated),
        targets_are(lambda rollout, v, net, config: rollout.rewards + config.gamma * v),
        targets_are(
            lambda rollout, v, net, config: (
                rollout.rewards + config.gamma * v * ~(rollout.terminated | rollout.truncated)
            )
        ),
    ),
    Mutant(
        "these are the returns of GAE, which trust an untrained critic at every step. Call value_targets "
        "instead.",
        targets_are(_with_gae),
    ),
    Mutant(
        "truncation is treated as death. The clock only stopped the record there: hand over both ends as "
        "they are.",
        ends_are(lambda te, tr: (te | tr, tr)),
        ends_are(lambda te, tr: (te | tr, te)),
        ends_are(lambda te, tr: (te | tr, te | tr)),
    ),
    Mutant(
        "terminated and truncated are swapped. value_targets takes terminated first.",
        ends_are(lambda te, tr: (tr, te)),
    ),
    Mutant(
        "death is treated as a time limit: after a termination nothing comes. Hand over both ends as they "
        "are.",
        ends_are(lambda te, tr: (torch.zeros_like(te), te | tr)),
    ),
    Mutant(
        "an end of episodes is left out, so rewards of the next episode are counted in. Hand over terminated "
        "and truncated.",
        ends_are(lambda te, tr: (torch.zeros_like(te), torch.zeros_like(tr))),
        ends_are(lambda te, tr: (te, torch.zeros_like(tr))),
        ends_are(lambda te, tr: (torch.zeros_like(te), tr)),
        ends_are(lambda te, tr: (te, te)),
        ends_are(lambda te, tr: (tr, tr)),
    ),
    Mutant(
        "gamma is fixed. Take the one of the config: config.gamma.",
        *(gamma_is(lambda config, fixed=fixed: fixed) for fixed in (1.0, 0.99, 0.995, 0.9, 0.95)),
    ),
    Mutant(
        "another number of the config is taken for gamma. Hand over config.gamma.",
        gamma_is(lambda config: config.gae_lambda),
        gamma_is(lambda config: config.warmup_learning_rate),
    ),
    Mutant(
        "the next values are those of rollout.obs, one step too early. Ask the critic about "
        "rollout.next_obs.",
        values_are(_values_now),
    ),
    Mutant(
        "the next values are taken from the row below, which is wrong where an episode ended. Ask the critic "
        "about rollout.next_obs.",
        values_are(lambda net, rollout: torch.cat([_values_now(net, rollout)[1:], values_after(net, rollout)[-1:]])),
        values_are(lambda net, rollout: torch.cat([_values_now(net, rollout)[1:], _values_now(net, rollout)[-1:]])),
    ),
    Mutant(
        "the critic is not asked what comes after the record. Let its values of rollout.next_obs stand in "
        "for the rest.",
        values_are(lambda net, rollout: torch.zeros_like(rollout.rewards)),
    ),
    Mutant(
        "the next values are a row of B numbers, but value_targets takes (T, N). Reshape them like "
        "rollout.rewards.",
        values_are(lambda net, rollout: net(rollout.next_obs.flatten(0, 1))),
    ),
    Mutant(
        "the next values are folded in the wrong order: time is the first axis. Reshape them like "
        "rollout.rewards, (T, N).",
        values_are(lambda net, rollout: values_after(net, rollout).reshape(rollout.rewards.T.shape)),
        values_are(lambda net, rollout: values_after(net, rollout).reshape(rollout.rewards.T.shape).T),
        values_are(lambda net, rollout: values_after(net, rollout).T),
    ),
    Mutant(
        "the targets keep their two axes (T, N), but the rows are counted through all B. Flatten the targets.",
        with_parts(targets=right_targets),
        with_parts(
            targets=right_targets,
            rows=lambda rollout, targets, config, generator: torch.randperm(
                targets.numel(), generator=generator
            ).split(config.minibatch_size),
        ),
    ),
    Mutant(
        REORDERED,
        with_parts(targets=lambda *inputs: right_targets(*inputs).T.flatten()),
        with_parts(all_obs=lambda rollout: rollout.obs.transpose(0, 1).flatten(0, 1)),
        with_parts(loss=_loss_of_other_rows),
    ),
    Mutant(
        "the targets are normalized. Then they no longer say what a situation is worth: leave them as they "
        "are.",
        _scaled(correction=0),
        _scaled(correction=1),
    ),
    Mutant(
        "the critic learns what rollout.next_obs is worth, one step too late. The targets belong to "
        "rollout.obs.",
        with_parts(all_obs=lambda rollout: rollout.next_obs.flatten(0, 1)),
    ),
    Mutant(EVERY_MINIBATCH, with_parts(renew=True)),
    Mutant(COLD_CRITIC, with_parts(critic=deepcopy)),
)
