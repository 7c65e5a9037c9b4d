"""What the imitator's lines tell without a training: the best of n, and the best that a tie allows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.best_of_n import best_of_n, best_of_n_kl
from ilrl_course.envs.text.alphabet import lines_of
from ilrl_course.envs.text.tastes import melodious

TRAINING = load_script(Path(__file__).parent, "training")
BEGINNINGS = TRAINING.BEGINNINGS

NUM_LINES = 4096


def sampled(seed: int, judge, numbers: Sequence[int], betas: Sequence[float]) -> dict[str, dict[str, list]]:
    """What the judge chooses among the imitator's lines: "best of n", by n, and "tied", by beta."""
    imitator = BEGINNINGS.imitate(seed)
    pairs = BEGINNINGS.choices_for(judge, imitator, seed) if judge.num_choices else None
    pay = BEGINNINGS.pay_of(judge, pairs, imitator, seed)
    lines = lines_of(BEGINNINGS.written_by(imitator, NUM_LINES, seed, "sampled lines"))
    taste = melodious(lines)
    values = {"taste": taste, "reward": pay(lines), "novel": taste > TRAINING.BEST_OF_CORPUS}
    values = {name: torch.from_numpy(np.asarray(value, dtype=np.float64)) for name, value in values.items()}
    best = {name: [best_of_n(values["reward"], value, n) for n in numbers] for name, value in values.items()}
    best["kl"] = [best_of_n_kl(n) for n in numbers]
    tied = [reweighted(values, beta) for beta in betas]
    return {"best of n": best, "tied": {name: [row[name] for row in tied] for name in tied[0]}}


def reweighted(values: dict[str, torch.Tensor], beta: float) -> dict[str, float]:
    """What the best policy under a tie writes: the imitator's lines, weighted by exp(reward / beta).

    That policy is known (see Rafailov et al. 2023): where PPO falls short of it, the tie is not to blame.
    "lines" is how many lines this really rests on (Kish's effective sample size): few where the tie is weak.
    """
    weights = (values["reward"] / beta).softmax(0)  # (lines,)
    kl = (weights * (weights * len(weights)).clamp_min(1e-300).log()).sum()
    means = {name: float((weights * value).sum()) for name, value in values.items()}
    return means | {"kl": float(kl), "lines": float(1 / weights.square().sum())}
