"""Lesson 13 on three pilot seeds: as many settings for every arm, and which one is best.

The criterion, fixed beforehand, is the scripted reader's own taste, which nobody could ask for in practice,
and which is known here: every arm is tuned by it, so none is favored. Each comparison takes the setting that
is best by what is compared: the lines at the "end" of the training, or those over the "whole" of it. PPO and
DPO have twelve settings for each number of choices, best-of-n has ten. Judges have the settings that
`text_judges` found best.

With "no tie", "strong tie" and "from nothing" (PPO that does not start from the imitator), the learning rate
and the block's length are tuned, that is, the number of iterations at given steps; with a "tie" its weight,
too. Which one is better over the whole training, the imitator or PPO without a tie, is settled here: that end
the mixture has to beat.

Measured on one core (CPU time): a training by PPO takes 6 s with its examinations, one by DPO 2 to 4 s, what
a run begins with (imitator, choices, judge) 6 s and, with 10,000 choices, twice that; 360 trainings by PPO
and 108 by DPO, 50 minutes in all. A shard is a seed with all twelve settings of an arm, 80 s.
"""

from dataclasses import asdict
from itertools import product
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds

SAMPLING = load_script(Path(__file__).parent / "text", "sampling")
TRAINING, BEGINNINGS = SAMPLING.TRAINING, SAMPLING.BEGINNINGS
Judge, Tied, Direct = BEGINNINGS.Judge, TRAINING.Tied, TRAINING.Direct

SEEDS = [6100, 6101, 6102]
NUMBERS_OF_CHOICES = {f"{number} choices": number for number in (100, 1000, 10_000)}  # by who pays
READER = "the reader itself"
STRONG = 1.0  # beta
NUMBERS = tuple(2**power for power in range(1, 11))  # n of best-of-n
ENDS = ("end", "whole")


def alone(beta: float, starts: str = "imitator") -> tuple:
    """Twelve settings of PPO with one weight of the tie."""
    return tuple(Tied(beta, *way, starts) for way in product((1e-4, 3e-4, 1e-3, 3e-3), (16, 32, 64)))


TIES = tuple(Tied(*way) for way in product((0.1, 0.3, 1.0), (1e-3, 3e-3), (16, 64)))
DIRECT = tuple(Direct(*way) for way in product((0.1, 0.3, 1.0), (3e-4, 1e-3), (100, 400)))
ARMS = {name: {"tie": TIES, "no tie": alone(0.0), "DPO": DIRECT} for name in NUMBERS_OF_CHOICES}
ARMS["1000 choices"]["strong tie"] = alone(STRONG)
ARMS[READER] = {
    "no tie": alone(0.0),
    "strong tie": alone(STRONG),
    "from nothing": alone(0.0, starts="nothing"),
}


def judges() -> dict[str, Judge]:
    """Judges that learn, by who pays."""
    tuned = BEGINNINGS.tuned_judges()
    return {name: tuned[number] for name, number in NUMBERS_OF_CHOICES.items()}


def tried(seed: int, judge, settings: tuple) -> list[tuple[float, float, float]]:
    """The reader's taste of each setting's lines: at the end, over the whole training, and before it."""
    tastes = [[row["taste"] for row in rows] for rows in TRAINING.learn(seed, judge, settings)]
    return [(taste[-1], float(np.mean(taste)), taste[0]) for taste in tastes]


def tuned(judge, settings: tuple) -> dict:
    """Tastes (settings, seeds) at the end and over the whole training, and the best setting by each."""
    found = np.array(run_seeds(tried, SEEDS, judge=judge, settings=settings))  # (seeds, settings, 3)
    report = {"settings": [asdict(setting) for setting in settings]}
    for place, by in enumerate(ENDS):
        best = int(found[..., place].mean(axis=0).argmax())
        report[by] = {
            "taste": found[..., place].T.round(3).tolist(),
            "chosen": asdict(settings[best]),
            "best": float(found[..., place].mean(axis=0)[best]),
        }
    return report | {"before": float(found[..., 2].mean())}


def best_number(judge) -> dict:
    """The reader's taste of the best of n (n, seeds), and the best n."""
    runs = run_seeds(SAMPLING.sampled, SEEDS, judge=judge, numbers=NUMBERS, betas=(STRONG,))
    taste = np.array([run["best of n"]["taste"] for run in runs]).T
    chosen = NUMBERS[int(taste.mean(axis=1).argmax())]
    return {"n": NUMBERS, "taste": taste.round(3).tolist(), "chosen": chosen}


def to_beat(arms: dict) -> str:
    """The better end of a mixture over the whole training."""
    return "no tie" if arms["no tie"]["whole"]["best"] > arms["no tie"]["before"] else "imitator"


def run() -> dict:
    """What was tried with each arm, what is chosen, and which end a mixture has to beat.

    "arms tuned": by who pays and arm, the "settings", and under "end" and "whole" each one's taste
    (settings, seeds) and the one "chosen"; "best of n": by who pays; "to beat": by the judge.
    """
    learned = judges()
    all_judges = learned | {READER: Judge()}
    found = {
        name: {arm: tuned(all_judges[name], settings) for arm, settings in arms.items()}
        for name, arms in ARMS.items()
    }
    return {
        "seeds": SEEDS,
        "arms tuned": found,
        "best of n": {name: best_number(judge) for name, judge in learned.items()},
        "to beat": {name: to_beat(found[name]) for name in learned},
    }
