"""Known wrong ways to draw noise, and to use a seed."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_03_noise_mutants import demonstrate_with

FIXED_NOISE = "noise_std has no effect on the noise. It is the standard deviation of what is added."
NO_ACTION = "the action is replaced by noise. Add the noise to what the expert means."
OTHER_SEED = "it draws with a seed of its own. Use the seed that is passed in."
FIXED_SEED = "the seed has no effect on the noise. Make the generator from the seed that is passed in."


def _drawing(noise):
    return demonstrate_with(noise=noise)


def _once(expert, envs, num_steps, noise_std, seed):
    """The same noise (N, action_dim) in every step."""
    noise = np.random.default_rng(seed).normal(0.0, noise_std, envs.action_space.shape)
    return demonstrate_with(noise=lambda *_: noise)(expert, envs, num_steps, noise_std, seed)


def _reset_again(envs, next_obs, terminated, truncated, seed):
    over = terminated | truncated
    return envs.reset(seed=seed, options={"reset_mask": over})[0] if over.any() else next_obs


MISDRAWN = (
    Mutant(
        FIXED_NOISE,
        *(
            _drawing(lambda rng, std, actions, fixed=fixed: rng.normal(0.0, fixed, actions.shape))
            for fixed in (0.3, 1.0)
        ),
    ),
    Mutant(
        "noise_std arrived as the mean. The mean is 0, and comes first: normal(0, noise_std, shape).",
        _drawing(lambda rng, std, actions: rng.normal(std, size=actions.shape)),
        _drawing(lambda rng, std, actions: rng.normal(std, 1.0, actions.shape)),
    ),
    Mutant(
        "each action is moved by exactly noise_std: mean and standard deviation are swapped. The mean comes "
        "first: normal(0, noise_std, shape).",
        _drawing(lambda rng, std, actions: rng.normal(std, 0.0, actions.shape)),
    ),
    Mutant(
        "the noise has the wrong size. noise_std is a standard deviation, not a variance: neither square it "
        "nor take its root.",
        _drawing(lambda rng, std, actions: rng.normal(0.0, std**2, actions.shape)),
        _drawing(lambda rng, std, actions: rng.normal(0.0, np.sqrt(std), actions.shape)),
    ),
    Mutant(
        "the noise is not Gaussian: all values between two bounds are equally likely. Draw from a normal "
        "distribution.",
        _drawing(lambda rng, std, actions: rng.uniform(-std, std, actions.shape)),
        _drawing(lambda rng, std, actions: rng.uniform(-(3**0.5) * std, 3**0.5 * std, actions.shape)),
        _drawing(lambda rng, std, actions: rng.uniform(0, std, actions.shape)),
        _drawing(lambda rng, std, actions: rng.uniform(-std / 2, std / 2, actions.shape)),
    ),
    Mutant(
        "the noise goes in one direction only. Its mean should be 0.",
        _drawing(lambda rng, std, actions: np.abs(rng.normal(0.0, std, actions.shape))),
        _drawing(lambda rng, std, actions: rng.normal(std, std, actions.shape)),
    ),
    Mutant(
        "the action is multiplied with the noise, so that small actions are hardly disturbed. Add the noise.",
        demonstrate_with(disturb=lambda actions, noise: actions * (1 + noise)),
    ),
    Mutant(
        NO_ACTION,
        demonstrate_with(disturb=lambda actions, noise: noise),
    ),
    Mutant(
        "some numbers share their noise. Draw one for each copy and each part of the action: the noise has "
        "the shape of the actions.",
        _drawing(lambda rng, std, actions: rng.normal(0.0, std)),
        _drawing(lambda rng, std, actions: rng.normal(0.0, std, actions.shape[1])),
        _drawing(lambda rng, std, actions: rng.normal(0.0, std, (len(actions), 1))),
    ),
    Mutant(
        "only one part of the action is disturbed. Add noise to all of them.",
        _drawing(lambda rng, std, actions: rng.normal(0.0, std, actions.shape) * [1, 0]),
        _drawing(lambda rng, std, actions: rng.normal(0.0, std, actions.shape) * [0, 1]),
    ),
    Mutant(
        "the noise is the same in every step. Draw it anew each time, from a generator made before the first "
        "step.",
        _once,
        demonstrate_with(renew=True),
    ),
    Mutant(
        FIXED_SEED,
        demonstrate_with(generator=lambda seed: np.random.default_rng(0)),
    ),
    Mutant(
        "the noise cannot be repeated: the same seed gives other noise. Make the generator from the seed.",
        demonstrate_with(generator=lambda seed: np.random.default_rng()),
    ),
    Mutant(
        "the worlds cannot be repeated: the seed does not reach the first envs.reset().",
        demonstrate_with(start=lambda envs, seed: envs.reset()[0]),
    ),
    Mutant(
        "the worlds always start from the same seed. Use the one that is passed in.",
        demonstrate_with(start=lambda envs, seed: envs.reset(seed=0)[0]),
    ),
    Mutant(
        OTHER_SEED,
        demonstrate_with(
            generator=lambda seed: np.random.default_rng(0), start=lambda envs, seed: envs.reset(seed=0)[0]
        ),
    ),
    Mutant(
        "it seeds the worlds in every reset, so that each episode of a copy is the same one. Use the seed in "
        "the first reset only.",
        demonstrate_with(go_on=_reset_again),
    ),
)
