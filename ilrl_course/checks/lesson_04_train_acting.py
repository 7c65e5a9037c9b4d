"""Known wrong loops of DAgger: beta, who acts, where, and how long."""

from copy import deepcopy

import numpy as np

from ilrl_course.algorithms.dagger import mixed_rollout
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_04_train_parts import train, with_parts

BLOCK_BY_HAND = "rollout_fn is not used. Call the one that is passed in, so that it can be exchanged."
OTHER_WORLDS = "it acts in worlds of its own. Hand over the envs that are passed in."
NEW_NUMBERS = "every round draws the same random numbers. Hand over rng, which is made once, before the loop."
NOT_REPEATABLE = "what is drawn cannot be repeated. Hand over rng, which is made from the seed."


def _acting(actors):
    return with_parts(actors=actors)


def _beta(rule):
    return with_parts(beta=lambda config, i: rule(config.beta_decay, i))


def _directly(policy, expert, envs, config, seed, rollout_fn, *functions):
    return train(policy, expert, envs, config, seed, mixed_rollout, *functions)


ACTING = (
    Mutant(
        "beta is the wrong way around: it should begin at 1, where the expert acts alone, and shrink.",
        _beta(lambda decay, i: 1 - decay**i),
        _beta(lambda decay, i: 1 - decay ** (i + 1)),
    ),
    Mutant(
        "beta is a multiple of beta_decay. Raise beta_decay to the power of the round instead.",
        _beta(lambda decay, i: decay * i),
        _beta(lambda decay, i: decay * (i + 1)),
    ),
    Mutant(
        "beta is always 1: the expert acts alone, and the learner never gets into situations of its own.",
        _beta(lambda decay, i: 1),
    ),
    Mutant(
        "beta is always 0, so the expert never acts. It should begin at 1 and shrink.",
        _beta(lambda decay, i: 0),
    ),
    Mutant(
        "beta stays the same. It should shrink: raise beta_decay to the power of the round.",
        _beta(lambda decay, i: decay),
    ),
    Mutant(
        "beta is one round ahead. The rounds count from 0, and in the first one beta is 1.",
        _beta(lambda decay, i: decay ** (i + 1)),
    ),
    Mutant(
        "beta is one round behind. The rounds count from 0: raise beta_decay to the power of the round.",
        _beta(lambda decay, i: decay ** max(i - 1, 0)),
    ),
    Mutant(
        "beta shrinks along a straight line. Multiply by beta_decay from round to round instead.",
        with_parts(beta=lambda config, i: 1 - i / config.num_rounds),
        with_parts(beta=lambda config, i: 1 - i / max(config.num_rounds - 1, 1)),
        _beta(lambda decay, i: max(0.0, 1 - decay * i)),
        _beta(lambda decay, i: 1 - decay * i),
        _beta(lambda decay, i: max(0.0, 1 - (1 - decay) * i)),
        _beta(lambda decay, i: 1 - (1 - decay) * i),
    ),
    Mutant(
        "beta_decay has no effect. Raise config.beta_decay to the power of the round, no number of your own.",
        *(with_parts(beta=lambda config, i, fixed=fixed: fixed**i) for fixed in (0.5, 0.8, 0.9, 0.99)),
    ),
    Mutant(
        "beta falls from 1 to 0 at once. It should shrink by the factor beta_decay from round to round.",
        _beta(lambda decay, i: float(i == 0)),
    ),
    Mutant(
        "the power is turned around. It should be beta_decay to the power of the round.",
        _beta(lambda decay, i: i**decay),
    ),
    Mutant(
        "beta and num_steps are swapped when rollout_fn is called. num_steps comes first.",
        with_parts(beta=lambda config, i: config.num_steps, num_steps=lambda config, i: config.beta_decay**i),
    ),
    Mutant(
        "the learner never acts: the expert is handed over in its place. Hand over policy.act.",
        _acting(lambda expert, policy: (expert, expert)),
    ),
    Mutant(
        "the learner acts in the expert's place too. Hand over both, the expert first.",
        _acting(lambda expert, policy: (policy.act, policy.act)),
    ),
    Mutant(
        "expert and learner are swapped when rollout_fn is called. The expert comes first.",
        _acting(lambda expert, policy: (policy.act, expert)),
    ),
    Mutant(
        "the learner draws its actions at random. Let it do what it thinks is likeliest: policy.act.",
        _acting(lambda expert, policy: (expert, policy.sample)),
    ),
    Mutant(
        "the policy itself is no actor: it returns distributions. Hand over policy.act.",
        _acting(lambda expert, policy: (expert, policy)),
    ),
    Mutant(
        "a copy of the policy acts, which never learns anything. Hand over policy.act itself.",
        _acting(lambda expert, policy: (expert, deepcopy(policy).act)),
    ),
    Mutant(
        BLOCK_BY_HAND,
        _directly,
    ),
    Mutant(
        OTHER_WORLDS,
        with_parts(worlds=deepcopy),
    ),
    Mutant(
        "each round begins with the same observations, but the worlds are elsewhere by then. Go on from "
        "those that rollout_fn returned.",
        with_parts(begin=lambda obs, first, envs: first),
    ),
    Mutant(
        "the worlds are reset in each round, so it never gets far. Go on from the observations that "
        "rollout_fn returned.",
        with_parts(begin=lambda obs, first, envs: envs.reset()[0]),
        with_parts(after=lambda rollout, obs, envs: envs.reset()[0]),
    ),
    Mutant(
        "the next round begins with the last next_obs, which is wrong where an episode ended. Go on from the "
        "observations that rollout_fn returned.",
        with_parts(after=lambda rollout, obs, envs: rollout.next_obs[-1]),
        with_parts(after=lambda rollout, obs, envs: rollout.next_obs[-1].numpy()),
    ),
    Mutant(
        "the number of steps in the config has no effect. Hand over config.num_steps.",
        *(with_parts(num_steps=lambda config, i, fixed=fixed: fixed) for fixed in (10, 20, 50, 100)),
    ),
    Mutant(
        "another number of the config is handed over as the number of steps. Hand over config.num_steps.",
        with_parts(num_steps=lambda config, i: config.num_rounds),
        with_parts(num_steps=lambda config, i: config.num_updates),
        with_parts(num_steps=lambda config, i: config.minibatch_size),
    ),
    Mutant(
        NEW_NUMBERS,
        with_parts(draw=lambda rng, seed: np.random.default_rng(seed)),
        with_parts(draw=lambda rng, seed: np.random.default_rng(0)),
    ),
    Mutant(
        NOT_REPEATABLE,
        with_parts(draw=lambda rng, seed: np.random.default_rng()),
    ),
    Mutant(
        "a seed is no generator, and NumPy's module is none either. Hand over rng.",
        with_parts(draw=lambda rng, seed: seed),
        with_parts(draw=lambda rng, seed: np.random),
    ),
)
