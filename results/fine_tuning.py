"""Lesson 08: from demonstrations to PPO on Driving; what makes it work, how fast it is, and how safe.

Every arm has the settings that `fine_tuning_pilot` found best for it, and every tie the weight that
`ties_pilot` found. With traffic, the arms have the settings of the empty road.
"""

from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.measures.evaluation import reference_scores
from ilrl_course.notebook.claims import plan
from ilrl_course.storage.files import load_results

TIED = load_script(Path(__file__).parent, "ties_pilot")
PILOT = TIED.PILOT

SEEDS = list(plan("whole training on the road").seeds)
ABLATION_SEEDS = SEEDS[:16]
EARLY = 50_000  # env steps
TRAFFIC = {"traffic": 1}
ARMS = {name: (name, {}) for name in PILOT.ARMS}
ARMS |= {f"{name}, traffic": (name, TRAFFIC) for name in ("from nothing", "20 drives")}
WIDE, WARM = {"exploration_std": 0.15}, {"warm_up": PILOT.WARM_UP}
DEMOS, CLONE_POLICY, POLICY_CLONE = TIED.TIES


def variants() -> dict[str, dict]:
    """What differs from a beginner's treatment, by the name of the variant."""
    weights = load_results("ties_pilot")["chosen"]
    small = {"learning_rate": TIED.beginners_setting().learning_rate / 4}
    ties = {tie: {"tie": tie, "imitation_coef": weights[tie]} for tie in TIED.TIES}
    parts = {"wider exploration": WIDE, "critic warm-up": WARM, "smaller steps": small}
    parts |= {"demonstrations": ties[DEMOS]}
    others = {
        CLONE_POLICY: ties[CLONE_POLICY],
        POLICY_CLONE: ties[POLICY_CLONE],
        "raw advantages": {"normalize_advantages": False},
        "target KL": {"target_kl": 0.02},
        "leash": {"leash": 0.02},
    }
    every = {name: value for part in parts.values() for name, value in part.items()}
    found = {"naive": {}}
    found |= {f"naive + {name}": changes for name, changes in (parts | others).items()}
    found["all"] = every
    for name, part in parts.items():
        found[f"all - {name}"] = {key: value for key, value in every.items() if key not in part}
    return found


def learn(seed: int, arm: str, options: dict, setting: dict) -> list[dict[str, float]]:
    """One training of an arm, with the setting that was found for it; its examinations."""
    return PILOT.learn(seed, PILOT.ARMS[arm], PILOT.Setting(**setting), options)


def treat(seed: int, changes: dict) -> list[dict[str, float]]:
    """Fine-tuning a clone of twenty drives as a beginner is treated, but for these changes."""
    changes = {"tie": None} | changes
    apart = {name: changes.pop(name) for name in ("tie", "warm_up", "leash") if name in changes}
    return TIED.learn(seed, changes=changes, **apart)


def columns(runs: list[list[dict[str, float]]]) -> dict[str, list]:
    """From rows of each seed to one table (seeds, examinations) for each quantity."""
    return {name: np.round([[row[name] for row in run] for run in runs], 4).tolist() for name in runs[0][0]}


def compared(arms: dict[str, dict[str, list]]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of every planned comparison."""
    low, high = (reference_scores("Driving")[name] for name in ("random", "expert"))

    def score(arm: str, rows=slice(None)) -> np.ndarray:
        return (100 * (np.array(arms[arm]["return"]) - low) / (high - low))[:, rows].mean(axis=1)

    def accidents(arm: str) -> np.ndarray:
        return np.array(arms[arm]["off_road"])[:, -1] + np.array(arms[arm]["collisions"])[:, -1]

    early = slice(int(np.sum(np.array(arms["20 drives"]["env_steps"])[0] <= EARLY)))
    first, last = slice(0, 1), slice(-1, None)
    drives = {"one drive": "1 drive", "five drives": "5 drives", "twenty drives": "20 drives"}
    found = {
        "head start on the road": (score("20 drives", early), score("from nothing", early)),
        "whole training on the road": (score("20 drives"), score("from nothing")),
        "improvement on five drives": (score("5 drives", last), score("5 drives", first)),
        "improvement on twenty drives": (score("20 drives", last), score("20 drives", first)),
        "speed in traffic": (score("20 drives, traffic"), score("from nothing, traffic")),
        "safety in traffic": (accidents("from nothing, traffic"), accidents("20 drives, traffic")),
    }
    return found | {
        f"departures, {name}": (accidents("from nothing"), accidents(arm)) for name, arm in drives.items()
    }


def run() -> dict:
    """All arms and all variants, for all their seeds, and the planned comparisons."""
    chosen = load_results("fine_tuning_pilot")["chosen"]
    trained = {
        name: columns(run_seeds(learn, SEEDS, arm=arm, options=options, setting=chosen[arm]))
        for name, (arm, options) in ARMS.items()
    }
    ablation = {
        name: columns(run_seeds(treat, ABLATION_SEEDS, changes=changes))
        for name, changes in variants().items()
    }
    arms = {name: plan(name).recorded(*both) for name, both in compared(trained).items()}
    return {
        "seeds": SEEDS,
        "ablation_seeds": ABLATION_SEEDS,
        "variants": variants(),
        "trained": trained,
        "ablation": ablation,
        "arms": arms,
    }
