"""Known wrong warm-ups of the critic: what it is taught."""

from contextlib import nullcontext
from copy import deepcopy

import torch

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_08_warmup_parts import (
    right_targets,
    targets_are,
    values_now,
    with_parts,
)

PULLED = (
    "the targets carry a gradient: they would be moved toward the forecasts. Compute them within "
    "torch.no_grad()."
)
REORDERED = (
    "targets and observations stand in different orders. Flatten both in the same way, and take the same "
    "rows of both."
)
EVERY_MINIBATCH = (
    "the targets are computed anew for each minibatch, which is slow. Compute them once in an epoch, before "
    "the minibatches."
)
COLD_CRITIC = (
    "the targets are those of the untrained critic, again and again. Ask the critic as it is by now for the "
    "next values."
)


def _with_gae(rollout, values, net, config):
    now, ends = values_now(net, rollout), (rollout.terminated, rollout.truncated)
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
        targets_are(lambda rollout, values, net, config: values_now(net, rollout)),
    ),
    Mutant(
        "the next values are the targets. Hand them over to value_targets, with the rewards and the ends.",
        targets_are(lambda rollout, values, net, config: values),
    ),
    Mutant(
        "the critic's forecast is subtracted from the targets, as in an advantage. Aim at the whole target.",
        targets_are(lambda *inputs: right_targets(*inputs) - values_now(inputs[2], inputs[0])),
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
        "the rows count through all B = T * N steps, but what they pick from has two axes (T, N). Use "
        "all_obs, and flatten the targets.",
        with_parts(all_obs=lambda rollout: rollout.obs),
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
