"""Lesson 10: each method of the scoreboard as one small function, the same for all worlds.

A method is a generator. It trains, enters in a ledger what that costs, and yields its learner whenever an
examination is due: at the end (BC, MaxEnt IRL), after each round (DAgger), or before the training and every
few iterations (the others). All methods learn from the same games of the world's expert, in the world's
training places. Their settings are those of earlier records; nothing was tuned for the scoreboard.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import gymnasium as gym
import numpy as np
import torch

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.airl import make_airl_discriminator, train_airl
from ilrl_course.algorithms.dagger import DAggerConfig, label_rollout, mixed_rollout, train_dagger
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.algorithms.gail import make_gail_discriminator, survival_reward, train_gail
from ilrl_course.algorithms.maxent_irl import MaxEntConfig, side_by_side, train_maxent_irl
from ilrl_course.clones import clone_of, fresh_policy
from ilrl_course.data import Actor, Batch, concatenate, stack_steps, stack_transitions
from ilrl_course.envs import World
from ilrl_course.envs.driving.tracks import NUM_TRACKS, track_bank
from ilrl_course.envs.dungeon.bank import shared_bank
from ilrl_course.envs.dungeon.layouts import NUM_LAYOUTS
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, tabular_dungeon
from ilrl_course.measures.dungeon_wishes import feature_planner
from ilrl_course.measures.evaluation import reference_scores
from ilrl_course.measures.films import tape
from ilrl_course.measures.scoreboard import Ledger, entry, examine, examined, middle_run
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.rollout import derive_seed, make_batch

SEEDS = list(range(4000, 4016))  # no run and no tuning has seen them
NOISE = 0.3  # of a shaken hand, as in lesson 03
NUM_COPIES = 64  # of the world, for the adversarial methods, as in lesson 06


@dataclass(frozen=True)
class Arena:
    """A world, and the settings of each method there."""

    world: World
    numbers: dict[str, tuple[int, ...]]  # of demonstrations, by method
    dagger: DAggerConfig
    dagger_copies: int  # of the world
    adversarial: AdversarialConfig
    hidden: tuple[int, ...]  # columns of an observation that judges do not see
    adversarial_every: int  # iterations between examinations
    ppo: dict[int, FinetuneConfig]  # by the number of demonstrations that were cloned before
    ppo_copies: int
    ppo_every: int
    updates_before_ppo: int = 1500  # gradient steps of the clone that PPO goes on from
    draws_actions: bool = False  # in examinations, or takes the likeliest
    film_options: dict = field(default_factory=dict)


Training = Iterator[Policy | Actor]


def clone(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """Behavioral cloning."""
    yield clone_of_games(arena, number, seed, ledger)[0]


def clone_of_games(
    arena: Arena, number: int, seed: int, ledger: Ledger, num_updates: int = 1500
) -> tuple[Policy, Batch]:
    """A clone of so many games of the expert, and the steps that it learned from."""
    expert = arena.world.make_demonstrator("expert", seed=seed)
    demos = stack_steps(ledger.recorded(expert, arena.world, number, seed))
    return clone_of(arena.world, [demos], seed, num_updates), demos


def clone_of_shaken(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """Behavioral cloning of what the expert meant to do while its hand was shaken (lesson 03)."""
    expert = arena.world.make_demonstrator("expert", seed=seed)
    hand = shaken(expert, gym.make(arena.world.env_id).action_space, derive_seed(seed, "noise"))
    obs = stack_steps(ledger.recorded(hand, arena.world, number, seed)).obs
    meant = torch.from_numpy(ledger.advisor(expert)(obs.numpy()))
    yield clone_of(arena.world, [Batch(obs, meant)], seed, num_updates=1500)


def shaken(expert: Actor, space: gym.Space, seed: int) -> Actor:
    """The expert with Gaussian noise on its actions; of discrete actions, any one with the same number."""
    rng = np.random.default_rng(seed)

    def act(obs: np.ndarray) -> np.ndarray:
        actions = expert(obs)  # (B,) or (B, action_dim)
        if isinstance(space, gym.spaces.Discrete):
            any_actions = rng.integers(space.n, size=len(actions))
            return np.where(rng.random(len(actions)) < NOISE, any_actions, actions)
        return (actions + rng.normal(0.0, NOISE, actions.shape)).astype(np.float32)

    return act


def dagger(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """DAgger (lesson 04); demonstrations, if there are any, take the place of the expert's own round."""
    policy, functions, num_demos = fresh_policy(arena.world, seed), {}, 0
    if number:
        policy, demos = clone_of_games(arena, number, seed, ledger)
        functions, num_demos = after_demonstrations(demos, arena.dagger), len(demos)
    expert = ledger.advisor(arena.world.make_demonstrator("expert", seed=seed))
    envs = ledger.counted(make_batch(arena.world.env_id, arena.dagger_copies, **arena.world.training_options))
    for metrics in train_dagger(policy, expert, envs, arena.dagger, seed, **functions):
        ledger.labels = metrics["labels"] - num_demos
        yield policy


def after_demonstrations(demos: Batch, config: DAggerConfig) -> dict[str, Callable]:
    """How `train_dagger` goes on where demonstrations were the first round: with them, and the next beta."""
    waiting = [demos]

    def rollout_fn(expert, learner, envs, obs, num_steps, beta, rng):
        return mixed_rollout(expert, learner, envs, obs, num_steps, beta * config.beta_decay, rng)

    def label_fn(expert, rollout) -> Batch:
        labeled = label_rollout(expert, rollout)
        return concatenate([waiting.pop(), labeled]) if waiting else labeled

    return {"rollout_fn": rollout_fn, "label_fn": label_fn}


def infer_and_plan(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """MaxEnt inverse RL in the dungeon (lesson 05), by its tables, and plans for the test layouts."""
    expert = arena.world.make_demonstrator("expert", seed=seed)
    games = ledger.recorded(expert, arena.world, number, seed)
    tables = [tabular_dungeon(layout) for layout in layouts_of_games(arena.world, number, seed)]
    paths = [[table.path(game)] for table, game in zip(tables, games, strict=True)]
    weights = np.zeros(len(FEATURE_NAMES))
    for _ in train_maxent_irl(weights, *side_by_side(tables, paths), MaxEntConfig()):
        pass
    first, count = (arena.world.test_options[name] for name in ("first_layout", "num_layouts"))
    yield feature_planner(weights, range(first, first + count))


def layouts_of_games(dungeon: World, number: int, seed: int) -> list[int]:
    """The layouts in which `collect_trajectories` plays so many games."""
    envs = make_batch(dungeon.env_id, number, **dungeon.training_options)
    _, info = envs.reset(seed=derive_seed(seed, "demonstrations"))
    return info["layout"].tolist()


def gail(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """GAIL (lesson 06)."""
    return adversarial(arena, number, seed, ledger, make_gail_discriminator, train_gail)


def airl(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """AIRL (lesson 06), paid like GAIL."""
    return adversarial(arena, number, seed, ledger, make_airl_discriminator, train_airl)


def adversarial(
    arena: Arena, number: int, seed: int, ledger: Ledger, make: Callable, train: Callable
) -> Training:
    """A training by a judge that `make` makes and `train` teaches."""
    world, policy = arena.world, fresh_policy(arena.world, seed)
    expert = world.make_demonstrator("expert", seed=seed)
    demos = stack_transitions(ledger.recorded(expert, world, number, seed))
    envs = ledger.counted(make_batch(world.env_id, NUM_COPIES, **world.training_options))
    value_net = make_value_net(envs.single_observation_space, seed)
    networks = policy, value_net, make(envs, demos, seed, arena.hidden)
    training = train(*networks, demos, envs, arena.adversarial, seed, reward_fn=survival_reward)
    return now_and_then(training, policy, arena.adversarial_every)


def ppo(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """PPO, from nothing or from a clone of so many games (lessons 07 to 09)."""
    policy = fresh_policy(arena.world, seed)
    if number:
        policy, _ = clone_of_games(arena, number, seed, ledger, arena.updates_before_ppo)
    envs = ledger.counted(make_batch(arena.world.env_id, arena.ppo_copies, **arena.world.training_options))
    value_net = make_value_net(envs.single_observation_space, seed)
    training = finetune(policy, value_net, None, envs, arena.ppo[number], seed)
    return now_and_then(training, policy, arena.ppo_every)


def now_and_then(training: Iterator[dict[str, float]], policy: Policy, every: int) -> Training:
    """Train; yield the policy before it, after each `every` iterations, and at the end."""
    iteration = 0
    yield policy
    for iteration, _ in enumerate(training, start=1):
        if iteration % every == 0:
            yield policy
    if iteration % every:
        yield policy


METHODS = {
    "BC": clone,
    "BC with noise": clone_of_shaken,
    "DAgger": dagger,
    "MaxEnt IRL": infer_and_plan,
    "GAIL": gail,
    "AIRL": airl,
    "PPO": ppo,
    "BC, then PPO": ppo,
}


def prepare() -> None:
    """What a process computes or loads once, for whichever method comes first: roads, layouts, optimizers."""
    for number in range(NUM_TRACKS):
        track_bank().ensure(number)
    shared_bank(secret_passage=True).load(np.arange(NUM_LAYOUTS))
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])


def learn(arena: Arena, method: str, number: int, seed: int) -> dict:
    """One training: its rows on the board, and a film of the learner in the end, in a test place."""

    def acting(learner: Policy | Actor, purpose: str) -> Actor:
        if not isinstance(learner, Policy):
            return learner
        return learner.sampler(derive_seed(seed, purpose)) if arena.draws_actions else learner.act

    def examine_fn(learner: Policy | Actor, count: int) -> float:
        return examine(acting(learner, f"drawn actions {count}"), arena.world, seed, count)

    prepare()
    ledger = Ledger()
    rows, learner = examined(METHODS[method](arena, number, seed, ledger), ledger, examine_fn)
    options = arena.world.test_options | arena.film_options
    film = tape(acting(learner, "filmed actions"), arena.world, derive_seed(seed, "film"), **options)
    return {"rows": rows, "film": film}


def board(arena: Arena, learn: Callable[..., dict]) -> dict:
    """All entries of a world's scoreboard, with a film of each one's middle run.

    `learn(seed, method, number)` stands in the world's own script, to whose sources its shards belong.
    """
    entries, films = [], []
    for method, numbers in arena.numbers.items():
        for number in numbers:
            runs = run_seeds(learn, SEEDS, method=method, number=number)
            entries.append(entry(method, number, [run["rows"] for run in runs]))
            middle = middle_run(entries[-1])
            films.append({"method": method, "demos": number, "run": SEEDS[middle]} | runs[middle]["film"])
    reference = reference_scores(arena.world.name)
    return {
        "seeds": SEEDS,
        "world": arena.world.name,
        "reference": {name: reference[name] for name in ("random", "expert")},
        "runs": entries,
        "films": films,
    }
