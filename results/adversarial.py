"""Lesson 06: GAIL and AIRL beside cloning and DAgger, by number of demonstrations, in three worlds.

The judges see actions as the world carries them out, and no clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.airl import make_airl_discriminator, train_airl
from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.algorithms.gail import make_gail_discriminator, survival_reward, train_gail
from ilrl_course.clones import fresh_policy
from ilrl_course.data import stack_steps, stack_transitions
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON, World
from ilrl_course.envs.dungeon.observation import TIME_LEFT
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch

SEEDS = list(range(1000, 1016))  # no tuning has seen them
NUMBERS = (1, 5, 20)
NUM_COPIES = 64
BC = BCConfig(num_updates=1500)


@dataclass(frozen=True)
class Arena:
    """A world, and how the methods learn there."""

    world: World
    adversarial: AdversarialConfig
    dagger: DAggerConfig  # its steps are those for a single demonstration
    dagger_copies: int  # copies * rounds * steps: about as many labels as a demonstration has steps
    hidden: tuple[int, ...] = ()  # columns of an observation that judges do not see

    def options(self, seed: int) -> tuple[dict, dict]:
        """The world's options for training and for tests: a dungeon is the one that belongs to the seed."""
        if self.world is not DUNGEON:
            return self.world.training_options, self.world.test_options
        layout = {"layout": derive_seed(seed, "layout") % 1000, "random_start": True}
        return layout, layout


ARENAS = {
    "CartPole": Arena(
        CARTPOLE,
        AdversarialConfig(num_iterations=40),
        DAggerConfig(num_rounds=20, num_steps=5, num_updates=75),
        dagger_copies=5,
    ),
    "Driving": Arena(
        DRIVING,
        AdversarialConfig(
            num_iterations=80, num_steps=64, num_epochs=8, minibatch_size=512, learning_rate=2e-3
        ),
        DAggerConfig(num_rounds=20, num_steps=3, num_updates=75),
        dagger_copies=5,
    ),
    "Dungeon": Arena(
        DUNGEON,
        AdversarialConfig(
            num_iterations=80, num_steps=32, num_epochs=4, minibatch_size=512, gamma=0.95, ent_coef=0.01
        ),
        DAggerConfig(num_rounds=5, num_steps=1, num_updates=300),
        dagger_copies=3,
        hidden=(TIME_LEFT,),
    ),
}


def adversarial(arena: Arena, method: str, number: int, seed: int) -> tuple[Policy, Iterator]:
    """A fresh policy, and its training by GAIL or AIRL."""
    training, _ = arena.options(seed)
    expert = arena.world.make_demonstrator("expert", seed=seed)
    demos = stack_transitions(collect_trajectories(expert, arena.world.env_id, number, seed, **training))
    envs = make_batch(arena.world.env_id, NUM_COPIES, **training)
    policy, value_net = fresh_policy(arena.world, seed), make_value_net(envs.single_observation_space, seed)
    make, train = {
        "GAIL": (make_gail_discriminator, train_gail),
        "AIRL": (make_airl_discriminator, train_airl),
    }[method]
    networks = policy, value_net, make(envs, demos, seed, arena.hidden)
    return policy, train(*networks, demos, envs, arena.adversarial, seed, reward_fn=survival_reward)


def dagger(arena: Arena, number: int, seed: int) -> tuple[Policy, Iterator]:
    """A fresh policy, and its training by DAgger with about as many labels as so many demonstrations have."""
    training, _ = arena.options(seed)
    config = DAggerConfig(**vars(arena.dagger) | {"num_steps": number * arena.dagger.num_steps})
    envs, policy = (
        make_batch(arena.world.env_id, arena.dagger_copies, **training),
        fresh_policy(arena.world, seed),
    )
    return policy, train_dagger(
        policy, arena.world.make_demonstrator("expert", seed=seed), envs, config, seed
    )


def clone(arena: Arena, number: int, seed: int) -> tuple[Policy, Iterator]:
    """A fresh policy, and its cloning."""
    training, _ = arena.options(seed)
    expert = arena.world.make_demonstrator("expert", seed=seed)
    demos = stack_steps(collect_trajectories(expert, arena.world.env_id, number, seed, **training))
    policy = fresh_policy(arena.world, seed)
    return policy, train_bc(policy, demos, BC, seed)


def scores(policy, arena: Arena, seed: int) -> dict[str, float]:
    """Mean return and crash rate in 100 fresh episodes."""
    _, test = arena.options(seed)
    actor = policy.act if isinstance(policy, Policy) else policy
    result = evaluate(actor, arena.world.env_id, 100, seed, **test)
    return {"return": result.mean_return, "crash_rate": result.crash_rate}


def learn(seed: int, place: str, method: str, number: int) -> dict[str, float]:
    """How it does in the end, and what it has cost."""
    arena = ARENAS[place]
    if method in ("GAIL", "AIRL"):
        policy, training = adversarial(arena, method, number, seed)
    else:
        policy, training = {"BC": clone, "DAgger": dagger}[method](arena, number, seed)
    costs = {"env_steps": 0, "crashes": 0, "labels": 0}
    for metrics in training:
        costs |= {name: metrics[name] for name in costs if name in metrics}
    if method == "DAgger":
        costs["env_steps"] = costs["labels"]
    return scores(policy, arena, seed) | costs


def scale(seed: int, place: str) -> dict[str, float]:
    """What the expert gets, and what random actions get, in the same test episodes."""
    arena = ARENAS[place]
    actors = {
        "expert": arena.world.make_demonstrator("expert", seed=seed),
        "random": arena.world.make_random_actor(seed),
    }
    return {name: scores(actor, arena, seed)["return"] for name, actor in actors.items()}


def run() -> dict:
    """Returns and costs, (seeds,) each, by place, method and number of demonstrations."""

    def table(function, **settings) -> dict[str, list[float]]:
        runs = by_name(run_seeds(function, SEEDS, **settings))
        return {name: np.round(values, 4).tolist() for name, values in runs.items()}

    learned = {
        place: {
            method: {
                str(number): table(learn, place=place, method=method, number=number) for number in NUMBERS
            }
            for method in ("BC", "DAgger", "GAIL", "AIRL")
        }
        for place in ARENAS
    }
    return {
        "seeds": SEEDS,
        "scale": {place: table(scale, place=place) for place in ARENAS},
        "learned": learned,
    }
