"""Lesson 03, demonstrating with noise: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.watched.counting_batch import CountingBatch
from ilrl_course.data import Batch
from ilrl_course.rollout import collect_rollout
from tests.checks.answers import hint_for
from tests.checks.demonstrating import demonstrate_in_a_loop, demonstrated


def demonstrate_and_ask_again(expert, envs, num_steps, noise_std, seed):
    rng = np.random.default_rng(seed)

    def shaken(obs):
        actions = expert(obs)
        noisy = actions + noise_std * rng.standard_normal(actions.shape)
        return np.clip(noisy, envs.single_action_space.low, envs.single_action_space.high)

    rollout, _ = collect_rollout(shaken, envs, envs.reset(seed=seed)[0], num_steps)
    obs = rollout.obs.reshape(-1, rollout.obs.shape[-1])
    return Batch(obs, torch.as_tensor(expert(obs)))


def demonstrate_by_hand(expert, envs, num_steps, noise_std, seed):
    """A loop of its own; the batch is sorted copy by copy."""
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


def demonstrate_with_torch(expert, envs, num_steps, noise_std, seed):
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


RIGHT = [demonstrate_and_ask_again, demonstrate_by_hand, demonstrate_with_torch]


def demonstrate_in_place(expert, envs, num_steps, noise_std, seed):
    rng, meant = np.random.default_rng(seed), []

    def shaken(obs):
        actions = expert(obs)
        meant.append(actions)
        actions += rng.normal(0, noise_std, actions.shape).astype(np.float32)
        return actions

    rollout, _ = collect_rollout(shaken, envs, envs.reset(seed=seed)[0], num_steps)
    return Batch(rollout.obs.flatten(0, 1), torch.from_numpy(np.concatenate(meant)))


def demonstrate_elsewhere(expert, envs, *inputs):
    other = CountingBatch(envs.num_envs, [3], action_dim=2)
    return demonstrate_and_ask_again(expert, other, *inputs)


def ask_about_what_follows(expert, envs, num_steps, noise_std, seed):
    rng = np.random.default_rng(seed)
    rollout, _ = collect_rollout(
        lambda obs: rng.normal(expert(obs), noise_std), envs, envs.reset(seed=seed)[0], num_steps
    )
    labels = torch.from_numpy(expert(rollout.next_obs.flatten(0, 1).numpy()))
    return Batch(rollout.obs.flatten(0, 1), labels)


def flat_double(values):
    return torch.as_tensor(values).flatten(0, 1).double()


def only_five(values):
    return torch.as_tensor(values).flatten(0, 1)[:5]


def transposed(values):
    return np.swapaxes(values, 0, 1)


WRONG = [
    ("it steps worlds of its own", demonstrate_elsewhere),
    ("the labels are the disturbed", demonstrate_in_place),
    ("the labels are the disturbed", demonstrated(labels=lambda rollout, meant, _: rollout.actions)),
    (
        "nothing is disturbed",
        demonstrated(
            execute=lambda actions, noise: actions, labels=lambda rollout, meant, _: rollout.actions
        ),
    ),
    (
        "the noise is added to what the expert sees",
        demonstrated(
            see=lambda obs, rng, std: obs + std * rng.randn(*obs.shape),
            execute=lambda actions, noise: actions,
        ),
    ),
    (
        "there is noise in the observations",
        demonstrated(obs=lambda rollout, std: torch.normal(rollout.obs, std)),
    ),
    (
        "the labels are one step late",
        demonstrated(labels=lambda rollout, meant, _: np.roll(meant, 1, axis=0)),
    ),
    (
        "the labels are one step late",
        demonstrated(labels=lambda rollout, meant, _: np.roll(meant, -1, axis=0)),
    ),
    ("the observations are those after", demonstrated(obs=lambda rollout, _: rollout.next_obs)),
    ("the observations are those after", demonstrate_in_a_loop(record=lambda before, after: after)),
    ("the labels are for the observations after", ask_about_what_follows),
    ("observations and labels are in a diff", demonstrated(obs=lambda rollout, _: transposed(rollout.obs))),
    (
        "observations and labels are in a diff",
        demonstrated(labels=lambda rollout, meant, _: transposed(meant)),
    ),
    ("time and copies are still two axes", demonstrated(flatten=torch.as_tensor)),
    ("one step too many", demonstrated(steps=lambda num_steps, num_envs: num_steps + 1)),
    ("num_steps is shared out", demonstrated(steps=lambda num_steps, num_envs: num_steps // num_envs)),
    ("the worlds make num_steps", demonstrated(steps=lambda num_steps, num_envs: num_steps * num_envs)),
    ("no new episode", demonstrate_in_a_loop(lambda envs, obs, over, seed: obs)),
    ("only some of the endings", demonstrate_in_a_loop(over=lambda terminated, truncated: terminated)),
    ("only some of the endings", demonstrate_in_a_loop(over=lambda terminated, truncated: truncated)),
    (
        "when one episode is over",
        demonstrate_in_a_loop(lambda envs, obs, over, seed: envs.reset()[0] if any(over) else obs),
    ),
    ("the worlds are reset at every", demonstrate_in_a_loop(lambda envs, obs, over, seed: envs.reset()[0])),
    (
        "it seeds the worlds in every",
        demonstrate_in_a_loop(
            lambda envs, obs, over, seed: envs.reset(seed=seed, options={"reset_mask": over})[0]
        ),
    ),
    ("the batch holds float64", demonstrated(flatten=flat_double)),
]

HOSTILE = [
    ("it returned nothing", lambda *inputs: None),
    ("it should return a Batch, but it returns a tuple", lambda *inputs: (1, 2)),
    ("it steps worlds of its own", lambda *inputs: Batch(torch.zeros(27, 3), torch.zeros(27, 2))),
    ("`obs` of the batch should be a tensor, but it is a ndarray", demonstrated(flatten=np.array)),
    ("`obs` of the batch should be an array of the shape (27, 3)", demonstrated(flatten=only_five)),
    ("it raised ZeroDivisionError", lambda *inputs: 1 / 0),
    ("it did not finish", lambda *inputs: [None for _ in iter(int, 1)]),
    ("it did not finish", demonstrated(steps=lambda num_steps, num_envs: 10**9)),
    ("it raised RuntimeError", lambda expert, envs, *inputs: envs.step(np.zeros((3, 2)))),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("demonstrate_with_noise", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("demonstrate_with_noise", function).startswith(hint)


@pytest.mark.parametrize(("hint", "function"), HOSTILE)
def test_hostile_answers_are_met_calmly(hint, function):
    assert hint_for("demonstrate_with_noise", function).startswith(hint)
