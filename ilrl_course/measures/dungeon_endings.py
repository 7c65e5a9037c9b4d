"""How games of the dungeon end: with the treasure or in the lava, through the door or the secret passage."""

import numpy as np

from ilrl_course.data import Actor
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.observation import on_passage
from ilrl_course.rollout import collect_trajectories, derive_seed


def examine_games(actor: Actor, seed: int, num_games: int = 100, **options) -> dict[str, float]:
    """Play fresh games; `options` are the world's, None of them means the layouts meant for tests.

    Returns the mean `return`, and the shares of games with `success`, with success by the `passage`, and
    with a `crash_rate`, in [0, 1]; `steps` is the mean length of the successful ones, or 100 without any.
    """
    options = options or DUNGEON.test_options
    fresh_seed = derive_seed(seed, "evaluation")
    games = collect_trajectories(actor, DUNGEON.env_id, num_games, fresh_seed, **options)
    lengths = [len(game.actions) for game in games if game.success]
    return {
        "return": float(np.mean([game.total_reward for game in games])),
        "success": float(np.mean([game.success for game in games])),
        "passage": float(np.mean([game.success and on_passage(game.obs).any() for game in games])),
        "crash_rate": float(np.mean([game.crashed for game in games])),
        "steps": float(np.mean(lengths)) if lengths else 100.0,
    }
