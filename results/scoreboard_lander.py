"""Lesson 10: the methods in LunarLander, which others made, by demonstrations and by steps of training.

Settings: lesson 11's clones and DAgger (`elsewhere_lander`); PPO of `elsewhere_pilot_lander`, from nothing
and from clones, each with the setting found for it, and with as many steps as there. Nobody has tuned GAIL
here: it is lesson 06's on the road (`adversarial`), with as many steps as PPO. A shaken hand draws 3
actions in 10 at random, as in the other worlds of discrete actions.

Not computed, to stay within its time: AIRL; PPO from a clone of five flights, which lesson 11 has; GAIL
from other numbers than 20; DAgger after demonstrations; a shaken hand in 1 and in 100 flights; examinations
of more than 50 flights. One seed takes 105 s of one core, about 90 of them for GAIL and for PPO with and
without a clone; all of them take 28 minutes.
"""

from pathlib import Path

from course_tools.records.scripts import load_script

METHODS = load_script(Path(__file__).parent / "shared", "methods_elsewhere")
LESSON = load_script(Path(__file__).parent, "elsewhere_lander")
JUDGED = load_script(Path(__file__).parent, "adversarial").ARENAS["Driving"]

LENGTH = LESSON.PILOT.LENGTH
ARMS = {0: "from nothing", 20: "20 flights"}
ARENA = METHODS.Arena(
    METHODS.TRAINING.LUNAR_LANDER,
    numbers={
        "BC": (1, 5, 20, 100),
        "BC with noise": (5, 20),
        "DAgger": (0,),
        "GAIL": (20,),
        "PPO": (0,),
        "BC, then PPO": (20,),
    },
    num_iterations=LENGTH.num_iterations,
    ppo_every=15,
    num_episodes=50,
    max_film=400,
    dagger=LESSON.DAGGER,
    dagger_copies=LESSON.NUM_COPIES,
    dagger_every=4,
    adversarial=METHODS.as_long_as_ppo(JUDGED.adversarial, LENGTH),
    adversarial_every=8,
)


def learn(seed: int, method: str, number: int, setting: METHODS.Setting | None) -> dict:
    """One training; its rows on the board and its film."""
    return METHODS.learn(ARENA, method, number, seed, setting)


def run() -> dict:
    """All entries of the board."""
    settings = {number: METHODS.chosen("elsewhere_pilot_lander", arm) for number, arm in ARMS.items()}
    return METHODS.board(ARENA, METHODS.SEEDS, settings, learn)
