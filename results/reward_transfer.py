"""Lesson 06b: a learned reward, frozen, teaches a new policy from nothing: at home, and in a changed world.

On the cart, the demonstrator wants more than to stay alive: it balances 1.2 m to the right of the middle. So
there, as on the road, a reward for being alive is not the answer. GAIL's judge, AIRL's g and a g that was
never trained are standardized in the same way, with the settings that `reward_transfer_pilot` found; being
alive and the wish pay as they are. All pay the same PPO. The untrained g and being alive are controls. GAIL
and AIRL trained anew in the changed world, from the same demonstrations and in as many steps, show what the
frozen reward is worth.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

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
from ilrl_course.measures.reward_comparison import epic_over
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

PLANS = {"Driving": plan("reward for a wet road"), "CartPole": plan("reward for a longer pole")}
SEEDS = list(PLANS["Driving"].seeds)
NUM_ACCOMPANIED = 16  # seeds of what was not planned
NUM_REMEMBERED = {"CartPole": 16, "Driving": 8}  # and of how much a judge remembers
MEMORIES = (0.0, 0.5, 1.0)  # the share of remembered steps among those of learners that a judge is shown
NUM_EPISODES, NUM_COPIES = 20, 64
METHODS = {"GAIL": (make_gail_discriminator, train_gail), "AIRL": (make_airl_discriminator, train_airl)}
GOAL, NEAR = 1.2, 0.6  # m: where the biased player holds its cart, and how far from there still counts


@dataclass(frozen=True)
class Setting:
    """How judges are trained that are to teach others, and how what they say is paid."""

    share: float  # of remembered steps
    pay: str  # "bounded": at most 3 standard deviations from the mean; "survival": the softplus of them


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


def to_the_right(steps: Transitions) -> Tensor:
    """The biased player's wish as a reward (B,): stay alive, 1.2 m to the right of the middle."""
    return alive(steps) * (1 - (steps.obs[:, 0] - GOAL).abs() / (2.4 + GOAL))


ON_THE_ROAD = AdversarialConfig(
    num_iterations=80, num_steps=64, num_epochs=8, minibatch_size=512, learning_rate=2e-3
)
JOURNEYS = {
    "CartPole": Journey(
        CARTPOLE, "biased", to_the_right, AdversarialConfig(num_iterations=40), {"pole_length": 4.0}
    ),
    "Driving": Journey(DRIVING, "expert", None, ON_THE_ROAD, {"grip": 0.8}),
}


def record(journey: Journey, seed: int) -> Transitions:
    """The demonstrations."""
    world = journey.world
    actor, options = world.make_demonstrator(journey.demonstrator, seed=seed), world.training_options
    return stack_transitions(collect_trajectories(actor, world.env_id, NUM_EPISODES, seed, **options))


def reference_steps(journey: Journey, demos: Transitions, seed: int) -> Transitions:
    """The demonstrations and episodes of a beginner: what every reward is standardized by."""
    world, beginner = journey.world, fresh_policy(journey.world, seed)
    actor, options = beginner.sampler(derive_seed(seed, "beginner")), world.training_options
    episodes = collect_trajectories(actor, world.env_id, 4 * NUM_EPISODES, seed, **options)
    return with_absorbing(concatenate([demos, stack_transitions(episodes)]))


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


def scale(journey: Journey, seed: int) -> tuple[float, float]:
    """The outcomes at home of chance, which is 0 points, and of the demonstrator, which is 100."""
    world = journey.world
    actors = world.make_random_actor(seed), world.make_demonstrator(journey.demonstrator, seed=seed)
    chance, demonstrator = (outcome(journey, actor, seed, {})[0] for actor in actors)
    return chance, demonstrator


def points(values: np.ndarray, chance: np.ndarray, demonstrator: np.ndarray) -> np.ndarray:
    """Outcomes (seeds,) on that scale."""
    return 100 * (values - chance) / (demonstrator - chance)


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


def paid(discriminator: nn.Module, reference: Transitions, pay: str) -> Score:
    """What a frozen discriminator pays: in the same units and the same way for all."""
    if pay == "bounded":
        return standardized(score_of(discriminator), reference, most=3.0)
    score_fn = standardized(score_of(discriminator), reference, most=float("inf"))
    return lambda steps: softplus(score_fn(steps))


def some_of(steps: Transitions, seed: int) -> Transitions:
    """150 of these steps."""
    return steps[torch.from_numpy(np.random.default_rng(seed).integers(len(steps), size=150))]


def states_anywhere(seed: int) -> Transitions:
    """300 states from somewhat beyond the ends of the track, and of the angles, at moderate speed."""
    reach = np.array([2.64, 1.0, 0.23, 1.0])  # m, m/s, rad, rad/s
    obs = torch.from_numpy(np.random.default_rng(seed).uniform(-reach, reach, (300, 4)).astype(np.float32))
    fallen = (obs[:, 0].abs() > 2.4) | (obs[:, 2].abs() > 0.2095)
    none = torch.zeros_like(fallen)
    return Transitions(obs, none.long(), obs, none, absorbed=fallen)


class Trial:
    """One seed of a journey: its demonstrations, and what becomes of those who learn."""

    def __init__(self, name: str, setting: Setting, seed: int):
        self.journey, self.setting, self.seed = JOURNEYS[name], setting, seed
        self.demos = record(self.journey, seed)
        self.reference = reference_steps(self.journey, self.demos, seed)
        self.places = {"home": {}, "there": self.journey.changed}
        self.found = {}  # "PLACE: WHO" -> outcome

    def test(self, who: str, policy: Policy, *places: str) -> None:
        """Keep the outcomes of a policy."""
        for place in places:
            self.found[f"{place}: {who}"] = outcome(self.journey, policy.act, self.seed, self.places[place])

    def teach(self, who: str, score_fn: Score | None, *places: str) -> None:
        """Keep the outcomes of new learners that are paid by a score where they are tested."""
        for place in places:
            self.test(who, learn_anew(self.journey, self.places[place], score_fn, self.seed), place)

    def learn(self, method: str, share: float) -> tuple[Policy, nn.Module]:
        """GAIL or AIRL at home."""
        config = replace(self.journey.config, remembered_share=share)
        return learn(self.journey, method, self.seed, config, self.demos)

    def paid(self, discriminator: nn.Module) -> Score:
        """What it pays."""
        return paid(discriminator, self.reference, self.setting.pay)

    def compare(self, who: str, discriminator: nn.Module) -> None:
        """On the cart, keep how like the wish it is: over what was shown, half and half; and anywhere."""
        if self.journey.world is not CARTPOLE:
            return
        split, score_fn = len(self.demos), score_of(discriminator)
        shown = [some_of(part, self.seed) for part in (self.reference[:split], self.reference[split:])]
        self.found[f"EPIC: {who}"] = tuple(
            epic_over(score_fn, to_the_right, states, 2, self.journey.config.gamma)
            for states in (concatenate(shown), states_anywhere(self.seed))
        )


def travel(seed: int, name: str, setting: Setting) -> dict[str, tuple[float, ...]]:
    """What is planned: AIRL's reward, the clone and being alive; and the scale."""
    trial = Trial(name, setting, seed)
    journey = trial.journey
    clone, _ = clone_demonstrator(journey.world, journey.demonstrator, NUM_EPISODES, seed)
    trial.test("clone", clone, "home", "there")
    trial.teach("alive", alive, "there")
    send(trial, "AIRL")
    return trial.found | {"scale": scale(journey, seed)}


def accompany(seed: int, name: str, setting: Setting) -> dict[str, tuple[float, ...]]:
    """What helps to understand it: the wish itself, GAIL's judge, an untrained g, and learning there."""
    trial = Trial(name, setting, seed)
    journey = trial.journey
    trial.teach("wish", journey.wish, "there")
    send(trial, "GAIL")
    for method in METHODS:
        there, _ = learn(journey, method, seed, journey.longer, trial.demos, **journey.changed)
        trial.test(f"{method}, trained there", there, "there")
    envs = make_batch(journey.world.env_id, 1)
    untrained = make_airl_discriminator(envs, trial.demos, derive_seed(seed, "untrained"))
    trial.teach("untrained", trial.paid(untrained), "there")
    trial.compare("untrained", untrained)
    return trial.found


def send(trial: Trial, method: str) -> None:
    """Learn by a method at home; send away its policy, and whoever its frozen reward has taught."""
    policy, judge = trial.learn(method, trial.setting.share)
    trial.test(f"{method}'s policy", policy, "home", "there")
    trial.teach(f"{method}'s reward", trial.paid(judge), "home", "there")
    trial.compare(f"{method}'s reward", judge)


def remember(seed: int, name: str, setting: Setting) -> dict[str, tuple[float, float]]:
    """The outcomes at home of the policy, and of a learner anew, after judges with less or more memory."""
    trial = Trial(name, setting, seed)
    for method in METHODS:
        for share in MEMORIES:
            if share != setting.share:
                policy, judge = trial.learn(method, share)
                trial.test(f"{method}'s policy, {share}", policy, "home")
                trial.teach(f"{method}'s reward, {share}", trial.paid(judge), "home")
    return trial.found


def best_setting() -> Setting:
    """The pilot's best."""
    rows = load_results("reward_transfer_pilot")["rows"]
    best = max(rows, key=lambda row: row["mean"])
    return Setting(best["share"], best["pay"])


def table(function: Callable, seeds: list[int], **settings) -> dict[str, np.ndarray]:
    """What all seeds gave, (seeds, 2) each."""
    found = by_name(run_seeds(function, seeds, **settings))
    return {name: np.round(values, 4) for name, values in found.items()}


def run() -> dict:
    """Both arms of both plans; what was found (seeds, 2) by world: outcome and crash rate, or likenesses."""
    setting, arms, found = best_setting(), {}, {}
    for name, planned in PLANS.items():
        rows = table(travel, SEEDS, name=name, setting=setting)
        there = {
            who: points(rows[f"there: {who}"][:, 0], *rows["scale"].T)
            for who in ("AIRL's reward", "clone", "alive")
        }
        controls = np.maximum(there["clone"], there["alive"])
        arms[planned.name] = planned.recorded(there["AIRL's reward"], controls)
        found[name] = rows
    for name in JOURNEYS:
        found[name] |= table(accompany, SEEDS[:NUM_ACCOMPANIED], name=name, setting=setting)
    for name, num_seeds in NUM_REMEMBERED.items():
        found[name] |= table(remember, SEEDS[:num_seeds], name=name, setting=setting)
    lists = {name: {who: v.tolist() for who, v in rows.items()} for name, rows in found.items()}
    changed = {name: journey.changed for name, journey in JOURNEYS.items()}
    return {"seeds": SEEDS, "setting": vars(setting), "changed": changed, "arms": arms, "found": lists}
