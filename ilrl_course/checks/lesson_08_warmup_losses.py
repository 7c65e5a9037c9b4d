"""Known wrong warm-ups of the critic: the loss of a minibatch."""

from torch.nn import functional as F

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_08_warmup_parts import loss_is, with_parts

LOSSES = (
    Mutant(
        "this is the sum over the minibatch. Take the mean, so that its size does not change the step.",
        loss_is(lambda v, y: (v - y).square().sum()),
    ),
    Mutant(
        "the sign is wrong: the critic is pushed away from its targets. It should become small, as it is.",
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
        "a factor stands before the loss. There is no other loss here that it could be weighed against: "
        "leave it out.",
        loss_is(lambda v, y: 0.5 * (v - y).square().mean()),
        loss_is(lambda v, y: 0.7 * (v - y).square().mean()),
    ),
    Mutant(
        "a root is taken of the loss. It should become small, as it is.",
        loss_is(lambda v, y: (v - y).square().mean().sqrt()),
    ),
    Mutant(
        "each step of the minibatch still has a loss of its own. Reduce them to one number: the mean.",
        loss_is(lambda v, y: (v - y).square()),
    ),
    Mutant(
        "the forecast is cut off from the critic, so nothing can be learned. Compute the loss without "
        "detach() and outside of no_grad().",
        loss_is(lambda v, y: (v.detach() - y).square().mean()),
    ),
    Mutant(
        "the loss is made a plain number too early. Call backward() on the tensor; the given line below "
        "takes its item().",
        loss_is(lambda v, y: (v - y).square().mean().item()),
    ),
    Mutant(
        "forecasts (b, 1) meet targets (b,), and every situation is compared with every target. Call "
        "value_net itself.",
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
