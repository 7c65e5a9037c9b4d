"""The check of lesson 02 on one gradient step."""

from collections.abc import Callable, Iterator

import torch

from ilrl_course.algorithms.bc import bc_update
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind, number
from ilrl_course.data import Batch
from ilrl_course.networks import CategoricalPolicy

START, LEARNING_RATE = 8.0, 0.5

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


def _probe_updates(answer: Callable) -> Iterator[Fact]:
    """The loss is (weight + 2)**2 / 2, so each right step halves the distance of the weight to -2."""
    policy = CategoricalPolicy(1, 1, hidden_sizes=())
    weight = policy.logits[0].weight
    weight.data.fill_(START)
    batch = Batch(torch.tensor([[1.0], [2.0]]), torch.tensor([3, 4]))
    optimizer = torch.optim.SGD([weight], lr=LEARNING_RATE)
    calls, gradients, steps = [], [], []
    optimizer.register_step_pre_hook(lambda *_: steps.append(len(gradients)))

    def loss_fn(*args, **named):
        calls.append((*args, *named.values()))
        loss = (weight + 2).square().sum() / 2
        if loss.requires_grad:
            loss.register_hook(gradients.append)
        return loss

    metrics = answer(policy, optimizer, batch, loss_fn)
    after_one = weight.item()
    yield Fact(
        "loss_fn", len(calls), 1, f"loss_fn should be called once for each update, not {len(calls)} times."
    )
    hints = {"part": PART_OF_BATCH, "swapped": SWAPPED, "other": WRONG_ARGUMENTS}
    arguments = _arguments(calls[0], policy, batch) if calls else "none"
    yield Fact("arguments", arguments, "given", hints.get(arguments, WRONG_ARGUMENTS))
    yield Fact("moved without the optimizer", not steps and after_one != START, False, OTHER_OPTIMIZER)
    yield Fact("nothing done", not steps and not gradients, False, NOTHING_DONE)
    hint = f"optimizer.step() should be called once for each update, not {len(steps)} times."
    yield Fact("steps", len(steps), 1, hint)
    yield Fact(
        "backward", len(gradients), 1, "loss.backward() should be called once: it computes the gradients."
    )
    yield Fact("order", 0 in steps, False, "the optimizer steps before backward() has computed gradients.")
    yield Fact("a weight of 8 with gradient 10 and learning rate 0.5, after one update", after_one, 3.0)
    yield Fact("the loss before the update", _loss(metrics), 50.0)
    answer(policy, optimizer, batch, loss_fn)
    yield Fact("the same weight, after two updates", weight.item(), 0.5)


def _arguments(call: tuple, policy: CategoricalPolicy, batch: Batch) -> str:
    """What loss_fn was called with: given, swapped, part (other rows) or other."""
    found = [id(value) for value in call]
    if found == [id(policy), id(batch.obs), id(batch.actions)]:
        return "given"
    if found == [id(policy), id(batch.actions), id(batch.obs)]:
        return "swapped"
    are_tensors = len(call) == 3 and all(isinstance(value, torch.Tensor) for value in call[1:])
    return "part" if are_tensors and call[0] is policy else "other"


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


ZERO, BACK, STEP = "optimizer.zero_grad()", "loss.backward()", "optimizer.step()"

MISTAKES = {
    "the gradients of earlier updates pile up. Set them to zero before each backward().": [f"{ZERO} => pass"],
    "the gradients are computed but never used. Let the optimizer take its step.": [f"{STEP} => pass"],
    "the optimizer steps before the gradients are there. Compute them first.": [
        (f"{STEP} => pass", f"{BACK} => {STEP}\n{BACK}"),
        (f"{STEP} => pass", f"{ZERO} => {STEP}\n{ZERO}"),
        (f"{STEP} => pass", f"{ZERO} => {STEP}"),
    ],
    "no gradient is ever computed. Call backward() on the loss.": [f"{BACK} => pass"],
    "the gradients are erased before they are used. Set them to zero before backward(), not after it.": [
        (f"{ZERO} => pass", f"{BACK} => {BACK}\n{ZERO}")
    ],
    "the loss in the metrics is still a tensor, which keeps the whole computation in memory. Make it a "
    "float.": ["loss.item() => loss", "loss.item() => loss.detach()"],
    "loss_fn is not used. Take the loss function that is passed in, so that it can be exchanged.": [
        "loss_fn = bc_loss"
    ],
    "it takes two steps. One update is one step.": [f"{STEP} => {STEP}\n{STEP}"],
    "the loss goes up. The optimizer already walks downhill: do not turn the sign.": [
        f"{BACK} => (-loss).backward()",
        "= loss_fn(policy => = -loss_fn(policy",
    ],
    SWAPPED: ["batch.obs, batch.actions => batch.actions, batch.obs"],
    PART_OF_BATCH: ["batch = batch[:1]", "batch = batch[torch.randint(len(batch), (256,))]"],
    OTHER_OPTIMIZER: [
        "optimizer = torch.optim.Adam(policy.parameters(), lr=1e-3)",
        "optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3)",
    ],
    NOTHING_DONE: [(f"{ZERO} => pass", f"{BACK} => pass", f"{STEP} => pass")],
    "the loss is computed a second time for the metrics. Report the one from before the step.": [
        "return {'loss': loss_fn(policy, batch.obs, batch.actions).item()}"
    ],
    "only the number comes back. Return the metrics as a dict, so that more can be added later.": [
        "return loss.item()"
    ],
}

EXERCISE = Exercise(
    solution=bc_update,
    tested="one gradient step downhill with fresh gradients, and the loss as a float.",
    probes=(_probe_updates,),
    mistakes=MISTAKES,
    given='loss = loss_fn(policy, batch.obs, batch.actions)\nreturn {"loss": loss.item()}',
    leftovers=dict.fromkeys(("minibatch", "cartpole_demos", "rows", "losses"), OTHER_DATA),
)
