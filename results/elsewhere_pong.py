"""Lesson 11, Pong: a replication with eight seeds, for which the rule of verdicts has no words.

What is compared was written down before the runs, as for the other worlds. All arms have one setting, which
was tuned for none of them: it is the first one of `elsewhere_pilot_lander`.

To stay within its time, arms were left out in this order, and none of the seeds: DAgger, clones of fewer
games, longer trainings (two million steps would have been the limit).
"""

from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.data import Trajectory
from ilrl_course.envs.elsewhere import PONG
from ilrl_course.envs.elsewhere.pong import MINE
from ilrl_course.measures.seeds import by_name

TRAINING = load_script(Path(__file__).parent / "elsewhere", "training")
IMITATION = load_script(Path(__file__).parent / "elsewhere", "imitation")
REPLICATION = load_script(Path(__file__).parent / "shared", "replication")
Arm = TRAINING.Arm

WORLD = TRAINING.PONG.name
SEEDS = list(range(5000, 5008))
SETTING = TRAINING.Setting(learning_rate=1e-3, gamma=0.99, ent_coef=0.01)
LENGTH = TRAINING.Length(num_iterations=200, every=20, num_games=10, num_games_at_ends=20)  # 409,600 steps
ARMS = {
    "from nothing": Arm(),
    "20 games": Arm("expert", 20),
    "20 human-like games": Arm("human-like", 20),
}
NUM_GAMES, NUM_TESTS = 20, 20
NOTHING, CLONED = "PPO from nothing", "PPO from a clone of twenty games"
COMPARED = {  # claim, its part, what is measured, the arm that has more of it if the claim is true, the other
    "head start in Pong": ("C1", "", "early score", CLONED, NOTHING),
    "whole training in Pong": ("C4", "fewer", "score over the whole training", CLONED, NOTHING),
    "improvement in Pong": ("C4", "improves", "score at the end", "the clone after PPO", "the clone"),
    "lower half of the court": ("C7", "faults", "share copied", "clone of the biased player", "expert"),
    "slips in Pong": ("C7", "slips", "score", "its clone", "the weak player, an expert that slips"),
    "as good as the player of Pong": (
        "C10",
        "script",
        "score over the whole training, up to the player's",
        "PPO from a clone of twenty human-like games",
        NOTHING,
    ),
}


def how_low(games: list[Trajectory]) -> float:
    """How far below the middle of the court the paddle is, on average; its ends are 1 away."""
    return float(np.mean([game.obs[:, MINE].mean() for game in games]))


def imitate(seed: int) -> dict:
    """What clones do: how low their paddle is (4,), and mean returns by actor."""
    return {
        "how low": IMITATION.copied(PONG, how_low, NUM_GAMES, NUM_TESTS, seed),
        "slips": IMITATION.averaged(PONG, NUM_GAMES, NUM_TESTS, seed),
    }


def compared(
    trained: dict[str, dict[str, list]], players: dict[str, np.ndarray], cloned: dict
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of every comparison."""
    nothing, twenty, alike = ARMS
    scores = TRAINING.normalized(trained[twenty]["return"], WORLD)  # (seeds, examinations)
    share = IMITATION.share_copied(cloned["how low"])
    slips = cloned["slips"]
    return {
        "head start in Pong": tuple(TRAINING.early(trained[arm], WORLD) for arm in (twenty, nothing)),
        "whole training in Pong": tuple(TRAINING.whole(trained[arm], WORLD) for arm in (twenty, nothing)),
        "improvement in Pong": (scores[:, -1], scores[:, 0]),
        "lower half of the court": (share, np.zeros(len(share))),
        "slips in Pong": tuple(TRAINING.normalized(slips[arm], WORLD) for arm in ("clone", "teacher")),
        "as good as the player of Pong": tuple(
            TRAINING.level(trained[arm], players) for arm in (alike, nothing)
        ),
    }


def run() -> dict:
    """Every examination of every run, (seeds, examinations), by arm; what clones do; the comparisons."""
    arms = {name: (arm, SETTING, {}) for name, arm in ARMS.items()}
    trained = TRAINING.trained(arms, SEEDS, WORLD, LENGTH)
    players = by_name(run_seeds(TRAINING.reference, SEEDS, world=WORLD, num_games=NUM_TESTS))
    cloned = IMITATION.by_quantity(run_seeds(imitate, SEEDS))
    found = compared(trained, players, cloned)
    return {
        "seeds": SEEDS,
        "players": IMITATION.as_lists(players),
        "cloned": IMITATION.as_lists(cloned),
        "trained": trained,
        "compared": {name: REPLICATION.described(COMPARED[name], *both) for name, both in found.items()},
    }
