"""PPO from scratch on Lunar Lander: ours, and Stable-Baselines3's as its own makers tuned it."""

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
ZOO = {  # of RL Baselines3 Zoo, for 16 copies
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
    "SB3's tuned settings are those of RL Baselines3 Zoo. Ours are the best of eight for lesson 11's PPO "
    "from nothing, on seeds 0 to 2 of `results/elsewhere_pilot_lander.py`, by the mean over a training of "
    "307,200 env steps; they were not tuned for seconds. Our settings with SB3: the same algorithm with the "
    "same numbers, so that what remains is the speed of the code; seconds per 1,000 steps tell it best.",
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
    ours, *others = [PPO._row(NAME, method, runs, GOAL) for method, runs in outcomes.items()]
    return {
        "title": (
            "PPO until Lunar Lander is solved, networks 64-64 tanh, one thread; medians and ranges of "
            f"{len(SEEDS)} seeds"
        ),
        "rows": [ours, *others],
        "speedup": {row["method"]: row["seconds"] / ours["seconds"] for row in others},
        "notes": [*NOTES, f"Measured: Stable-Baselines3 {version}." if version else PEER.NOT_MEASURED],
    }


def contestants(python: str | None) -> dict[str, Callable[[int], SHARED.Outcome]]:
    """Method to training run, by seed; ours is the first."""
    found = {"this course": partial(PPO._ours, NAME, config())}
    if python:
        found["SB3, its tuned settings"] = partial(sb3, python, ZOO)
        ours = PEER.as_settings(config(), SHARED.TASKS[NAME].num_envs)
        found["SB3, our settings"] = partial(sb3, python, ours)
    return found


def sb3(python: str, settings: dict, seed: int) -> SHARED.Outcome:
    """A training by Stable-Baselines3."""
    run = {"task": NAME, "seed": seed, "warm_up_seed": PPO.WARM_UP_SEED}
    return SHARED.Outcome(**PEER.run_peer(python, "sb3_lander.py", {}, settings | run))
