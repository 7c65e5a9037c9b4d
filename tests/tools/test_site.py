"""From notebooks, documents and docstrings to the text of pages; Sphinx has its own tests, and a browser."""

import base64
import io
import json
import subprocess
import sys

import pytest
from PIL import Image

from course_tools.site import api, cells, documents, environment, prices
from course_tools.site.lessons import prose, read_lesson
from course_tools.site.pictures import Picture, still_of
from course_tools.site.source import page_names
from course_tools.workplace import ROOT, CourseError
from tests.made_up_elsewhere import write_boards

GUESS = {"output_type": "execute_result", "data": {"text/plain": "Predict: How many < 5?"}, "metadata": {}}
WIDGET = {
    "output_type": "execute_result",
    "data": {"text/plain": "(In a running notebook there is a form.)\nC1 a"},
}


class PlainFormulas:
    """Stands in for `Formulas`."""

    def within(self, text):
        return text.replace("$x$", "<math>x</math>")


def film(num_frames=3, size=(30, 20)) -> bytes:
    frames = [Image.new("RGB", size, (80 * number, 0, 0)) for number in range(num_frames)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


def code_cell(source, *outputs, cell_id="02-a", **metadata) -> dict:
    cell = {
        "cell_type": "code",
        "id": cell_id,
        "source": source,
        "outputs": list(outputs),
        "metadata": metadata,
    }
    return cell | {"execution_count": 1}


def shown(png, **look) -> dict:
    data = {"image/png": base64.b64encode(png).decode(), "text/plain": "a"}
    return {"output_type": "display_data", "data": data, "metadata": {"image/png": look}}


def printed(text) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text}


@pytest.fixture
def lesson(tmp_path):
    """The page of a lesson with these cells; its student's notebook has a stub in each exercise."""

    def make(*code):
        title = {
            "cell_type": "markdown",
            "id": "02-t",
            "source": "# 02 · Toy\n\n| **Time** | 20 minutes, and 5 more |",
        }
        for folder in ("notebooks", "solutions"):
            own = [dict(cell) for cell in (title | {"metadata": {}}, *code)]
            for cell in own:
                if folder == "notebooks" and "exercise" in cell["metadata"]:
                    cell["source"] = "def f():\n    raise NotImplementedError"
            path = tmp_path / folder / "02_toy.ipynb"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps({"cells": own}), encoding="utf-8")
        return read_lesson("02_toy", tmp_path, PlainFormulas())

    return make


def test_an_exercise_shows_the_stub_and_folds_the_solution_and_what_the_check_says(lesson):
    solution = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    check = code_cell("f = check(f)", printed("✅ f passed.\n"), cell_id="02-c", nbgrader={"grade": True})
    text = lesson(code_cell(solution, exercise="a.f", nbgrader={"grade": False}), check).text
    order = [
        "raise NotImplementedError",
        "f = check(f)",
        "<summary>Show the solution",
        "return 1",
        "✅ f passed.",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "###" not in text


def test_a_lesson_has_its_title_its_minutes_and_the_command_that_opens_it(lesson):
    found = lesson(code_cell("1"))
    assert (found.number, found.title, found.minutes) == ("02", "02 · Toy", "20 + 5")
    assert "python3 course.py lab 02" in found.text


def test_the_cell_that_says_how_to_start_a_notebook_is_left_out(lesson):
    assert "secret" not in lesson(code_cell("secret", cell_id="02-start")).text


def test_a_guess_becomes_its_question_and_a_widget_a_sentence(lesson):
    text = lesson(code_cell('predict("02-a", "?")', GUESS), code_cell("form()", WIDGET)).text
    assert "predict(" not in text
    assert "<strong>Predict</strong> How many &lt; 5?" in text
    assert "<strong>In a running notebook</strong> there is a form.</p><ul><li>C1 a</li>" in text


def test_finished_code_is_folded_and_its_figure_is_not(lesson):
    cell = code_cell("draw()", shown(film(1), alt="A line rises.", width=60), jupyter={"source_hidden": True})
    found = lesson(cell)
    folded, _, after = found.text.rpartition("</details>")
    assert "Show the code" in folded
    assert 'src="images/02-a.png" alt="A line rises." width="60" height="40"' in after
    assert [picture.name for picture in found.pictures] == ["02-a"]


def test_the_imports_do_not_stand_before_the_lesson(lesson):
    text = lesson(code_cell("import torch\n\nSEED = 0  # all follows from it")).text
    assert text.index("Show the set-up: imports, seed, helpers") < text.index("import torch")


def test_a_picture_without_a_description_is_refused(lesson):
    with pytest.raises(CourseError, match="02-a shows a picture without a description"):
        lesson(code_cell("draw()", shown(film(1), width=60)))


def test_a_solution_that_was_not_executed_is_refused(lesson):
    with pytest.raises(CourseError, match="was not executed"):
        lesson(code_cell("1") | {"execution_count": None})


def test_a_film_has_a_still_beside_it_and_a_figure_has_none():
    still = still_of(film(3))
    image = Image.open(io.BytesIO(still))
    image.load()
    assert (image.n_frames if hasattr(image, "n_frames") else 1) == 1
    assert image.convert("RGB").getpixel((0, 0)) == (0, 0, 0)
    moving = Picture("a", film(3), "It gets lighter.", 30)
    assert sorted(moving.files()) == ["a-still.png", "a.png"]
    assert "prefers-reduced-motion" in moving.html()
    assert sorted(Picture("a", film(1), "Dark.", 30).files()) == ["a.png"]


def test_folded_text_gets_its_look_its_formulas_and_links_lead_to_pages():
    text = prose(
        "<details><summary>A · $x$</summary>\n\nYes.\n\n</details> [on](03_b.ipynb#c)", PlainFormulas()
    )
    assert text.startswith('<details class="choice"><summary>A · <math>x</math></summary>\n\nYes.')
    assert text.endswith("[on](03_b.md#c)")
    box = prose(
        '<div style="border-left: 4px solid">\n\n**Exercise 2.1 · the loss**\n\n</div>', PlainFormulas()
    )
    assert box.startswith('<div class="exercise" id="exercise-2.1">\n\n**Exercise 2.1 · the loss**')


def test_a_fence_is_longer_than_any_in_the_text():
    assert cells.fenced("```\na\n```", "x") == "````x\n```\na\n```\n````"


def test_links_of_a_document_lead_to_pages_else_to_the_repository_else_nowhere(monkeypatch):
    text = "[a](../solutions/02_behavioral_cloning.ipynb) [b](evidence.md#the-rule) [c](../LICENSE) [d](https://e.f)"

    def changed():
        return documents.with_links(text, "docs/teaching.md", "docs/teaching", ROOT)

    monkeypatch.setattr(documents, "REPOSITORY", "")
    pages = "[a](../lessons/02_behavioral_cloning.md) [b](evidence.md#the-rule)"
    assert changed() == f"{pages} c [d](https://e.f)"
    monkeypatch.setattr(documents, "REPOSITORY", "https://code.example/course")
    assert changed() == f"{pages} [c](https://code.example/course/blob/HEAD/LICENSE) [d](https://e.f)"


def test_the_readme_has_all_that_the_site_takes_from_it():
    assert "python3 course.py lab" in documents.section("Start", ROOT)
    rows = documents.lesson_rows(ROOT)
    assert {"00", "06b", "09"} <= {row.number for row in rows}
    found = documents.verdicts(ROOT)
    assert len({row.claim for row in found}) == 12
    assert {row.kind for row in found} <= {"holds", "fails", "partly", "open"}
    assert all(row.measured for row in found)
    with pytest.raises(CourseError, match="no section 'Nothing'"):
        documents.section("Nothing", ROOT)


MODULE = '''"""A module."""
from dataclasses import dataclass

from ilrl_course.data import Batch, Numbers

@dataclass
class Config:
    """How fast."""

    rate: float = 1  # of < Adam

    def half(self) -> float:
        """Half of it."""
        return self.rate / 2


def learn(batch: Batch, rows: Numbers, *rest) -> dict[str, Config]:
    """Learn `batch` < 1."""


def _private():
    """Nobody's business."""
'''


def test_a_module_becomes_its_docstrings_in_the_order_that_the_folder_names(tmp_path):
    package = tmp_path / "ilrl_course"
    for name, text in {
        "__init__.py": '"""Package."""',
        "data.py": '"""Data."""\nNumbers = list\n\nclass Batch:\n    """Steps."""\n',
        "rooms/__init__.py": '"""In reading order: late, early."""',
        "rooms/early.py": MODULE,
        "rooms/late.py": '"""Late."""',
    }.items():
        (package / name).parent.mkdir(exist_ok=True, parents=True)
        (package / name).write_text(text, encoding="utf-8")
    pages = api.api_pages(tmp_path)
    assert list(pages) == ["index", "data", "rooms"]
    text = pages["rooms"]
    assert text.index("## `late`") < text.index("## `early`")
    assert "{py:function} learn(batch: ilrl_course.data.Batch, rows: Numbers, *rest)" in text
    assert "dict[str, ilrl_course.rooms.early.Config]" in text
    assert "Learn `batch` &lt; 1." in text
    assert "rate: float = 1  # of < Adam\n```" in text
    assert "{py:method} half() -> float" in text
    assert "_private" not in text


@pytest.mark.parametrize("recorded", [(), ("DoorKey",), ("LunarLander", "DoorKey", "Pong")])
def test_the_map_of_prices_has_a_tab_for_each_world_whose_scoreboard_is_recorded(tmp_path, recorded):
    (tmp_path / "results").mkdir()
    (tmp_path / "ilrl_course").symlink_to(ROOT / "ilrl_course")
    for name in ("cartpole", "driving", "dungeon"):
        (tmp_path / f"results/scoreboard_{name}.json").symlink_to(ROOT / f"results/scoreboard_{name}.json")
    boards = write_boards(tmp_path / "results", recorded)
    found = prices.boards(tmp_path)
    assert list(found) == ["CartPole", "Driving", "Dungeon", *recorded]
    assert {world: found[world] for world in boards} == boards
    page = prices.price_page(found, {}, tmp_path)
    assert '"actions"' not in page
    for world in ("LunarLander", "DoorKey", "Pong"):
        assert (f'"{world}": {{"seeds"' in page) == (world in recorded)


def test_the_names_of_pages_are_known_before_anything_is_made():
    names = page_names(ROOT)
    assert len(names) == len(set(names))
    assert {"index", "answer", "lessons/02_behavioral_cloning", "docs/teaching", "api/algorithms"} <= set(
        names
    )


@pytest.fixture
def pip(monkeypatch, tmp_path):
    """A course in a folder, what was run to set up its site, and what pip is to complain about."""
    (tmp_path / environment.REQUIREMENTS).write_text("sphinx\n", encoding="utf-8")
    ran, answer = [], {"text": ""}

    def run_quietly(command, root, variables=None):
        ran.append(" ".join(map(str, command[2:])))
        if "-m venv" in " ".join(map(str, command)):
            environment.site_python(root).parent.mkdir(parents=True)
        code = int(bool(answer["text"]) and "install" in ran[-1])
        return subprocess.CompletedProcess(command, code, stdout=answer["text"])

    monkeypatch.setattr(environment, "run_quietly", run_quietly)
    monkeypatch.setattr(environment, "pip_settings", lambda root, python: {})
    monkeypatch.setattr(environment, "version_of", lambda python: sys.version_info[:2])
    return tmp_path, ran, answer


def test_what_builds_the_site_is_installed_once_from_wheels_only(pip):
    root, ran, _ = pip
    environment.prepare_site(root)
    assert environment.is_ready(root)
    assert "--only-binary :all: -r requirements-site.txt" in ran[-1]
    ran.clear()
    environment.prepare_site(root)
    assert ran == []
    (root / environment.REQUIREMENTS).write_text("sphinx>=9\n", encoding="utf-8")
    assert not environment.is_ready(root)


def test_an_installation_that_fails_says_why_and_is_not_trusted(pip):
    root, _, answer = pip
    answer["text"] = "ERROR: connection refused"
    with pytest.raises(CourseError, match="Check the connection"):
        environment.prepare_site(root)
    assert not environment.is_ready(root)
