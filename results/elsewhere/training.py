"""What the trainings of lesson 11 share: who begins how, what is tuned, and how it is going.

Every arm of a world has as many steps, the same networks, the same blocks and examinations; the warm-up of a
clone's critic is among the steps. An arm differs in its demonstrations, and in the setting that pilot runs on
seeds 0 to 2 found best for it, among as many settings for each.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.clones import clone_of, fresh_policy
from ilrl_course.data import Actor, Batch, stack_steps
from ilrl_course.envs.elsewhere import DOOR_KEY, LUNAR_LANDER, PONG, reference_scores
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.play.late_player import LatePlayer
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch

WORLDS = {world.name: world for world in (LUNAR_LANDER, DOOR_KEY, PONG)}
PILOT_SEEDS = [0, 1, 2]
NUM_COPIES, NUM_STEPS = 16, 128  # worlds side by side, and steps of each in a block
# Gradient steps of a clone. With a thousand of them, clones of Pong's expert hardly win a point.
NUM_UPDATES = {LUNAR_LANDER.name: 1000, DOOR_KEY.name: 1000, PONG.name: 8000}
WARM_UP = 5  # iterations in which only a clone's critic learns
EARLY = 50_000  # env steps


@dataclass(frozen=True)
class Arm:
    """Whose games help, how many, and how: cloned before PPO, or heard during it."""

    kind: str | None = None  # "expert", or "human-like"
    num_games: int = 0
    use: str = "clone"  # or "hear"


@dataclass(frozen=True)
class Setting:
    """What is tuned, in all arms alike."""

    learning_rate: float
    gamma: float
    ent_coef: float
    imitation_coef: float = 0.0  # weight of a teacher that is heard ...
    imitation_decay: float = 1.0  # ... and what it is multiplied by in each iteration


@dataclass(frozen=True)
class Length:
    """How long a training is, and how often and how thoroughly it is examined."""

    num_iterations: int  # of 2,048 env steps; the critic's warm-up included
    every: int  # iterations from one examination to the next
    num_games: int  # in an examination ...
    num_games_at_ends: int  # ... but in the first and the last one, by which a clone and its PPO are compared


def player(kind: str, world: str, seed: int, options: dict) -> Actor:
    """The actor whose games are recorded."""
    if kind == "human-like":
        return LatePlayer(WORLDS[world], seed)
    return WORLDS[world].make_demonstrator(kind, seed=seed, **options)


def recorded(arm: Arm, world: str, seed: int, options: dict) -> tuple[Batch | None, int]:
    """The steps that an arm learns from, and how many of these games crashed."""
    if arm.kind is None:
        return None, 0
    actor = player(arm.kind, world, seed, options)
    games = collect_trajectories(actor, WORLDS[world].env_id, arm.num_games, seed, **options)
    return stack_steps(games), sum(game.crashed for game in games)


def examiner(policy: Policy, world: str, seed: int, length: Length, options: dict) -> Callable:
    """How the policy does in fresh games, acting as in its training, after so many iterations."""

    def examine(iteration: int) -> dict[str, float]:
        at_ends = iteration in (0, length.num_iterations)
        num_games = length.num_games_at_ends if at_ends else length.num_games
        actor = policy.sampler(derive_seed(seed, f"test actions {iteration}"))
        fresh_seed = derive_seed(seed, f"test {iteration}")
        result = evaluate(actor, WORLDS[world].env_id, num_games, fresh_seed, **options)
        rates = {"crash_rate": result.crash_rate, "success": result.success_rate}
        return {"return": result.mean_return} | rates

    return examine


def learn(
    seed: int, world: str, arm: Arm, setting: Setting, length: Length, options: dict
) -> list[dict[str, float]]:
    """One training, from a clone or from nothing, in a world with these options; its examinations."""
    demos, demo_crashes = recorded(arm, world, seed, options)
    is_clone = demos is not None and arm.use == "clone"
    policy = fresh_policy(WORLDS[world], seed)
    if is_clone:
        clone_of(WORLDS[world], [demos], seed, NUM_UPDATES[world], policy)
    envs = make_batch(WORLDS[world].env_id, NUM_COPIES, **options)
    warm_up = WARM_UP if is_clone else 0
    config = FinetuneConfig(
        num_warmup_iterations=warm_up,
        num_iterations=length.num_iterations - warm_up,
        num_steps=NUM_STEPS,
        num_epochs=4,
        minibatch_size=512,
        gae_lambda=0.98,
        **asdict(setting),
    )
    value_net = make_value_net(envs.single_observation_space, seed)
    training = finetune(policy, value_net, demos, envs, config, seed)
    rows = trace(training, examiner(policy, world, seed, length, options), length.every)
    return [row | {"demo_crashes": demo_crashes} for row in rows]


def tried(number: int, world: str, arm: Arm, settings: list[Setting], length: Length) -> float:
    """The mean return over a training, with a setting and a pilot seed by their number."""
    setting, seed = divmod(number, len(PILOT_SEEDS))
    rows = learn(PILOT_SEEDS[seed], world, arm, settings[setting], length, {})
    return float(np.mean([row["return"] for row in rows]))


def tuned(world: str, arm: Arm, settings: list[Setting], length: Length) -> dict:
    """Mean returns over the training, (settings, seeds), and the best setting by the mean over the seeds."""
    numbers = range(len(settings) * len(PILOT_SEEDS))
    returns = run_seeds(tried, numbers, world=world, arm=arm, settings=settings, length=length)
    found = np.reshape(returns, (len(settings), len(PILOT_SEEDS)))
    best = found.mean(axis=1).argmax()
    return {
        "settings": [asdict(setting) for setting in settings],
        "mean return": found.round(3).tolist(),
        "chosen": asdict(settings[best]),
        "best": float(found.mean(axis=1)[best]),
    }


def reference(seed: int, world: str, num_games: int) -> dict[str, float]:
    """Mean returns of the human-like player, of the expert and of chance in fresh games."""
    actors = {kind: player(kind, world, seed, {}) for kind in ("human-like", "expert")}
    actors["chance"] = WORLDS[world].make_random_actor(seed)
    env_id = WORLDS[world].env_id
    return {name: evaluate(actor, env_id, num_games, seed).mean_return for name, actor in actors.items()}


def trained(arms: dict[str, tuple[Arm, Setting, dict]], seeds: list[int], world: str, length: Length) -> dict:
    """Every examination of every run, (seeds, examinations), by arm and quantity.

    Arms are told with their settings and with the world's options.
    """
    found = {}
    for name, (arm, setting, options) in arms.items():
        given = {"arm": arm, "setting": setting, "options": options}
        found[name] = columns(run_seeds(learn, seeds, world=world, length=length, **given))
    return found


def columns(runs: list[list[dict[str, float]]]) -> dict[str, list]:
    """From rows of each seed to one table (seeds, examinations) for each quantity."""
    return {name: np.round([[row[name] for row in run] for run in runs], 4).tolist() for name in runs[0][0]}


def normalized(returns, world: str) -> np.ndarray:
    """Returns of any shape as points: random actions get 0, the expert 100, as it was recorded."""
    low, high = (reference_scores(world)[name] for name in ("random", "expert"))
    return 100 * (np.asarray(returns) - low) / (high - low)


def whole(run: dict[str, list], world: str) -> np.ndarray:
    """The normalized score over the whole training (seeds,)."""
    return normalized(run["return"], world).mean(axis=1)


def early(run: dict[str, list], world: str) -> np.ndarray:
    """The normalized score over the first 50,000 steps of the training (seeds,)."""
    is_early = np.array(run["env_steps"])[0] <= EARLY  # (examinations,)
    return normalized(run["return"], world)[:, is_early].mean(axis=1)


def level(run: dict[str, list], players: dict[str, np.ndarray]) -> np.ndarray:
    """The score over the whole training, up to the player's (seeds,): chance is 0, the player 100.

    Both by their means over all seeds; players are returns (seeds,) by name.
    """
    low, high = players["chance"].mean(), players["human-like"].mean()
    return np.minimum(100 * (np.array(run["return"]) - low) / (high - low), 100).mean(axis=1)
