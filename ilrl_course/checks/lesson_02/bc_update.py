"""The check of lesson 02 on one gradient step."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import is_tensor

from ilrl_course.algorithms.bc import bc_loss, bc_update
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind, number
from ilrl_course.data import Batch
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

START, LEARNING_RATE = 8.0, 0.5

PART_OF_BATCH = (
    "loss_fn got other rows than those of the batch. Use the whole batch that is passed in, as it is."
)
SWAPPED = "observations and actions are swapped when loss_fn is called."
WRONG_ARGUMENTS = "loss_fn got the wrong arguments. It takes the policy, the observations and the actions."
COPY = "loss_fn got a copy of the policy. Fit the policy itself: the caller goes on with it."
CHANGED = "loss_fn got changed observations or actions. Pass batch.obs and batch.actions as they are."
OTHER_OPTIMIZER = (
    "the step is not taken by the optimizer that is passed in. Use that one: it remembers earlier gradients."
)
NOTHING_DONE = "the loss is computed, but nothing is learned from it: the three lines are missing."
NOT_USED = "loss_fn is not used. Take the loss function that is passed in, so that it can be exchanged."
ERASED = "the gradients are erased before they are used. Set them to zero before backward(), not after it."
UPHILL = "the loss goes up. The optimizer already walks downhill: do not turn the sign."
OTHER_DATA = (
    "it reads a variable of the CartPole loop. Use only what is passed in: batch, optimizer and loss_fn."
)


def _probe_updates(answer: Callable) -> Iterator[Fact]:
    """The loss is (weight + 2)**2 / 2 - 60.25, so each right step halves the distance of the weight to -2."""
    policy = CategoricalPolicy(1, 1, hidden_sizes=())
    weight, bias = policy.parameters()
    weight.data.fill_(START)
    bias.data.fill_(-2.0)  # where it stays
    batch = Batch(torch.tensor([[1.5], [-0.5]]), torch.tensor([0, 0]))
    optimizer = torch.optim.SGD([weight, bias], lr=LEARNING_RATE)
    calls, used, steps, slopes = [], [], [], []

    def loss_fn(*args, **named):
        given = dict(zip(("policy", "obs", "actions"), args, strict=False)) | named
        fault = _fault_of(policy, batch, **given) if len(args) + len(named) == 3 else WRONG_ARGUMENTS
        calls.append(fault)
        loss = ((weight + 2).square() + (bias + 2).square()).sum() / 2 - 60.25
        if loss.requires_grad:
            loss.register_hook(lambda _: used.append(fault))
        return loss

    def after_step(*_):  # not before: optimizer.step(closure) computes the gradients within
        steps.append(len(used))
        slopes.append(0.0 if weight.grad is None else weight.grad.item())

    optimizer.register_step_post_hook(after_step)
    metrics = answer(policy, optimizer, batch, loss_fn)
    after_one = weight.item()
    yield Fact("loss_fn", bool(calls), True, NOT_USED)
    fault = (used or calls or [WRONG_ARGUMENTS])[0]  # of the loss that backward() was called on
    yield Fact("arguments", fault, "", fault)
    yield Fact("moved without the optimizer", not steps and after_one != START, False, OTHER_OPTIMIZER)
    yield Fact("nothing done", not steps and not used, False, NOTHING_DONE)
    yield from _facts_about_the_steps(steps, len(used), sum(slopes))
    yield Fact("a weight of 8 with gradient 10 and learning rate 0.5, after one update", after_one, 3.0)
    yield Fact("the loss before the update", _loss(metrics), -10.25)
    metrics = answer(policy, optimizer, batch, loss_fn)
    yield Fact("the same weight, after two updates", weight.item(), 0.5)
    yield Fact("the loss before the second update", _loss(metrics), -47.75)


def _facts_about_the_steps(steps: list[int], num_backward: int, slope: float) -> Iterator[Fact]:
    """`steps` holds, for each of them, how often backward() was called before; one should be enough."""
    hint = f"optimizer.step() should be called once for each update, not {len(steps)} times."
    yield Fact("steps", len(steps), 1, hint)
    hint = "loss.backward() should be called once: it computes the gradients."
    if num_backward == 0:
        hint = "no gradient is ever computed. Call backward() on the loss."
    yield Fact("backward", num_backward, 1, hint)
    hint = "the optimizer steps before the gradients are there. Compute them first."
    yield Fact("order", 0 in steps, False, hint)
    hint = f"the optimizer gets the gradient {slope:.4g}, but that of the loss is 10. Leave it as it is."
    yield Fact("gradient", slope, 10.0, {0.0: ERASED, -10.0: UPHILL}.get(slope, hint))


def _fault_of(right_policy: Policy, batch: Batch, policy=None, obs=None, actions=None, **_) -> str:
    """What is wrong with the arguments of loss_fn, or nothing."""
    if not (isinstance(policy, Policy) and is_tensor(obs) and is_tensor(actions)):
        return WRONG_ARGUMENTS
    if policy is not right_policy:
        return COPY
    if _equal(obs, batch.obs) and _equal(actions, batch.actions):
        return ""
    if _equal(obs, batch.actions) and _equal(actions, batch.obs):
        return SWAPPED
    return CHANGED if obs.shape[:1] == actions.shape[:1] == (len(batch),) else PART_OF_BATCH


def _equal(first: torch.Tensor, second: torch.Tensor) -> bool:
    return first.dtype == second.dtype and torch.equal(first, second)


def _probe_network(answer: Callable) -> Iterator[Fact]:
    """Adam, several parameters, a spread among them, and a last batch of a single row."""
    policies = [GaussianPolicy(2, 2, hidden_sizes=(3,)) for _ in range(2)]
    policies[1].load_state_dict(policies[0].state_dict())
    mine, right = (torch.optim.Adam(policy.parameters(), lr=0.05) for policy in policies)
    steps = Batch(torch.linspace(-1.7, 2.3, 14).reshape(7, 2), torch.linspace(0.4, -1.3, 14).reshape(7, 2))
    for rows in (slice(0, 3), slice(3, 6), slice(6, 7)):
        batch = steps[rows]
        answer(policies[0], mine, batch, bc_loss)
        right.zero_grad()
        bc_loss(policies[1], batch.obs, batch.actions).backward()
        right.step()
    for (name, found), expected in zip(policies[0].named_parameters(), policies[1].parameters(), strict=True):
        hint = (
            f"after three updates with Adam, {name} is not where it should be. Does every parameter get its "
            "step, along the gradient of its own batch?"
        )
        yield Fact(name, found.detach().numpy(), expected.detach().numpy(), hint)


def _loss(metrics) -> float:
    if not isinstance(metrics, dict) or "loss" not in metrics:
        what = f"a dict with the keys {list(metrics)}" if isinstance(metrics, dict) else kind(metrics)
        raise WrongResult(
            f"it should return its metrics as a dict with the key 'loss', but it returns {what}."
        )
    if is_tensor(metrics["loss"]) or isinstance(metrics["loss"], np.ndarray):
        memory = ", which keeps the whole computation in memory" if is_tensor(metrics["loss"]) else ""
        raise WrongResult(f"the loss in the metrics is {kind(metrics['loss'])}{memory}. Make it a float.")
    return number(metrics["loss"], "the loss in the metrics")


ZERO, BACK, STEP = "optimizer.zero_grad()", "loss.backward()", "optimizer.step()"

MISTAKES = {
    "the gradients of earlier updates pile up. Set them to zero before each backward().": [f"{ZERO} => pass"],
    "the gradients are computed but never used. Let the optimizer take its step.": [f"{STEP} => pass"],
    "the loss in the metrics is still a tensor, which keeps the whole computation in memory. Make it a "
    "float.": ["loss.item() => loss", "loss.item() => loss.detach()"],
    "the loss has no gradient. Leave no_grad() and detach() out, and call backward() on the tensor.": [
        "batch.actions) => batch.actions).detach()"
    ],
    "it takes two steps. One update is one step.": [f"{STEP} => {STEP}\n{STEP}"],
    "the loss is computed a second time for the metrics. Report the one from before the step.": [
        "return {'loss': loss_fn(policy, batch.obs, batch.actions).item()}"
    ],
    "the loss in the metrics is rounded. Report it as it is.": [
        f"loss.item() => {rounded}(loss.item())" for rounded in ("int", "round")
    ],
    "only the number comes back. Return the metrics as a dict, so that more can be added later.": [
        "return loss.item()"
    ],
}

EXERCISE = Exercise(
    solution=bc_update,
    tested="one gradient step downhill with fresh gradients, and the loss as a float.",
    probes=(_probe_updates, _probe_network),
    mistakes=MISTAKES,
    given='loss = loss_fn(policy, batch.obs, batch.actions)\nreturn {"loss": loss.item()}',
    leftovers=dict.fromkeys(("minibatch", "cartpole_demos", "rows", "losses"), OTHER_DATA),
)
