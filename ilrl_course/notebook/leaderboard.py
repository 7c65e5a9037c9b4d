"""The leaderboard of recipes: a line for each that was submitted, in `my_work`, and those of others by file.

A file of others may come from anywhere: each line is read as JSON, every field is checked, and what is shown
is escaped.
"""

import html
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from ilrl_course.measures.purse import KINDS, Budget
from ilrl_course.measures.trial import ROADS
from ilrl_course.play.recordings import YOU
from ilrl_course.storage.my_work import folder

GUEST = "a guest"  # who calls themselves "you" in a file of others
LONGEST_NAME = 40  # characters
MAX_BYTES = 1_000_000  # of a file
LARGEST = 10**12  # of any number
SPENT = tuple(f"{kind} spent" for kind in KINDS)
COLUMNS = ("", "who", "score", "return", "crash rate", *SPENT, "tries")
NOBODY = "Nobody has submitted a recipe yet."


class LeaderboardError(ValueError):
    """A file or a name that cannot be taken; the message says why, and what to do."""


@dataclass(frozen=True)
class Line:
    """A recipe that was submitted."""

    player: str
    seed: int  # of the task
    road: str
    budget: Budget
    spent: Budget
    score: float  # 0 is chance, 100 the expert on the same road
    mean_return: float
    bar: float  # the return to beat
    crash_rate: float  # of the examination
    submitted_at: int  # s since 1970, UTC

    def __post_init__(self):
        check_player(self.player)
        if self.road not in list(ROADS):
            raise LeaderboardError(f"road is not one of {', '.join(ROADS)}")
        for name in ("seed", "submitted_at"):
            _require(name, getattr(self, name), Integral, 0, LARGEST)
        for name in ("score", "mean_return", "bar"):
            _require(name, getattr(self, name), Real, -LARGEST, LARGEST)
        _require("crash_rate", self.crash_rate, Real, 0, 1)
        for kind in KINDS:
            _require(f"{kind} in spent", getattr(self.spent, kind), Integral, 0, getattr(self.budget, kind))

    @property
    def task(self) -> tuple[int, str, Budget]:
        """What has to be the same, so that two lines can be compared."""
        return self.seed, self.road, self.budget

    @property
    def row(self) -> tuple[str, ...]:
        """The line as it is shown, behind its place."""
        below = "" if self.mean_return > self.bar else " (below the bar)"
        measured = f"{self.score:.0f}{below}", f"{self.mean_return:.1f}", f"{self.crash_rate:.0%}"
        return self.player, *measured, *(f"{getattr(self.spent, kind):,}" for kind in KINDS)


def check_player(player: Any) -> None:
    """Raise LeaderboardError for a name that cannot stand in a table."""
    is_name = isinstance(player, str) and player.isprintable() and player == player.strip()
    if not is_name or not 0 < len(player) <= LONGEST_NAME:
        raise LeaderboardError(
            f"player is {str(player)[:LONGEST_NAME]!r}, but a name of 1 to {LONGEST_NAME} printable "
            "characters, without blanks around it, is expected"
        )


def file_of_yours() -> Path:
    """Where your own lines stand: the file to hand over."""
    return folder() / "recipes.jsonl"


def add(line: Line) -> None:
    """Write a line behind all that are there."""
    path, text = file_of_yours(), json.dumps(asdict(line)) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:  # such a file can only grow
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            text = text if file.read(1) == b"\n" else f"\n{text}"
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def yours() -> list[Line]:
    """Your own lines; one that cannot be read is named, and stays where it is."""
    path, found = file_of_yours(), []
    if not path.exists():
        return found
    for number, text in enumerate(path.read_bytes().decode(errors="replace").split("\n"), start=1):
        try:
            found += _lines_in(text)
        except LeaderboardError as error:
            print(f"Line {number} of {path} is skipped, and stays where it is: {error}.")
    return found


def read(path: Path) -> list[Line]:
    """The lines of a file of others. Raises LeaderboardError if there is anything else in it."""
    if not path.is_file():
        raise LeaderboardError(f"there is no file {path}: give the path of a recipes.jsonl, or of a folder")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LeaderboardError(f"{path} holds more than {MAX_BYTES:,} bytes: no leaderboard is that long")
        texts = path.read_bytes().decode().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LeaderboardError(f"{path} cannot be read ({error}): ask for the file again") from None
    lines = []
    for number, text in enumerate(texts, start=1):
        try:
            lines += _lines_in(text)
        except LeaderboardError as error:
            raise LeaderboardError(f"{path}, line {number}: {error}. Ask for the file again") from None
    return [replace(line, player=GUEST) if line.player == YOU else line for line in lines]


def _lines_in(text: str) -> list[Line]:
    """The entry in one line of a file, or none where it is empty; raises LeaderboardError."""
    if not text.strip():
        return []
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise LeaderboardError("it is no JSON") from None
    names = [field.name for field in fields(Line)]
    if not isinstance(content, dict) or content.keys() != set(names):
        raise LeaderboardError(f"it should hold {', '.join(names)}, and nothing else")
    for name in ("budget", "spent"):
        if not isinstance(content[name], dict) or content[name].keys() != set(KINDS):
            raise LeaderboardError(f"{name} should hold {', '.join(KINDS)}, and nothing else")
        for kind, number in content[name].items():
            _require(f"{kind} in {name}", number, Integral, 0, LARGEST)
        content[name] = Budget(**content[name])
    return [Line(**content)]


def _require(name: str, value: Any, kind: type, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
        what = f"a {'whole ' if kind is Integral else ''}number from {low:,} to {high:,}"
        raise LeaderboardError(f"{name} is {str(value)[:20]}, but {what} is expected")


class Leaderboard:
    """Lines of anybody, as tables: one for each task, and in it the best line of each player."""

    def __init__(self, lines: Iterable[Line]):
        self.lines = list(dict.fromkeys(lines))  # a file that was collected twice brings the same ones again

    def tables(self) -> dict[str, list[tuple[str, ...]]]:
        """By the title of the task, the rows in order."""
        tables = {}
        for task in sorted({line.task for line in self.lines}, key=str):
            lines = [line for line in self.lines if line.task == task]
            tries, rows, shown = Counter(line.player for line in lines), [], set()
            for line in sorted(lines, key=lambda line: (-line.score, line.submitted_at)):
                if line.player not in shown:
                    shown.add(line.player)
                    rows.append((f"{len(shown)}.", *line.row, f"{tries[line.player]}"))
            seed, road, budget = task
            tables[f"Seed {seed}: {road}; {budget}"] = rows
        return tables

    def __repr__(self) -> str:
        texts = []
        for title, rows in self.tables().items():
            widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
            for row in (COLUMNS, *rows):
                cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
                texts += [title] if row is COLUMNS else []
                texts.append("  ".join(cells).rstrip())
        return "\n".join(texts) or NOBODY

    def _repr_html_(self) -> str:
        tables = self.tables()
        return "".join(_html_table(title, tables[title]) for title in tables) or f"<p>{NOBODY}</p>"


def leaderboard(*files: Path | str) -> Leaderboard:
    """Your lines, and those in files of others or in folders of such files. Nothing is written.

    Raises LeaderboardError for a file that holds anything else.
    """
    found = (sorted(path.glob("*.jsonl")) if path.is_dir() else [path] for path in map(Path, files))
    own = file_of_yours().resolve()
    others = [path for paths in found for path in paths if path.resolve() != own]
    return Leaderboard([*yours(), *(line for path in others for line in read(path))])


def _html_table(title: str, rows: list[tuple[str, ...]]) -> str:
    def cells(tag: str, texts: Iterable[str]) -> str:
        row = "".join(f"<{tag} style='text-align: left'>{html.escape(text)}</{tag}>" for text in texts)
        return f"<tr>{row}</tr>"

    body = "".join(cells("td", row) for row in rows)
    return f"<p><b>{html.escape(title)}</b></p><table>{cells('th', COLUMNS)}{body}</table>"
