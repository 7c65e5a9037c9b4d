"""Known wrong gradient steps."""

import torch

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.checks.exercise import Mutant

PART_OF_BATCH = (
    "loss_fn got other rows than those of the batch. Use the whole batch that is passed in, as it is."
)
SWAPPED = "observations and actions are swapped when loss_fn is called."
WRONG_ARGUMENTS = "loss_fn got the wrong arguments. It takes the policy, the observations and the actions."
OTHER_OPTIMIZER = (
    "the step is not taken by the optimizer that is passed in. Use that one: it remembers earlier gradients."
)
NOTHING_DONE = "the loss is computed, but nothing is learned from it: the three lines are missing."
OTHER_DATA = (
    "it reads a variable of the CartPole loop. Use only what is passed in: batch, optimizer and loss_fn."
)


def _update(
    policy, optimizer, batch, loss_fn, order="loss zero backward step", report=lambda loss: loss.item()
):
    """The update, its parts in another order."""
    loss = None
    parts = {"zero": optimizer.zero_grad, "step": optimizer.step, "backward": lambda: loss.backward()}
    for part in order.split():
        if part == "loss":
            loss = loss_fn(policy, batch.obs, batch.actions)
        else:
            parts[part]()
    return {"loss": report(loss)}


def _with(**parts):
    return lambda policy, optimizer, batch, loss_fn: _update(policy, optimizer, batch, loss_fn, **parts)


def _with_adam(learning_rate):
    return lambda policy, optimizer, batch, loss_fn: _update(
        policy, torch.optim.Adam(policy.parameters(), lr=learning_rate), batch, loss_fn
    )


MUTANTS = (
    Mutant(
        "the gradients of earlier updates pile up. Set them to zero before each backward().",
        _with(order="loss backward step"),
    ),
    Mutant(
        "the gradients are computed but never used. Let the optimizer take its step.",
        _with(order="loss zero backward"),
        _with(order="zero loss backward"),
    ),
    Mutant(
        "the optimizer steps before the gradients are there. Compute them first.",
        _with(order="loss zero step backward"),
        _with(order="loss step zero backward"),
        _with(order="loss step backward"),
    ),
    Mutant(
        "no gradient is ever computed. Call backward() on the loss.",
        _with(order="loss zero step"),
    ),
    Mutant(
        "the gradients are erased before they are used. Set them to zero before backward(), not after it.",
        _with(order="loss backward zero step"),
    ),
    Mutant(
        "the loss in the metrics is still a tensor, which keeps the whole computation in memory. Make "
        "it a float.",
        _with(report=lambda loss: loss),
        _with(report=lambda loss: loss.detach()),
    ),
    Mutant(
        "loss_fn is not used. Take the loss function that is passed in, so that it can be exchanged.",
        lambda policy, optimizer, batch, loss_fn: _update(policy, optimizer, batch, bc_loss),
    ),
    Mutant(
        "it takes two steps. One update is one step.",
        _with(order="loss zero backward step step"),
    ),
    Mutant(
        "the loss goes up. The optimizer already walks downhill: do not turn the sign.",
        lambda policy, optimizer, batch, loss_fn: _update(
            policy, optimizer, batch, lambda *args: -loss_fn(*args), report=lambda loss: -loss.item()
        ),
        lambda policy, optimizer, batch, loss_fn: _update(
            policy, optimizer, batch, lambda *args: -loss_fn(*args)
        ),
    ),
    Mutant(
        SWAPPED,
        lambda policy, optimizer, batch, loss_fn: _update(
            policy, optimizer, batch, lambda policy, obs, actions: loss_fn(policy, actions, obs)
        ),
    ),
    Mutant(
        PART_OF_BATCH,
        lambda policy, optimizer, batch, loss_fn: _update(policy, optimizer, batch[:1], loss_fn),
        lambda policy, optimizer, batch, loss_fn: _update(
            policy, optimizer, batch[torch.randint(len(batch), (256,))], loss_fn
        ),
    ),
    Mutant(
        OTHER_OPTIMIZER,
        *(_with_adam(learning_rate) for learning_rate in (1e-3, 3e-3)),
    ),
    Mutant(
        NOTHING_DONE,
        _with(order="loss"),
    ),
    Mutant(
        "the loss is computed a second time for the metrics. Report the one from before the step.",
        lambda policy, optimizer, batch, loss_fn: (
            _update(policy, optimizer, batch, loss_fn),
            {"loss": loss_fn(policy, batch.obs, batch.actions).item()},
        )[1],
    ),
    Mutant(
        "only the number comes back. Return the metrics as a dict, so that more can be added later.",
        lambda policy, optimizer, batch, loss_fn: _update(policy, optimizer, batch, loss_fn)["loss"],
    ),
)
