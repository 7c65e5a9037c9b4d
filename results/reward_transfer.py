"""Lesson 06b: a learned reward, frozen, teaches a new policy from nothing: at home, and in a changed world.

All frozen rewards are standardized in the same way and paid by the same PPO. Two of them are controls: a
constant while alive, and a judge that was never trained. GAIL and AIRL trained anew in the changed world,
from the same demonstrations and in as many steps, show what the frozen reward is worth.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.absorbing import frozen_reward, with_absorbing
from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.airl import ShapedReward, make_airl_discriminator, train_airl
from ilrl_course.algorithms.gail import make_gail_discriminator, survival_reward, train_gail
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.data import Transitions, concatenate, stack_transitions
from ilrl_course.envs import CARTPOLE, DRIVING, World
from ilrl_course.measures.evaluation import evaluate, normalized_score, reference_scores
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch

PLANS = {
    "CartPole, pole of 4 m": plan("reward for a longer pole"),
    "Driving, wet road": plan("reward for a wet road"),
}
SEEDS = list(plan("reward for a wet road").seeds)
NUM_EPISODES = 20
NUM_COPIES = 64
SHARES = {0.0: "forgets", 0.5: "half remembers", 1.0: "remembers"}  # of remembered steps: what the judge does
ARMS = ("AIRL, remembers, anew", "clone", "alive, anew")  # of the plans: the first, and the better of two
MOST = 3.0  # standard deviations that a reward may lie from its mean
METHODS = {"GAIL": (make_gail_discriminator, train_gail), "AIRL": (make_airl_discriminator, train_airl)}


@dataclass(frozen=True)
class Journey:
    """A world, how to learn there, and what is changed."""

    world: World
    config: AdversarialConfig
    changed: dict

    @property
    def longer(self) -> AdversarialConfig:
        """For what learns anew: half as long again."""
        return replace(self.config, num_iterations=3 * self.config.num_iterations // 2)

    @property
    def ppo(self) -> PPOConfig:
        """PPO as the adversarial methods use it, for what learns anew."""
        return PPOConfig(**{name: getattr(self.longer, name) for name in vars(PPOConfig())})


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


def record(world: World, seed: int) -> Transitions:
    """The expert's demonstrations."""
    expert = world.make_demonstrator("expert", seed=seed)
    options = world.training_options
    return stack_transitions(collect_trajectories(expert, world.env_id, NUM_EPISODES, seed, **options))


def learn(
    journey: Journey, method: str, seed: int, config: AdversarialConfig, demos: Transitions, **options
) -> tuple[Policy, nn.Module]:
    """GAIL or AIRL: the policy and the discriminator in the end."""
    world, (make, train) = journey.world, METHODS[method]
    envs = make_batch(world.env_id, NUM_COPIES, **world.training_options, **options)
    policy, value_net = fresh_policy(world, seed), make_value_net(envs.single_observation_space, seed)
    discriminator = make(envs, demos, seed)
    for _ in train(policy, value_net, discriminator, demos, envs, config, seed, reward_fn=survival_reward):
        pass
    return policy, discriminator


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


def raw_score(discriminator: nn.Module) -> Callable[[Transitions], Tensor]:
    """What the judge says of steps (B,): GAIL's logit, or AIRL's g."""
    net = discriminator.reward if isinstance(discriminator, ShapedReward) else discriminator
    return lambda steps: net(steps.obs, steps.actions)


def standardized(
    score_fn: Callable, steps: Transitions, most: float = MOST
) -> Callable[[Transitions], Tensor]:
    """The score less its mean over these steps, in standard deviations, at most so many of them."""
    with torch.no_grad():
        scores = score_fn(steps)
    mean, std = scores.mean(), scores.std().clamp_min(1e-6)
    return lambda steps: ((score_fn(steps) - mean) / std).clamp(-most, most)


def alive(steps: Transitions) -> Tensor:
    """A constant for each step that is lived, and nothing for what follows an end: (B,)."""
    return (~steps.absorbed).float()


def reference_steps(journey: Journey, demos: Transitions, seed: int) -> Transitions:
    """The demonstrations and episodes of a beginner: what every reward is standardized by."""
    world, beginner = journey.world, fresh_policy(journey.world, seed)
    actor, options = beginner.sampler(derive_seed(seed, "beginner")), world.training_options
    episodes = collect_trajectories(actor, world.env_id, 4 * NUM_EPISODES, seed, **options)
    return with_absorbing(concatenate([demos, stack_transitions(episodes)]))


def travel(seed: int, name: str) -> dict[str, list[float]]:
    """Mean returns and crash rates, at home and in the changed world, of everything that was learned."""
    journey = JOURNEYS[name]
    world, places = journey.world, ({}, journey.changed)
    demos = record(world, seed)
    reference = reference_steps(journey, demos, seed)

    def scores(policy: Policy, options: dict) -> tuple[float, float]:
        result = evaluate(policy.act, world.env_id, 100, seed, **world.test_options | options)
        return result.mean_return, result.crash_rate

    def anew(score_fn: Callable | None, places: tuple[dict, ...] = places) -> list[tuple[float, float]]:
        return [scores(learn_anew(journey, options, score_fn, seed), options) for options in places]

    clone, _ = clone_demonstrator(world, "expert", NUM_EPISODES, seed)
    found = {"clone": [scores(clone, options) for options in places]}
    found |= {"world's reward, anew": anew(None), "alive, anew": anew(alive)}
    envs = make_batch(world.env_id, 1)
    for method, (make, _) in METHODS.items():
        untrained = standardized(raw_score(make(envs, demos, derive_seed(seed, "untrained"))), reference)
        found[f"{method}, untrained, anew"] = anew(untrained)
        there, _ = learn(journey, method, seed, journey.longer, demos, **journey.changed)
        found[f"{method}, trained there"] = [scores(there, options) for options in places]
        for share, label in SHARES.items():
            config = replace(journey.config, remembered_share=share)
            policy, discriminator = learn(journey, method, seed, config, demos)
            found[f"{method}'s policy, {label}"] = [scores(policy, options) for options in places]
            score_fn = standardized(raw_score(discriminator), reference)
            # what does not even serve at home need not travel
            found[f"{method}, {label}, anew"] = anew(score_fn, places if share else places[:1])
    return found


def points(world: World, returns: np.ndarray) -> np.ndarray:
    """Normalized scores times 100, on the scale of the world at home."""
    scale = reference_scores(world.name)
    return 100 * np.array([normalized_score(one, scale["random"], scale["expert"]) for one in returns])


def run() -> dict:
    """Both arms of both plans; mean returns and crash rates (seeds, 1 or 2 places, 2) of all learners."""
    arms, learned = {}, {}
    for name, planned in PLANS.items():
        found = by_name(run_seeds(travel, SEEDS, name=name))  # (seeds, places, 2) each
        learned[name] = {learner: np.round(values, 4).tolist() for learner, values in found.items()}
        there = {learner: points(JOURNEYS[name].world, found[learner][:, 1, 0]) for learner in ARMS}
        arms[planned.name] = planned.recorded(there[ARMS[0]], np.maximum(there[ARMS[1]], there[ARMS[2]]))
    changed = {name: journey.changed for name, journey in JOURNEYS.items()}
    return {"seeds": SEEDS, "changed": changed, "arms": arms, "learned": learned}
