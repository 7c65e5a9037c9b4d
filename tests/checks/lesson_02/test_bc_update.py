"""Lesson 02, one gradient step: right answers and mistakes, written independently of the bank."""

import pytest
import torch

from ilrl_course.algorithms.bc import bc_loss  # noqa: F401 (in an edit)
from tests.checks.answers import hint_for, wrong_answers


def by_the_book(policy, optimizer, batch, loss_fn):
    optimizer.zero_grad()
    value = loss_fn(policy, batch.obs, batch.actions)
    value.backward()
    optimizer.step()
    return {"loss": value.item()}


def cleaning_up(policy, optimizer, batch, loss_fn):
    value = loss_fn(policy, batch.obs, batch.actions)
    torch.autograd.backward(value)
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    return {"loss": value.detach().numpy().item(), "size": float(len(batch))}


def by_grad(policy, optimizer, batch, loss_fn):
    value = loss_fn(policy, batch.obs, batch.actions)
    parameters = list(policy.parameters())
    for parameter, gradient in zip(
        parameters, torch.autograd.grad(value, parameters, allow_unused=True), strict=True
    ):
        parameter.grad = gradient
    optimizer.step()
    return {"loss": value.item()}


RIGHT = [by_the_book, cleaning_up, by_grad]
RIGHT_EDITS = [
    "optimizer.zero_grad() => policy.zero_grad()",
    "value.item() => float(value)",
]

LOSS = "loss_fn(policy, batch.obs, batch.actions)"
ZERO, BACK, STEP = "optimizer.zero_grad()", "value.backward()", "optimizer.step()"

WRONG = {
    "loss_fn got other rows than those of the batch": ["batch = batch[torch.randint(len(batch), (256,))]"],
    "it reads a variable of the CartPole loop": ["return minibatch"],
    "the step is not taken by the optimizer that is passed in": [
        "optimizer = torch.optim.Adam(policy.parameters())",
        "optimizer = torch.optim.SGD(policy.parameters(), lr=0.05)",
    ],
    "the loss is computed, but nothing is learned from it": [
        (f"{ZERO} =>", f"{BACK} =>", f"{STEP} =>"),
    ],
    "observations and actions are swapped": [
        "batch.obs, batch.actions => batch.actions, batch.obs",
        "batch.obs, batch.actions => obs=batch.actions, actions=batch.obs",
    ],
    "loss_fn got the wrong arguments": ["loss_fn(policy, batch.obs => loss_fn(batch.obs"],
    "the gradients of earlier updates pile up": [f"{ZERO} =>"],
    "the gradients are computed but never used": [f"{STEP} =>"],
    "the optimizer steps before": [(f"{STEP} =>", f"{BACK} => {STEP}\n{BACK}")],
    "no gradient is ever computed": [f"{BACK} =>"],
    "the gradients are erased": [f"{STEP} => {ZERO}\n{STEP}"],
    "the loss in the metrics is still a tensor": ["value.item() => value.data"],
    "loss_fn is not used": ["loss_fn = bc_loss"],
    "it takes two steps": [f"{STEP} => for _ in range(2):\n    {STEP}"],
    "the loss goes up": [f"{BACK} => (-1 * value).backward()"],
    "the loss is computed a second time": [f"value.item() => float({LOSS})"],
    "loss_fn should be called once for each update, not 2 times": [LOSS],
    "only the number comes back": ["return float(value)"],
    "it should return its metrics as a dict": ["return {'error': value.item()}"],
}


@pytest.mark.parametrize(
    "function", RIGHT + [wrong for _, wrong in wrong_answers(by_the_book, {"": RIGHT_EDITS})]
)
def test_unusual_right_answers_pass(function):
    assert hint_for("bc_update", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(by_the_book, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("bc_update", function).startswith(hint)
