"""Known wrong warm-ups of the critic: the gradient steps, and what else is done."""

import torch
from torch import nn

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_08_warmup_parts import flat_obs, update_is, with_parts
from ilrl_course.rollout import collect_rollout

NO_BACKWARD = "nothing is learned: no gradient of the loss is ever computed. Call loss.backward()."
NO_STEP = (
    "the gradients are computed but never used: the critic stays as it was. Call optimizer.step() after "
    "loss.backward()."
)
PILED_UP = "the gradients of earlier minibatches pile up. Set them to zero before each backward()."
ERASED = (
    "the gradients are erased before they are used. Set them to zero before backward(), not between it and "
    "step()."
)
OTHER_STEPS = (
    "the critic does not end where the given optimizer takes it. For each minibatch call zero_grad(), "
    "backward() and step(), once each."
)
ACTED_AGAIN = (
    "there is more acting than in the given line. Learn from the block that is there: each step in the world "
    "has its price."
)
ASKED_AGAIN = (
    "the actor is asked again, apart from acting. Only the critic learns here: leave the actor alone."
)
ELSEWHERE = (
    "the worlds are reset, or a block begins where they are not. After the first reset they should simply go "
    "on."
)


def _collect_again(actor, envs, rollout, obs):
    return collect_rollout(actor, envs, obs, len(rollout.rewards))[1]


def _ask_again(actor, envs, rollout, obs):
    actor(flat_obs(rollout).numpy())
    return obs


def _cut(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 0.5)
    optimizer.step()


def _zero(optimizer):
    optimizer.zero_grad()


def _take(optimizer):
    optimizer.step()


def _take_and_zero(optimizer):
    optimizer.step()
    optimizer.zero_grad()


STEPS = (
    Mutant(NO_BACKWARD, update_is("zero", "step"), update_is()),
    Mutant(
        NO_STEP,
        update_is("zero", "backward"),
        update_is("zero", "step", "backward"),
        update_is("backward"),
    ),
    Mutant(PILED_UP, update_is("backward", "step"), update_is("backward", "step", before_epoch=_zero)),
    Mutant(ERASED, update_is("backward", "zero", "step")),
    Mutant(
        "one step is taken in an epoch, for all its minibatches together. Zero the gradients and step for "
        "each of them.",
        update_is("backward", before_epoch=_zero, after_epoch=_take),
        update_is("backward", after_epoch=_take_and_zero),
    ),
    Mutant(
        "the optimizer steps before the gradients are there, with those of the minibatch before. Call "
        "backward() first.",
        update_is("step", "zero", "backward"),
    ),
    Mutant(
        "two steps are taken for each minibatch. One is enough.",
        update_is("zero", "backward", "step", "step"),
    ),
    Mutant(
        "the gradients are cut. The warm-up does without, as a plain regression.",
        with_parts(update=_cut),
    ),
    Mutant(
        OTHER_STEPS,
        *(
            with_parts(optimizer=lambda net, config, make=make: make(net.parameters(), 0.01))
            for make in (torch.optim.SGD, torch.optim.Adam)
        ),
    ),
)
OTHERS = (
    Mutant(ACTED_AGAIN, with_parts(meanwhile=_collect_again)),
    Mutant(ASKED_AGAIN, with_parts(meanwhile=_ask_again)),
    Mutant(
        ELSEWHERE,
        with_parts(before_acting=lambda envs, obs: envs.reset()[0]),
        with_parts(meanwhile=lambda actor, envs, rollout, obs: envs.reset()[0]),
        with_parts(meanwhile=lambda actor, envs, rollout, obs: rollout.next_obs[-1].numpy()),
        with_parts(meanwhile=lambda actor, envs, rollout, obs: rollout.obs[-1].numpy()),
    ),
)
