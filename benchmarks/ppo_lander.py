"""PPO from scratch on Lunar Lander, ours and Stable-Baselines3's, each with both of two settings."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from course_tools.records.scripts import load_script
from course_tools.workplace import CourseError
from ilrl_course.algorithms.ppo import PPOConfig
from ilrl_course.envs.elsewhere import LUNAR_LANDER
from ilrl_course.storage.files import load_results

PPO = load_script(Path(__file__).parent, "ppo")
LANDER = load_script(Path(__file__).parent / "peers", "lander_task")
PEER, SHARED = PPO.PEER, PPO.SHARED
NAME, GOAL = LANDER.NAME, LANDER.GOAL
LANDER.added_to(SHARED.TASKS)

SEEDS = range(3)
OURS, ZOO = "lesson 11's settings", "the Zoo's settings"
ZOO_CONFIG = PPOConfig(  # the Zoo's numbers; here the learning rate falls
    num_iterations=64,
    num_steps=1024,
    num_epochs=4,
    minibatch_size=64,
    learning_rate=3e-4,
    gamma=0.999,
    gae_lambda=0.98,
    ent_coef=0.01,
)
ZOO_OF_SB3 = {  # of RL Baselines3 Zoo, for 16 copies; the learning rate is constant, SB3's default
    "max_env_steps": 1_048_576,  # the end of the block in which its million ends
    "constant": {
        "n_steps": 1024,
        "batch_size": 64,
        "gae_lambda": 0.98,
        "gamma": 0.999,
        "n_epochs": 4,
        "ent_coef": 0.01,
    },
    "falling": {},
}
NOTES = [
    f"The goal: a mean return of {GOAL:.0f}, from which on Gymnasium calls the world solved, over 100 fresh "
    "episodes; asked after every 32,768 env steps, each time on new episodes, the same for all methods. Who "
    "misses the goal is counted with all of its steps.",
    "Counted: seconds of acting and learning. Not counted: evaluation, start of the process, a short run "
    "before the first.",
    "The Zoo's settings are those that SB3's makers publish in RL Baselines3 Zoo. Lesson 11's are the best "
    "of eight for its PPO from nothing, on seeds 0 to 2 of `results/elsewhere_pilot_lander.py`, by the mean "
    "over a training of 307,200 env steps; nobody tuned them for this goal, or for seconds.",
    "Each code runs with both: the same algorithm with the same numbers, so that what remains is the speed "
    "of the code; seconds per 1,000 steps tell it best, since steps differ by chance. One difference: the "
    "Zoo's learning rate is constant with SB3, and falls to 0 over the million steps with ours.",
    "A first race, of lesson 11's settings alone against the Zoo's with SB3, went to SB3: it solved the "
    "world in 3 of 3 runs, in 65 s and 590,000 steps, and we in 1 of 3. The Zoo's settings with our code "
    "were added after it.",
    "All act in the same 16 copies, one after the other in Box2D, which has no batched form.",
]

add_arguments = PEER.add_arguments


def config() -> PPOConfig:
    """The settings of lesson 11, for a million env steps at most."""
    chosen = load_results("elsewhere_pilot_lander")["arms tuned"]["from nothing"]["chosen"]
    names = ("learning_rate", "gamma", "ent_coef")
    return PPOConfig(
        num_iterations=512,
        num_steps=128,
        num_epochs=4,
        minibatch_size=512,
        gae_lambda=0.98,
        **{name: chosen[name] for name in names},
    )


def run(arguments) -> dict:
    """Train with every contestant on each seed, in turn; report medians and ranges."""
    if LUNAR_LANDER.missing:
        raise CourseError(LUNAR_LANDER.missing)
    version = PEER.sb3_version(arguments.sb3_python) if arguments.sb3_python else None
    SHARED.prepare()
    PPO._ours(NAME, replace(config(), num_iterations=2), PPO.WARM_UP_SEED)
    outcomes = PPO.RACE.race(NAME, contestants(arguments.sb3_python), SEEDS)
    rows = {method: PPO._row(NAME, method, runs, GOAL) for method, runs in outcomes.items()}
    return {
        "title": (
            "PPO until Lunar Lander is solved, networks 64-64 tanh, one thread; medians and ranges of "
            f"{len(SEEDS)} seeds"
        ),
        "rows": list(rows.values()),
        "speedup": speedup(rows) if version else {},
        "notes": [*NOTES, f"Measured: Stable-Baselines3 {version}." if version else PEER.NOT_MEASURED],
    }


def speedup(rows: dict[str, dict]) -> dict[str, float]:
    """How many times as long SB3 takes, for a step with the same settings and until the end of a training."""
    return {
        f"{column}, {settings}": rows[f"SB3, {settings}"][column] / rows[f"this course, {settings}"][column]
        for column in ("seconds per 1,000 steps", "seconds")
        for settings in (ZOO, OURS)
    }


def contestants(python: str | None) -> dict[str, Callable[[int], SHARED.Outcome]]:
    """Method to training run, by seed."""
    of_sb3 = {ZOO: ZOO_OF_SB3, OURS: PEER.as_settings(config(), SHARED.TASKS[NAME].num_envs)}
    found = {}
    for settings, ours in ((ZOO, ZOO_CONFIG), (OURS, config())):
        found[f"this course, {settings}"] = partial(PPO._ours, NAME, ours)
        if python:
            found[f"SB3, {settings}"] = partial(sb3, python, of_sb3[settings])
    return found


def sb3(python: str, settings: dict, seed: int) -> SHARED.Outcome:
    """A training by Stable-Baselines3."""
    run = {"task": NAME, "seed": seed, "warm_up_seed": PPO.WARM_UP_SEED}
    return SHARED.Outcome(**PEER.run_peer(python, "sb3_lander.py", {}, settings | run))
