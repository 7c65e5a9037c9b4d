"""What a student leaves behind: predictions and verdicts, as small JSON files in the folder `my_work/`."""

import re
from typing import Any

from ilrl_course.measures.rehearsal import NUM_SEEDS, is_rehearsal
from ilrl_course.notebook.claims import CLAIMS
from ilrl_course.storage import kept
from ilrl_course.storage.my_work import folder

ANSWERS = ("holds", "only sometimes", "does not hold", "not sure")  # what a prediction may be
OUTCOMES = "'holds', 'holds only when <condition>' or 'does not hold here'"
MIN_SEEDS = 8


def save_predictions(predictions: dict[str, str]) -> None:
    """Store what the student believes: claim id -> one of `ANSWERS`; replaces what was stored before."""
    for claim_id, answer in predictions.items():
        _check_claim(claim_id)
        if answer not in ANSWERS:
            raise ValueError(f"{answer!r} is not a prediction for {claim_id}: choose one of {ANSWERS}")
    kept.write(folder() / "predictions.json", dict(predictions), _are_predictions)


def load_predictions() -> dict[str, str]:
    """What the student believed: claim id -> one of `ANSWERS`; empty before the first prediction."""
    return kept.read(folder() / "predictions.json", _are_predictions) or {}


def decide(low: float, high: float) -> str:
    """The outcome that an interval [low, high] of an effect supports, by the earlier rule.

    "holds" if the whole interval lies above 0; positive is what the claim says. Otherwise "does not hold
    here", which is also the answer when the data cannot tell.
    """
    if not low <= high:  # also catches NaN
        raise ValueError(f"[{low}, {high}] is not an interval: pass its lower end first, and no NaN")
    return "holds" if low > 0 else "does not hold here"


def verdict(
    claim_id: str, outcome: str, sentence: str, *, effect: str, seeds: int, lesson: str | None = None
) -> None:
    """Print and record a verdict by the earlier rule, for notebooks that were begun with it, as two lines.

    That rule looked at one interval; `verdicts.verdict` follows the present one. The first line holds no
    digits but the claim's, so that it can be compared between machines. `sentence` says what was tested,
    `effect` what was measured, with its interval. A claim tested in several lessons keeps one verdict for
    each `lesson`, such as "03".
    """
    _check_claim(claim_id)
    conditional = outcome.startswith("holds only when ") and len(outcome) > len("holds only when ")
    if outcome not in ("holds", "does not hold here") and not conditional:
        raise ValueError(f"{outcome!r} is not an outcome: choose {OUTCOMES}")
    line = f"{outcome}: {sentence.strip()}"
    if not sentence.strip() or not line.isprintable() or any(letter.isdigit() for letter in line):
        raise ValueError(
            f"the verdict must be one line without digits, but is {line!r}: put numbers in effect"
        )
    if not effect.isprintable() or not any(letter.isdigit() for letter in effect):
        raise ValueError(f"effect is {effect!r}: give one line with the measured effect and its interval")
    if seeds < MIN_SEEDS:
        raise ValueError(f"a verdict rests on at least {MIN_SEEDS} seeds, but here are {seeds}: train more")
    line = f"Verdict {claim_id} (earlier rule) {line}"
    if is_rehearsal():
        print(f"{line}\n(A rehearsal, with {NUM_SEEDS} seeds: this says nothing.)")
        return
    print(f"{line}\nMeasured: {effect} ({seeds} seeds)")
    try:
        record_verdict(claim_id, outcome, sentence.strip(), effect, seeds, lesson)
    except OSError as error:
        print(
            f"It could not be kept for later ({error}). Is {folder()} yours to write, and the disk not full?"
        )


def record_verdict(
    claim_id: str,
    outcome: str,
    sentence: str,
    effect: str,
    seeds: int,
    lesson: str | None = None,
    half: str = "",
) -> None:
    """Store a verdict; a file for each part of a claim and lesson, so that notebooks may run side by side."""
    _check_claim(claim_id)
    if lesson is not None and not re.fullmatch(r"\d\d[a-z]?", lesson):
        raise ValueError(
            f"lesson is {lesson!r}: two digits, and perhaps a letter, are expected: '03' or '06b'"
        )
    record = {"claim": claim_id, "lesson": lesson, "outcome": outcome, "sentence": sentence}
    record |= {"effect": effect, "seeds": int(seeds)} | ({"half": half} if half else {})
    name = "-".join(part for part in (claim_id, half, lesson) if part)
    kept.write(folder() / "verdicts" / f"{name}.json", record, _is_verdict)


def load_verdicts() -> dict[str, list[dict[str, Any]]]:
    """All recorded verdicts: claim id -> its verdicts by lesson; claims without one are absent."""
    paths = sorted((folder() / "verdicts").glob("C*.json"))
    records = [record for path in paths if (record := kept.read(path, _is_verdict))]
    found = {claim_id: [r for r in records if r["claim"] == claim_id] for claim_id in CLAIMS}
    return {claim_id: verdicts for claim_id, verdicts in found.items() if verdicts}


def _check_claim(claim_id: str) -> None:
    if claim_id not in CLAIMS:
        raise ValueError(f"there is no claim {claim_id!r}: the claims are {', '.join(CLAIMS)}")


def _are_predictions(stored: Any) -> bool:
    return isinstance(stored, dict) and all(c in CLAIMS and a in ANSWERS for c, a in stored.items())


def _is_verdict(stored: Any) -> bool:
    fields = {"claim", "lesson", "outcome", "sentence", "effect", "seeds"}
    texts = ("claim", "outcome", "sentence", "effect")
    has_fields = isinstance(stored, dict) and stored.keys() - {"half"} == fields and stored["claim"] in CLAIMS
    return has_fields and all(isinstance(stored[name], str) for name in texts)
