"""What the pages hold: every lesson, all of the package, each figure in words, and no link to nowhere."""

import ast
import re

import pytest

from course_tools.site.api import public
from course_tools.workplace import ROOT
from tests.site.page import Page

LESSONS = sorted(path.stem for path in ROOT.glob("solutions/*.ipynb"))
MODULES = [
    path
    for path in sorted(ROOT.glob("ilrl_course/**/*.py"))
    if path != ROOT / "ilrl_course/__init__.py" and (path.name == "__init__.py" or path.name[0] != "_")
]


@pytest.fixture(scope="session")
def pages(site):
    return {path: Page(path) for path in sorted(site.resolve().rglob("*.html"))}


def test_every_link_leads_somewhere(pages):
    names = {path: set(page.ids) for path, page in pages.items()}
    dead = []
    for path, page in pages.items():
        for target, name in page.targets():
            if not target.is_file() or (name and name not in names.get(target, ())):
                dead.append(f"{path.name}: {target.name}#{name}")
    assert dead == []


def test_every_page_is_well_formed_and_names_nothing_twice(pages):
    for path, page in pages.items():
        assert page.faults == [], path.name
        assert len(page.ids) == len(set(page.ids)), path.name


def test_every_picture_is_described_and_keeps_its_place_while_it_loads(pages):
    for page in pages.values():
        for picture in page.pictures:
            assert len(picture["alt"].split()) >= 3
            assert int(picture["width"]) > 0
            assert int(picture["height"]) > 0


def test_headings_go_down_one_level_at_a_time_from_a_single_title(pages):
    for path, page in pages.items():
        assert page.headings.count(1) == 1, path.name
        assert page.headings[0] == 1, path.name
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), path.name


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_has_all_its_figures_and_its_exercises_with_solutions(site, notebook_of, stem):
    page = Page(site / f"lessons/{stem}.html")
    cells = [cell for cell in notebook_of(stem) if cell["cell_type"] == "code"]
    figures = [o for cell in cells for o in cell["outputs"] if "image/png" in o.get("data", {})]
    exercises = [cell for cell in cells if "exercise" in cell["metadata"]]
    assert len(page.pictures) == len(figures)
    assert page.text.count("Show the solution") == len(exercises)
    assert page.text.count("raise NotImplementedError") >= len(exercises)
    assert "In a running notebook" not in page.text or "Only in the notebook" in page.text
    assert "### BEGIN" not in page.text


def test_the_first_page_lists_every_lesson_with_its_minutes(site):
    page = Page(site / "index.html")
    numbered = [stem for stem in LESSONS if stem[0].isdigit()]
    for stem in numbered:
        assert f"lessons/{stem}.html" in page.links
    assert len(re.findall(r"\d minutes", page.text)) == len(numbered)


def test_all_functions_and_classes_of_the_package_are_there_with_their_source(site):
    missing = []
    for path in MODULES:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        part = Page(site / f"api/{module.split('.')[1]}.html")
        for node in public(ast.parse(path.read_text(encoding="utf-8"))):
            missing += [] if f"{module}.{node.name}" in part.ids else [f"{module}.{node.name}"]
    assert missing == []


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_holds_nothing_that_should_have_been_changed(site, stem):
    text = Page(site / f"lessons/{stem}.html").text
    assert not [
        left_over for left_over in ("{{printed", "```", "<details>", ".ipynb)", "$$") if left_over in text
    ]
