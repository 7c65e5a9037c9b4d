"""Lesson 11, LunarLander: what was claimed at home, where others made the world; all planned comparisons.

Every arm has the setting that `elsewhere_pilot_lander` found best for it; in the wind, that of still air.

To stay within its time, arms were left out in this order, and none of the seeds: a clone of a single flight,
PPO from the biased and the weak pilot's flights, longer trainings than 307,200 steps.
"""

from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.data import Trajectory
from ilrl_course.envs.elsewhere import LUNAR_LANDER
from ilrl_course.envs.elsewhere.lunar_lander import X
from ilrl_course.measures.seeds import by_name
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import collect_trajectories
from ilrl_course.storage.files import load_results

IMITATION = load_script(Path(__file__).parent / "elsewhere", "imitation")
PILOT = load_script(Path(__file__).parent, "elsewhere_pilot_lander")
TRAINING = PILOT.TRAINING

SEEDS = list(plan("head start in LunarLander").seeds)
WIND = {"wind": 15.0}  # strong, by its makers
ARMS = {name: (name, {}) for name in PILOT.ARMS}
ARMS |= {f"{name}, wind": (name, WIND) for name in ("from nothing", "20 flights")}
NUM_FLIGHTS, NUM_TESTS = 20, 100
DAGGER = DAggerConfig(num_rounds=20, num_steps=15, num_updates=50)
NUM_COPIES = 4  # with which DAgger gets 1,200 labels


def where_it_ends(flights: list[Trajectory]) -> float:
    """How far right of the pad's middle flights end, on average, in half widths of the picture."""
    return float(np.mean([flight.obs[-1, X] for flight in flights]))


def imitate(seed: int) -> dict:
    """What clones do: where flights end (4,), and mean returns by claim and actor."""
    expert = LUNAR_LANDER.make_demonstrator("expert")
    one_start = IMITATION.SingleStart(seed)
    starts = {
        "many starts": collect_trajectories(expert, LUNAR_LANDER.env_id, NUM_FLIGHTS, seed),
        "one start": IMITATION.games_in(one_start, expert, range(NUM_FLIGHTS)),
    }
    return {
        "where flights end": IMITATION.copied(LUNAR_LANDER, where_it_ends, NUM_FLIGHTS, NUM_TESTS, seed),
        "slips": IMITATION.averaged(LUNAR_LANDER, NUM_FLIGHTS, NUM_TESTS, seed),
        "starts": IMITATION.taught_by(LUNAR_LANDER, starts, NUM_TESTS, seed),
        "own states": IMITATION.dagger_and_clone(LUNAR_LANDER, NUM_COPIES, DAGGER, NUM_TESTS, seed),
    }


def compared(
    trained: dict[str, dict[str, list]], players: dict[str, np.ndarray], cloned: dict
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of every planned comparison."""
    whole = {name: TRAINING.whole(run, PILOT.WORLD) for name, run in trained.items()}
    crashes = {name: np.array(run["crashes"])[:, -1] for name, run in trained.items()}
    nothing, twenty, alike = "from nothing", "20 flights", "20 human-like flights"
    found = {
        "head start in LunarLander": tuple(
            TRAINING.early(trained[arm], PILOT.WORLD) for arm in (twenty, nothing)
        ),
        "whole training in LunarLander": (whole[twenty], whole[nothing]),
        "speed in the wind": (whole[f"{twenty}, wind"], whole[f"{nothing}, wind"]),
        "safety in the wind": (crashes[f"{nothing}, wind"], crashes[f"{twenty}, wind"]),
        "as good as the player of LunarLander": tuple(
            TRAINING.level(trained[arm], players) for arm in (alike, nothing)
        ),
    }
    for flights, arm in {"five flights": "5 flights", "twenty flights": twenty}.items():
        scores = TRAINING.normalized(trained[arm]["return"], PILOT.WORLD)  # (seeds, examinations)
        found[f"improvement on {flights}"] = scores[:, -1], scores[:, 0]
        found[f"crashes, {flights}"] = crashes[nothing], crashes[arm]
    return found | compared_clones(cloned)


def compared_clones(cloned: dict) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of the planned comparisons without PPO."""
    share = IMITATION.share_copied(cloned["where flights end"])
    names = {
        "slips in LunarLander": ("slips", "clone", "teacher"),
        "starts of flights": ("starts", "many starts", "one start"),
        "own states in LunarLander": ("own states", "DAgger", "clone"),
    }
    return {"landing beside the pad": (share, np.zeros(len(share)))} | {
        name: tuple(TRAINING.normalized(cloned[of][arm], PILOT.WORLD) for arm in both)
        for name, (of, *both) in names.items()
    }


def run() -> dict:
    """Every examination of every run, (seeds, examinations), by arm; what clones do; the comparisons."""
    tuned = load_results("elsewhere_pilot_lander")["arms tuned"]
    settings = {arm: TRAINING.Setting(**tuned[arm]["chosen"]) for arm in PILOT.ARMS}
    arms = {name: (PILOT.ARMS[arm], settings[arm], options) for name, (arm, options) in ARMS.items()}
    trained = TRAINING.trained(arms, SEEDS, PILOT.WORLD, PILOT.LENGTH)
    players = by_name(run_seeds(TRAINING.reference, SEEDS, world=PILOT.WORLD, num_games=NUM_TESTS))
    cloned = IMITATION.by_quantity(run_seeds(imitate, SEEDS))
    both = compared(trained, players, cloned)
    return {
        "seeds": SEEDS,
        "players": IMITATION.as_lists(players),
        "cloned": IMITATION.as_lists(cloned),
        "trained": trained,
        "arms": {name: plan(name).recorded(*arms) for name, arms in both.items()},
    }
