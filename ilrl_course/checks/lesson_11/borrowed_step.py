"""The check of exercise 11.1, one step in somebody else's world."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from gymnasium.spaces import Box, Dict, Discrete

from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, number, numbers
from ilrl_course.checks.slips import instead_of
from ilrl_course.checks.watched.foreign_world import Answer, ForeignWorld
from ilrl_course.envs.elsewhere.one_step import borrowed_step

PARTS = "row, reward, terminated, truncated and a dict"
NOT_STEPPED = "the world is not stepped. Call env.step(action), once."
STEPPED_TWICE = "the world is stepped twice. Call env.step once, and use all that it returns."
NOT_FLOAT32 = "the row is not float32, which the networks need. End with .astype(np.float32)."
NO_KEYS = 'the dict needs "crashed" and "success", in these words.'
NO_ROW = "an observation that is a number or a dict is no row yet. Gymnasium's flatten lays it out."
AXIS_TOO_MANY = "the row has an axis too many. It is (obs_dim,), not (1, obs_dim)."


def ending(reward: float, terminated: bool, info: dict) -> tuple[bool, bool]:
    """A crash is a hit; a goal pays more than 5 at the end, or more than 8; the rest of `info` lies."""
    if not isinstance(terminated, bool | np.bool_):
        raise TypeError(f"`terminated` is {kind(terminated)}, not a bool")
    return info["hits"] > 0, bool(reward > 8 or (terminated and reward > 5))


@dataclass(frozen=True)
class Scene:
    """A foreign world, what is done there, and how each step should be told."""

    name: str  # in words
    seen: gym.Space
    actions: gym.Space
    done: tuple[Any, ...]  # by the actor
    taken: tuple[Any, ...]  # by the world, in the end
    answers: tuple[Answer, ...]
    rows: tuple[list[float], ...]

    def facts(self, answer: Callable) -> Iterator[Fact]:
        """What an answer makes of each step."""
        world = ForeignWorld(self.seen, self.actions, self.answers)
        for i, (action, said, row) in enumerate(zip(self.done, self.answers, self.rows, strict=True)):
            told = _looked_at(answer(world, action.copy(), ending))
            hint = NOT_STEPPED if len(world.taken) == i else STEPPED_TWICE
            yield Fact("the number of steps", len(world.taken), i + 1, hint)
            given = numbers(world.taken[-1], np.shape(self.taken[i]), "the action that the world gets")
            yield Fact(f"the action that {self.name} gets", given, np.array(self.taken[i], dtype=float))
            yield from self._facts_about(told, said, row)

    def _facts_about(self, told: tuple, said: Answer, row: list[float]) -> Iterator[Fact]:
        seen, reward, terminated, truncated, outcome = told
        yield Fact(f"the row of {self.name}", _row(seen, len(row)), np.array(row))
        is_float32 = getattr(seen, "dtype", None) == np.float32
        yield Fact("the row's dtype", is_float32, True, NOT_FLOAT32)
        yield Fact(f"the reward of {self.name}", number(reward, "the reward"), float(said.reward))
        ends = [terminated, truncated]
        for name, end, right in zip(("terminated", "truncated"), ends, _ends(said), strict=True):
            yield Fact(f"`{name}` where the world says {_ends(said)}", bool(end), right)
        for name, right in zip(
            ("crashed", "success"), ending(said.reward, said.terminated, said.info), strict=True
        ):
            where = f"a reward of {said.reward:g} and {'an end' if said.terminated else 'no end'}"
            yield Fact(f"`{name}` after {where}", _yes_or_no(outcome[name], name), right)


def _ends(said: Answer) -> list[bool]:
    return [said.terminated, said.truncated]


def _looked_at(told: Any) -> tuple:
    if not isinstance(told, tuple | list) or len(told) != 5:
        what = f"{len(told)} things" if isinstance(told, tuple | list) else kind(told)
        raise WrongResult(f"it should return five things, {PARTS}, but it returns {what}.")
    if not isinstance(told[4], dict):
        raise WrongResult(f"the last of the five things should be a dict, but it is {kind(told[4])}.")
    if {"crashed", "success"} - set(told[4]):
        raise WrongResult(NO_KEYS)
    return tuple(told)


def _row(seen: Any, size: int) -> np.ndarray:
    if isinstance(seen, list | tuple | torch.Tensor):
        raise WrongResult(f"the row is {kind(seen)}, not an array of NumPy's. Let flatten make it.")
    shape = getattr(seen, "shape", ())
    if shape in ((), (1,)):  # no row here is as short as that
        raise WrongResult(NO_ROW)
    if shape == (1, size):
        raise WrongResult(AXIS_TOO_MANY)
    return numbers(seen, (size,), "the row")


def _yes_or_no(said: Any, name: str) -> bool:
    if not isinstance(said, bool | np.bool_ | int):
        raise WrongResult(
            f"`{name}` is {kind(said)}, where True or False is expected. `ending` returns two things: take "
            "them apart."
        )
    return bool(said)


def _probe(*scenes: Scene) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for scene in scenes:
            yield from scene.facts(answer)

    return probe


def _info(hits: int, lie: bool) -> dict:
    """What the world calls these words is something else."""
    return {"hits": hits, "crashed": lie, "success": lie, "lives": 3}


LEVERS = Scene(
    "a world with three levers",
    seen=Box(-9, 9, (3,), np.float64),
    actions=Discrete(3),
    done=(np.int64(2), np.int64(0), np.int64(1), np.int64(2), np.int64(1)),
    taken=(2, 0, 1, 2, 1),
    answers=(
        Answer(np.array([0.5, -1.5, 2.0]), np.float64(-3.5), info=_info(0, True)),
        Answer(np.array([1.5, -1.0, 0.0]), 8.5, info=_info(1, False)),  # a crash after which it goes on
        Answer(np.array([2.5, 0.5, 1.0]), 7.5, True, info=_info(0, False)),  # the goal
        Answer(np.array([3.5, 0.5, 1.0]), -7.0, True, True, _info(0, True)),  # neither, at the last moment
        Answer(np.array([4.5, 0.5, 1.0]), 6.0, False, True, _info(2, False)),  # a crash when time is up
    ),
    rows=([0.5, -1.5, 2.0], [1.5, -1.0, 0.0], [2.5, 0.5, 1.0], [3.5, 0.5, 1.0], [4.5, 0.5, 1.0]),
)
PLACES = Scene(
    "a world of four places",
    seen=Discrete(4),
    actions=Discrete(2),
    done=(np.int64(1), np.int64(0)),
    taken=(1, 0),
    answers=(
        Answer(np.int64(2), -1, info=_info(0, False)),
        Answer(np.int64(0), 10, True, info=_info(1, False)),  # there, and hit
    ),
    rows=([0, 0, 1, 0], [1, 0, 0, 0]),
)
BOARD = Scene(  # whose `info` says nothing of a crash
    "a world that shows a board",
    seen=Box(0, 255, (2, 3), np.uint8),
    actions=Discrete(2),
    done=(np.int64(1),),
    taken=(1,),
    answers=(Answer(np.array([[1, 2, 3], [4, 5, 250]], dtype=np.uint8), 0.25, info={"hits": 1}),),
    rows=([1, 2, 3, 4, 5, 250],),
)
LOW, HIGH = np.float32([-2.0, -1.0]), np.float32([0.5, 3.0])
PEDALS = Scene(
    "a world with two pedals",
    seen=Dict({"gear": Discrete(3), "wheel": Box(-9, 9, (2,), np.float32)}),
    actions=Box(LOW, HIGH, dtype=np.float32),
    done=(np.float32([0.25, 1.5]), np.float32([-5.0, 2.5]), np.float32([0.75, 4.0])),
    taken=([0.25, 1.5], [-2.0, 2.5], [0.5, 3.0]),
    answers=tuple(
        Answer({"gear": gear, "wheel": np.float32([-0.5, gear])}, 0.5, info=_info(0, False))
        for gear in (0, 2, 1)
    ),
    rows=([1, 0, 0, -0.5, 0], [0, 0, 1, -0.5, 2], [0, 1, 0, -0.5, 1]),
)

FLATTEN = "flatten(env.observation_space, obs)"
CLIP = "np.clip(action, env.action_space.low, env.action_space.high)"
OUTCOME = "{'crashed': crashed, 'success': success}"
row_is, clip_is, outcome_is = (instead_of(old) for old in (FLATTEN, CLIP, OUTCOME))
ends_are = instead_of("(row, float(reward), terminated, truncated, {'crashed': crashed, 'success': success})")
judged_by = instead_of("ending(reward, terminated, info)")

MISTAKES = {
    NO_ROW: row_is("obs", "np.asarray(obs)", "np.ravel(obs)", "np.array([obs]).ravel()", "obs.flatten()"),
    "the row is laid out by the space of the actions. Take env.observation_space.": row_is(
        "flatten(env.action_space, obs)"
    ),
    "one of four places is one of four numbers that is 1, and not the number of the place. Take flatten.": [
        f"{FLATTEN} => (np.array([obs]) if isinstance(env.observation_space, Discrete) else {FLATTEN})"
    ],
    "a board is laid out by its columns. Go row by row, as flatten does.": [
        f"{FLATTEN} => (obs.T.ravel() if np.ndim(obs) == 2 else {FLATTEN})"
    ],
    "the row is scaled or clipped. Leave the numbers as the world tells them.": row_is(
        f"{FLATTEN} / 255", f"{FLATTEN}.clip(-1, 1)", f"np.tanh({FLATTEN})"
    ),
    AXIS_TOO_MANY: row_is(f"{FLATTEN}[None]"),
    NOT_FLOAT32: [".astype(np.float32) => ", ".astype(np.float32) => .astype(float)"],
    "the bounds are not kept. Clip the action to env.action_space.low and high, part by part.": clip_is(
        "action", "np.minimum(action, env.action_space.high)", "np.maximum(action, env.action_space.low)"
    ),
    "the bounds are not -1 and 1 everywhere. Take env.action_space.low and high.": clip_is(
        "np.clip(action, -1, 1)"
    ),
    "one bound is taken for all parts of the action. Each has its own: clip with the arrays low and high.": (
        clip_is(
            "np.clip(action, env.action_space.low.min(), env.action_space.high.max())",
            "np.clip(action, env.action_space.low[0], env.action_space.high[0])",
        )
    ),
    "the bounds are exchanged. np.clip takes the low ones first.": clip_is(
        "np.clip(action, env.action_space.high, env.action_space.low)"
    ),
    "the action is scaled to the bounds. Clip it: what lies within them stays as it is.": clip_is(
        "env.action_space.low + (action + 1) / 2 * (env.action_space.high - env.action_space.low)",
        "np.tanh(action)",
    ),
    "the world does what it likes: it gets an action of its own. Give it the one that is passed in.": [
        "action = 0 * action",
        "action = action - action + 1",
    ],
    "the world gets a number of NumPy's, and takes only a plain int. Hand it int(action).": [
        "action = int(action) => pass"
    ],
    STEPPED_TWICE: [
        "info = env.step(action) => info = env.step(action)\nenv.step(action)",
        "row = flatten => obs = env.step(action)[0]\nrow = flatten",
    ],
    "the world is reset. That is the business of whoever plays: take one step.": [
        "env.reset()",
        "crashed, success => if terminated or truncated:\n    env.reset()\ncrashed, success",
    ],
    "the reward is clipped, or only its sign is left. Hand it over as it is.": [
        "float(reward) => float(np.sign(reward))",
        "float(reward) => float(np.clip(reward, -1, 1))",
    ],
    "the reward loses what is behind the point.": ["float(reward) => int(reward)"],
    "`terminated` and `truncated` are swapped. The world says terminated first, and so should you.": [
        *ends_are(f"row, float(reward), truncated, terminated, {OUTCOME}"),
        "reward, terminated, truncated, info = => reward, truncated, terminated, info =",
    ],
    "`terminated` and `truncated` are merged. A time limit is not a death: keep the two apart.": [
        *ends_are(
            f"row, float(reward), terminated or truncated, terminated or truncated, {OUTCOME}",
            f"row, float(reward), terminated or truncated, truncated, {OUTCOME}",
            f"row, float(reward), terminated or truncated, False, {OUTCOME}",
        ),
        "row = flatten => terminated = truncated = terminated or truncated\nrow = flatten",
        "row = flatten => terminated = terminated or truncated\nrow = flatten",
    ],
    "a crash or a success ends the episode here. The ends stay as the world says them.": ends_are(
        *(
            f"row, float(reward), terminated or {end}, truncated, {OUTCOME}"
            for end in ("crashed", "success", "crashed or success")
        )
    ),
    "`truncated` is lost. Hand it over as the world says it.": ends_are(
        f"row, float(reward), terminated, False, {OUTCOME}"
    ),
    "`crashed` and `success` are swapped. `ending` says first whether it crashed.": [
        "crashed, success = => success, crashed =",
        *outcome_is("{'crashed': success, 'success': crashed}"),
    ],
    "`ending` is asked only at the end. It has a say about every step: some crashes end nothing.": (
        judged_by(
            "ending(reward, terminated, info) if terminated else (False, False)",
            "ending(reward, terminated, info) if terminated or truncated else (False, False)",
        )
    ),
    "`ending` is not asked. Only it knows what this world's rewards and its `info` mean.": judged_by(
        "terminated and reward < 0, terminated and reward > 0",
        "terminated and reward <= 0, terminated and reward > 0",
        "(info.get('crashed', False), info.get('success', False))",
        "(info['crashed'], info['success'])",
        "(False, False)",
        "(terminated, truncated)",
        "(reward < 0, reward > 0)",
    ),
    "`ending` hears of an end when time is up. Tell it `terminated`, and not that the episode is over.": (
        judged_by("ending(reward, terminated or truncated, info)", "ending(reward, truncated, info)")
    ),
    "`ending` is given its arguments in another order. It takes the reward, terminated, and info.": judged_by(
        "ending(terminated, reward, info)"
    ),
    "`ending` hears another reward than the world paid.": judged_by(
        "ending(np.sign(reward), terminated, info)", "ending(min(reward, 1), terminated, info)"
    ),
    "what the world itself calls `crashed` or `success` wins over what `ending` says. Put yours last.": (
        outcome_is(f"{OUTCOME} | info")
    ),
    "a success is no crash, and a crash no success: but this is for `ending` to decide. Hand both over.": [
        "crashed, success = ending(reward, terminated, info) => "
        "crashed, success = ending(reward, terminated, info)\ncrashed = crashed and not success",
        "crashed, success = ending(reward, terminated, info) => "
        "crashed, success = ending(reward, terminated, info)\nsuccess = success and not crashed",
    ],
    NO_KEYS: [*outcome_is("info", "{'crash': crashed, 'success': success}")],
    f"it should return five things, {PARTS}, but it returns 4 things.": ends_are(
        f"row, float(reward), terminated or truncated, {OUTCOME}",
        "row, float(reward), terminated, truncated",
    ),
}

EXERCISE = Exercise(
    solution=borrowed_step,
    tested="whatever it observes becomes a row, actions keep within bounds, and both ends and both outcomes "
    "arrive.",
    probes=(_probe(LEVERS), _probe(PLACES), _probe(BOARD), _probe(PEDALS)),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("ELSEWHERE", "MINE"), "it reads a world of the lesson. Step the one that is passed in."
    ),
)
