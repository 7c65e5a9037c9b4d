"""Lesson 11, DoorKey: what was claimed at home, where others made the world; all planned comparisons.

Every arm has the setting that `elsewhere_pilot_door` found best for it.

To stay within its time, arms were left out in this order, and none of the seeds: a mixture with the biased
teacher, PPO from a clone of five games, longer trainings than 102,400 steps. Whether slips are averaged out
is not asked here: three random actions in ten cost the weak teacher two points of its score.
"""

from pathlib import Path

import gymnasium as gym
import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.data import Trajectory
from ilrl_course.envs.elsewhere import DOOR_KEY
from ilrl_course.envs.elsewhere.door_key_planner import TURN_LEFT, TURN_RIGHT
from ilrl_course.measures.seeds import by_name
from ilrl_course.notebook.claims import plan
from ilrl_course.storage.files import load_results

IMITATION = load_script(Path(__file__).parent / "elsewhere", "imitation")
PILOT = load_script(Path(__file__).parent, "elsewhere_pilot_door")
TRAINING = PILOT.TRAINING

SEEDS = list(plan("head start in DoorKey").seeds)
ARMS = {"from nothing": PILOT.NOTHING} | PILOT.CLONES | dict.fromkeys(("followed", "mixed"), PILOT.TAUGHT)
NUM_GAMES, NUM_TESTS = 100, 100
NUM_LAYOUTS, MANY = 5, 800  # few, and of how many the others are drawn
STROLL = 10  # random moves at most before a recorded game begins, where games are to be no copies
DAGGER = DAggerConfig(num_rounds=20, num_steps=1, num_updates=50)
NUM_COPIES = 4  # with which DAgger gets 80 labels


def turns_to_the_right(games: list[Trajectory]) -> float:
    """The share of turns to the right among all turns of a game, on average over games with a turn."""
    right, left = (
        np.array([(game.actions == turn).sum() for game in games]) for turn in (TURN_RIGHT, TURN_LEFT)
    )  # (games,) each
    has_turned = right + left > 0
    return float((right[has_turned] / (right + left)[has_turned]).mean()) if has_turned.any() else 0.5


def layouts(seed: int) -> dict[str, list[Trajectory]]:
    """Games of the expert in a few layouts and in many; a layout is what a seed makes of the world.

    In few layouts most of them are copies of each other, so they are shown a second time without copies.
    """
    env, expert = gym.make(DOOR_KEY.env_id), DOOR_KEY.make_demonstrator("expert")
    few = np.resize(NUM_LAYOUTS * (seed % (MANY // NUM_LAYOUTS)) + np.arange(NUM_LAYOUTS), NUM_GAMES)
    many = np.random.default_rng(seed).integers(MANY, size=NUM_GAMES)
    return {
        "many layouts": IMITATION.games_in(env, expert, many),
        "few layouts": IMITATION.games_in(env, expert, few),
        "few layouts, no copies": IMITATION.games_after_a_stroll(env, DOOR_KEY, few, STROLL, seed),
    }


def imitate(seed: int) -> dict:
    """What clones do: shares of turns to the right (4,), and mean returns by claim and actor."""
    return {
        "turns to the right": IMITATION.copied(DOOR_KEY, turns_to_the_right, NUM_GAMES, NUM_TESTS, seed),
        "layouts": IMITATION.taught_by(DOOR_KEY, layouts(seed), NUM_TESTS, seed),
        "own states": IMITATION.dagger_and_clone(DOOR_KEY, NUM_COPIES, DAGGER, NUM_TESTS, seed),
    }


def compared(
    trained: dict[str, dict[str, list]], players: dict[str, np.ndarray], cloned: dict, to_beat: str
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of every planned comparison."""
    whole = {name: TRAINING.whole(run, PILOT.WORLD) for name, run in trained.items()}
    nothing, twenty, alike = "from nothing", "20 games", "20 human-like games"
    share = IMITATION.share_copied(cloned["turns to the right"])
    found = {
        "head start in DoorKey": tuple(
            TRAINING.early(trained[arm], PILOT.WORLD) for arm in (twenty, nothing)
        ),
        "speed in DoorKey": (whole[twenty], whole[nothing]),
        "as good as the player of DoorKey": tuple(
            TRAINING.level(trained[arm], players) for arm in (alike, nothing)
        ),
        "mixture in DoorKey": (whole["mixed"], whole[to_beat]),
        "turning right only": (share, np.zeros(len(share))),
    }
    names = {
        "layouts of DoorKey": ("layouts", "many layouts", "few layouts"),
        "own states in DoorKey": ("own states", "DAgger", "clone"),
    }
    return found | {
        name: tuple(TRAINING.normalized(cloned[of][arm], PILOT.WORLD) for arm in both)
        for name, (of, *both) in names.items()
    }


def run() -> dict:
    """Every examination of every run, (seeds, examinations), by arm; what clones do; the comparisons."""
    pilot = load_results("elsewhere_pilot_door")
    settings = {arm: TRAINING.Setting(**pilot["arms tuned"][arm]["chosen"]) for arm in ARMS}
    arms = {name: (arm, settings[name], {}) for name, arm in ARMS.items()}
    trained = TRAINING.trained(arms, SEEDS, PILOT.WORLD, PILOT.LENGTH)
    players = by_name(run_seeds(TRAINING.reference, SEEDS, world=PILOT.WORLD, num_games=NUM_TESTS))
    cloned = IMITATION.by_quantity(run_seeds(imitate, SEEDS))
    both = compared(trained, players, cloned, pilot["to beat"])
    return {
        "seeds": SEEDS,
        "players": IMITATION.as_lists(players),
        "cloned": IMITATION.as_lists(cloned),
        "trained": trained,
        "arms": {name: plan(name).recorded(*arms) for name, arms in both.items()},
    }
