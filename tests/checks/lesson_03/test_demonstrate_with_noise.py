"""Lesson 03, demonstrating with noise: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.watched.counting_batch import CountingBatch  # noqa: F401 (an edit reads it)
from ilrl_course.data import Batch
from ilrl_course.rollout import collect_rollout, derive_seed
from tests.checks.answers import hint_for, written, wrong_answers

NAME = "demonstrate_with_noise"


def in_a_loop(expert, envs, num_steps, noise_std, seed):
    rng, seen, meant = np.random.RandomState(seed), [], []
    obs, _ = envs.reset(seed=seed)
    for _ in range(num_steps):
        actions = expert(obs)
        meant.append(actions)
        seen.append(obs)
        noise = rng.normal(scale=noise_std, size=actions.shape)
        obs, _, terminated, truncated, _ = envs.step(actions + noise)
        over = terminated | truncated
        obs, _ = envs.reset(options={"reset_mask": over})
    return Batch(torch.from_numpy(np.concatenate(seen)), torch.from_numpy(np.concatenate(meant)))


def around_collect_rollout(expert, envs, num_steps, noise_std, seed):
    rng, meant = np.random.default_rng(seed), []

    def shaken(obs):
        actions = expert(obs)
        meant.append(actions)
        return (actions + noise_std * rng.standard_normal(actions.shape)).astype(np.float32)

    first, _ = envs.reset(seed=derive_seed(seed, "demonstrations"))
    rollout, _ = collect_rollout(shaken, envs, first, num_steps)
    return Batch(rollout.obs.flatten(0, 1), torch.from_numpy(np.concatenate(meant)))


def asks_again(expert, envs, num_steps, noise_std, seed):
    rng = np.random.default_rng(seed)

    def shaken(obs):
        actions = rng.normal(expert(obs), noise_std)
        return np.clip(actions, envs.single_action_space.low, envs.single_action_space.high)

    rollout, _ = collect_rollout(shaken, envs, envs.reset(seed=seed)[0], num_steps)
    obs = rollout.obs.reshape(-1, rollout.obs.shape[-1])
    return Batch(obs, torch.as_tensor(expert(obs)))


def sorted_by_copy(expert, envs, num_steps, noise_std, seed):
    """NumPy's global generator, seeded; and the batch is sorted copy by copy."""
    np.random.seed(seed)  # noqa: NPY002
    obs, _ = envs.reset(seed=seed + 1)
    seen, meant = [], []
    for _ in range(num_steps):
        seen.append(obs)
        meant.append(expert(obs))
        noise = np.random.randn(*meant[-1].shape) * noise_std  # noqa: NPY002
        obs, _, terminated, truncated, _ = envs.step(meant[-1] + noise)
        obs, _ = envs.reset(options={"reset_mask": terminated | truncated})
    obs, labels = np.stack(seen, axis=1), np.stack(meant, axis=1)  # (N, T, ...)
    return Batch(torch.tensor(obs).flatten(0, 1), torch.tensor(labels).flatten(0, 1))


def with_torch(expert, envs, num_steps, noise_std, seed):
    """Torch's generator, all the noise drawn beforehand, each copy asked about alone, in reversed order."""
    torch.manual_seed(seed)
    shape = (num_steps, *envs.action_space.shape)
    noise = iter(torch.distributions.Normal(0.0, noise_std).sample(shape).numpy())
    meant = []

    def shaken(obs):
        meant.append(np.concatenate([expert(row[None]) for row in obs]))
        return meant[-1] + next(noise)

    obs, _ = envs.reset(seed=seed)
    rollout, _ = collect_rollout(shaken, envs, obs, num_steps)
    return Batch(rollout.obs.flatten(0, 1).flip(0), torch.tensor(np.vstack(meant)).flip(0))


RIGHT = [in_a_loop, around_collect_rollout, asks_again, sorted_by_copy, with_torch]


def drawn(noise):
    return f"rng.normal(scale=noise_std, size=actions.shape) => {noise}"


def remembered(labels):
    return f"torch.from_numpy(np.concatenate(meant)) => {labels}"


STEADY = "actions + noise => actions"
NOISY_LABELS = "return Batch(result.obs, torch.normal(result.actions, noise_std))"
NOISY_SIGHT = "expert(obs) => expert(obs + noise_std * rng.randn(*obs.shape))"

IN_A_LOOP = {
    "it steps worlds of its own": ["envs = CountingBatch(envs.num_envs, [3], action_dim=2)"],
    "the labels are the disturbed": [
        (STEADY, "noise = rng => actions += rng"),
        "over = => meant[-1] = (actions + noise).astype(np.float32)\nover =",
    ],
    "nothing is disturbed": [STEADY],
    "the noise is added to what the expert sees": [(STEADY, NOISY_SIGHT)],
    "there is noise in the observations": [
        "return Batch(torch.normal(result.obs, noise_std), result.actions)"
    ],
    "the labels are one step late": [
        "concatenate(meant) => concatenate(np.roll(meant, 1, axis=0))",
        "concatenate(meant) => concatenate(np.roll(meant, -1, axis=0))",
    ],
    "the observations are those after": ["over = => seen[-1] = obs\nover ="],
    "the labels are for the observations after": ["over = => meant[-1] = expert(obs)\nover ="],
    "observations and labels are in a diff": [
        "np.concatenate(seen) => np.array(seen).swapaxes(0, 1).reshape(-1, 3)",
        "np.concatenate(meant) => np.array(meant).swapaxes(0, 1).reshape(-1, 2)",
    ],
    "time and copies are still two axes": [
        ("concatenate(seen) => array(seen)", "concatenate(meant) => array(meant)")
    ],
    "one step too many": ["num_steps += 1"],
    "num_steps is shared out": ["num_steps //= envs.num_envs"],
    "the worlds make num_steps": ["num_steps *= envs.num_envs"],
    "no new episode": ["obs, _ = envs.reset(options={'reset_mask': over}) =>"],
    "only some of the endings": [" | truncated =>", "terminated | truncated => truncated"],
    "when one episode is over": [
        "obs, _ = envs.reset(options={'reset_mask': over}) => if any(over):\n    obs, _ = envs.reset()"
    ],
    "the worlds are reset at every": ["options={'reset_mask': over} =>"],
    "it seeds the worlds in every": [
        "options={'reset_mask': over} => seed=seed, options={'reset_mask': over}"
    ],
    "the batch holds float64": [
        ("return Batch(result.obs.double(), result.actions.double())"),
    ],
    "it draws with a seed of its own": ["seed = 42"],
    "noise_std has no effect": [
        drawn("rng.standard_normal(actions.shape)"),
        drawn("0.3 * rng.randn(*actions.shape)"),
    ],
    "noise_std arrived as the mean": [drawn("rng.normal(noise_std, size=actions.shape)")],
    "each action is moved by exactly": [
        drawn("rng.normal(noise_std, 0.0, actions.shape)"),
        drawn("torch.full(actions.shape, noise_std).numpy()"),
    ],
    "the noise has the wrong size": [
        drawn(f"noise_std**{power} * rng.randn(*actions.shape)") for power in (2, 0.5)
    ],
    "the noise is not Gaussian": [
        drawn("noise_std * (2 * rng.random(actions.shape) - 1)"),
        drawn("noise_std * 12**0.5 * (rng.random(actions.shape) - 0.5)"),
    ],
    "the noise goes in one": [drawn("noise_std * abs(rng.randn(*actions.shape))")],
    "the action is multiplied": ["actions + noise => actions + actions * noise"],
    "the action is replaced": ["actions + noise => noise"],
    "some numbers share": [
        drawn("np.full(actions.shape, rng.normal(0, noise_std))"),
        drawn("rng.normal(0, noise_std, actions.shape[-1])"),
        drawn("rng.normal(0, noise_std, len(actions))[:, None]"),
    ],
    "only one part": [drawn("np.eye(2)[0] * rng.normal(0, noise_std, actions.shape)")],
    "the noise is the same in every": [
        drawn("np.random.default_rng(seed).normal(0, noise_std, actions.shape)")
    ],
    "the labels have noise of": [NOISY_LABELS],
    "the noise is in the labels only": [(NOISY_LABELS, STEADY)],
    "the seed has no effect": ["RandomState(seed) => RandomState(42)"],
    "the noise cannot be": ["np.random.RandomState(seed) => np.random"],
    "the worlds cannot be": ["envs.reset(seed=seed) => envs.reset()"],
    "the worlds always start": ["envs.reset(seed=seed) => envs.reset(seed=42)"],
    "reset() returns two things": ["obs, _ = envs.reset(seed=seed) => obs = envs.reset(seed=seed)"],
}

AROUND_COLLECT_ROLLOUT = {
    "the labels are the disturbed": [remembered("rollout.actions.flatten(0, 1)")],
    "nothing was remembered": [
        "meant.append(actions) =>",
        "meant.append(actions) => meant = [actions]",
        "collect_rollout(shaken => collect_rollout(expert",
        *[
            ("meant.append(actions) =>", remembered(labels))
            for labels in (
                "torch.from_numpy(np.concatenate(meant, axis=0))",
                "torch.from_numpy(np.vstack(meant))",
                "torch.from_numpy(np.stack(meant)).flatten(0, 1)",
                "torch.tensor(np.array(meant))",
                "torch.cat(meant)",
                "torch.stack(meant)",
            )
        ],
    ],
    "reset() returns two things": ["first, _ = envs => first = envs", "first, _ = envs => _, first = envs"],
    "collect_rollout() returns two things": ["rollout, _ = collect => rollout = collect"],
}

HOSTILE = [
    ("it returned nothing", lambda *inputs: None),
    ("it should return a Batch, but it returns a tuple", lambda *inputs: (1, 2)),
    ("it steps worlds of its own", lambda *inputs: Batch(torch.zeros(27, 3), torch.zeros(27, 2))),
    ("it raised ZeroDivisionError", lambda *inputs: 1 / 0),
    ("it did not finish", lambda *inputs: [None for _ in iter(int, 1)]),
    ("it raised RuntimeError", lambda expert, envs, *inputs: envs.step(np.zeros((3, 2)))),
    *wrong_answers(
        in_a_loop,
        {
            "it did not finish": ["num_steps = 10**9"],
            "`obs` of the batch should be a tensor, but it is a ndarray": [
                "return Batch(result.obs.numpy(), result.actions.numpy())"
            ],
            "`obs` of the batch should be an array of the shape (27, 3)": ["return result[:5]"],
        },
    ),
]

NAMES_OF_THE_LESSON = {
    "SEEDS": "it draws with a seed of its own",
    "EXPERT": "it asks the expert of the lesson",
    "policies": "it asks a learner",
    "trained": "it asks a learner",
    "demos": "it reads data",
    "new": "it reads data",
    "NUM_DRIVES": "it reads a number",
    "make_batch": "it steps worlds of its own",
}


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for(NAME, function) == ""


@pytest.mark.parametrize(
    ("hint", "function"),
    wrong_answers(in_a_loop, IN_A_LOOP)
    + wrong_answers(around_collect_rollout, AROUND_COLLECT_ROLLOUT)
    + HOSTILE,
)
def test_a_mistake_is_named(hint, function):
    assert hint_for(NAME, function).startswith(hint)


@pytest.mark.parametrize(("name", "hint"), NAMES_OF_THE_LESSON.items())
def test_a_name_of_the_lesson_in_the_place_of_an_input_is_noticed(name, hint):
    assert hint_for(NAME, written(NAME, f"return {name}")).startswith(hint)
