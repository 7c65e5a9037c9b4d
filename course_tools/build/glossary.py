"""The glossary of the whole course, made of the paragraph **Words:** at the end of each lesson."""

import re
from pathlib import Path

from course_tools.workplace import CourseError

MARK = "{{glossary}}"
WORDS = re.compile(r"^# \*\*Words:\*\* (.+?)\n#\n", re.MULTILINE | re.DOTALL)
NEXT = re.compile(r"(?<=\.) (?=\*)")  # a sentence is over, and another term begins


def glossary(root: Path) -> str:
    """A list of all terms in their order, each with what it means and the lesson that says so."""
    entries = [entry for lesson in sorted(root.glob("lessons/*.py")) for entry in entries_of(lesson)]
    return "\n".join(text for _, text in sorted(entries, key=lambda entry: entry[0].lower()))


def entries_of(lesson: Path) -> list[tuple[str, str]]:
    """The terms of a lesson, each with its line; raises CourseError for one that explains nothing."""
    number = lesson.stem.partition("_")[0]
    return [
        (_term(sentence, lesson), f"- {sentence} [{number}]({lesson.stem}.ipynb)")
        for paragraph in WORDS.findall(lesson.read_text(encoding="utf-8"))
        for sentence in NEXT.split(re.sub(r"\n# ", " ", paragraph))
    ]


def _term(sentence: str, lesson: Path) -> str:
    found = re.match(r"\*([^*]+)\*[^:]*: \S", sentence)
    if not found:
        raise CourseError(
            f"{lesson.name}: {sentence[:60]!r} is no entry of a glossary: '*term*: what it means.' is one"
        )
    return found[1]
