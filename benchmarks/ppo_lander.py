"""PPO from scratch on Lunar Lander: ours, and Stable-Baselines3's as its own makers tuned it."""

from pathlib import Path

from course_tools.records.scripts import load_script
from course_tools.workplace import CourseError
from ilrl_course.algorithms.ppo import PPOConfig
from ilrl_course.envs.elsewhere import LUNAR_LANDER
from ilrl_course.storage.files import load_results

PPO = load_script(Path(__file__).parent, "ppo")
PEER, SHARED = PPO.PEER, PPO.SHARED

SEEDS = range(3)
NAME = LUNAR_LANDER.name
GOAL = SHARED.TASKS[NAME].goal
NOTES = [
    f"The goal: a mean return of {GOAL:.0f}, from which on Gymnasium calls the world solved, over 50 fresh "
    "episodes; asked after every 16,384 env steps, each time on new episodes, the same for all methods. Who "
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
    ours, *others = PPO.raced(NAME, config(), SEEDS, arguments.sb3_python)
    return {
        "title": (
            "PPO until Lunar Lander is solved, networks 64-64 tanh, one thread; medians and ranges of "
            f"{len(SEEDS)} seeds"
        ),
        "rows": [ours, *others],
        "speedup": {row["method"]: row["seconds"] / ours["seconds"] for row in others},
        "notes": [*NOTES, f"Measured: Stable-Baselines3 {version}." if version else PEER.NOT_MEASURED],
    }
