"""Lesson 02, one gradient step: right answers and mistakes, written independently of the bank."""

import torch

from ilrl_course.algorithms.bc import bc_loss
from tests.checks.answers import promises_of


def by_the_book(policy, optimizer, batch, loss_fn=bc_loss):
    optimizer.zero_grad()
    value = loss_fn(policy, batch.obs, batch.actions)
    value.backward()
    optimizer.step()
    return {"loss": value.item()}


def cleaning_up(policy, optimizer, batch, loss_fn=bc_loss):
    value = loss_fn(policy, batch.obs, batch.actions)
    torch.autograd.backward(value)
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    return {"loss": value.detach().numpy().item(), "size": float(len(batch))}


def by_grad(policy, optimizer, batch, loss_fn=bc_loss):
    value = loss_fn(policy, batch.obs, batch.actions)
    parameters = list(policy.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(value, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    return {"loss": value.item()}


def by_closure(policy, optimizer, batch, loss_fn=bc_loss):
    def closure():
        optimizer.zero_grad()
        value = loss_fn(policy, batch.obs, batch.actions)
        value.backward()
        return value

    return {"loss": optimizer.step(closure).item()}


LOSS = "loss_fn(policy, batch.obs, batch.actions)"
ZERO, BACK, STEP = "optimizer.zero_grad()", "value.backward()", "optimizer.step()"

RIGHT = [
    by_the_book,
    cleaning_up,
    by_grad,
    by_closure,
    f"{ZERO} => policy.zero_grad()",
    f"{LOSS} => loss_fn(policy, actions=batch.actions.clone(), obs=batch.obs.detach())",
    f"print({LOSS})",
    f"with torch.no_grad():\n    print({LOSS}, loss_fn(policy, batch.obs[:1], batch.actions[:1]))",
    (f"{STEP} => {STEP}\nafter = {LOSS}", "return {'loss': float(value), 'after': after.item()}"),
]

WRONG = {
    "loss_fn got other rows than those of the batch": [
        "batch = batch[torch.randint(len(batch), (256,))]",
        "batch.obs, batch.actions => batch.obs[0], batch.actions[0]",
    ],
    "loss_fn got changed observations or actions": ["batch.actions => batch.actions[:, None]"],
    "loss_fn got a copy of the policy": ["from copy import deepcopy\npolicy = deepcopy(policy)"],
    "it reads a variable of the CartPole loop": ["return minibatch"],
    "the step is not taken by the optimizer that is passed in": [
        "optimizer = torch.optim.Adam(policy.parameters())",
        "optimizer = torch.optim.SGD(policy.parameters(), lr=0.05)",
        f"{STEP} => for p in policy.parameters():\n    p.data -= 0.5 * p.grad",
    ],
    "the loss is computed, but nothing is learned from it": [(f"{ZERO} =>", f"{BACK} =>", f"{STEP} =>")],
    "observations and actions are swapped": [
        "batch.obs, batch.actions => batch.actions, batch.obs",
        "batch.obs, batch.actions => actions=batch.obs, obs=batch.actions",
    ],
    "loss_fn got the wrong arguments": [
        "loss_fn(policy, batch.obs => loss_fn(batch.obs",
        "loss_fn(policy => loss_fn(policy(batch.obs)",
        "loss_fn(policy => loss_fn(policy, batch",
    ],
    "the gradients of earlier updates pile up": [f"{ZERO} =>"],
    "the gradients are computed but never used": [f"{STEP} =>"],
    "the optimizer steps before": [(f"{STEP} =>", f"{BACK} => {STEP}\n{BACK}")],
    "no gradient is ever computed": [f"{BACK} =>", "value.backward() => value.backward"],
    "the gradients are erased": [f"{STEP} => {ZERO}\n{STEP}"],
    "the optimizer gets the gradient 1, but that of the loss is 10": [
        f"{STEP} => torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)\n{STEP}"
    ],
    "the optimizer gets the gradient 5, but": [f"{BACK} => (value / len(batch)).backward()"],
    "after three updates with Adam": [
        f"{STEP} => getattr(policy, 'log_std', value).grad = None\n{STEP}",
        f"{STEP} => optimizer.state.clear()\n{STEP}",
    ],
    "the loss has no gradient": [f"with torch.no_grad():\n    value = {LOSS}\nvalue.backward()"],
    "the loss in the metrics is still a tensor": ["value.item() => value.data"],
    "the loss in the metrics is a ndarray": ["value.item() => value.detach().numpy()"],
    "the loss in the metrics is rounded": ["value.item() => int(value)"],
    "loss_fn is not used": ["loss_fn = bc_loss"],
    "it takes two steps": [f"{STEP} => for _ in range(2):\n    {STEP}"],
    "the loss goes up": [f"{BACK} => (-1 * value).backward()", f"{BACK} => value.abs().backward()"],
    "the loss is computed a second time": [f"value.item() => float({LOSS})"],
    "only the number comes back": ["return float(value)"],
    "it should return its metrics as a dict": ["return {'error': value.item()}"],
}


TestAnswers = promises_of("bc_update", by_the_book, RIGHT, WRONG)
