"""Lesson 03, demonstrating with noise: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.edits import edited
from ilrl_course.checks.watched.counting_batch import CountingBatch  # noqa: F401 (an edit reads it)
from ilrl_course.data import Batch
from ilrl_course.rollout import collect_rollout, derive_seed
from tests.checks.answers import hint_for, promises_of, wrong_answers

NAME = "demonstrate_with_noise"


def in_a_loop(expert, envs, num_steps, noise_std, seed):
    rng, seen, meant = np.random.RandomState(seed), [], []
    obs, _ = envs.reset(seed=derive_seed(seed, "demonstrations"))
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
    """NumPy's generator as in the text; the labels are asked for once more."""
    rng, meant = np.random.default_rng(seed), []

    def shaken(obs):
        actions = expert(obs)
        meant.append(actions)
        return np.clip(rng.normal(actions, noise_std), -1, 1)

    first, _ = envs.reset(seed=derive_seed(seed, "demonstrations"))
    rollout, _ = collect_rollout(shaken, envs, first, num_steps)
    return Batch(rollout.obs.flatten(0, 1), torch.from_numpy(np.concatenate(meant)))


def with_torch(expert, envs, num_steps, noise_std, seed):
    """All the noise drawn beforehand, each copy asked about alone, the rows in reversed order."""
    generator = torch.Generator().manual_seed(seed)
    noise = noise_std * torch.randn((num_steps, *envs.action_space.shape), generator=generator)
    noise, meant = iter(noise.numpy()), []

    def shaken(obs):
        meant.append(np.concatenate([expert(row[None]) for row in obs]))
        return meant[-1] + next(noise)

    obs, _ = envs.reset(seed=derive_seed(seed, "demonstrations"))
    rollout, _ = collect_rollout(shaken, envs, obs, num_steps)
    return Batch(rollout.obs.flatten(0, 1).flip(0), torch.tensor(np.vstack(meant)).flip(0))


def drawn(noise):
    return f"rng.normal(scale=noise_std, size=actions.shape) => {noise}"


def remembered(labels):
    return f"torch.from_numpy(np.concatenate(meant)) => {labels}"


STEADY = "actions + noise => actions"
IN_PLACE = (STEADY, "noise = rng => actions += rng")
SIGHT = "expert(obs) => expert(obs + noise_std * rng.randn(*obs.shape))"
NOISY_LABELS = "return Batch(result.obs, torch.normal(result.actions, noise_std))"
ASKED_AGAIN = remembered("torch.as_tensor(expert(rollout.obs.flatten(0, 1).numpy()))")
OBS_BY_COPY = "np.concatenate(seen) => np.array(seen).swapaxes(0, 1).reshape(-1, 3)"
LABELS_BY_COPY = "np.concatenate(meant) => np.concatenate(np.stack(meant, axis=1))"
RIGHT = [
    in_a_loop,
    around_collect_rollout,
    with_torch,
    edited(around_collect_rollout, ASKED_AGAIN),
    edited(in_a_loop, OBS_BY_COPY, LABELS_BY_COPY),
    edited(in_a_loop, *IN_PLACE, "meant.append(actions) => meant.append(actions.copy())"),
    edited(in_a_loop, drawn("np.stack([rng.normal(0, noise_std, row.shape) for row in actions])")),
    edited(in_a_loop, "over = => print(expert(obs[:1]))\nover ="),
]

IN_A_LOOP = {
    "it steps worlds of its own": ["envs = CountingBatch(envs.num_envs, [3], action_dim=2)"],
    "the labels are the disturbed": ["over = => meant[-1] = actions + noise\nover ="],
    "nothing is disturbed": [STEADY],
    "the noise is added to what the expert sees": [(STEADY, SIGHT)],
    "the labels are one step late": [
        f"concatenate(meant) => concatenate(np.roll(meant, {shift}, axis=0))" for shift in (1, -1)
    ],
    "the observations are those after": ["over = => seen[-1] = obs\nover ="],
    "the labels are for the observations after": ["over = => meant[-1] = expert(obs)\nover ="],
    "observations and labels are in a diff": [OBS_BY_COPY, LABELS_BY_COPY],
    "observations and labels are swapped": ["return Batch(actions=result.obs, obs=result.actions)"],
    "time and copies are still two axes": [
        ("concatenate(seen) => array(seen)", "concatenate(meant) => array(meant)")
    ],
    "num_steps is shared out": ["num_steps //= envs.num_envs"],
    "no new episode": ["obs, _ = envs.reset(options={'reset_mask': over}) =>"],
    "only some of the endings": [" | truncated =>", "terminated | truncated => truncated"],
    "when one episode is over": ["{'reset_mask': over} => {} if any(over) else {'reset_mask': over}"],
    "the worlds are reset at every": ["options={'reset_mask': over} =>"],
    "it seeds the worlds in every": ["reset(options => reset(seed=seed, options"],
    "the batch holds float64": [
        "return Batch(result.obs.double(), result.actions.double())",
        "return Batch(result.obs, result.actions.double())",
    ],
    "it draws with a seed of its own": ["seed = 42"],
    "noise_std has no effect": [drawn("rng.standard_normal(actions.shape)")],
    "noise_std arrived as the mean": [drawn("rng.normal(noise_std, size=actions.shape)")],
    "each action is moved by exactly": [
        drawn("rng.normal(noise_std, 0.0, actions.shape)"),
        drawn("torch.full(actions.shape, noise_std).numpy()"),
    ],
    "the noise has the wrong size": [
        drawn(f"noise_std**{power} * rng.randn(*actions.shape)") for power in (2, 0.5)
    ],
    "the noise is not Gaussian": [drawn("noise_std * (2 * rng.random_sample(actions.shape) - 1)")],
    "24% of the noise is beyond one standard deviation. In Gaussian noise it is 32%.": [
        drawn("rng.laplace(scale=noise_std / 2**0.5, size=actions.shape)")
    ],
    "the noise goes in one": [drawn("noise_std * abs(rng.randn(*actions.shape))")],
    "what is added depends on the action": [
        drawn("np.abs(rng.randn(*actions.shape)) * noise_std * np.sign(actions)"),
        "actions + noise => (1 - noise_std) * actions + noise",
    ],
    "even without noise the worlds get something else": ["actions + noise => actions - 2 * actions + noise"],
    "the action is multiplied": ["actions + noise => actions + actions * noise"],
    "the action is replaced": ["actions + noise => noise"],
    "some numbers share": [
        drawn("np.full(actions.shape, rng.normal(0, noise_std))"),
        drawn("rng.normal(0, noise_std, actions.shape[-1])"),
    ],
    "the noise has the shape of something else": [drawn("noise_std * rng.randn(len(obs), 2)")],
    "only one part": [drawn("np.eye(2)[0] * rng.normal(0, noise_std, actions.shape)")],
    "the noise of one step tells that of the next": [
        (drawn("0.4 * noise + 0.92 * rng.normal(0, noise_std, actions.shape)"), "noise = 0.0"),
    ],
    "the same noise comes again and again": [
        (
            "for _ in => for t in",
            drawn("fixed[t % 8]"),
            "fixed = np.random.default_rng(seed).normal(0, noise_std, (8, *envs.action_space.shape))",
        )
    ],
    "the seed has no effect": ["RandomState(seed) => RandomState(42)"],
    "the noise cannot be": ["np.random.RandomState(seed) => np.random"],
    "the worlds cannot be": ["seed=derive_seed(seed, 'demonstrations') =>"],
    "the worlds always start": ["derive_seed(seed, 'demonstrations') => 42"],
    "the worlds start from seed itself": ["derive_seed(seed, 'demonstrations') => seed"],
    "the worlds start from a seed of your own": ["'demonstrations' => 'noise'"],
    "reset() returns two things": ["obs, _ = envs.reset(seed => obs = envs.reset(seed"],
}

AROUND_COLLECT_ROLLOUT = {
    "the labels are the disturbed": [remembered("rollout.actions.flatten(0, 1)")],
    "nothing is disturbed": [("collect_rollout(shaken => collect_rollout(expert", ASKED_AGAIN)],
    "even without noise the worlds get something else": [
        ("def shaken(obs) => def shaken(now)", "expert(obs) => expert(first)"),
        "expert(obs) => expert(obs[:1]).repeat(len(obs), axis=0)",
    ],
    "the worlds get None in the place of actions": ["return np.clip => np.clip"],
    "collect_rollout takes the function that acts": [
        "collect_rollout(shaken => collect_rollout(shaken(first)"
    ],
    "nothing was remembered": [
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
        ]
    ],
    "reset() returns two things": ["first, _ = envs => first = envs", "first, _ = envs => _, first = envs"],
}

HOSTILE = [
    ("it returned nothing", lambda *inputs: None),
    ("it should return a Batch, but it returns a tuple", lambda *inputs: (1, 2)),
    ("it steps worlds of its own", lambda *inputs: Batch(torch.zeros(27, 3), torch.zeros(27, 2))),
    ("it raised ZeroDivisionError", lambda *inputs: 1 / 0),
    ("it raised RuntimeError", lambda expert, envs, *inputs: envs.step(np.zeros((3, 2)))),
    *wrong_answers(
        in_a_loop,
        {
            "`obs` of the batch should be a tensor, but it is a ndarray": [
                "return Batch(result.obs.numpy(), result.actions.numpy())"
            ],
            "`obs` of the batch should be an array of the shape (27, 3)": ["return result[:5]"],
        },
    ),
]


@pytest.mark.parametrize("edit", ["num_steps = 10**9", "while True:\n    pass"])
def test_an_answer_without_end_is_ended(edit):
    assert hint_for(NAME, edited(in_a_loop, edit)).startswith("it did not finish within 1.5 s")


NONSENSE = {
    "return SEEDS": "it draws with a seed of its own",
    "return EXPERT": "it asks the expert of the lesson",
    "return policies": "it asks a learner",
    "return trained": "it asks a learner",
    "return demos": "it reads data",
    "return new": "it reads data",
    "return NUM_DRIVES": "it reads a number",
    "return make_batch": "it steps worlds of its own",
}

MISTAKES = (
    wrong_answers(in_a_loop, IN_A_LOOP)
    + wrong_answers(around_collect_rollout, AROUND_COLLECT_ROLLOUT)
    + HOSTILE
)

TestAnswers = promises_of("demonstrate_with_noise", in_a_loop, RIGHT, MISTAKES, NONSENSE)
