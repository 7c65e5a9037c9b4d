"""The project's documents as pages, README.md in parts; links lead to pages where there are any."""

import os
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

from course_tools.workplace import CourseError

REPOSITORY = os.environ.get("COURSE_REPOSITORY", "").rstrip("/")  # its address, where the site is published
LINK = re.compile(r"\[(?P<label>[^\]]*)\]\((?P<target>(?!https?:|mailto:|#)[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
PAGES = [  # where a file of the repository has a page
    (re.compile(r"(?:notebooks|solutions)/(\w+)\.ipynb"), r"lessons/\1.md"),
    (re.compile(r"docs/(\w+)\.md"), r"docs/\1.md"),
    (re.compile(r"README\.md"), "guide.md"),
]
CELLS = re.compile(r"(?<!\\)\|")
BOLD = re.compile(r"\*\*(.+?)\*\*")


def section(heading: str, root: Path) -> str:
    """What stands in README.md under a heading of the second level; raises CourseError where it is gone."""
    text = (root / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise CourseError(f"README.md has no section {heading!r} any more, which the site shows")
    return found[1].strip()


def without_tables(text: str) -> str:
    """A text without its tables, and without the comments around them."""
    lines = [line for line in text.splitlines() if not line.startswith(("|", "<!-- "))]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def table(text: str) -> list[list[str]]:
    """The rows of the first table in a text, cell by cell, without its head."""
    rows = re.search(r"^\|.*\n\|[-|: ]+\n((?:\|.*(?:\n|\Z))*)", text, re.MULTILINE)
    if rows is None:
        raise CourseError("README.md has no table where the site shows one")
    return [[cell.strip() for cell in CELLS.split(line)[1:-1]] for line in rows[1].splitlines()]


def with_links(text: str, document: str, page: str, root: Path) -> str:
    """A document's text for its page, its links changed: to pages, else to the repository, else to none."""

    def link(match: re.Match) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(document), match["target"]))
        for pattern, name in PAGES:
            if pattern.fullmatch(path) and (root / path).is_file():
                target = posixpath.relpath(pattern.sub(name, path), posixpath.dirname(page) or ".")
                return f"[{match['label']}]({target}{match['anchor'] or ''})"
        return f"[{match['label']}]({REPOSITORY}/blob/HEAD/{path})" if REPOSITORY else match["label"]

    return LINK.sub(link, text)


@dataclass(frozen=True)
class Verdict:
    """One row of the table of verdicts."""

    claim: str
    lesson: str  # its number
    tested: str
    verdict: str
    measured: list[str]

    @property
    def kind(self) -> str:
        """Which of the four words it is: the class of its label."""
        starts = {"holds only": "partly", "holds": "holds", "does not hold": "fails", "cannot tell": "open"}
        return next(kind for words, kind in starts.items() if self.verdict.startswith(words))


def verdicts(root: Path) -> list[Verdict]:
    """The table of verdicts in README.md."""
    rows = table(section("What the course has found so far", root))
    return [
        Verdict(claim, lesson, tested, BOLD.sub(r"\1", verdict), measured.split("<br>"))
        for claim, lesson, tested, verdict, measured in rows
    ]


@dataclass(frozen=True)
class Row:
    """One row of the list of lessons in README.md."""

    number: str
    title: str
    exercises: str  # what students write


def lesson_rows(root: Path) -> list[Row]:
    """The list of lessons in README.md."""
    rows = table(section("The lessons", root))
    return [Row(LINK.sub(r"\g<label>", first), title, write) for first, title, write, _ in rows]
