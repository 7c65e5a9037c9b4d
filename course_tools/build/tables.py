"""Tables that stand in documents and are generated: the verdicts in README.md.

A table stands between two comments, `<!-- begin NAME -->` and `<!-- end NAME -->`.
"""

from functools import partial
from pathlib import Path

from course_tools.workplace import CourseError
from ilrl_course.measures.evidence import combine
from ilrl_course.notebook.claims import CLAIMS
from ilrl_course.notebook.verdicts import judgements
from ilrl_course.storage.files import load_results, write_atomically

RECORDING = "*Lesson 11 is in preparation: its runs are still being recorded.*"


def verdict_table(family: str = "home") -> str:
    """One row per part of a claim and lesson: the verdict, and what it rests on."""
    rows = judged_parts(family)
    lines = ["| claim | lesson | tested | verdict | measured |", "|---|---|---|---|---|"]
    for claim_id in CLAIMS:
        lines += [f"| {' | '.join(row)} |" for row in rows if row[0] == claim_id]
    return "\n".join(lines)


def elsewhere_table() -> str:
    """The same for the worlds of others, or a sentence where none of their runs is recorded."""
    return verdict_table("elsewhere") if judgements("elsewhere") else RECORDING


def judged_parts(family: str) -> list[tuple[str, ...]]:
    """Claim, lesson, what was tested, the verdict, and its numbers."""
    judged = list(judgements(family).values())
    rows = []
    for key in dict.fromkeys((one.planned.claim, one.planned.lesson, one.planned.half) for one in judged):
        those = [o for o in judged if (o.planned.claim, o.planned.lesson, o.planned.half) == key]
        claim, lesson, part = key
        tested = CLAIMS[claim].parts.get(part, CLAIMS[claim].text)
        numbers = "<br>".join(f"{one.planned.name}: {one}" for one in those)
        rows.append((claim, lesson, tested.removesuffix("."), f"**{combine(those)}**", numbers))
    return rows


def rule_table() -> str:
    """How often simulated courses contain a false verdict, and how often planned effects are found."""
    record = load_results("rule")
    share = f"**{record['courses with a false holds']:.1%}** contain a false *holds*"
    lines = [
        f"Of {record['courses']:,} simulated courses without effects, {share}.",
        "",
        "| comparison | found | denied though it is there | denied where there is none |",
        "|---|---|---|---|",
    ]
    columns = ("found", "denied though there", "denied where absent")
    for row in record["comparisons"]:
        lines.append(f"| {row['name']} | {' | '.join(f'{row[name]:.0%}' for name in columns)} |")
    return "\n".join(lines)


TABLES = {
    "verdicts": ("README.md", verdict_table),
    "verdicts elsewhere": ("README.md", elsewhere_table),
    "verdicts many ways": ("README.md", partial(verdict_table, "many ways")),
    "verdicts text": ("README.md", partial(verdict_table, "text")),
    "rule": ("docs/evidence.md", rule_table),
}


def stale_tables(root: Path) -> list[str]:
    """What is wrong with the tables in the documents, one sentence each."""
    found = []
    for name, (document, _) in TABLES.items():
        if not (root / document).is_file():
            continue
        try:
            is_fresh = _with_table(name, root) == _text(root / document)
            fault = "is not what the records give; run `python3 course.py build`"
        except FileNotFoundError as error:
            is_fresh, fault = False, f"has no record: {error}"
        if not is_fresh:
            found.append(f"{document}: the table of {name} {fault}")
    return found


def write_tables(root: Path) -> None:
    """Write all tables anew, those without a record excepted."""
    for name, (document, _) in TABLES.items():
        try:
            text = _with_table(name, root) if (root / document).is_file() else None
        except FileNotFoundError:
            continue
        if text is not None and text != _text(root / document):
            write_atomically(root / document, text)
            print(f"{document}: the table of {name} is new")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _with_table(name: str, root: Path) -> str:
    document, table = TABLES[name]
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    before, mark, rest = _text(root / document).partition(begin)
    _, other_mark, after = rest.partition(end)
    if not mark or not other_mark:
        raise CourseError(f"{document}: the lines {begin} and {end} must stand in it, in this order")
    return f"{before}{begin}\n{table()}\n{end}{after}"
