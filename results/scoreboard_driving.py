"""Lesson 10: every method on Driving, by number of demonstrations and by steps of training.

Settings: lesson 02's clones, lesson 03's shaken hand, lesson 04's DAgger (`own_states`); GAIL and AIRL of
`adversarial`; PPO of `fine_tuning_pilot`, from nothing and from clones, each with the settings found for it.

Not computed: 100 demonstrations where training goes on after them, since clones of 20 drive like the expert.
One seed takes 140 s of one core, all of them 37 minutes.
"""

from pathlib import Path

from course_tools.records.scripts import load_script
from ilrl_course.envs import DRIVING
from ilrl_course.storage.files import load_results

METHODS = load_script(Path(__file__).parent / "shared", "methods")
JUDGED = load_script(Path(__file__).parent, "adversarial").ARENAS["Driving"]
LABELED = load_script(Path(__file__).parent, "own_states").SETTINGS["Driving"]
PILOT = load_script(Path(__file__).parent, "fine_tuning_pilot")

CHOSEN = load_results("fine_tuning_pilot")["chosen"]
ARMS = {0: "from nothing", 1: "1 drive", 5: "5 drives", 20: "20 drives"}
ARENA = METHODS.Arena(
    DRIVING,
    numbers={
        "BC": (1, 5, 20, 100),
        "BC with noise": (1, 5, 20, 100),
        "DAgger": (0, 1, 5, 20),
        "GAIL": (1, 5, 20),
        "AIRL": (1, 5, 20),
        "PPO": (0,),
        "BC, then PPO": (1, 5, 20),
    },
    dagger=LABELED[3],
    dagger_copies=LABELED[1],
    adversarial=JUDGED.adversarial,
    hidden=JUDGED.hidden,
    adversarial_every=8,
    ppo={
        number: PILOT.Setting(**CHOSEN[arm]).config(warm_up=PILOT.WARM_UP if number else 0)
        for number, arm in ARMS.items()
    },
    ppo_copies=PILOT.NUM_CARS,
    ppo_every=5,
)


def learn(seed: int, method: str, number: int) -> dict:
    """One training; its rows on the board and its film."""
    return METHODS.learn(ARENA, method, number, seed)


def run() -> dict:
    """All entries of the board."""
    return METHODS.board(ARENA, learn)
