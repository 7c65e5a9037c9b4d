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
    "the critic does not end where the given optimizer takes it. For each minibatch: zero_grad(), backward(), "
    "step(), once each."
)
ACTED_AGAIN = (
    "more is acted than the given line does. Learn from the block that is there: each step in the world has its "
    "price."
)
ASKED_AGAIN = "the actor is asked again, apart from acting. Only the critic learns here: leave the actor alone."
ELSEWHERE = (
    "the worlds are reset between the iterations, or a block begins where they are not. They should simply go on."
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


STEPS = (
    "the critic does not end where the given optimizer takes it. For each minibatch: zero_grad(), backward(), "
    "step(), once each."
)
ACTED_AGAIN = (
    "more is acted than the given line does. Learn from the block that is there: each step in the world has its "
    "price."
)
ASKED_AGAIN = "the actor is asked again, apart from acting. Only the critic learns here: leave the actor alone."
ELSEWHERE = (
    "the worlds are reset between the iterations, or a block begins where they are not. They should simply go on."
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


def _backward_only(optimizer, loss):
    loss.backward()


def _once_an_epoch(**parts):
    zero, take = lambda optimizer: optimizer.zero_grad(), lambda optimizer: optimizer.step()
    return with_parts(update=_backward_only, **parts | {"before_epoch": zero, "after_epoch": take})


STEPS = (
    "the critic does not end where the given optimizer takes it. For each minibatch: zero_grad(), backward(), "
    "step(), once each."
)
IN_ORDER = "a minibatch holds neighboring steps, which look alike. Shuffle the rows of the block in each epoch."
SAME_ORDER = (
    "every epoch goes through the rows in the same order. Draw a new one with the given generator in each epoch."
)
NOT_REPEATABLE = (
    "the minibatches cannot be repeated. Shuffle with the given generator: it is made from the seed."
)
SAME_FOR_ALL_SEEDS = "the seed has no effect on the minibatches. Shuffle with the given generator, made from the seed."
ACTED_AGAIN = (
    "more is acted than the given line does. Learn from the block that is there: each step in the world has its "
    "price."
)
ASKED_AGAIN = "the actor is asked again, apart from acting. Only the critic learns here: leave the actor alone."
ELSEWHERE = (
    "the worlds are reset between the iterations, or a block begins where they are not. They should simply go on."
)
OWN_EPOCHS = "the block is gone through too often. The loop over the epochs is given already: write one epoch."
NO_VALUE = "`{}` gets no value in this function. Give it one within the inner loop: the last lines need the loss."
LEFTOVERS = {
    **{name: NO_VALUE.format(name) for name in ("loss", "targets", "next_values", "rows")},
    **dict.fromkeys(
        ("BEGINNER", "CAREFUL", "CONFIG"),
        "it reads the settings of the lesson. Use the config that is passed in.",
    ),
    **dict.fromkeys(
        ("policy", "clones", "naive"),
        "it reads a variable of the lesson. Only the critic learns here, from the block that is there.",
    ),
    "SEED": "it reads the seed of the lesson. Use the generator, which is made of the seed that is passed in.",
}


def _collect_again(actor, envs, rollout, obs):
    return collect_rollout(actor, envs, obs, len(rollout.rewards))[1]


def _ask_again(actor, envs, rollout, obs):
    actor(flat_obs(rollout).numpy())
    return obs


def _epochs_within(rollout, targets, config, generator):
    for _ in range(config.num_epochs):
        yield from torch.randperm(len(targets), generator=generator).split(config.minibatch_size)


def _cut(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 0.5)
    optimizer.step()


def _backward_only(optimizer, loss):
    loss.backward()


def _once_an_epoch(**parts):
    zero, take = lambda optimizer: optimizer.zero_grad(), lambda optimizer: optimizer.step()
    return with_parts(update=_backward_only, **parts | {"before_epoch": zero, "after_epoch": take})


LOSSES = (
    Mutant(
        "this is the sum over the minibatch. Take the mean, so that its size does not change the step.",
        loss_is(lambda v, y: (v - y).square().sum()),
    ),
    Mutant(
        "the sign is wrong: the critic is pushed away from its targets. A squared error is made small as it is.",
        loss_is(lambda v, y: -(v - y).square().mean()),
    ),
    Mutant(
        "these are absolute errors, which aim at the median. A value is a mean: take the squares.",
        loss_is(lambda v, y: (v - y).abs().mean()),
        loss_is(F.smooth_l1_loss),
    ),
    Mutant(
        "this is the error without its square, which is small where the forecast is much too low. Take the "
        "squares.",
        loss_is(lambda v, y: (v - y).mean()),
        loss_is(lambda v, y: (y - v).mean()),
    ),
    Mutant(
        "the mean is taken before the square, so errors up and down cancel. Square each error first.",
        loss_is(lambda v, y: (v - y).mean().square()),
    ),
    Mutant(
        "a factor stands before the loss. Nothing else is learned here that it could be weighed against: leave "
        "it out.",
        loss_is(lambda v, y: 0.5 * (v - y).square().mean()),
        loss_is(lambda v, y: 0.7 * (v - y).square().mean()),
    ),
    Mutant(
        "a root is taken of the loss. Leave the mean of the squares as it is.",
        loss_is(lambda v, y: (v - y).square().mean().sqrt()),
    ),
    Mutant(
        "each step of the minibatch still has a loss of its own. Reduce them to one number: the mean.",
        loss_is(lambda v, y: (v - y).square()),
    ),
    Mutant(
        "the forecast is cut off from the critic, so nothing can be learned. Compute the loss without detach() "
        "and outside of no_grad().",
        loss_is(lambda v, y: (v.detach() - y).square().mean()),
    ),
    Mutant(
        "the loss is made a plain number too early. Call backward() on the tensor; the given line below takes "
        "its item().",
        loss_is(lambda v, y: (v - y).square().mean().item()),
    ),
    Mutant(
        "forecasts (b, 1) meet targets (b,), and every situation is compared with every target. Call value_net "
        "itself.",
        with_parts(
            loss=lambda net, obs, targets, rows: (net.value(obs[rows]) - targets[rows]).square().mean()
        ),
    ),
    Mutant(
        "the minibatch meets the whole block. Take the same rows of the observations and of the targets.",
        with_parts(loss=lambda net, obs, targets, rows: (net(obs[rows]) - targets).square().mean()),
        with_parts(loss=lambda net, obs, targets, rows: (net(obs) - targets[rows]).square().mean()),
    ),
)
MINIBATCHES = (
    Mutant(
        "each gradient step sees the whole block. Split its rows into minibatches of config.minibatch_size.",
        with_parts(loss=lambda net, obs, targets, rows: (net(obs) - targets).square().mean()),
        rows_are(lambda size, b, generator: [torch.arange(size)]),
        rows_are(lambda size, b, generator: [torch.randperm(size, generator=generator)]),
    ),
    Mutant(
        "chunk() cuts into so many pieces. split() cuts into pieces of that size.",
        rows_are(lambda size, b, generator: torch.randperm(size, generator=generator).chunk(b)),
    ),
    Mutant(
        "only one minibatch is used in each epoch. Go through all of them.",
        rows_are(lambda size, b, generator: torch.randperm(size, generator=generator).split(b)[:1]),
        rows_are(lambda size, b, generator: [torch.randint(size, (b,), generator=generator)]),
    ),
    Mutant(
        "rows are drawn anew for each minibatch, so some come twice and others never. Shuffle once in an epoch, "
        "and split.",
        rows_are(
            lambda size, b, generator: [
                torch.randint(size, (b,), generator=generator) for _ in range(-(-size // b))
            ]
        ),
        rows_are(
            lambda size, b, generator: [
                torch.randperm(size, generator=generator)[:b] for _ in range(-(-size // b))
            ]
        ),
    ),
    Mutant(
        "the first rows come in every minibatch, and the others never. Take the rows of the minibatch: "
        "all_obs[rows], targets[rows].",
        with_parts(
            loss=lambda net, obs, targets, rows: squared_error(net, obs, targets, torch.arange(len(rows)))
        ),
    ),
    Mutant(
        "only the first T rows are gone through. The block has B = T * N of them: len(all_obs).",
        with_parts(
            rows=lambda rollout, targets, config, generator: torch.randperm(
                len(rollout.rewards), generator=generator
            ).split(config.minibatch_size)
        ),
    ),
    Mutant(
        "the last, smaller minibatch is left out. Use it, too.",
        rows_are(
            lambda size, b, generator: torch.randperm(size, generator=generator).split(b)[: size // b]
        ),
    ),
    Mutant(IN_ORDER, rows_are(lambda size, b, generator: torch.arange(size).split(b))),
    Mutant(
        SAME_ORDER,
        rows_are(
            lambda size, b, g: torch.randperm(size, generator=torch.Generator().manual_seed(0)).split(b)
        ),
        rows_are(
            lambda size, b, g: torch.randperm(size, generator=g.manual_seed(g.initial_seed())).split(b)
        ),
    ),
    Mutant(NOT_REPEATABLE, rows_are(lambda size, b, generator: torch.randperm(size).split(b))),
    Mutant(
        SAME_FOR_ALL_SEEDS, with_parts(make_generator=lambda seed: torch.Generator().manual_seed(0))
    ),
    Mutant(OWN_EPOCHS, with_parts(rows=_epochs_within)),
)
STEPS = (
    Mutant(NO_BACKWARD, update_is("zero", "step"), update_is("zero"), update_is()),
    Mutant(
        NO_STEP,
        update_is("zero", "backward"),
        update_is("zero", "step", "backward"),
        update_is("backward"),
    ),
    Mutant(PILED_UP, update_is("backward", "step"), update_is("backward", "step", before_epoch=_zero)),
    Mutant(ERASED, update_is("backward", "zero", "step")),
    Mutant(
        "one step is taken in an epoch, for all its minibatches together. Zero the gradients and step for each "
        "of them.",
        update_is("backward", before_epoch=_zero, after_epoch=_take),
        update_is("backward", before_epoch=lambda optimizer: None, after_epoch=lambda optimizer: (optimizer.step(), optimizer.zero_grad())),
    ),
    Mutant(
        "the optimizer steps before the gradients are there, with those of the minibatch before. Call backward() "
        "first.",
        update_is("step", "zero", "backward"),
    ),
    Mutant(
        "two steps are taken for each minibatch. One is enough.",
        update_is("zero", "backward", "step", "step"),
    ),
    Mutant(
        OTHER_STEPS,
        with_parts(optimizer=lambda net, config: torch.optim.SGD(net.parameters(), config.warmup_learning_rate)),
        *(
            with_parts(optimizer=lambda net, config, rate=rate: torch.optim.Adam(net.parameters(), rate))
            for rate in (1e-3, 2e-3)
        ),
    ),
    Mutant(
        "the gradients are cut. The warm-up does without, as a plain regression.",
        with_parts(update=_cut),
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
