"""Lesson 04: a scripted person corrects its own clone, round by round: `course.py results corrections`."""

from collections.abc import Callable

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.clones import clone_of
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name
from ilrl_course.play.game import Game
from ilrl_course.play.scripted import ScriptedPerson, play_by_script
from ilrl_course.play.stand_ins import stand_in_games
from ilrl_course.rollout import derive_seed

SEEDS = list(range(16))
NUM_ROUNDS, GAMES_A_ROUND, NUM_PLAYED = 6, 3, 2
NUMS_UPDATES = (200, 800)  # gradient steps of each clone: those of this section, and of lesson 02


def rounds_of_corrections(seed: int, num_updates: int) -> dict[str, list[float]]:
    """A clone of two scripted games, corrected in rounds of three games: one entry a round."""
    person, stand_ins = ScriptedPerson(DRIVING, seed), stand_in_games(DRIVING)
    chosen = np.random.default_rng(seed).permutation(len(stand_ins))
    demos = [stand_ins[i].steps() for i in chosen[:NUM_PLAYED]]
    found = {"interference": [], "crash_rate": [], "return": [], "labels": []}
    for number in range(NUM_ROUNDS):
        clone = clone_of(DRIVING, demos, seed, num_updates)
        alone = evaluate(clone.act, DRIVING.env_id, 100, seed, **DRIVING.test_options)
        game = Game(DRIVING, derive_seed(seed, f"round {number}"), pilot=clone.act, **DRIVING.play_options)
        watched = list(play_by_script(game, person, GAMES_A_ROUND))
        found["interference"].append(np.concatenate([game.labeled for game in watched]).mean())
        found["crash_rate"].append(alone.crash_rate)
        found["return"].append(alone.mean_return)
        found["labels"].append(sum(map(len, demos)))
        demos += [game.steps() for game in watched]
    return found


def only_played(seed: int, num_updates: int) -> dict[str, list[float]]:
    """Clones of as many games as the corrector has played and watched, all of them played."""
    stand_ins = stand_in_games(DRIVING)
    chosen = np.random.default_rng(seed).permutation(len(stand_ins))
    found = {"crash_rate": [], "return": [], "labels": []}
    for number in range(NUM_ROUNDS):
        demos = [stand_ins[i].steps() for i in chosen[: NUM_PLAYED + GAMES_A_ROUND * number]]
        clone = clone_of(DRIVING, demos, seed, num_updates)
        alone = evaluate(clone.act, DRIVING.env_id, 100, seed, **DRIVING.test_options)
        found["crash_rate"].append(alone.crash_rate)
        found["return"].append(alone.mean_return)
        found["labels"].append(sum(map(len, demos)))
    return found


def run() -> dict:
    """Both, with each number of gradient steps, as (seeds, rounds)."""
    arms = {"corrected": rounds_of_corrections, "only played": only_played}
    return {
        "seeds": SEEDS,
        "updates": {
            str(number): {name: _recorded(arm, number) for name, arm in arms.items()}
            for number in NUMS_UPDATES
        },
    }


def _recorded(arm: Callable, num_updates: int) -> dict[str, list]:
    columns = by_name(run_seeds(arm, SEEDS, num_updates=num_updates))
    return {name: np.round(values, 4).tolist() for name, values in columns.items()}
