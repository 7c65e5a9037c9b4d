"""Lesson 06, "Traps": the same learners from 20 demonstrations, each with one thing done otherwise."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.airl import airl_reward, make_airl_discriminator, train_airl
from ilrl_course.algorithms.gail import hurry_reward, make_gail_discriminator, survival_reward, train_gail
from ilrl_course.clones import fresh_policy
from ilrl_course.data import stack_transitions
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import Policy, RewardNet, make_value_net
from ilrl_course.rollout import collect_trajectories, make_batch

PLAIN = load_script(Path(__file__).parent, "adversarial")

SEEDS = PLAIN.SEEDS
REWARDS = {"survival": survival_reward, "hurry": hurry_reward, "logit": airl_reward}
UPDATES = (1, 4, 16, 64)  # of the discriminator, in each iteration
METHODS = {"GAIL": (make_gail_discriminator, train_gail), "AIRL": (make_airl_discriminator, train_airl)}


def learn(
    seed: int,
    place: str,
    method: str,
    reward_fn: Callable = survival_reward,
    number: int = 20,
    sees_all: bool = False,
    standardized: bool = True,
    **changes,
) -> tuple[Policy, dict[str, float]]:
    """The policy in the end, and the last metrics."""
    arena = PLAIN.ARENAS[place]
    training, _ = arena.options(seed)
    expert = arena.world.make_demonstrator("expert", seed=seed)
    demos = stack_transitions(collect_trajectories(expert, arena.world.env_id, number, seed, **training))
    envs = make_batch(arena.world.env_id, PLAIN.NUM_COPIES, **training)
    make, train = METHODS[method]
    discriminator = make(envs, demos, seed, () if sees_all else arena.hidden)
    for part in discriminator.modules():
        if isinstance(part, RewardNet) and not standardized:
            part.mean.fill_(0.0)
            part.std.fill_(1.0)
    policy, value_net = fresh_policy(arena.world, seed), make_value_net(envs.single_observation_space, seed)
    config = replace(arena.adversarial, **changes)
    *_, metrics = train(policy, value_net, discriminator, demos, envs, config, seed, reward_fn=reward_fn)
    return policy, metrics


def share_right(metrics: dict[str, float]) -> dict[str, float]:
    """How often the judge was right in the end, of equally many steps of both."""
    return {"right": (metrics["expert_accuracy"] + metrics["learner_accuracy"]) / 2}


def play_dungeon(
    seed: int, method: str, reward: str, number: int = 20, absorbing: bool = True, clock: bool = False
) -> dict[str, float]:
    """How games end after this reward; and how many ended in lava before."""
    policy, metrics = learn(
        seed, "Dungeon", method, REWARDS[reward], number, sees_all=clock, absorbing_ends=absorbing
    )
    _, test = PLAIN.ARENAS["Dungeon"].options(seed)
    return examine_games(policy.act, seed, **test) | {"crashes": metrics["crashes"]} | share_right(metrics)


def with_updates(
    seed: int, method: str, reward: str, updates: int, num_iterations: int = 40
) -> dict[str, float]:
    """CartPole, with a discriminator that takes so many steps in each iteration."""
    policy, metrics = learn(
        seed,
        "CartPole",
        method,
        REWARDS[reward],
        num_discriminator_updates=updates,
        num_iterations=num_iterations,
    )
    return PLAIN.scores(policy, PLAIN.ARENAS["CartPole"], seed) | share_right(metrics)


def changed(seed: int, place: str, method: str, **changes) -> dict[str, float]:
    """With something else than usual."""
    policy, metrics = learn(seed, place, method, **changes)
    return PLAIN.scores(policy, PLAIN.ARENAS[place], seed) | share_right(metrics)


def table(function: Callable, **settings) -> dict[str, list[float]]:
    """What all seeds gave, (seeds,) each."""
    runs = by_name(run_seeds(function, SEEDS, **settings))
    return {name: np.round(values, 4).tolist() for name, values in runs.items()}


def in_the_dungeon() -> dict[str, dict]:
    """Rewards and ends, and the clock."""
    ends = {"stop": False, "go on": True}
    clocks = {"hidden": False, "seen": True}
    return {
        "ends": {
            f"{reward}, ends {how}": table(play_dungeon, method="GAIL", reward=reward, absorbing=absorbing)
            for how, absorbing in ends.items()
            for reward in REWARDS
        },
        "AIRL in the dungeon": {
            reward: table(play_dungeon, method="AIRL", reward=reward) for reward in ("survival", "logit")
        },
        "clock": {
            str(number): {
                sight: table(play_dungeon, method="GAIL", reward="survival", number=number, clock=clock)
                for sight, clock in clocks.items()
            }
            for number in (1, 20)
        },
    }


def of_the_judge() -> dict[str, dict]:
    """Its strength, its units, and its weight decay."""
    return {
        "strength": {
            f"{method}, {reward}": {
                str(updates): table(with_updates, method=method, reward=reward, updates=updates)
                for updates in UPDATES
            }
            for method, reward in (("GAIL", "survival"), ("AIRL", "logit"))
        },
        "unstandardized": {
            method: table(changed, place="CartPole", method=method, standardized=False) for method in METHODS
        },
        "weight decay": {
            place: {
                method: table(changed, place=place, method=method, discriminator_weight_decay=0.1)
                for method in METHODS
            }
            for place in PLAIN.ARENAS
        },
    }


def run() -> dict:
    """Outcomes (seeds,) of every trap."""
    # as many updates of the judge as usual, in 16 times as many iterations
    longer = {"updates": 1, "num_iterations": 16 * PLAIN.ARENAS["CartPole"].adversarial.num_iterations}
    return {
        "seeds": SEEDS,
        **in_the_dungeon(),
        **of_the_judge(),
        "one update, longer": table(with_updates, method="GAIL", reward="survival", **longer),
    }
