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
    """Each page by its name."""
    root = site.resolve()
    paths = sorted(root.rglob("*.html"))
    return {path.relative_to(root).as_posix().removesuffix(".html"): Page(path) for path in paths}


def test_every_link_leads_somewhere(pages):
    places = {page.path: set(page.ids) for page in pages.values()}
    dead = []
    for name, page in pages.items():
        for target, place in page.targets():
            if not target.is_file() or (place and place not in places.get(target, ())):
                dead.append(f"{name}: {target.name}#{place}")
    assert dead == []


def test_every_page_is_well_formed_and_names_nothing_twice(pages):
    for name, page in pages.items():
        assert page.faults == [], name
        assert len(page.ids) == len(set(page.ids)), name


def test_every_picture_is_described_and_keeps_its_place_while_it_loads(pages):
    for page in pages.values():
        for picture in page.pictures:
            assert len(picture["alt"].split()) >= 3
            assert int(picture["width"]) > 0
            assert int(picture["height"]) > 0


def test_headings_go_down_one_level_at_a_time_from_a_single_title(pages):
    for name, page in pages.items():
        assert page.headings.count(1) == 1, name
        assert page.headings[0] == 1, name
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), name


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_has_all_its_figures_and_its_exercises_with_solutions(pages, code_of, stem):
    page = pages[f"lessons/{stem}"]
    outputs = [output for cell in code_of(f"solutions/{stem}") for output in cell["outputs"]]
    assert len(page.pictures) == sum("image/png" in output.get("data", {}) for output in outputs)
    stubs = [cell["source"] for cell in code_of(f"notebooks/{stem}") if "exercise" in cell["metadata"]]
    assert page.text.count("Show the solution") == len(stubs)
    assert all("".join(stub) in page.text for stub in stubs)
    assert "### BEGIN" not in page.text


def test_the_first_page_lists_every_lesson_with_its_minutes(pages):
    page = pages["index"]
    numbered = [stem for stem in LESSONS if stem[0].isdigit()]
    for stem in numbered:
        assert f"lessons/{stem}.html" in page.links
    assert len(re.findall(r"\d minutes", page.text)) == len(numbered)


def test_all_functions_and_classes_of_the_package_are_there_with_their_source(pages):
    missing = []
    for path in MODULES:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        part = pages[f"api/{module.split('.')[1]}"]
        for node in public(ast.parse(path.read_text(encoding="utf-8"))):
            missing += [] if f"{module}.{node.name}" in part.ids else [f"{module}.{node.name}"]
    assert missing == []


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_holds_nothing_that_should_have_been_changed(pages, stem):
    text = pages[f"lessons/{stem}"].text
    assert not [
        left_over for left_over in ("{{printed", "```", "<details>", ".ipynb)", "$$") if left_over in text
    ]
