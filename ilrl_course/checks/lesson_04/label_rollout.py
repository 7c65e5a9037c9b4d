"""The check of asking the expert about a block of steps."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ilrl_course.algorithms.dagger import label_rollout
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind
from ilrl_course.checks.lesson_04._leftovers import LESSONS_EXPERT
from ilrl_course.checks.watched.counting_batch import CountingBatch, CountingExpert
from ilrl_course.data import Batch, Rollout
from ilrl_course.rollout import collect_rollout

NOBODY_ASKED = "the expert that is passed in is never asked. Its answers are the labels."
OTHER_LABELS = {
    "executed": "the labels are the actions that were executed, mistakes included. Ask the expert instead.",
    "one row off": "the labels are one row off. Each belongs to the observation that the expert answered to.",
    "reordered": "observations and labels stand in different orders. Flatten once, and ask about just that.",
    "other": "a label is not what the expert does in the situation beside it.",
}
AGREED_STEP = 1  # of each episode: there the learner does what the expert would do


def _record(num_steps: int, num_envs: int, action_dim: int) -> Rollout:
    """A block in which a learner acted, who seldom agrees with the expert; episodes end within it."""
    expert = CountingExpert(action_dim)

    def learner(obs: np.ndarray) -> np.ndarray:
        actions = expert(obs)
        differs = (obs[:, 2] != AGREED_STEP).reshape(-1, *[1] * (actions.ndim - 1))
        return np.where(differs, actions + 0.5 if action_dim else 9 - actions, actions).astype(actions.dtype)

    envs = CountingBatch(num_envs, (2, 3, 9), action_dim, terminates=(True, False, True))
    return collect_rollout(learner, envs, envs.reset(seed=0)[0], num_steps)[0]


def _facts(answer: Callable, rollout: Rollout) -> Iterator[Fact]:
    num_steps, num_envs, *action_shape = rollout.actions.shape
    expert = CountingExpert(*action_shape)
    batch = answer(expert, rollout)
    if not isinstance(batch, Batch):
        raise WrongResult(f"it should return a Batch, but it returns {kind(batch)}.")
    yield Fact("asked", bool(expert.asked), True, NOBODY_ASKED)
    size = num_steps * num_envs
    columns = {"obs": (batch.obs, (size, 3)), "actions": (batch.actions, (size, *action_shape))}
    dtypes = {name: str(getattr(rollout, name).dtype) for name in columns}
    for name, (value, shape) in columns.items():
        hint = (
            f"`{name}` should be a tensor of {dtypes[name].removeprefix('torch.')}, but it is {kind(value)}."
        )
        yield Fact(f"kind of {name}", kind(value), "a Tensor", hint)
        found = str(tuple(np.shape(value)))
        where = f"for {num_steps} steps of {num_envs} worlds"
        hint = f"{where} `{name}` should have the shape {shape}, but it has {found}."
        yield Fact(f"shape of {name}", found, str(shape), hint)
    obs, actions = np.asarray(batch.obs), np.asarray(batch.actions)
    if obs.shape[1:] == (3,):
        yield from _facts_about_rows(obs, actions, rollout)
    for name, (value, _) in columns.items():
        found = str(getattr(value, "dtype", None))
        hint = f"`{name}` should be a tensor of {dtypes[name].removeprefix('torch.')}, but it is {found}."
        yield Fact(f"type of {name}", found, dtypes[name], hint)


def _facts_about_rows(obs: np.ndarray, actions: np.ndarray, rollout: Rollout) -> Iterator[Fact]:
    situations, executed = (part.flatten(0, 1).numpy() for part in (rollout.obs, rollout.actions))
    found, wanted = ((rows[:, None] == situations).all(axis=2).sum(axis=0) for rows in (obs, situations))
    hint = "some situations of the block are missing, or come twice. Label each of them once."
    yield Fact("how often each situation comes", found, wanted, hint)
    others = ~(obs[:, None] == situations).all(axis=2).any(axis=1)  # (B,)
    hint = "it labels situations that are not in rollout.obs. Ask about those in which somebody acted."
    yield Fact("other situations", int(others.sum()), 0, hint)
    origin = _origin(actions, CountingExpert(*executed.shape[1:])(obs), executed)
    yield Fact("labels", origin, "right", OTHER_LABELS.get(origin, ""))


def _origin(actions: np.ndarray, wanted: np.ndarray, executed: np.ndarray) -> str:
    """Where labels come from: right, executed, one row off, reordered or other."""
    if actions.shape != wanted.shape:
        return "other"
    sources = {
        "right": [wanted],
        "executed": [executed],
        "one row off": [np.roll(wanted, s, 0) for s in (1, -1)],
    }
    for name, arrays in sources.items():
        if any(array.shape == actions.shape and np.allclose(actions, array) for array in arrays):
            return name
    return "reordered" if np.allclose(np.sort(actions, 0), np.sort(wanted, 0)) else "other"


def _probe_discrete(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, _record(num_steps=5, num_envs=3, action_dim=0))


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, _record(num_steps=4, num_envs=3, action_dim=2))


def _probe_single(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, _record(num_steps=1, num_envs=1, action_dim=0))


def _probe_twice(answer: Callable) -> Iterator[Fact]:
    """Two worlds in one and the same situation, which is no whole number: two labels."""
    rollout = _record(num_steps=4, num_envs=3, action_dim=0)
    yield from _facts(answer, replace(rollout, obs=rollout.obs[:, [0, 2, 2]] + 0.25))


OBS = "obs = rollout.obs.flatten(0, 1)"
ASK = "expert(obs.numpy())"

MISTAKES = {
    OTHER_LABELS["executed"]: [f"torch.from_numpy({ASK}) => rollout.actions.flatten(0, 1)"],
    "the expert is asked about next_obs, so each label is one step late. Ask about rollout.obs.": [
        f"{ASK} => expert(rollout.next_obs.flatten(0, 1).numpy())"
    ],
    "it labels next_obs, which misses every first situation and holds some in which nobody acted. Label "
    "rollout.obs.": ["rollout.obs => rollout.next_obs"],
    OTHER_LABELS["reordered"]: ["return Batch(rollout.obs.transpose(0, 1).flatten(0, 1), result.actions)"],
    "the expert takes a batch (B, obs_dim), but gets the block (T, N, obs_dim). Flatten its first two "
    "axes.": [f"{ASK} => expert(rollout.obs.numpy())"],
    "too many axes are flattened, the numbers of an observation among them. Flatten only the first two.": [
        "flatten(0, 1) => flatten()",
        "flatten(0, 1) => flatten(1)",
    ],
    "the expert got a single observation, but it takes a batch. Ask about all rows in one call.": [
        f"{ASK} => np.stack([expert(row) for row in obs.numpy()])"
    ],
    "the expert got a tensor, but actors take NumPy arrays. Turn the observations into one first.": [
        f"{ASK} => expert(obs)"
    ],
    "only one step of the block is labeled. Label all of its T steps.": [
        "rollout.obs.flatten(0, 1) => rollout.obs[0]",
        "rollout.obs.flatten(0, 1) => rollout.obs[-1]",
    ],
    "the first or the last step of the block is missing. Label all of its T steps.": [
        f"rollout.obs.flatten(0, 1) => rollout.obs[{steps}].flatten(0, 1)" for steps in ("1:", ":-1")
    ],
    "only one world is labeled. Label the steps of all N worlds.": [
        "rollout.obs.flatten(0, 1) => rollout.obs[:, 0]",
        "rollout.obs.flatten(0, 1) => rollout.obs[:, -1]",
    ],
    "the last next_obs is labeled too. Nobody acted there: T steps of N worlds are T * N labels.": [
        f"{OBS} => obs = torch.cat([rollout.obs.flatten(0, 1), rollout.next_obs[-1]])"
    ],
    "the steps that ended an episode are left out. Those before a crash are the most useful ones.": [
        f"rollout.obs.flatten(0, 1) => rollout.obs[~({ends})]"
        for ends in ("rollout.terminated | rollout.truncated", "rollout.terminated", "rollout.truncated")
    ],
    "only mistakes are labeled. What the learner does right is not to be forgotten: label all of it.": [
        "return result[(result.actions != rollout.actions.flatten(0, 1)).reshape(len(obs), -1).any(dim=1)]"
    ],
    "the block keeps its two axes (T, N). In a Batch one axis B counts the steps: flatten the two.": [
        "return Batch(rollout.obs, result.actions.unflatten(0, rollout.obs.shape[:2]))"
    ],
    OTHER_LABELS["one row off"]: [
        f"torch.from_numpy({ASK}) => torch.from_numpy({ASK}).roll({shift}, 0)" for shift in (1, -1)
    ],
    "a situation that comes twice is labeled once. Label all T * N steps, whether they look alike or not.": [
        "return Batch(obs.unique(dim=0), torch.from_numpy(expert(obs.unique(dim=0).numpy())))"
    ],
    "observations and labels are swapped. In a Batch the observations come first.": [
        "return Batch(result.actions, result.obs)"
    ],
    "squeeze() takes one axis too many where a block has a single step. Leave it out.": [
        "(obs.numpy()) => (obs.numpy()).squeeze()",
        "obs.numpy() => obs.squeeze().numpy()",
    ],
}

EXERCISE = Exercise(
    solution=label_rollout,
    tested="every situation of the block once, each beside the expert's own answer, as tensors.",
    probes=(_probe_discrete, _probe_continuous, _probe_single, _probe_twice),
    mistakes=MISTAKES,
    leftovers={
        **dict.fromkeys(
            ("policy", "learner", "envs"), "it reads a variable of the lesson. Use only expert and rollout."
        ),
        "EXPERT": LESSONS_EXPERT,
    },
)
