"""From the two notebooks of a lesson to one page: the student's lesson, with what the solution shows."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_tools.site import cells
from course_tools.site.formulas import Formulas
from course_tools.site.pictures import Picture
from course_tools.workplace import CourseError

EXERCISE = re.compile(r'<div style="border-left[^"]*">\n\n\*\*Exercise (?P<number>\w+\.\d+)')
SUMMARY = re.compile(r"<details>\s*<summary>(?P<text>.*?)</summary>", re.DOTALL)
KINDS = {
    "hint": re.compile(r"Hint\b"),
    "choice": re.compile(r"[A-Z] · "),
}  # of what is folded, by its summary
NOTEBOOK = re.compile(r"\]\((?P<stem>\w+)\.ipynb(?P<anchor>#[^)]*)?\)")
TIME = re.compile(r"\*\*Time\*\* \| (?P<minutes>\d+) minutes(?:, and (?P<more>\d+) more)?")
OPEN = """<details class="open-lab"><summary>Open this lesson in JupyterLab</summary>
<p>Here you can only read it. To run it, and to have your own answers checked, type in the course's folder</p>
<pre><code>python3 course.py lab {name}</code></pre>
<p><a href="../guide.html">How to get the course, and how it works</a></p></details>"""


@dataclass(frozen=True)
class Lesson:
    """A lesson as its page and the list of lessons need it."""

    stem: str  # of its files, such as 02_behavioral_cloning
    title: str
    minutes: str  # "" where it names none
    text: str  # the page, in Markdown
    pictures: list[Picture]

    @property
    def number(self) -> str:
        """What stands before the first _ in the name, such as 06b."""
        return self.stem.partition("_")[0]


def read_lesson(stem: str, root: Path, formulas: Formulas) -> Lesson:
    """Make the page of a lesson; raises CourseError where a notebook is missing or was not executed."""
    student, solution = (_read(root / folder / f"{stem}.ipynb") for folder in ("notebooks", "solutions"))
    first = "".join(solution[0]["source"])
    time = TIME.search(first)
    minutes = "" if time is None else time["minutes"] + (f" + {time['more']}" if time["more"] else "")
    pictures: list[Picture] = []
    stubs = {cell["id"]: "".join(cell["source"]) for cell in student}
    parts = list(_parts(solution, stubs, pictures, formulas))
    name = stem.partition("_")[0]
    parts.insert(1, cells.raw(OPEN.format(name=name)))
    title = first.splitlines()[0].removeprefix("# ")
    return Lesson(stem, title, minutes, "\n\n".join(parts) + "\n", pictures)


def _read(path: Path) -> list[dict]:
    build = "make the notebooks with `python3 course.py build`"
    if not path.is_file():
        raise CourseError(f"There is no {path.parent.name}/{path.name}: {build}")
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in found if cell["cell_type"] == "code"]
    if path.parent.name == "solutions" and any(cell["execution_count"] is None for cell in code):
        raise CourseError(f"solutions/{path.name} was not executed: {build}")
    return found


def _parts(
    solution: list[dict], stubs: dict[str, str], pictures: list[Picture], formulas: Formulas
) -> Iterator[str]:
    waiting = None  # the exercise whose check has not come yet
    for cell in solution:
        if cell["cell_type"] == "markdown":
            yield prose("".join(cell["source"]), formulas)
        elif cells.is_exercise(cell):
            waiting = cell
        elif cells.is_check(cell):
            yield cells.exercise(stubs[waiting["id"]], cell, "".join(waiting["source"]))
        elif not cell["id"].endswith("-start"):  # which only says how a notebook wants to be started
            yield cells.plain_cell(cell, pictures)


def prose(text: str, formulas: Formulas) -> str:
    """A text cell: exercises get a name to link to, what is folded a look, and links lead to pages."""

    def folded(match: re.Match) -> str:
        kind = next((kind for kind, sign in KINDS.items() if sign.match(match["text"])), "aside")
        return f'<details class="{kind}"><summary>{formulas.within(match["text"])}</summary>'

    text = SUMMARY.sub(folded, text)
    text = EXERCISE.sub(r'<div class="exercise" id="exercise-\g<number>">\n\n**Exercise \g<number>', text)
    return NOTEBOOK.sub(lambda match: f"]({match['stem']}.md{match['anchor'] or ''})", text)
