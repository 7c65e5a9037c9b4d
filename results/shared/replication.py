"""A comparison for which the rule of verdicts has no words: eight seeds, which may agree or disagree."""

from collections.abc import Sequence

import numpy as np

from ilrl_course.measures.seeds import confidence_interval

COLUMNS = ("claim", "half", "quantity", "more", "less")


def described(what: Sequence[str], more: np.ndarray, less: np.ndarray) -> dict:
    """What is compared (COLUMNS), both arms (seeds,), their mean difference, how many seeds have its sign."""
    differences = np.subtract(more, less)
    same = np.sign(differences) == np.sign(differences.mean())
    return dict(zip(COLUMNS, what, strict=True)) | {
        "values": {"more": np.round(more, 4).tolist(), "less": np.round(less, 4).tolist()},
        "difference": float(differences.mean()),
        "interval": confidence_interval(differences),
        "seeds with its sign": int(same.sum()),
    }
