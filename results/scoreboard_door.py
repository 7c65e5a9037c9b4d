"""Lesson 10: the methods in DoorKey, which others made, by demonstrations and by steps of training.

Settings: lesson 11's clones and DAgger (`elsewhere_door`); PPO of `elsewhere_pilot_door`, from nothing and
from clones, with as many steps as there. It was tuned for clones of 20 games: those of 5 have the same
setting. Nobody has tuned GAIL here: it is lesson 06's in the dungeon (`adversarial`), with as many steps as
PPO. A shaken hand draws 3 actions in 10 at random, as in the other worlds of discrete actions.

Not computed, to stay within its time: AIRL; GAIL, and PPO after cloning, from 1 and from 100 games; DAgger
after demonstrations. One seed takes 120 s of one core, all of them 32 minutes.
"""

from pathlib import Path

from course_tools.records.scripts import load_script

METHODS = load_script(Path(__file__).parent / "shared", "methods_elsewhere")
LESSON = load_script(Path(__file__).parent, "elsewhere_door")
JUDGED = load_script(Path(__file__).parent, "adversarial").ARENAS["Dungeon"]

LENGTH = LESSON.PILOT.LENGTH
ARMS = {0: "from nothing", 5: "20 games", 20: "20 games"}
ARENA = METHODS.Arena(
    METHODS.TRAINING.DOOR_KEY,
    numbers={
        "BC": (1, 5, 20, 100),
        "BC with noise": (1, 5, 20, 100),
        "DAgger": (0,),
        "GAIL": (5, 20),
        "PPO": (0,),
        "BC, then PPO": (5, 20),
    },
    num_iterations=LENGTH.num_iterations,
    ppo_every=LENGTH.every,
    num_episodes=50,
    max_film=400,
    dagger=LESSON.DAGGER,
    dagger_copies=LESSON.NUM_COPIES,
    dagger_every=4,
    adversarial=METHODS.as_long_as_ppo(JUDGED.adversarial, LENGTH),
    adversarial_every=5,
)


def learn(seed: int, method: str, number: int, setting: METHODS.Setting | None) -> dict:
    """One training; its rows on the board and its film."""
    return METHODS.learn(ARENA, method, number, seed, setting)


def run() -> dict:
    """All entries of the board."""
    settings = {number: METHODS.chosen("elsewhere_pilot_door", arm) for number, arm in ARMS.items()}
    return METHODS.board(ARENA, METHODS.SEEDS, settings, learn)
