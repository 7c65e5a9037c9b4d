"""Verdicts of lessons whose comparisons are a family of their own: lesson 11 and those after it.

As in `verdicts`, which speaks of the family at home, and by the same rule, which corrects within a family.
"""

import numpy as np

from ilrl_course.measures.evidence import Judged, combine
from ilrl_course.measures.rehearsal import is_rehearsal
from ilrl_course.notebook import journal
from ilrl_course.notebook.claims import CLAIMS, PLANS, plan
from ilrl_course.notebook.verdicts import judgements
from ilrl_course.storage.my_work import folder


def family_of(lesson: str) -> str:
    """The family of a lesson's comparisons; raises ValueError where none, or more than one, is planned."""
    families = {planned.family for planned in PLANS if planned.lesson == lesson}
    if len(families) != 1:
        raise ValueError(
            f"lesson {lesson!r} has comparisons of {len(families)} families, where one is expected"
        )
    return families.pop()


def judged_parts(claim_id: str, family: str) -> dict[str, list[Judged]]:
    """What the recorded runs of a family say about a claim: comparisons by the part that they test."""
    found: dict[str, list[Judged]] = {}
    for one in judgements(family).values():
        if one.planned.claim == claim_id:
            found.setdefault(one.planned.half, []).append(one)
    return found


def verdict(claim_id: str, lesson: str) -> None:
    """Print and keep what a lesson's recorded runs say about a claim, one part of it after the other.

    The first line of each part holds no digits but the claim's, so that it can be compared between machines.
    Raises ValueError where the lesson tests no such claim, or has no recorded runs.
    """
    found = {
        part: judged
        for part, those in judged_parts(claim_id, family_of(lesson)).items()
        if (judged := [one for one in those if one.planned.lesson == lesson])
    }
    if not found:
        raise ValueError(f"no comparison about {claim_id} is recorded for lesson {lesson}")
    for part, judged in found.items():
        outcome, sentence = combine(judged), CLAIMS[claim_id].parts.get(part, CLAIMS[claim_id].text)
        print(f"Verdict {claim_id} {outcome}: {sentence.removesuffix('.')}.")
        lines = [f"{one.planned.name}: {one}" for one in judged]
        for line, one in zip(lines, judged, strict=True):
            print(f"  {line} – {one.outcome}")
        seeds = judged[0].planned.num_seeds
        _keep(claim_id, outcome, sentence, "; ".join(lines), seeds, lesson, part)


def _keep(*record) -> None:
    if is_rehearsal():
        return
    try:
        journal.record_verdict(*record)
    except OSError as error:
        print(
            f"It could not be kept for later ({error}). Is {folder()} yours to write, and the disk not full?"
        )


def live_sign(name: str, more: np.ndarray, less: np.ndarray) -> None:
    """Print whether the runs of this notebook, (n,) each, differ in the direction of the recorded ones."""
    planned = plan(name)
    recorded = judgements(planned.family)[name].effect.difference
    live = float(np.mean(more) - np.mean(less))
    agrees = "the same direction as" if live * recorded > 0 else "another direction than"
    print(f"{name}: {live:+.3g} in {len(more)} runs here, {agrees} in the recorded runs")
    print(f'  ({planned.quantity}: "{planned.more}" minus "{planned.less}")')
