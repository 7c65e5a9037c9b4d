"""What random actions and the demonstrators score with the arm, as it was recorded."""

import json
from pathlib import Path

# In a folder of its own: what lies beside a module is part of the hash of all that reach it.
RECORD = Path(__file__).parent / "recorded" / "reference_scores.json"  # by `course.py results`


def reference_scores() -> dict[str, float]:
    """Mean returns of `random`, `expert`, `weak` and `biased` on fresh episodes, as they were recorded."""
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))["scores"]
    return {actor: score["mean_return"] for actor, score in recorded.items()}
