"""All that the site is made of: its pages in Markdown, its pictures, and what its templates show."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from course_tools.site.api import api_pages, parts_of
from course_tools.site.cells import raw
from course_tools.site.documents import (
    REPOSITORY,
    lesson_rows,
    section,
    verdicts,
    with_links,
    without_tables,
)
from course_tools.site.films import make_films
from course_tools.site.formulas import Formulas
from course_tools.site.lessons import Lesson, read_lesson
from course_tools.site.pictures import FOLDER
from course_tools.site.prices import NAME as PRICES
from course_tools.site.prices import STYLE, boards, price_page
from course_tools.workplace import CourseError

THEME = Path(__file__).with_name("theme")
QUESTION = "What is the role of imitation learning in reinforcement learning?"
FILM = (
    "02",
    "Expert and clone on a track that the clone has never seen.",
)  # on the first page: lesson, alt text
ANSWER = ("10", "The answer, on one page")
TOCTREE = """```{{toctree}}
:hidden:
:caption: {caption}

{names}
```
"""


@dataclass(frozen=True)
class Source:
    """Everything that Sphinx turns into the site."""

    pages: dict[str, str]  # the name of each page -> its text
    files: dict[str, bytes]  # the path of each picture in the site -> what it holds
    context: dict  # for the templates
    remark: str  # what is missing and why, or ""


def page_names(root: Path) -> list[str]:
    """The names of all pages, without their ending, that the site of this course has."""
    lessons = [f"lessons/{path.stem}" for path in sorted(root.glob("solutions/*.ipynb"))]
    documents = [f"docs/{path.stem}" for path in sorted(root.glob("docs/*.md"))]
    package = [f"api/{name}" for name in ("index", *parts_of(root))]
    return ["index", "search", "guide", "answer", PRICES, *lessons, *documents, *package]


def make_source(root: Path, formulas: Formulas) -> Source:
    """Read the course in `root`, and film what was not filmed yet.

    Raises CourseError where something that the site shows is missing; without films it goes on.
    """
    stems = sorted(path.stem for path in root.glob("solutions/*.ipynb"))
    if not stems:
        raise CourseError("There are no solutions here. Make them with `python3 course.py build`.")
    lessons = [read_lesson(stem, root, formulas) for stem in stems]
    pages = {f"lessons/{lesson.stem}": lesson.text for lesson in lessons}
    pages["guide"] = _guide(root)
    pages["answer"] = _answer(root, lessons)
    scoreboards = boards(root)
    films = make_films(scoreboards, root)
    pages[PRICES] = price_page(scoreboards, films.names, root)
    more = section("More", root)
    for path in sorted(root.glob("docs/*.md"), key=lambda path: more.find(path.name)):
        name = f"docs/{path.stem}"
        pages[name] = with_links(path.read_text(encoding="utf-8"), f"{name}.md", name, root)
    pages |= {f"api/{name}": text for name, text in api_pages(root).items()}
    groups = _groups(pages)
    trees = [TOCTREE.format(caption=caption, names="\n".join(names)) for caption, names in groups.items()]
    pages["index"] = "\n".join([f"# {QUESTION}\n", *trees])
    files = {
        f"lessons/{FOLDER}/{name}": content
        for lesson in lessons
        for picture in lesson.pictures
        for name, content in picture.files().items()
    }
    files |= {"_static/prices.css": (root / STYLE).read_bytes()} | films.files
    return Source(pages, files, _context(root, lessons, pages, groups), films.remark)


def _guide(root: Path) -> str:
    """README.md, as far as it says how to start and how the lessons work."""
    text = f"# How the course works\n\n{section('Start', root)}\n\n## In a lesson\n\n"
    text += without_tables(section("The lessons", root))
    return with_links(text, "README.md", "guide", root)


def _answer(root: Path, lessons: list[Lesson]) -> str:
    """The page that lesson 10 comes to, and README.md as far as it says what was found."""
    text = with_links(
        without_tables(section("What the course has found so far", root)), "README.md", "answer", root
    )
    page, lesson = _section_of(lessons, *ANSWER)
    ways = (
        f"[What is the cheapest way at *your* prices? A map]({PRICES}.md). [The whole lesson]({lesson}.md)."
    )
    templates = Environment(loader=FileSystemLoader(THEME), autoescape=False, trim_blocks=True)
    macro = templates.get_template("verdicts.html").module.table
    table = macro(verdicts(root), _lesson_pages(lessons), "", with_numbers=True)
    page = page.replace("\n### ", "\n## ")
    return f"# The answer\n\n{ways}\n\n{page}\n\n## All verdicts\n\n{text}\n\n{raw(table.strip())}\n"


def _section_of(lessons: list[Lesson], number: str, heading: str) -> tuple[str, str]:
    """What stands below a heading of a lesson, and the name of the lesson's page."""
    for lesson in (lesson for lesson in lessons if lesson.number == number):
        _, mark, rest = lesson.text.partition(f"\n## {heading}\n")
        if mark:
            return rest.partition("\n## ")[0].strip(), f"lessons/{lesson.stem}"
    raise CourseError(f"Lesson {number} has no section {heading!r} any more, which the site shows")


def _groups(pages: dict[str, str]) -> dict[str, list[str]]:
    """The pages by the captions under which they are listed, in order."""
    lessons = [name for name in pages if name.startswith("lessons/")]
    documents = [name for name in pages if name.startswith("docs/")]
    package = [name for name in pages if name.startswith("api/")]
    return {
        "The course": ["guide", "answer", PRICES],
        "Lessons": lessons,
        "For teachers and maintainers": documents,
        "The package": package,
    }


def _context(root: Path, lessons: list[Lesson], pages: dict[str, str], groups: dict[str, list[str]]) -> dict:
    navigation = [
        {"caption": caption, "pages": [{"name": name, "title": _title(pages[name])} for name in names]}
        for caption, names in groups.items()
    ]
    found = verdicts(root)
    return {
        "question": QUESTION,
        "description": f"{QUESTION} A course of Jupyter notebooks that answers by experiment.",
        "short_name": "Imitation in RL",
        "repository": REPOSITORY,
        "navigation": navigation,
        "film": _film(lessons),
        "lesson_list": _lesson_list(root, lessons),
        "lesson_pages": _lesson_pages(lessons),
        "verdicts": found,
        "num_claims": len({row.claim for row in found}),
    }


def _film(lessons: list[Lesson]) -> str:
    number, alt = FILM
    for picture in (p for lesson in lessons if lesson.number == number for p in lesson.pictures):
        if picture.alt == alt:
            return picture.html(f"lessons/{FOLDER}", loading="eager")
    raise CourseError(
        f"Lesson {number} has no film any more that is described as {alt!r}, which the site shows first"
    )


def _lesson_list(root: Path, lessons: list[Lesson]) -> list[dict]:
    """README's list of lessons, those in preparation too; minutes are those that a lesson itself names."""
    found = {lesson.number: lesson for lesson in lessons}
    rows = []
    for row in lesson_rows(root):
        lesson = found.get(row.number)
        page, minutes = (f"lessons/{lesson.stem}", lesson.minutes) if lesson else (None, "")
        rows.append({"number": row.number, "title": row.title, "exercises": row.exercises})
        rows[-1] |= {"page": page, "minutes": minutes}
    return rows


def _lesson_pages(lessons: list[Lesson]) -> dict[str, str]:
    return {lesson.number: f"lessons/{lesson.stem}" for lesson in lessons}


def _title(text: str) -> str:
    first = next(line for line in text.splitlines() if line.startswith("# "))
    return first.removeprefix("# ").replace("`", "").removeprefix("ilrl_course.")
