"""Numbers in a lesson's text: filled in from what its cells have printed, so that none is typed by hand.

`{{printed: REGEX}}` in a text cell stands for what the first group of the regular expression matches in the
nearest code cell above that has printed such a thing, where it must match exactly once. `{{measured: NAME /
METHOD / COLUMN}}` stands for an entry of the table in benchmarks/NAME.json. A FORMAT after a bar, as in
`{{printed: REGEX | .0f}}`, formats the number anew, as Python's format() does.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from course_tools.workplace import ROOT, CourseError

PLACEHOLDER = re.compile(r"\{\{(?P<kind>printed|measured): (?P<what>.+?)(?: \| (?P<format>[^|{}]+))?\}\}")
BEGUN = re.compile(r"\{\{(printed|measured)")


def printed_by(notebook: NotebookNode) -> dict[str, str]:
    """What each code cell of an executed notebook has printed, folded or not, by the cell's id."""
    return {
        cell.id: "".join(map(_printed, cell.outputs)) for cell in notebook.cells if cell.cell_type == "code"
    }


def _printed(output: NotebookNode) -> str:
    if output.get("name") == "stdout":
        return output.text
    data = output.get("data", {})
    return data["text/plain"] if data.get("text/html", "").startswith("<details>") else ""


def fill(notebook: NotebookNode, printed: dict[str, str], origin: str) -> None:
    """Put the numbers into the notebook's text, in place; raises CourseError where one is not found."""
    above: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            above.append(printed.get(cell.id, ""))
        elif BEGUN.search(cell.source):
            cell.source = _filled(cell.source, above, f"{origin}, cell {cell.id}")


def _filled(text: str, above: Sequence[str], origin: str) -> str:
    def number(match: re.Match) -> str:
        if match["kind"] == "measured":
            found = _measured(match["what"], origin)
        else:
            found = _found(match["what"], above, origin)
        return _formatted(found, match["format"], origin)

    filled = PLACEHOLDER.sub(number, text)
    if BEGUN.search(filled):
        raise CourseError(f"{origin}: a placeholder is broken; it is {{{{printed: REGEX}}}} on one line")
    return filled


def _found(regex: str, above: Sequence[str], origin: str) -> str:
    for text in reversed(above):
        matches = list(re.finditer(regex, text))
        if len(matches) > 1:
            raise CourseError(f"{origin}: {regex!r} stands {len(matches)} times in what the cell printed")
        if matches:
            return matches[0][1] if matches[0].re.groups else matches[0][0]
    raise CourseError(f"{origin}: no cell above has printed {regex!r}; is the solution executed?")


def _measured(entry: str, origin: str, folder: Path = ROOT / "benchmarks") -> str:
    try:
        name, method, column = entry.split(" / ")
        rows = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["rows"]
        (row,) = [row for row in rows if row["method"] == method]
        return str(row[column])
    except (OSError, ValueError, KeyError) as error:
        raise CourseError(
            f"{origin}: benchmarks have no {entry!r} ({error}); expected: name / method / column"
        ) from None


def _formatted(found: str, format_spec: str | None, origin: str) -> str:
    if format_spec is None:
        return found.strip()
    plain = found.strip().replace(",", "").replace("−", "-")
    try:
        value = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
        return format(value, format_spec.strip())
    except ValueError as error:
        raise CourseError(f"{origin}: {found!r} cannot be formatted as {format_spec!r} ({error})") from None
