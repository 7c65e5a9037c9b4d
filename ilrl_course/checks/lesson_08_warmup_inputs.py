"""Known wrong warm-ups of the critic: what value_targets gets to build the targets of."""

import torch

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_08_warmup_parts import (
    ends_are,
    gamma_is,
    inputs_are,
    targets_are,
    values_after,
    values_are,
    values_now,
)


def _flat_inputs(rollout, values, net, config):
    block = rollout.rewards, values, rollout.terminated, rollout.truncated
    return value_targets(*(column.flatten() for column in block), config.gamma)


def _gamma_by_name(rollout, values, net, config):
    return value_targets(rollout.rewards, values, (rollout.terminated, rollout.truncated), gamma=config.gamma)


INPUTS = (
    Mutant(
        "truncation is treated as death. The clock only stopped the record there: hand over both ends as "
        "they are.",
        ends_are(lambda te, tr: (te | tr, tr)),
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
    ),
    Mutant(
        "gamma is fixed. Take the one of the config: config.gamma.",
        *(gamma_is(lambda config, fixed=fixed: fixed) for fixed in (1.0, 0.99, 0.995, 0.9, 0.95)),
    ),
    Mutant(
        "gae_lambda is taken for gamma. Hand over config.gamma.",
        gamma_is(lambda config: config.gae_lambda),
    ),
    Mutant(
        "the next values are those of rollout.obs, one step too early. Ask the critic about "
        "rollout.next_obs.",
        values_are(values_now),
    ),
    Mutant(
        "the next values are taken from the row below, which is wrong where an episode ended. Ask the critic "
        "about rollout.next_obs.",
        values_are(
            lambda net, rollout: torch.cat([values_now(net, rollout)[1:], values_after(net, rollout)[-1:]])
        ),
        values_are(
            lambda net, rollout: torch.cat([values_now(net, rollout)[1:], values_now(net, rollout)[-1:]])
        ),
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
        "all is flattened before value_targets, so it walks from world to world. Flatten its result instead: "
        "time is the first axis.",
        targets_are(_flat_inputs),
    ),
    Mutant(
        "rewards and next values are swapped. value_targets takes the rewards first.",
        inputs_are(lambda rewards, values, ends, gamma: (values, rewards, *ends, gamma)),
    ),
    Mutant(
        "value_targets gets too few inputs. It takes five: rewards, next values, *ends (with a star, which "
        "makes two of it), and config.gamma.",
        inputs_are(lambda rewards, values, ends, gamma: (rewards, values, *ends)),
        inputs_are(lambda rewards, values, ends, gamma: (rewards, values, ends)),
        targets_are(_gamma_by_name),
    ),
)
