"""The ledger: what a student predicted about each claim, what was measured, and how the two agree."""

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from IPython.display import HTML

from ilrl_course.measures.evidence import FAILS, HOLDS, OPEN, Judged, combine
from ilrl_course.notebook import journal
from ilrl_course.notebook.beside import ELSEWHERE, Carried, carried_over
from ilrl_course.notebook.claims import CLAIMS, PLANS, Claim
from ilrl_course.notebook.verdicts import has_run, judgements

SOMETIMES, NOT_SURE = "only sometimes", "not sure"  # as in journal.ANSWERS
CARRIED, IN_PART = "carried over", "carried over in part"  # as in Carried.words


@dataclass(frozen=True)
class Part:
    """What one lesson found about one part of a claim."""

    lesson: str
    tested: str  # in words
    outcome: str
    judged: tuple[Judged, ...]
    carried: Carried | None = None  # to worlds that others made; None where it was not tested there

    @property
    def elsewhere(self) -> str:
        """Did it carry over, in words? "" where that was not tested."""
        if self.carried is None:
            return ""
        words, outcome = self.carried.words, self.carried.elsewhere
        return f"{words}: {outcome}" if words == IN_PART else words

    @property
    def is_limited(self) -> bool:
        """Does it hold here, without having carried over as a whole?"""
        return self.carried is not None and self.outcome.startswith(HOLDS) and self.carried.words != CARRIED


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
    carried = _carried()
    return [
        Entry(claim, predicted.get(claim.id), _parts(claim, judged, carried)) for claim in CLAIMS.values()
    ]


def _carried() -> list[Carried]:
    """What carried over to worlds that others made; nothing before all of their runs are recorded."""
    planned = [one for one in PLANS if one.family == ELSEWHERE]
    return carried_over() if all(has_run(one) for one in planned) else []


def _parts(claim: Claim, judged: Sequence[Judged], carried: Sequence[Carried]) -> tuple[Part, ...]:
    elsewhere = {one.part: one for one in carried if one.claim == claim.id}
    about_it = [one for one in judged if one.planned.claim == claim.id]
    groups: dict[tuple[str, str], list[Judged]] = {}
    for one in about_it:
        groups.setdefault((one.planned.lesson, one.planned.half), []).append(one)
    found = []
    for (lesson, half), those in groups.items():
        outcome, both = combine(those), elsewhere.get(half)
        tested = claim.parts.get(half, claim.text).removesuffix(".")
        # Of several lessons about one part, each is set beside what was found elsewhere.
        found.append(Part(lesson, tested, outcome, tuple(those), both and replace(both, home=outcome)))
    return tuple(found)


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


def print_limits(ledger: Sequence[Entry]) -> None:
    """A line for each verdict that holds, but did not carry over as a whole to worlds that others made."""
    for entry in ledger:
        for part in entry.parts:
            if part.is_limited:
                print(f"{entry.claim.id}, lesson {part.lesson}, {part.elsewhere}: {part.tested}.")


def ledger_table(ledger: Sequence[Entry]) -> HTML:
    """The ledger as a table, a row for each part of a claim.

    Where something was tested in worlds that others made, a column says whether it carried over.
    """
    titles = ["claim", "you predicted", "taken together", "lesson", "what was tested", "verdict", "measured"]
    goes_on = any(part.carried for entry in ledger for part in entry.parts)
    titles += ["in worlds that others made"] * goes_on
    head = "".join(f"<th style='text-align: left'>{title}</th>" for title in titles)
    body = "".join(f"<tr>{row}</tr>" for entry in ledger for row in _rows(entry, goes_on))
    return HTML(f"<table><tr>{head}</tr>{body}</table>")


def _rows(entry: Entry, goes_on: bool) -> list[str]:
    mark = {True: " ✓", False: " ✗", None: ""}[entry.is_right]
    span = f" rowspan='{max(len(entry.parts), 1)}'"
    claim = f"<b>{entry.claim.id}</b> {html.escape(entry.claim.text)}"
    whole = _cells((claim, f"{entry.predicted or '–'}{mark}", entry.measured), span)
    rows = [
        _cells((part.lesson, *map(html.escape, (part.tested, part.outcome)), _numbers(part)))
        + (_cells([html.escape(part.elsewhere) or "–"]) if goes_on else "")
        for part in entry.parts
    ] or [_cells("–" * (5 if goes_on else 4))]
    return [whole + rows[0], *rows[1:]]


def _numbers(part: Part) -> str:
    return "<br>".join(html.escape(f"{one.planned.name}: {one}") for one in part.judged)


def _cells(texts: Sequence[str], attributes: str = "") -> str:
    return "".join(
        f"<td{attributes} style='text-align: left; vertical-align: top'>{text}</td>" for text in texts
    )
