"""Lesson 10: every method on CartPole, by number of demonstrations and by steps of training.

Settings: lesson 02's clones; lesson 04's DAgger (`own_states`); GAIL and AIRL of `adversarial`; PPO of the
benchmark. No earlier record shakes the expert's hand here, where actions are discrete, or fine-tunes a clone:
3 pushes in 10 are drawn at random, after the 0.3 of lesson 03; PPO keeps its settings after cloning, and its
first iterations warm the critic up, as many as are usual.

Not computed: 100 demonstrations where training goes on after them, since clones of 5 balance to the end. One
seed takes 50 s of one core, all of them 13 minutes.
"""

from dataclasses import replace
from pathlib import Path

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.finetune import FinetuneConfig
from ilrl_course.envs import CARTPOLE

METHODS = load_script(Path(__file__).parent / "shared", "methods")
JUDGED = load_script(Path(__file__).parent, "adversarial").ARENAS["CartPole"]
LABELED = load_script(Path(__file__).parent, "own_states").SETTINGS["CartPole"]
ALONE = load_script(Path(__file__).parents[1] / "benchmarks", "ppo").CONFIGS["CartPole"]

FROM_NOTHING = FinetuneConfig(**vars(ALONE), num_warmup_iterations=0)
WARM_UP = FinetuneConfig.num_warmup_iterations
FROM_CLONE = replace(
    FROM_NOTHING, num_warmup_iterations=WARM_UP, num_iterations=FROM_NOTHING.num_iterations - WARM_UP
)
ARENA = METHODS.Arena(
    CARTPOLE,
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
    adversarial_every=4,
    ppo={0: FROM_NOTHING, 1: FROM_CLONE, 5: FROM_CLONE, 20: FROM_CLONE},
    ppo_copies=8,
    ppo_every=10,
    film_options={"max_episode_steps": 400},  # see `films`
)


def learn(seed: int, method: str, number: int) -> dict:
    """One training; its rows on the board and its film."""
    return METHODS.learn(ARENA, method, number, seed)


def run() -> dict:
    """All entries of the board."""
    return METHODS.board(ARENA, learn)
