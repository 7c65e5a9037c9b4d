"""The check of lesson 01 on recording one episode."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind, numbers
from ilrl_course.checks.lesson_01._acting import EXPERT, FIRST_OBS, LEFTOVERS, OTHER_ACTOR, OTHER_ENV
from ilrl_course.checks.slips import instead_of
from ilrl_course.checks.watched.counting_world import UNSEEDED, CountingActor, CountingEnv, Plan
from ilrl_course.data import Trajectory
from ilrl_course.rollout import collect_trajectory

CRASH = Plan(4, terminated=True, crashed=True)
TIME_LIMIT = Plan(5, truncated=True, success=True)
OTHER_ENDS = (  # no flag can be told from the others, and `info` holds more than two
    Plan(1, terminated=True, truncated=True, crashed=True, layout=8),
    Plan(3, terminated=True, success=True, layout=8),
    Plan(2, truncated=True, layout=8),
    Plan(6, truncated=True, crashed=True, layout=8),
)
ARRAYS = {"rewards": "rewards", "actions": "actions", "obs": "observations"}
OTHER_SEED = "it starts from a seed of its own. Use the seed that is passed in."
NO_SEED = "the episode cannot be repeated: the seed does not reach env.reset()."
ASKED_ONCE = "the actor is asked only once. Ask it in every step, with the newest observation."
TOO_SHORT = (
    "it stops before the episode is over. Go on until it is terminated or truncated, however long that takes."
)
OUTCOME = (
    "`crashed` and `success` are wrong. The last `info` of the episode knows them: do not guess from the end."
)


def _probe_other_ends(answer: Callable) -> Iterator[Fact]:
    for seed, plan in enumerate(OTHER_ENDS):
        yield from _facts(answer, plan, seed)


def _facts(answer: Callable, plan: Plan, seed: int = 7, action_dim: int = 0) -> Iterator[Fact]:
    env, actor = CountingEnv(lambda episode: plan, action_dim), CountingActor(action_dim)
    trajectory = answer(env, actor, seed)
    if not isinstance(trajectory, Trajectory):
        raise WrongResult(f"it should return a Trajectory, but it returns {kind(trajectory)}.")
    yield Fact("the world that is stepped", bool(env.played), True, OTHER_ENV)
    hint = NO_SEED if env.played == [UNSEEDED] else OTHER_SEED
    yield Fact("the seed", not env.played or env.played[-1] == seed, True, hint)
    yield Fact("who acts", actor.num_calls > 0, True, OTHER_ACTOR)
    yield Fact("the end is reached", env.over or not env.played, True, TOO_SHORT)
    yield Fact("the actor is asked again", actor.num_calls != 1 or plan.num_steps == 1, True, ASKED_ONCE)
    yield from _facts_about_arrays(trajectory, plan.trajectory(seed, action_dim), seed)
    yield from _facts_about_flags(trajectory, plan)


def _facts_about_arrays(trajectory: Trajectory, right: Trajectory, seed: int) -> Iterator[Fact]:
    where = f"an episode of {len(right)} steps with seed {seed}"
    for name, words in ARRAYS.items():
        got, expected = getattr(trajectory, name), getattr(right, name)
        if not isinstance(got, np.ndarray):
            raise WrongResult(f"`{name}` should be an array, made by np.array(...), but it is {kind(got)}.")
        yield Fact(f"the {words} of {where}", numbers(got, expected.shape, f"`{name}`"), expected)
    dtype = str(trajectory.obs.dtype)
    hint = f"`obs` should be an array of float32, which the networks need, but it is {dtype}."
    yield Fact("the dtype of obs", dtype, "float32", hint)
    hint = f"`actions` that are whole numbers should stay so, but they are {trajectory.actions.dtype} here."
    whole = [np.issubdtype(actions.dtype, np.integer) for actions in (trajectory.actions, right.actions)]
    yield Fact("whole numbers as actions", whole[0] or not whole[1], True, hint)


def _facts_about_flags(trajectory: Trajectory, plan: Plan) -> Iterator[Fact]:
    for name in ("terminated", "truncated", "crashed", "success"):
        if np.ndim(getattr(trajectory, name)):
            raise WrongResult(f"`{name}` should be True or False, that of the last step, not one for each.")
    ends = [bool(trajectory.terminated), bool(trajectory.truncated)]
    by = " and ".join(["the world"] * plan.terminated + ["the clock"] * plan.truncated)
    hint = (
        f"the episode was ended by {by}, so `terminated` and `truncated` should be {plan.terminated} and "
        f"{plan.truncated}, but they are {ends[0]} and {ends[1]}."
    )
    yield Fact("how it ended", str(ends), str([plan.terminated, plan.truncated]), hint)
    outcome = [bool(trajectory.crashed), bool(trajectory.success)]
    yield Fact("the outcome", str(outcome), str([plan.crashed, plan.success]), OUTCOME)


ACT = "actor(obs[None])[0]"
_acts = instead_of(ACT)
OVER = "while not (terminated or truncated)"
ENDS = "terminated=terminated, truncated=truncated"
KNOWN = ", crashed=bool(info.get('crashed', False)), success=bool(info.get('success', False))"
INFO = f"{KNOWN} => , **info"
MISTAKES = {
    "an observation is missing, the one from reset() or the last one. An episode of T steps has T + 1 of "
    "them.": ["([obs], => ([],"],
    "the observations are one step late: each should be what the actor saw before it acted, the first one "
    "the one from reset().": ["np.array(observations => np.array(observations[1:] + observations[-1:]"],
    "the recorded observation never changes. Record the one that step() returned.": [
        "append(obs) => append(observations[0])"
    ],
    "it plays on after the time limit. An episode is over when it is terminated or truncated.": [
        f"{OVER} => while not terminated"
    ],
    "it plays on after the world ended the episode. It is over when it is terminated or truncated.": [
        f"{OVER} => while not truncated",
        (f"{OVER} => while not truncated", INFO),
    ],
    "it waits until the episode is terminated and truncated at once. One of the two is enough.": [
        "terminated or truncated => terminated and truncated",
        ("terminated or truncated => terminated and truncated", INFO),
    ],
    OTHER_ENV: ["from copy import deepcopy\nenv = deepcopy(env)", "env = gym.make('ilrl/Driving-v0')"],
    OTHER_ACTOR: [f"{ACT} => 0", f"{ACT} => 1", EXPERT],
    TOO_SHORT: [f"{OVER} => {OVER[:-1]} or len(rewards) == {n})" for n in (1, 3, 10, 100, 500, 1000)],
    "the last step is missing. Append what it brought before you leave the loop.": [
        "observations.append => if terminated or truncated:\n    break\nobservations.append"
    ],
    "the world is stepped on after the end. Leave the loop when the episode is over, and call env.step() "
    "once for each action.": ["rewards.append(reward) => rewards.append(env.step(action)[1])"],
    "the world is reset before every step. Reset it once, before the loop.": [
        "action = actor => obs = env.reset(seed=seed)[0]\naction = actor"
    ],
    "the actor got a single observation, but it takes a batch. Add an axis in front, and take the first "
    "action of what comes back.": _acts("actor(obs)"),
    "the actions keep the axis of the batch. The actor returns a batch of one: take its first action.": [
        *_acts("actor(obs[None])"),
        (f"{ACT} => actor(obs[None])", "env.step(action) => env.step(action[0])"),
    ],
    "squeeze() takes away the axis of time where an episode has one step. Take the first action of the batch "
    "instead.": ["np.array(actions) => np.array(actions).squeeze()"],
    "an action need not be a single number: steering and pedal are two. Keep it as the actor returns it.": [
        *_acts(f"{ACT}.item()", f"int({ACT})")
    ],
    FIRST_OBS: [
        "actor(obs[None]) => actor(observations[0][None])",
        "obs, reward => next_obs, reward",
    ],
    "`terminated` and `truncated` are swapped. step() returns terminated first.": [
        f"{ENDS} => terminated=truncated, truncated=terminated"
    ],
    "`terminated` and `truncated` are merged. A time limit is not a death: keep the two apart.": [
        f"{ENDS} => terminated=True, truncated=True",
        f"{ENDS} => terminated=True, truncated=False",
    ],
    "how the episode ended is lost. Store both `terminated` and `truncated` as the last step() gave them.": [
        f"{ENDS} => terminated=False, truncated=False",
        "truncated=truncated => truncated=False",
    ],
    "`truncated` is not the reverse of `terminated`: a crash in the last second is both. Store the two as "
    "step() gave them.": ["truncated=truncated => truncated=not terminated"],
    "the rewards are summed up on the way. Store the reward of each step alone.": [
        "np.array(rewards => np.cumsum(rewards"
    ],
    "the rewards are one step late. Each belongs to the step that earned it.": [
        "np.array(rewards => np.array([0.0, *rewards[:-1]]"
    ],
    **{
        f"the {words} lose what is behind the point. They are not whole numbers: leave out `int`.": [
            f"return Trajectory(**vars(result) | {{'{name}': result.{name}.astype(int)}})"
        ]
        for name, words in ARRAYS.items()
    },
    "the actions are one step early. Store the one that was executed, not what the actor would do next.": [
        "append(action) => append(actor(obs[None])[0])"
    ],
    "`rewards` and `actions` are swapped. A Trajectory takes obs, actions, rewards, in this order.": [
        ("=np.array(actions) => =np.array(rewards)", "=np.array(rewards, dtype => =np.array(actions, dtype")
    ],
    "`crashed` and `success` were not stored. The last `info` of the episode knows them.": [f"{KNOWN} =>"],
    "`crashed` and `success` are swapped. A Trajectory takes crashed first.": [
        f"{KNOWN} => , crashed=info['success'], success=info['crashed']"
    ],
    OUTCOME: [
        f"{KNOWN} => , crashed={crashed}, success={success}"
        for crashed, success in (("terminated", "truncated"), ("truncated", "terminated"))
    ],
    "`**info` hands over all that `info` holds, and in the dungeon it holds more than a Trajectory takes. "
    "Pass `crashed` and `success` alone.": [INFO],
}
EXERCISE = Exercise(
    solution=collect_trajectory,
    tested="all observations with the last one, every action and reward, and how the episode ended.",
    probes=(
        partial(_facts, plan=CRASH),
        partial(_facts, plan=TIME_LIMIT),
        partial(_facts, plan=Plan(3, terminated=True, crashed=True), action_dim=2),
        partial(_facts, plan=Plan(1200, truncated=True)),
        _probe_other_ends,
    ),
    mistakes=MISTAKES,
    leftovers=LEFTOVERS | {"SEED": OTHER_SEED},
)
