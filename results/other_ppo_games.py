"""Lesson 09 once more, with another PPO: does the answer to C10 hang on ours?

As `other_ppo`, which exchanges `finetune` alone: the planned comparisons, on eight of their seeds.
"""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.notebook.claims import plan
from ilrl_course.storage.files import load_results

OTHER = load_script(Path(__file__).parent, "other_ppo")
GAMES = load_script(Path(__file__).parent, "dungeon")
GAMES.PILOT.finetune = OTHER.finetune  # in this script's own copy of the other script

REPLICATED = ("as good as the player, passage open", "as good as the player, passage walled up")
SEEDS = list(plan(REPLICATED[0]).seeds)[:8]
PLAYERS = ("no games", "100 human-like games")


def play(seed: int, arm, setting, place: str, library: str) -> list[dict[str, float]]:
    """One training in dungeons; its examinations. Runs of another library's version lie elsewhere."""
    return GAMES.learn(seed, arm, setting, place)


def compared(trained: dict[str, dict[str, dict]]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of each replicated comparison, computed as for our PPO.

    An arm that was not trained here is stood in for by one that was: no replicated comparison looks at it.
    """
    players = {
        world: dict.fromkeys(GAMES.arms_of(world), trained[world]["no games"]) | trained[world]
        for world in GAMES.WORLDS
    }
    found = GAMES.compared(players, load_results("dungeon")["reference"])
    return {name: found[name] for name in REPLICATED}


def run() -> dict:
    """Every examination of every run, (seeds, examinations), by world and arm; comparisons beside ours."""
    ours = {name: OTHER.recorded(name) for name in REPLICATED}  # what is missing is missed before the work
    settings, trained = {}, {}
    for world in GAMES.WORLDS:
        arms = {name: GAMES.arms_of(world)[name] for name in PLAYERS}
        settings[world] = {name: asdict(setting) for name, (_, setting) in arms.items()}
        trained[world] = {
            name: GAMES.columns(
                run_seeds(play, SEEDS, arm=arm, setting=setting, place=world, library=OTHER.LIBRARY)
            )
            for name, (arm, setting) in arms.items()
        }
    found = {name: OTHER.beside_ours(name, *both, ours[name]) for name, both in compared(trained).items()}
    return {
        "seeds": SEEDS,
        "library": OTHER.LIBRARY,
        "settings": settings,
        "trained": trained,
        "compared": found,
    }
