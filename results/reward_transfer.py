"""Lesson 06: a learned reward, frozen, teaches a new policy from nothing: at home, and in a changed world."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.absorbing import frozen_reward
from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.airl import make_airl_discriminator, train_airl
from ilrl_course.algorithms.gail import make_gail_discriminator, survival_reward, train_gail
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.data import Transitions, stack_transitions
from ilrl_course.envs import CARTPOLE, DRIVING, World
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch

SEEDS = list(range(8))
NUM_EPISODES = 20
NUM_COPIES = 64


@dataclass(frozen=True)
class Journey:
    """A world, how to learn there, and what is changed."""

    world: World
    config: AdversarialConfig
    changed: dict

    @property
    def ppo(self) -> PPOConfig:
        """PPO as the adversarial methods use it, for half as long again."""
        shared = {name: getattr(self.config, name) for name in vars(PPOConfig())}
        return PPOConfig(**shared | {"num_iterations": 3 * self.config.num_iterations // 2})


JOURNEYS = {
    "CartPole, pole of 4 m": Journey(CARTPOLE, AdversarialConfig(num_iterations=40), {"pole_length": 4.0}),
    "Driving, wet road": Journey(
        DRIVING,
        AdversarialConfig(
            num_iterations=80, num_steps=64, num_epochs=8, minibatch_size=512, learning_rate=2e-3
        ),
        {"grip": 0.8},
    ),
}
SHARES = {0.0: "forgets", 1.0: "remembers"}  # of remembered steps: what the discriminator does


def learn(journey: Journey, method: str, share: float, seed: int) -> tuple[Policy, nn.Module]:
    """GAIL or AIRL at home: the policy and the discriminator in the end."""
    world, config = journey.world, replace(journey.config, remembered_share=share)
    expert = world.make_demonstrator("expert", seed=seed)
    demos = stack_transitions(
        collect_trajectories(expert, world.env_id, NUM_EPISODES, seed, **world.training_options)
    )
    envs = make_batch(world.env_id, NUM_COPIES, **world.training_options)
    policy, value_net = fresh_policy(world, seed), make_value_net(envs.single_observation_space, seed)
    make, train = {
        "GAIL": (make_gail_discriminator, train_gail),
        "AIRL": (make_airl_discriminator, train_airl),
    }[method]
    networks = policy, value_net, make(envs, demos, seed)
    for _ in train(*networks, demos, envs, config, seed, reward_fn=survival_reward):
        pass
    return policy, networks[2]


def learn_anew(journey: Journey, options: dict, score_fn: Callable | None, seed: int) -> Policy:
    """PPO from nothing with a frozen reward, or with the world's own."""
    world, config = journey.world, journey.ppo
    envs = make_batch(world.env_id, NUM_COPIES, **world.training_options, **options)
    fresh_seed = derive_seed(seed, "anew")
    policy = fresh_policy(world, fresh_seed)
    value_net = make_value_net(envs.single_observation_space, fresh_seed)
    reward_fn = score_fn and frozen_reward(score_fn, config.gamma)
    for _ in train_ppo(policy, value_net, envs, config, fresh_seed, reward_fn=reward_fn):
        pass
    return policy


def rewards_of(gail: nn.Module, airl: nn.Module) -> dict[str, Callable]:
    """The frozen rewards (B,) of steps."""

    def of_gail(steps: Transitions):
        return survival_reward(gail(steps.obs, steps.actions))

    def of_airl(steps: Transitions):
        return airl.reward(steps.obs, steps.actions)

    return {"GAIL's judge": of_gail, "AIRL's g": of_airl}


def travel(seed: int, name: str) -> dict[str, list[float]]:
    """Mean returns at home and in the changed world of everything that was learned."""
    journey = JOURNEYS[name]
    places = ({}, journey.changed)

    def score(policy: Policy, options: dict) -> float:
        tests = journey.world.test_options | options
        return evaluate(policy.act, journey.world.env_id, 100, seed, **tests).mean_return

    def both(policy: Policy) -> list[float]:
        return [score(policy, options) for options in places]

    def anew(score_fn: Callable | None, places: tuple[dict, ...] = places) -> list[float]:
        return [score(learn_anew(journey, options, score_fn, seed), options) for options in places]

    clone, _ = clone_demonstrator(journey.world, "expert", NUM_EPISODES, seed)
    found = {"clone": both(clone), "world's reward, anew": anew(None)}
    for share, label in SHARES.items():
        gail, airl = (learn(journey, method, share, seed) for method in ("GAIL", "AIRL"))
        found |= {f"GAIL's policy, {label}": both(gail[0]), f"AIRL's policy, {label}": both(airl[0])}
        for reward, score_fn in rewards_of(gail[1], airl[1]).items():
            # what does not even serve at home need not travel
            found[f"{reward}, {label}, anew"] = anew(score_fn, places if share else places[:1])
    return found


def run() -> dict:
    """Mean returns (seeds, 2), at home and in the changed world, or (seeds, 1), by journey and learner."""
    journeys = {}
    for name in JOURNEYS:
        found = by_name(run_seeds(travel, SEEDS, name=name))
        journeys[name] = {learner: np.round(values, 3).tolist() for learner, values in found.items()}
    return {"seeds": SEEDS, "changed": {name: j.changed for name, j in JOURNEYS.items()}, "returns": journeys}
