"""The check of exercise 12.3, Euler's method from noise to actions."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from ilrl_course.algorithms.flow import flow_sample
from ilrl_course.checks.exercise import Exercise, Fact, Probe, numbers
from ilrl_course.checks.lesson_12._ways import inputs, velocity_with
from ilrl_course.checks.slips import instead_of

WEIGHTS = (0.2, -0.5, 0.8, 0.6, -0.3)

OWN_NOISE = "it draws noise of its own. Begin at the noise that is passed in: the caller draws it."
NOT_EULER = (
    "it asks for the velocity more than once in a step. This is not Euler's method: ask once per step, where "
    "it begins."
)
ROUNDED = (
    "`while` makes one step too many, since seven times 1 / 7 is rounded to less than 1. Count the steps: "
    "for step in range(num_steps)."
)


def _right(velocity: Callable, obs: Tensor, noise: Tensor, num_steps: int) -> np.ndarray:
    """By definition."""
    point, time = noise.clone(), 0.0
    while time < 1 - 1e-9:
        point = point + (1 / num_steps) * velocity(obs, point, torch.full((len(obs),), time))
        time += 1 / num_steps
    return point.numpy()


def _probe(rows: int, parts: int, num_steps: int) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        obs, _, noise, _ = inputs(rows, parts)
        velocity, num_asked = velocity_with(torch.tensor(WEIGHTS)), 0

        def counted(obs: Tensor, points: Tensor, time: Tensor) -> Tensor:
            nonlocal num_asked
            num_asked += len(obs) == rows
            return velocity(obs, points, time)

        found = numbers(answer(counted, obs, noise, num_steps), (rows, parts))
        asks_more = num_steps > 1 and num_asked in range(2 * num_steps, 9 * num_steps, num_steps)
        again = numbers(answer(velocity, obs, noise, num_steps), (rows, parts))
        many = f"{num_steps} step{'s' * (num_steps > 1)}"
        right = _right(velocity, obs, noise, num_steps)
        yield Fact("it arrives at the same points twice", np.array_equal(found, again), True, OWN_NOISE)
        yield Fact(f"where the noise arrives in {many}", found, right, NOT_EULER * asks_more)

    return probe


TIME, MOVE = "step / num_steps)", "points + velocity(obs, points, time) / num_steps"
FIRST = "velocity(obs, points, time)"
move_is = instead_of(MOVE)

MISTAKES = {
    "it makes one step less than it should. Make num_steps steps, from step 0 on.": [
        "range(num_steps) => range(num_steps - 1)"
    ],
    "it begins at step 1, and so loses the first step. Let step run from 0 to num_steps - 1.": [
        "range(num_steps) => range(1, num_steps)"
    ],
    "it makes one step more than it should, and goes beyond time 1.": [
        "range(num_steps) => range(num_steps + 1)"
    ],
    ROUNDED: [
        (
            "t = 0.0",
            "for step in range(num_steps) => while t < 1",
            f"{TIME} => t)",
            f"{MOVE} => {MOVE}\nt += 1 / num_steps",
        )
    ],
    NOT_EULER: move_is(
        f"points + velocity(obs, points + {FIRST} / (2 * num_steps), time + 0.5 / num_steps) / num_steps",
        f"points + ({FIRST} + velocity(obs, points + {FIRST} / num_steps, time + 1 / num_steps)) / "
        "(2 * num_steps)",
    ),
    "the velocity is asked for the end of the step, or its middle. Euler asks at the beginning: "
    "step / num_steps.": [
        f"{TIME} => (step + 1) / num_steps)",
        f"{TIME} => (step + 0.5) / num_steps)",
        "range(num_steps) => range(1, num_steps + 1)",
    ],
    "time does not go on. Step i begins at time i / num_steps.": [
        f"{TIME} => 0.0)",
        f"{TIME} => 1.0)",
        f"{TIME} => 1 / num_steps)",
    ],
    "time is a number of steps. It runs from 0 to 1: divide by num_steps.": [f"{TIME} => float(step))"],
    "the last step ends before time 1, or the first begins late: divide by num_steps, not by one less or "
    "more.": [f"{TIME} => step / max(num_steps - 1, 1))", f"{TIME} => step / (num_steps + 1))"],
    "each step is as long as the whole way. Divide the velocity by num_steps.": move_is(
        "points + velocity(obs, points, time)"
    ),
    "the velocity is multiplied by the time. The length of a step is 1 / num_steps.": move_is(
        "points + velocity(obs, points, time) * time[:, None]"
    ),
    "it moves against the velocity. Add it.": move_is("points - velocity(obs, points, time) / num_steps"),
    "time runs backward, from 1 to 0. Noise is at time 0, actions at time 1.": [
        f"{TIME} => 1 - step / num_steps)",
        (f"{TIME} => 1 - step / num_steps)", *move_is("points - velocity(obs, points, time) / num_steps")),
    ],
    "the point is replaced by the move. Add the move to the point.": move_is(
        "velocity(obs, points, time) / num_steps"
    ),
    "each step begins at the noise again. Go on from where the last step has led.": move_is(
        "noise + velocity(obs, points, time) / num_steps"
    ),
    "the velocity is always asked at the noise. Ask at the point that has been reached.": move_is(
        "points + velocity(obs, noise, time) / num_steps"
    ),
    "it returns after the first step. `return` belongs behind the loop.": [
        f"points = {MOVE} => return {MOVE}",
    ],
    "the way is returned, not where it ends: subtract nothing from the last point.": [
        "return result - noise"
    ],
    "the last velocity is returned. Return the point that it has led to.": [
        "return velocity(obs, points, time)"
    ],
    "the actions are cut off at -1 and 1. Leave them: the world does that.": ["return result.clamp(-1, 1)"],
    "the number of steps is fixed. Use num_steps, which is passed in.": [
        f"num_steps = {fixed}" for fixed in (1, 4, 5, 7, 10, 20, 50, 100)
    ],
    OWN_NOISE: ["noise = torch.randn_like(noise)"],
    "the noise that is passed in has no effect. Begin at it.": [
        "noise = 0 * noise",
        "noise = torch.ones_like(noise)",
    ],
}

EXERCISE = Exercise(
    solution=flow_sample,
    tested="it makes all of its steps, each of them from where and when the last one ended.",
    probes=(_probe(3, 2, 4), _probe(2, 2, 1), _probe(1, 1, 7)),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("policy", "demos"), "it reads a variable of the lesson. Use only what is passed in."
    ),
)
