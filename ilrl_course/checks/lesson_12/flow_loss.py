"""The check of exercise 12.2, the loss of conditional flow matching."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from ilrl_course.algorithms.flow import flow_loss
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, loss_value
from ilrl_course.checks.lesson_12._ways import inputs, velocity_with
from ilrl_course.checks.slips import instead_of

WEIGHTS = (0.3, -0.6, 0.9, 0.5, -0.4)
CUT_OFF = (
    "the loss is cut off from the velocity, so nothing can be learned from it. Stay within torch, without "
    "item(), detach() or no_grad()."
)
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)
BY_POSITION = (
    "it passes arguments to velocity by name, but velocity may name them otherwise. Pass them by position: "
    "velocity(obs, points, time)."
)
ALL_ROWS = "it asks for the velocity of some rows only. Ask velocity once, about all B rows."
OWN_DRAWS = "it draws noise or times of its own. Use those that are passed in: the caller draws them."


def _of_all_rows(velocity: Callable, rows: int) -> Callable:
    """The same velocity, as training passes it: it takes no names, and compares with what all rows did."""

    def asked(*inputs: Tensor, **named: Tensor) -> Tensor:
        if named:
            raise WrongResult(BY_POSITION)
        if inputs and isinstance(inputs[0], Tensor) and inputs[0].ndim == 2 and len(inputs[0]) < rows:
            raise WrongResult(ALL_ROWS)
        return velocity(*inputs)

    return asked


def _right(obs: Tensor, actions: Tensor, noise: Tensor, time: Tensor, weights: Tensor) -> Tensor:
    """Row by row, by definition."""
    velocity, losses = velocity_with(weights), []
    for i in range(len(obs)):
        t = float(time[i])
        point = noise[i] + t * (actions[i] - noise[i])
        moved = velocity(obs[i : i + 1], point[None], time[i : i + 1])[0]
        losses.append(sum((moved[j] - actions[i, j] + noise[i, j]) ** 2 for j in range(len(point))))
    return sum(losses) / len(losses)


def _probe(rows: int, parts: int) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        given, weights = inputs(rows, parts), torch.tensor(WEIGHTS, requires_grad=True)
        right = _right(*given, weights)
        (gradient,) = torch.autograd.grad(right, weights)
        where = f"{rows} action{'s' * (rows > 1)} of {parts} part{'s' * (parts > 1)}"
        velocity = _of_all_rows(velocity_with(weights), rows)
        loss = answer(velocity, *given)
        value, again = loss_value(loss), loss_value(answer(velocity, *given))
        yield Fact("the loss is the same twice", value == again, True, OWN_DRAWS)
        yield Fact(f"the loss of {where}", value, right.item())
        yield Fact("gradients computed already", weights.grad is not None, False, STEPS_BACK)
        flows = isinstance(loss, Tensor) and loss.requires_grad
        found = torch.zeros(5)
        if flows:
            (found,) = torch.autograd.grad(loss, weights, retain_graph=True)
        hint = f"with {where}, the loss is right, but its gradient is not. Is a part of it cut off?"
        tolerance = 1e-4 * max(1.0, float(np.abs(gradient.numpy()).max()))
        yield Fact("gradient", found.numpy(), gradient.numpy(), hint if flows else CUT_OFF, tolerance)

    return probe


POINTS = "(1 - time_column) * noise + time_column * actions"
ASKED, TARGET, END = "velocity(obs, points, time)", "(actions - noise)", "errors.square().sum(1).mean()"
points_are, asked_is, end_is = map(instead_of, (POINTS, ASKED, END))

MISTAKES = {
    STEPS_BACK: ["return result.backward(retain_graph=True) or result"],
    CUT_OFF: ["return result.detach()", "return result.item()"],
    "time runs backward: at time 0 the point should be the noise, at time 1 the action.": points_are(
        "time_column * noise + (1 - time_column) * actions"
    ),
    "noise and actions are swapped. The way leads from the noise to the action, so that sampling can begin "
    "with noise.": ["actions, noise = noise, actions"],
    "the target has the wrong sign. The way from the noise to the action is actions - noise.": [
        f"{TARGET} => (noise - actions)"
    ],
    "the velocity is compared with the sum of action and noise. Its target is their difference, "
    "actions - noise.": [f"{TARGET} => (actions + noise)", f"- {TARGET} => - actions - noise"],
    "the target is the action itself. A velocity is a way per time: actions - noise.": [
        f"{TARGET} => actions"
    ],
    "the target is the noise, as in diffusion. A velocity is a way per time: actions - noise.": [
        f"{TARGET} => noise"
    ],
    "the target is the rest of the way, or what has been covered. The velocity is the same all along: "
    "actions - noise.": [f"{TARGET} => (actions - points)", f"{TARGET} => (points - noise)"],
    "the velocity is asked at the action. It is to be known on the way: ask at the points.": asked_is(
        "velocity(obs, actions, time)"
    ),
    "the velocity is asked at the noise. It is to be known on the way: ask at the points.": asked_is(
        "velocity(obs, noise, time)"
    ),
    "the velocity is not told the time, or a wrong one. Pass time as it is.": asked_is(
        "velocity(obs, points, 0 * time)",
        "velocity(obs, points, 0 * time + 1)",
        "velocity(obs, points, 1 - time)",
    ),
    "the point ignores the time: each row has a time of its own.": points_are(
        "(noise + actions) / 2", "(1 - time_column.mean()) * noise + time_column.mean() * actions"
    ),
    "time has no axis for the parts of an action, so (B,) meets (B, A). Use time[:, None].": [
        "time_column = time[:, None] => time_column = time",
        "time_column = time[:, None] => time_column = time[None]",
    ],
    "the point lies on a curve, as in diffusion. The way is straight: weights 1 - t and t.": points_are(
        "(1 - time_column).sqrt() * noise + time_column.sqrt() * actions",
        "(1 - time_column ** 2).sqrt() * noise + time_column * actions",
    ),
    "all of the noise stays in the point. Its weight is 1 - t: at time 1 the action is left.": points_are(
        "noise + time_column * actions"
    ),
    "the point is the sum of noise and action. Weigh them by the time: 1 - t and t.": points_are(
        "noise + actions"
    ),
    "the point does not begin at the noise. It has covered t of the way from there: add the noise.": (
        points_are("time_column * (actions - noise)")
    ),
    "the loss is averaged over the parts of an action. Add up their squares, and average over rows only.": (
        end_is("errors.square().mean()")
    ),
    "this is the sum over the rows. Take the mean: the size of a minibatch should not matter.": end_is(
        "errors.square().sum()"
    ),
    "each row still has a loss of its own. Take their mean.": end_is("errors.square().sum(1)"),
    "the distance is not squared.": end_is(
        "errors.abs().sum(1).mean()", "errors.square().sum(1).sqrt().mean()", "errors.norm(dim=1).mean()"
    ),
    "the mean is taken before the square, so that errors cancel.": end_is("errors.mean(0).square().sum()"),
    "the parts are added up before the square, so that errors cancel. Square first, then add up.": end_is(
        "errors.sum(1).square().mean()"
    ),
    "the squares are added up over the rows. Add up the parts, axis 1, and average over the rows.": end_is(
        "errors.square().sum(0).mean()"
    ),
    "this is the square root of the loss. Leave the mean of the squared distances as it is.": end_is(
        "errors.square().sum(1).mean().sqrt()"
    ),
    "the loss is negative, and training would drive the velocity away. Leave the minus out.": [
        "return -result"
    ],
    "the loss is multiplied or divided by a constant. Return the mean as it is.": [
        "return 0.5 * result",
        "return 2 * result",
    ],
    BY_POSITION: asked_is(
        "velocity(obs, points=points, time=time)", "velocity(obs=obs, points=points, time=time)"
    ),
    ALL_ROWS: asked_is(
        "torch.cat([velocity(obs[i:i + 1], points[i:i + 1], time[i:i + 1]) for i in range(len(obs))])",
        "torch.stack([velocity(*row) for row in zip(obs, points, time)])",
    ),
    OWN_DRAWS: [
        "noise = torch.randn_like(noise)",
        "time = torch.rand(len(time))",
        "noise = torch.linspace(-2, 2, noise.numel()).reshape(noise.shape)",
        "time = torch.linspace(0.1, 0.7, len(time))",
    ],
}

EXERCISE = Exercise(
    solution=flow_loss,
    tested="the ways are straight, and value and gradient are right.",
    probes=(_probe(3, 2), _probe(3, 3), _probe(1, 1)),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("policy", "demos"), "it reads a variable of the lesson. Use only what is passed in."
    ),
)
