"""Verdicts on the claims: what the recorded runs say, by the one rule of `measures.evidence`."""

from functools import lru_cache

import numpy as np

from ilrl_course.measures.evidence import Judged, Planned, combine, decide, measure
from ilrl_course.measures.rehearsal import is_rehearsal
from ilrl_course.notebook import journal
from ilrl_course.notebook.claims import CLAIMS, PLANS, plan
from ilrl_course.storage import files
from ilrl_course.storage.my_work import folder

DIFFERENCE_OF = {"points": "points", "crashes": "crashes avoided"}  # by the unit of an effect


@lru_cache
def judgements(family: str = "home") -> dict[str, Judged]:
    """All measured comparisons of a family, judged together: by the plans' names.

    Raises ValueError where a record was made for another plan than today's.
    """
    plans = [planned for planned in PLANS if planned.family == family and has_run(planned)]
    return decide(plans, {planned.name: measure(planned, *recorded_arms(planned)) for planned in plans})


def has_run(planned: Planned) -> bool:
    """Are its runs recorded already? Where no results are at all, reading them says what to do."""
    if not files.RESULTS.is_dir():
        return True
    is_there = (files.RESULTS / f"{planned.record}.json").is_file()
    return is_there and planned.name in files.load_results(planned.record).get("arms", {})


def recorded_arms(planned: Planned) -> tuple[np.ndarray, np.ndarray]:
    """What the runs of both arms gave, (n,) each."""
    arms = files.load_results(planned.record)["arms"][planned.name]
    if arms["plan"] != planned.fingerprint:
        raise ValueError(
            f"results/{planned.record}.json was made for another plan than that of {planned.name!r}: "
            f"run `python3 course.py results {planned.record}`"
        )
    return np.array(arms["more"]), np.array(arms["less"])


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
    """Print and keep what the recorded runs of a lesson say about a claim, one part of it after the other.

    The first line of each part holds no digits but the claim's, so that it can be compared between machines.
    Raises ValueError where the lesson tests no such claim, or has no recorded runs.
    """
    found = {
        part: tested
        for part, judged in judged_parts(claim_id, family_of(lesson)).items()
        if (tested := [one for one in judged if one.planned.lesson == lesson])
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


def replication(claim_id: str, lesson: str, record: str = "other_ppo") -> None:
    """Print whether another library's PPO, from the same clones in the same worlds, points where ours does.

    The first line has no digits. Where only some comparisons have the sign of ours, it names the others.
    """
    found = files.load_results(record)
    those = {
        name: effect
        for name, effect in found["compared"].items()
        if (plan(name).claim, plan(name).lesson) == (claim_id, lesson)
    }
    if not those:
        raise ValueError(f"no comparison about {claim_id} in lesson {lesson} was replicated in {record}")
    others = [name for name, e in those.items() if e["difference"] * e["difference of our PPO"] <= 0]
    agrees = f"another sign in: {', '.join(others)}" if others else "the same sign in every comparison"
    print(f"With another PPO ({found['library'].split()[0]}) {agrees}.")
    for name, effect in those.items():
        (low, high), unit = effect["interval"], DIFFERENCE_OF[plan(name).unit]
        print(
            f"  {name}: {effect['difference']:+.3g} {unit} [{low:+.3g}, {high:+.3g}], "
            f"with ours {effect['difference of our PPO']:+.3g}; "
            f"{effect['seeds with its sign']} of {len(effect['more'])} seeds have the sign of ours"
        )


def live_sign(name: str, more: np.ndarray, less: np.ndarray) -> None:
    """Print whether the runs of this notebook, (n,) each, differ in the direction of the recorded ones."""
    planned = plan(name)
    recorded = judgements(planned.family)[name].effect.difference
    live = float(np.mean(more) - np.mean(less))
    agrees = "the same direction as" if live * recorded > 0 else "another direction than"
    print(f"{name}: {live:+.3g} in {len(more)} runs here, {agrees} in the recorded runs")
    print(f'  ({planned.quantity}: "{planned.more}" minus "{planned.less}")')
