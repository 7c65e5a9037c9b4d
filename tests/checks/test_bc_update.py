"""Lesson 02, one gradient step: right answers and mistakes, written independently of the bank."""

import pytest
import torch

from ilrl_course.algorithms.bc import bc_loss
from tests.checks.answers import hint_for


def update_backwards(policy, optimizer, batch, loss_fn):
    policy.zero_grad()
    value = loss_fn(policy, batch.obs, batch.actions)
    value.backward()
    optimizer.step()
    return dict(loss=float(value))  # noqa: C408


def update_cleaning_up(policy, optimizer, batch, loss_fn):
    value = loss_fn(policy, batch.obs, batch.actions)
    torch.autograd.backward(value)
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    return {"loss": value.detach().numpy().item(), "size": float(len(batch))}


def update_by_grad(policy, optimizer, batch, loss_fn):
    value = loss_fn(policy, batch.obs, batch.actions)
    parameters = list(policy.parameters())
    for parameter, gradient in zip(
        parameters, torch.autograd.grad(value, parameters, allow_unused=True), strict=True
    ):
        parameter.grad = gradient
    optimizer.step()
    return {"loss": value.item()}


RIGHT = [
    update_backwards,
    update_cleaning_up,
    update_by_grad,
]


def update(first="zero", wrong_order=None, loss_of=None, result=None):
    """An update with switches, in the order that a beginner would write."""

    def answer(policy, optimizer, batch, loss_fn):
        if first == "zero":
            optimizer.zero_grad()
        value = (loss_of or loss_fn)(policy, batch.obs, batch.actions)
        (wrong_order or (lambda value, optimizer: (value.backward(), optimizer.step())))(value, optimizer)
        return result(value) if result else {"loss": value.item()}

    return answer


def steps_twice(policy, optimizer, batch, loss_fn):
    for _ in range(2):
        value = loss_fn(policy, batch.obs, batch.actions)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return {"loss": value.item()}


def climbs(policy, optimizer, batch, loss_fn):
    optimizer.zero_grad()
    value = loss_fn(policy, batch.obs, batch.actions)
    (-1 * value).backward()
    optimizer.step()
    return {"loss": value.item()}


def swaps(policy, optimizer, batch, loss_fn):
    optimizer.zero_grad()
    value = loss_fn(policy, batch.actions, batch.obs)
    value.backward()
    optimizer.step()
    return {"loss": value.item()}


def reports_afterwards(policy, optimizer, batch, loss_fn):
    update()(policy, optimizer, batch, loss_fn)
    with torch.no_grad():
        return {"loss": float(loss_fn(policy, batch.obs, batch.actions))}


def draws_a_minibatch(policy, optimizer, batch, loss_fn):
    rows = torch.randint(len(batch), (256,))
    return update()(policy, optimizer, batch[rows], loss_fn)


def reads_the_minibatch_above(policy, optimizer, batch, loss_fn):
    return update()(policy, optimizer, minibatch, loss_fn)  # noqa: F821


def with_its_own_adam(policy, optimizer, batch, loss_fn):
    return update()(policy, torch.optim.Adam(policy.parameters()), batch, loss_fn)


def with_its_own_sgd(policy, optimizer, batch, loss_fn):
    return update()(policy, torch.optim.SGD(policy.parameters(), lr=0.05), batch, loss_fn)


def with_the_raise_deleted(policy, optimizer, batch, loss_fn):
    loss = loss_fn(policy, batch.obs, batch.actions)
    # three lines are missing: clear the gradients, compute them, take a step
    return {"loss": loss.item()}


def forgets_the_policy(policy, optimizer, batch, loss_fn):
    return update(loss_of=lambda policy, obs, actions: loss_fn(obs, actions))(
        policy, optimizer, batch, loss_fn
    )


def swaps_by_name(policy, optimizer, batch, loss_fn):
    return update(loss_of=lambda policy, obs, actions: loss_fn(policy, obs=actions, actions=obs))(
        policy, optimizer, batch, loss_fn
    )


WRONG = [
    ("loss_fn got other rows than those of the batch", draws_a_minibatch),
    ("it reads a variable of the CartPole loop", reads_the_minibatch_above),
    ("the step is not taken by the optimizer that is passed in", with_its_own_adam),
    ("the step is not taken by the optimizer that is passed in", with_its_own_sgd),
    ("the loss is computed, but nothing is learned from it", with_the_raise_deleted),
    ("observations and actions are swapped", swaps_by_name),
    ("loss_fn got the wrong arguments", forgets_the_policy),
    ("the gradients of earlier updates pile up", update(first="nothing")),
    ("the gradients are computed but never used", update(wrong_order=lambda v, o: v.backward())),
    ("the optimizer steps before", update(wrong_order=lambda v, o: (o.step(), v.backward()))),
    ("no gradient is ever computed", update(wrong_order=lambda v, o: o.step())),
    (
        "the gradients are erased",
        update(wrong_order=lambda v, o: (v.backward(), o.zero_grad(), o.step())),
    ),
    ("the loss in the metrics is still a tensor", update(result=lambda v: {"loss": v.data})),
    ("loss_fn is not used", update(loss_of=bc_loss)),
    (
        "it takes two steps",
        update(wrong_order=lambda v, o: (v.backward(), [o.step() for _ in "ab"])),
    ),
    ("the loss goes up", climbs),
    ("observations and actions are swapped", swaps),
    ("the loss is computed a second time", reports_afterwards),
    ("loss_fn should be called once for each update, not 2 times", steps_twice),
    ("only the number comes back", update(result=float)),
    ("it should return its metrics as a dict", update(result=lambda v: {"error": v.item()})),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("bc_update", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("bc_update", function).startswith(hint)
