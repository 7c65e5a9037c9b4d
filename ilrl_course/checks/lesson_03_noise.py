"""The check of lesson 03 on demonstrating with noise."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.algorithms.dart import demonstrate_with_noise
from ilrl_course.checks.exercise import Exercise, Fact
from ilrl_course.checks.lesson_03_noise_broken import BROKEN
from ilrl_course.checks.lesson_03_noise_draws import FIXED_NOISE, FIXED_SEED, MISDRAWN, NO_ACTION, OTHER_SEED
from ilrl_course.checks.lesson_03_noise_mutants import MISRECORDED, OTHER_EXPERT, OTHER_WORLDS
from ilrl_course.checks.lesson_03_noise_watched import LENGTHS, Demonstration, expert_means, order_of, same

OTHER_DATA = "it reads data of the lesson. Record what the expert does now, in the envs that are passed in."
OTHER_ACTOR = "it asks a learner of the lesson. Ask the expert that is passed in."
OTHER_NUMBER = "it reads a number of the lesson. How many steps to make is passed in as num_steps."
NO_NOISE = 1e-12  # not 0, which torch's normal distribution refuses
NOISE_STD = 0.2  # the expert stays below 0.1, so that clipping to [-1, 1] changes nothing


def _situations(num_steps: int) -> np.ndarray:
    """What the first three copies go through: [copy, episode, step], (3 * T, 3)."""
    return np.array([[i, t // LENGTHS[i], t % LENGTHS[i]] for i in range(3) for t in range(num_steps)])


def _probe_steps(answer: Callable) -> Iterator[Fact]:
    num_steps = 9
    seen = Demonstration(answer, 3, num_steps, NO_NOISE)
    yield Fact("the worlds that are stepped", bool(seen.envs.executed), True, OTHER_WORLDS)
    yield Fact("who acts", bool(seen.expert.asked), True, OTHER_EXPERT)
    steps = len(seen.envs.executed)
    hint = f"with num_steps = {num_steps} each world should make that many steps, not {steps}."
    yield Fact("steps", steps, num_steps, hint)
    if steps != num_steps:
        return  # the shapes say nothing more
    obs, labels = seen.unpack()
    visited = np.concatenate(seen.envs.visited)
    hint = "the episodes do not go on as they should. Start a new one where one is over, and only there."
    yield Fact("visited", visited[order_of(visited)], _situations(num_steps), hint)
    hint = "`obs` should hold the observations in which somebody acted, those and no others."
    yield Fact("obs", obs, _situations(num_steps), hint)
    replaced = bool(np.abs(seen.executed).max(initial=0.0) < 1e-3)
    yield Fact("replaced", replaced, False, NO_ACTION)
    yield Fact("noise_std", _effect_of_noise_std(answer, seen), "the size of the noise", FIXED_NOISE)
    hint = "some actions of the batch are not what the expert meant in the situation beside them."
    yield Fact("labels", labels, expert_means(obs), hint)
    hint = f"`obs` and `actions` should be float32, which the networks need, but they are {seen.dtypes}."
    yield Fact("dtypes", seen.dtypes, "torch.float32 and torch.float32", hint)
    seeds = [seed for seed in seen.envs.seeds if seed is not None]
    hint = "it uses a seed twice, so that episodes repeat. Seed the worlds in the first reset only."
    yield Fact("new episodes", len(seeds) == len(set(seeds)), True, hint)


def _effect_of_noise_std(answer: Callable, seen: Demonstration) -> str:
    """What becomes of the noise when noise_std grows from next to nothing."""
    if seen.is_quiet:
        return "the size of the noise"
    change = Demonstration(answer, 3, len(seen.executed), NOISE_STD).executed - seen.executed
    if np.ptp(change) > 1e-3:
        return "another noise"
    return "none" if np.abs(change).max() < 1e-3 else "a shift"


def _probe_true_obs(answer: Callable) -> Iterator[Fact]:
    seen = Demonstration(answer, 3, 6, NOISE_STD)
    obs, _ = seen.unpack()
    asked = np.concatenate(seen.expert.asked) if seen.expert.asked else np.zeros(0)
    hint = (
        "the expert sees observations with noise. It should see the true ones: only its action is disturbed."
    )
    yield Fact("asked", bool(np.allclose(asked, np.round(asked))), True, hint)
    hint = "there is noise in the observations of the batch. Disturb the executed actions only."
    yield Fact("true obs", bool(np.allclose(obs, np.round(obs))), True, hint)


def _probe_disturbed(answer: Callable) -> Iterator[Fact]:
    seen = Demonstration(answer, 3, 8, NOISE_STD)
    obs, labels = seen.unpack()
    noise, visited = seen.noise, np.array(seen.envs.visited).reshape(-1, 3)
    executed = seen.executed.reshape(-1, 2)[order_of(visited)]
    hint = "nothing is disturbed. Add the noise to the actions that the worlds get."
    yield Fact("executed", bool(np.abs(noise).max(initial=0.0) > 0.01), True, hint)
    hint = "the labels are the disturbed actions. They should be what the expert meant."
    yield Fact("labels executed", same(labels, executed), False, hint)
    hint = "there is noise in the labels. They should be what the expert meant."
    yield Fact("labels", same(labels, expert_means(obs)), True, hint)
    for axis, what in enumerate(("step", "copy of the world", "part of the action")):
        differs = noise.ndim == 3 and bool(np.ptp(noise, axis=axis).max() > 1e-4)
        hint = f"the noise is the same for each {what}. Draw it anew."
        yield Fact(f"new for each {what}", differs, True, hint)


def _probe_size(answer: Callable) -> Iterator[Fact]:
    noise = Demonstration(answer, 100, 16, NOISE_STD).noise.reshape(-1, 2)
    for part, values in zip(("first", "second"), noise.T, strict=True):
        name = f"standard deviation of the noise in the {part} part of the executed actions"
        yield Fact(name, values.std() if len(values) else 0.0, NOISE_STD, tolerance=0.015)
    mean = noise.mean() if len(noise) else 0.0
    yield Fact("mean of the noise in the executed actions", mean, 0.0, tolerance=0.03)
    beyond = float(np.mean(np.abs(noise) > 2 * NOISE_STD)) if len(noise) else 0.0
    hint = f"{beyond:.0%} of the noise is beyond two standard deviations. Of Gaussian noise 5% should be."
    yield Fact("beyond", beyond, 0.0455, hint, tolerance=0.02)


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    first, again, other = (Demonstration(answer, 3, 5, NOISE_STD, seed) for seed in (5, 5, 6))
    hint = "the same seed gives other noise the second time. Draw from a generator made from the seed."
    yield Fact("repeatable", bool(np.array_equal(first.executed, again.executed)), True, hint)
    yield Fact("seed used", bool(np.array_equal(first.executed, other.executed)), False, FIXED_SEED)
    starts = [run.envs.seeds[0] if run.envs.seeds else None for run in (first, again, other)]
    hint = "the worlds cannot be repeated: the seed does not reach the first envs.reset()."
    yield Fact("worlds repeatable", starts[0] is not None and starts[0] == starts[1], True, hint)
    hint = "the worlds always start from the same seed. Use the seed that is passed in."
    yield Fact("worlds seeded", starts[0] != starts[2] or starts[0] is None, True, hint)


NOISE = Exercise(
    solution=demonstrate_with_noise,
    tested="the worlds feel fresh Gaussian noise, and the labels are what the expert meant.",
    probes=(_probe_steps, _probe_true_obs, _probe_disturbed, _probe_size, _probe_seed),
    mutants=(*MISRECORDED, *MISDRAWN, *BROKEN),
    leftovers={
        **dict.fromkeys(("gym", "make_batch", "DRIVING"), OTHER_WORLDS),
        "EXPERT": "it asks the expert of the lesson. Ask the one that is passed in.",
        **dict.fromkeys(("SEED", "SEEDS"), OTHER_SEED),
        **dict.fromkeys(("demos", "new", "followed"), OTHER_DATA),
        **dict.fromkeys(("policies", "trained"), OTHER_ACTOR),
        **dict.fromkeys(("HORIZONS", "HAND_OVER", "LONGEST", "NUM_DRIVES"), OTHER_NUMBER),
    },
)
