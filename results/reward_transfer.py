"""Lesson 06b: a learned reward, frozen, teaches a new policy from nothing: at home, and in a changed world.

On the cart, the demonstrator wants more than to stay alive: it balances 1.2 m to the right of the middle. So
there, as on the road, a reward for being alive is not the answer. All frozen rewards are standardized in the
same way and paid by the same PPO. Two of them are controls: a constant while alive, and a judge that was
never trained. GAIL and AIRL trained anew in the changed world, from the same demonstrations and in as many
steps, show what the frozen reward is worth.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.absorbing import frozen_reward, with_absorbing
from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.airl import make_airl_discriminator, train_airl
from ilrl_course.algorithms.evidence import as_executed
from ilrl_course.algorithms.frozen import Score, alive, score_of, standardized
from ilrl_course.algorithms.gail import make_gail_discriminator, survival_reward, train_gail
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.data import Actor, Transitions, concatenate, stack_transitions
from ilrl_course.envs import CARTPOLE, DRIVING, World
from ilrl_course.measures.reward_comparison import epic_correlation
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
PLANNED_SHARE = 1.0  # of which the rewards travel
EPIC = "EPIC: "  # how names begin that stand for a likeness
MOST = 3.0  # standard deviations that a reward may lie from its mean
METHODS = {"GAIL": (make_gail_discriminator, train_gail), "AIRL": (make_airl_discriminator, train_airl)}


@dataclass(frozen=True)
class Journey:
    """A world, how to learn there, and what is changed."""

    world: World
    demonstrator: str
    wish: Score | None  # what it wants, as a reward (B,); None: the world's own
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


GOAL, NEAR = 1.2, 0.6  # m: where the biased player holds its cart, and how far from there still counts


def to_the_right(steps: Transitions) -> Tensor:
    """The biased player's wish as a reward (B,): stay alive, 1.2 m to the right of the middle."""
    return alive(steps) * (1 - (steps.obs[:, 0] - GOAL).abs() / (2.4 + GOAL))


JOURNEYS = {
    "CartPole, pole of 4 m": Journey(
        CARTPOLE, "biased", to_the_right, AdversarialConfig(num_iterations=40), {"pole_length": 4.0}
    ),
    "Driving, wet road": Journey(
        DRIVING,
        "expert",
        None,
        AdversarialConfig(
            num_iterations=80, num_steps=64, num_epochs=8, minibatch_size=512, learning_rate=2e-3
        ),
        {"grip": 0.8},
    ),
}


def record(journey: Journey, seed: int) -> Transitions:
    """The demonstrations."""
    world = journey.world
    actor, options = world.make_demonstrator(journey.demonstrator, seed=seed), world.training_options
    return stack_transitions(collect_trajectories(actor, world.env_id, NUM_EPISODES, seed, **options))


def actor_of(journey: Journey, who: str, seed: int, options: dict) -> Actor:
    """The demonstrator, who knows the place, or chance."""
    if who == "random":
        return journey.world.make_random_actor(seed)
    return journey.world.make_demonstrator(journey.demonstrator, seed=seed, **options)


def outcome(journey: Journey, actor: Actor, seed: int, options: dict) -> tuple[float, float]:
    """How far 100 fresh episodes go as wished, and the share that crashes.

    On the road the first is the mean return. On the cart it is the share of 500 steps near the wished place.
    """
    world, fresh_seed = journey.world, derive_seed(seed, "evaluation")
    episodes = collect_trajectories(actor, world.env_id, 100, fresh_seed, **world.test_options | options)
    crash_rate = float(np.mean([episode.crashed for episode in episodes]))
    if world is DRIVING:
        return float(np.mean([episode.total_reward for episode in episodes])), crash_rate
    near = [np.sum(np.abs(episode.obs[1:, 0] - GOAL) < NEAR) / 500 for episode in episodes]
    return float(np.mean(near)), crash_rate


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


def learn_anew(journey: Journey, options: dict, score_fn: Score | None, seed: int) -> Policy:
    """PPO from nothing with a frozen reward, or with the world's own."""
    world, config = journey.world, journey.ppo
    envs = make_batch(world.env_id, NUM_COPIES, **world.training_options, **options)
    fresh_seed = derive_seed(seed, "anew")
    policy = fresh_policy(world, fresh_seed)
    value_net = make_value_net(envs.single_observation_space, fresh_seed)
    executed = partial(as_executed, action_space=envs.single_action_space)
    reward_fn = score_fn and frozen_reward(lambda steps: score_fn(executed(steps)), config.gamma)
    for _ in train_ppo(policy, value_net, envs, config, fresh_seed, reward_fn=reward_fn):
        pass
    return policy


def likeness(score_fn: Score, states: Transitions) -> float:
    """The EPIC correlation of a score with the biased player's wish, over states of the cart."""
    pushes = [replace(states, actions=torch.full_like(states.actions, push)) for push in (0, 1)]
    with torch.no_grad():
        said, wish = (torch.stack([one(steps) for steps in pushes], 1) for one in (score_fn, to_the_right))
    shape = (len(states), 2, len(states))  # every state may follow every other
    return epic_correlation(*(np.broadcast_to(one[:, :, None], shape) for one in (said, wish)), gamma=0.99)


def anywhere() -> Transitions:
    """300 states of the cart: standing, leaning and fallen poles, somewhat beyond both ends of the track."""
    reach = np.array(
        [2.64, 1.0, 0.23, 1.0]
    )  # m, m/s, rad, rad/s: position and lean end beyond 2.4 and 0.2095
    obs = torch.from_numpy(np.random.default_rng(0).uniform(-reach, reach, (300, 4)).astype(np.float32))
    ended = (obs[:, 0].abs() > 2.4) | (obs[:, 2].abs() > 0.2095)
    none = torch.zeros_like(ended)
    return Transitions(obs, none.long(), obs, none, ended)


def some_of(steps: Transitions, seed: int) -> Transitions:
    """150 of these steps."""
    return steps[torch.from_numpy(np.random.default_rng(seed).integers(len(steps), size=150))]


def reference_steps(journey: Journey, demos: Transitions, seed: int) -> Transitions:
    """The demonstrations and episodes of a beginner: what every reward is standardized by."""
    world, beginner = journey.world, fresh_policy(journey.world, seed)
    actor, options = beginner.sampler(derive_seed(seed, "beginner")), world.training_options
    episodes = collect_trajectories(actor, world.env_id, 4 * NUM_EPISODES, seed, **options)
    return with_absorbing(concatenate([demos, stack_transitions(episodes)]))


def travel(seed: int, name: str) -> dict[str, list[float]]:
    """Outcomes, at home and in the changed world, or only there, of everything that acts or was learned.

    On the cart also, by names that begin with EPIC, how like the wish the rewards are: over states anywhere,
    and over those of demonstrations and of beginners, half and half.
    """
    journey = JOURNEYS[name]
    world, places = journey.world, ({}, journey.changed)
    demos = record(journey, seed)
    reference = reference_steps(journey, demos, seed)
    shown = [some_of(part, seed) for part in (reference[: len(demos)], reference[len(demos) :])]
    compared = anywhere(), concatenate(shown)

    def outcomes(policy: Policy, places: tuple[dict, ...] = places) -> list[tuple[float, float]]:
        return [outcome(journey, policy.act, seed, options) for options in places]

    def anew(score_fn: Score | None, places: tuple[dict, ...] = places) -> list[tuple[float, float]]:
        pupils = [(learn_anew(journey, options, score_fn, seed), options) for options in places]
        return [outcome(journey, pupil.act, seed, options) for pupil, options in pupils]

    clone, _ = clone_demonstrator(world, journey.demonstrator, NUM_EPISODES, seed)
    found = {"clone": outcomes(clone), "wish, anew": anew(journey.wish), "alive, anew": anew(alive)}
    for who in ("demonstrator", "random"):
        found[who] = [
            outcome(journey, actor_of(journey, who, seed, options), seed, options) for options in places
        ]
    envs = make_batch(world.env_id, 1)
    for method, (make, _) in METHODS.items():
        untrained = standardized(score_of(make(envs, demos, derive_seed(seed, "untrained"))), reference, MOST)
        found[f"{method}, untrained, anew"] = anew(untrained, places[1:])
        if world is CARTPOLE:
            found[f"{EPIC}{method}, untrained"] = [likeness(untrained, states) for states in compared]
        there, _ = learn(journey, method, seed, journey.longer, demos, **journey.changed)
        found[f"{method}, trained there"] = outcomes(there, places[1:])
        for share, label in SHARES.items():
            config = replace(journey.config, remembered_share=share)
            policy, discriminator = learn(journey, method, seed, config, demos)
            found[f"{method}'s policy, {label}"] = outcomes(policy)
            score_fn = standardized(score_of(discriminator), reference, MOST)
            if world is CARTPOLE:
                found[f"{EPIC}{method}, {label}"] = [likeness(score_fn, states) for states in compared]
            found[f"{method}, {label}, anew"] = anew(
                score_fn, places if share == PLANNED_SHARE else places[:1]
            )
    return found


def points(values: np.ndarray, random: np.ndarray, demonstrator: np.ndarray) -> np.ndarray:
    """Normalized scores times 100 (seeds,): chance is 0 and the demonstrator 100, both at home."""
    return 100 * (values - random) / (demonstrator - random)


def run() -> dict:
    """Both arms of both plans; outcomes (seeds, 1 or 2 places, 2) of all that acts; likenesses (seeds, 2)."""
    arms, learned, likenesses = {}, {}, {}
    for name, planned in PLANS.items():
        found = by_name(run_seeds(travel, SEEDS, name=name))  # (seeds, places, 2) each
        rounded = {who: np.round(values, 4).tolist() for who, values in found.items()}
        learned[name] = {who: values for who, values in rounded.items() if not who.startswith(EPIC)}
        likenesses |= {who.removeprefix(EPIC): rounded[who] for who in rounded if who.startswith(EPIC)}
        scale = [found[who][:, 0, 0] for who in ("random", "demonstrator")]
        there = {learner: points(found[learner][:, -1, 0], *scale) for learner in ARMS}
        arms[planned.name] = planned.recorded(there[ARMS[0]], np.maximum(there[ARMS[1]], there[ARMS[2]]))
    changed = {name: journey.changed for name, journey in JOURNEYS.items()}
    return {"seeds": SEEDS, "changed": changed, "arms": arms, "learned": learned, "EPIC": likenesses}
