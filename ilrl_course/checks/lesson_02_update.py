"""The check of lesson 02 on one gradient step."""

from collections.abc import Callable, Iterator

import torch

from ilrl_course.algorithms.bc import bc_loss, bc_update
from ilrl_course.checks.exercise import Exercise, Fact, Mutant, WrongResult, kind, number
from ilrl_course.data import Batch
from ilrl_course.networks import CategoricalPolicy

START, LEARNING_RATE = 8.0, 0.5


def _probe_updates(answer: Callable) -> Iterator[Fact]:
    """The loss is (weight + 2)**2 / 2, so each right step halves the distance of the weight to -2."""
    policy = CategoricalPolicy(1, 1, hidden_sizes=())
    weight = policy.logits[0].weight
    weight.data.fill_(START)
    batch = Batch(torch.tensor([[1.0], [2.0]]), torch.tensor([3, 4]))
    optimizer = torch.optim.SGD([weight], lr=LEARNING_RATE)
    calls, gradients, steps = [], [], []
    optimizer.register_step_pre_hook(lambda *_: steps.append(len(gradients)))

    def loss_fn(*args):
        calls.append(args)
        loss = (weight + 2).square().sum() / 2
        if loss.requires_grad:
            loss.register_hook(gradients.append)
        return loss

    metrics = answer(policy, optimizer, batch, loss_fn)
    after_one = weight.item()
    yield Fact(
        "loss_fn", len(calls), 1, f"loss_fn should be called once for each update, not {len(calls)} times."
    )
    given = [policy, batch.obs, batch.actions]
    hint = "loss_fn got the wrong arguments. It takes the policy, the observations and the actions."
    yield Fact("arguments", [id(value) for value in calls[0]] == [id(value) for value in given], True, hint)
    hint = f"optimizer.step() should be called once for each update, not {len(steps)} times."
    yield Fact("steps", len(steps), 1, hint)
    yield Fact(
        "backward", len(gradients), 1, "loss.backward() should be called once: it computes the gradients."
    )
    yield Fact("order", steps[0] > 0, True, "the optimizer steps before backward() has computed gradients.")
    yield Fact("a weight of 8 with gradient 10 and learning rate 0.5, after one update", after_one, 3.0)
    yield Fact("the loss before the update", _loss(metrics), 50.0)
    answer(policy, optimizer, batch, loss_fn)
    yield Fact("the same weight, after two updates", weight.item(), 0.5)


def _loss(metrics) -> float:
    if not isinstance(metrics, dict) or "loss" not in metrics:
        what = f"a dict with the keys {list(metrics)}" if isinstance(metrics, dict) else kind(metrics)
        raise WrongResult(
            f"it should return its metrics as a dict with the key 'loss', but it returns {what}."
        )
    if isinstance(metrics["loss"], torch.Tensor):
        raise WrongResult(
            "the loss in the metrics is a tensor, which keeps the whole computation in memory. Make it a "
            "float."
        )
    return number(metrics["loss"], "the loss in the metrics")


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


UPDATE = Exercise(
    solution=bc_update,
    tested="one gradient step downhill with fresh gradients, and the loss as a float.",
    probes=(_probe_updates,),
    mutants=(
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
            "the gradients are erased before they are used. Set them to zero before backward(), not after "
            "it.",
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
            "observations and actions are swapped when loss_fn is called.",
            lambda policy, optimizer, batch, loss_fn: _update(
                policy, optimizer, batch, lambda policy, obs, actions: loss_fn(policy, actions, obs)
            ),
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
    ),
)
