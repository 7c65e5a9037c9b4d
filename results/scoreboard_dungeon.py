"""Lesson 10: every method in the Dungeon, by number of demonstrations and by steps of training.

Games are learned in 800 layouts and examined in 200 others; the secret passage is open. Settings: lesson 02's
clones, lesson 04's DAgger (`own_states`), lesson 05's MaxEnt IRL, the only method that is told the layouts'
tables; PPO of `dungeon_pilot`, from nothing and from clones. It was tuned for clones of 5 and of 100 games:
those of 1 and of 20 have the settings of the next larger number. GAIL and AIRL are those of `adversarial`,
where each learned in a single layout; here they have as many steps as PPO. No earlier record shakes the
expert's hand in a world of discrete actions: 3 moves in 10 are drawn at random, after the 0.3 of lesson 03.

In examinations actions are drawn, as in lesson 09 and in its pilot: a learner that always takes the likeliest
one may walk into the same wall for good. (On a pilot seed, none of five learners did worse for it.)

Nothing is left out. One seed takes 260 s of one core, all of them 70 minutes.
"""

from dataclasses import replace
from pathlib import Path

from course_tools.records.scripts import load_script
from ilrl_course.envs import DUNGEON
from ilrl_course.storage.files import load_results

METHODS = load_script(Path(__file__).parent / "shared", "methods")
JUDGED = load_script(Path(__file__).parent, "adversarial").ARENAS["Dungeon"]
LABELED = load_script(Path(__file__).parent, "own_states").SETTINGS["Dungeon"]
PILOT = load_script(Path(__file__).parent, "dungeon_pilot")

PLACE = "open"
CHOSEN = load_results("dungeon_pilot")["places"][PLACE]
ARMS = {0: "no games", 1: "5 games", 5: "5 games", 20: "100 games", 100: "100 games"}
STEPS = PILOT.PLACES[PLACE].num_iterations * PILOT.PLACES[PLACE].num_steps  # of each copy that PPO has
NUM_ITERATIONS = STEPS // JUDGED.adversarial.num_steps  # the judges have as many copies
ARENA = METHODS.Arena(
    DUNGEON,
    numbers={
        "BC": (1, 5, 20, 100),
        "BC with noise": (1, 5, 20, 100),
        "DAgger": (0, 1, 5, 20, 100),
        "MaxEnt IRL": (1, 5, 20, 100),
        "GAIL": (1, 5, 20, 100),
        "AIRL": (1, 5, 20, 100),
        "PPO": (0,),
        "BC, then PPO": (1, 5, 20, 100),
    },
    dagger=LABELED[3],
    dagger_copies=LABELED[1],
    adversarial=replace(JUDGED.adversarial, num_iterations=NUM_ITERATIONS),
    hidden=JUDGED.hidden,
    adversarial_every=20,
    ppo={
        number: PILOT.configure(
            PILOT.PLACES[PLACE], PILOT.Setting(**CHOSEN[arm]["chosen"]), PILOT.WARM_UP if number else 0
        )
        for number, arm in ARMS.items()
    },
    ppo_copies=PILOT.NUM_COPIES,
    ppo_every=5,
    updates_before_ppo=200,
    draws_actions=True,
)


def learn(seed: int, method: str, number: int) -> dict:
    """One training; its rows on the board and its film."""
    return METHODS.learn(ARENA, method, number, seed)


def run() -> dict:
    """All entries of the board."""
    return METHODS.board(ARENA, learn)
