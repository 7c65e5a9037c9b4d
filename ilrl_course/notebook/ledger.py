"""The ledger: what a student predicted about each claim, what was measured, and how the two agree."""

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from IPython.display import HTML

from ilrl_course.measures.evidence import FAILS, HOLDS, OPEN, Judged, combine
from ilrl_course.notebook import journal
from ilrl_course.notebook.claims import CLAIMS, Claim
from ilrl_course.notebook.verdicts import judgements

SOMETIMES, NOT_SURE = "only sometimes", "not sure"  # as in journal.ANSWERS


@dataclass(frozen=True)
class Part:
    """What one lesson found about one part of a claim."""

    lesson: str
    tested: str  # in words
    outcome: str
    judged: tuple[Judged, ...]


@dataclass(frozen=True)
class Entry:
    """One claim in the ledger."""

    claim: Claim
    predicted: str | None  # one of journal.ANSWERS
    parts: tuple[Part, ...]

    @property
    def measured(self) -> str:
        """All parts taken together: *holds* and *does not hold* if all of them do, else *only sometimes*.

        Where no part holds anywhere and not all of them fail, the runs *cannot tell*.
        """
        outcomes = {part.outcome for part in self.parts}
        if outcomes in ({HOLDS}, {FAILS}):
            return outcomes.pop()
        return SOMETIMES if any(outcome.startswith(HOLDS) for outcome in outcomes) else OPEN

    @property
    def is_right(self) -> bool | None:
        """Was the prediction right? None where nothing was predicted, or where the runs cannot tell."""
        if self.predicted in (None, NOT_SURE) or self.measured == OPEN:
            return None
        return self.predicted == self.measured


def entries() -> list[Entry]:
    """The ledger's claims in their order, from the recorded runs and the student's journal."""
    judged, predicted = list(judgements().values()), journal.load_predictions()
    return [Entry(claim, predicted.get(claim.id), _parts(claim, judged)) for claim in CLAIMS.values()]


def _parts(claim: Claim, judged: Sequence[Judged]) -> tuple[Part, ...]:
    about_it = [one for one in judged if one.planned.claim == claim.id]
    groups: dict[tuple[str, str], list[Judged]] = {}
    for one in about_it:
        groups.setdefault((one.planned.lesson, one.planned.half), []).append(one)
    return tuple(
        Part(lesson, claim.parts.get(half, claim.text).removesuffix("."), combine(those), tuple(those))
        for (lesson, half), those in groups.items()
    )


def calibration(ledger: Sequence[Entry]) -> str:
    """How often the student was right, beside somebody who gives the same answer to everything."""
    decided = [entry for entry in ledger if entry.is_right is not None]
    unsure = sum(entry.predicted == NOT_SURE for entry in ledger)
    if not any(entry.predicted for entry in ledger):
        return "You made no predictions in lesson 00."
    if not decided:
        return f"No prediction can be judged; you were not sure about {unsure}."
    right = sum(entry.is_right for entry in decided)
    answer, times = Counter(entry.measured for entry in decided).most_common(1)[0]
    return (
        f"You were right about {right} of {len(decided)} claims that you committed yourself on, "
        f"and not sure about {unsure}. Somebody who says {answer!r} to each of them is right about {times}."
    )


def ledger_table(ledger: Sequence[Entry]) -> HTML:
    """The ledger as a table, a row for each part of a claim."""
    titles = ("claim", "you predicted", "taken together", "lesson", "what was tested", "verdict", "measured")
    head = "".join(f"<th style='text-align: left'>{title}</th>" for title in titles)
    body = "".join(f"<tr>{row}</tr>" for entry in ledger for row in _rows(entry))
    return HTML(f"<table><tr>{head}</tr>{body}</table>")


def _rows(entry: Entry) -> list[str]:
    mark = {True: " ✓", False: " ✗", None: ""}[entry.is_right]
    span = f" rowspan='{max(len(entry.parts), 1)}'"
    claim = f"<b>{entry.claim.id}</b> {html.escape(entry.claim.text)}"
    whole = _cells((claim, f"{entry.predicted or '–'}{mark}", entry.measured), span)
    rows = [
        _cells((part.lesson, html.escape(part.tested), html.escape(part.outcome), _numbers(part)))
        for part in entry.parts
    ] or [_cells("–" * 4)]
    return [whole + rows[0], *rows[1:]]


def _numbers(part: Part) -> str:
    return "<br>".join(html.escape(f"{one.planned.name}: {one}") for one in part.judged)


def _cells(texts: Sequence[str], attributes: str = "") -> str:
    return "".join(
        f"<td{attributes} style='text-align: left; vertical-align: top'>{text}</td>" for text in texts
    )
