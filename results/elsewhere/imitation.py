"""What lesson 11 asks of clones without PPO: what they copy, and where they are helpless.

As `what_is_copied`, `variety` and `own_states` ask it at home. Clones take their likeliest actions.
"""

from collections.abc import Callable
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium.utils import seeding

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.clones import clone_of, demonstrate, fresh_policy
from ilrl_course.data import Actor, Trajectory, stack_steps
from ilrl_course.envs import World
from ilrl_course.envs.elsewhere import lunar_lander
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name
from ilrl_course.rollout import collect_trajectories, collect_trajectory, make_batch

TRAINING = load_script(Path(__file__).parent, "training")

Deviation = Callable[[list[Trajectory]], float]
"""How much of a habit some games show."""


def copied(world: World, of: Deviation, num_games: int, num_tests: int, seed: int) -> list[float]:
    """A deviation, of the expert, of the biased demonstrator, and of a clone of each."""
    teachers = [world.make_demonstrator(kind, seed=seed) for kind in ("expert", "biased")]
    actors = [*teachers, *(clone(world, teacher, num_games, seed).act for teacher in teachers)]
    games = (collect_trajectories(actor, world.env_id, num_tests, seed + 1_000_000) for actor in actors)
    return [float(of(found)) for found in games]


def share_copied(values: np.ndarray) -> np.ndarray:
    """How much of its teacher's deviation from the expert a clone has (seeds,), from `copied` (seeds, 4)."""
    expert, teacher, _, pupil = values.T
    return (pupil - expert) / (teacher - expert)


def clone(world: World, teacher: Actor, num_games: int, seed: int):
    """A clone of a teacher's games."""
    games = collect_trajectories(teacher, world.env_id, num_games, seed)
    return clone_of(world, [stack_steps(games)], seed, TRAINING.NUM_UPDATES[world.name])


def averaged(world: World, num_games: int, num_tests: int, seed: int) -> dict[str, float]:
    """Mean returns of the weak demonstrator, of its clone, and of that clone drawing its actions."""
    pupil = clone(world, world.make_demonstrator("weak", seed=seed), num_games, seed)
    actors = {
        "teacher": world.make_demonstrator("weak", seed=seed + 1_000_000),
        "clone": pupil.act,
        "clone, drawing": pupil.sampler(seed),
    }
    return {name: evaluate(a, world.env_id, num_tests, seed).mean_return for name, a in actors.items()}


class SingleStart(gym.Wrapper):
    """Lunar Lander, whose flights all begin with the same push over the same ground.

    The seed of a flight decides only how unsteady its engines are. The clock is that of other flights.
    """

    def __init__(self, start: int):
        super().__init__(gym.wrappers.TimeLimit(lunar_lander.make(), lunar_lander.LUNAR_LANDER.max_steps))
        self.start = start

    def reset(self, *, seed=None, options=None):
        """Begin a flight."""
        begun = super().reset(seed=self.start, options=options)
        self.unwrapped.np_random = seeding.np_random(seed)[0]
        return begun


def games_in(env: gym.Env, actor: Actor, seeds) -> list[Trajectory]:
    """A game for each of these seeds, one after the other."""
    return [collect_trajectory(env, actor, int(seed)) for seed in seeds]


class Stroller:
    """An actor for one game: so many random moves, then the expert's."""

    def __init__(self, world: World, num_moves: int, seed: int):
        self.expert, self.by_chance = world.make_demonstrator("expert"), world.make_random_actor(seed)
        self.left = num_moves

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """Its actions (1,)."""
        self.left -= 1
        return self.by_chance(obs) if self.left >= 0 else self.expert(obs)


def games_after_a_stroll(env: gym.Env, world: World, seeds, most: int, seed: int) -> list[Trajectory]:
    """A game of the expert for each of these seeds, after 0 to `most` random moves, which are cut away."""
    found = []
    for i, moves in enumerate(np.random.default_rng(seed).integers(most + 1, size=len(seeds))):
        game = collect_trajectory(env, Stroller(world, moves, seed + i), int(seeds[i]))
        cut = min(moves, len(game) - 1)
        parts = game.obs[cut:], game.actions[cut:], game.rewards[cut:]
        found.append(Trajectory(*parts, game.terminated, game.truncated, game.crashed, game.success))
    return found


def taught_by(world: World, kinds: dict[str, list[Trajectory]], num_tests: int, seed: int) -> dict:
    """For each kind of games: the mean return of a clone in fresh games, and how many steps differ."""
    found = {}
    for name, games in kinds.items():
        demos = stack_steps(games)
        pupil = clone_of(world, [demos], seed, TRAINING.NUM_UPDATES[world.name])
        found[name] = evaluate(pupil.act, world.env_id, num_tests, seed).mean_return
        found[f"different steps, {name}"] = len(np.unique(demos.obs.numpy(), axis=0))
    return found


def dagger_and_clone(
    world: World, num_copies: int, config: DAggerConfig, num_tests: int, seed: int
) -> dict[str, float]:
    """Mean returns of DAgger, and of a clone with as many labels and gradient steps.

    The clone's labels are the expert's steps, in copies that begin as DAgger's do.
    """
    expert, envs = world.make_demonstrator("expert"), make_batch(world.env_id, num_copies)
    learner = fresh_policy(world, seed)
    for _ in train_dagger(learner, expert, envs, config, seed):
        pass
    demos = demonstrate(expert, envs, config.num_rounds * config.num_steps, seed)
    pupil = clone_of(world, [demos], seed, config.num_rounds * config.num_updates)
    actors = {"DAgger": learner.act, "clone": pupil.act}
    return {name: evaluate(a, world.env_id, num_tests, seed).mean_return for name, a in actors.items()}


def by_quantity(runs: list[dict]) -> dict:
    """From one dict a seed to arrays (seeds, ...), by quantity, and where these have names, by name."""
    return {
        name: by_name([run[name] for run in runs])
        if isinstance(values, dict)
        else np.array([run[name] for run in runs])
        for name, values in runs[0].items()
    }


def as_lists(values):
    """The same, as JSON can hold it."""
    if isinstance(values, dict):
        return {name: as_lists(inner) for name, inner in values.items()}
    return np.round(values, 4).tolist()
