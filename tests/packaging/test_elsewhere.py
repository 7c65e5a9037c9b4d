"""Without the course's JupyterLab: in Notebook 7, and where a notebook's first cell installs the course."""

import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from course_tools.lab.browser import MISSING, NotebookPage, browser, find_chromium, write_notebook
from course_tools.lab.lab import free_port
from course_tools.workplace import ROOT
from ilrl_course.envs import CARTPOLE
from ilrl_course.play.recordings import Recordings
from tests.browser.screen import IMPORTS, Screen
from tests.packaging.conftest import Student, answer_of

pytestmark = pytest.mark.xdist_group("wheel")

LESSON = "01_demonstrations.ipynb"
INSTALL = "%pip install --quiet --no-deps --no-index --force-reinstall {wheel}"
AT_WORK = """
import sys
import ilrl_course
from ilrl_course.notebook import journal
from ilrl_course.storage.files import load_results

journal.save_predictions({"C1": "not sure"})
print(ilrl_course.__file__.startswith(sys.prefix), len(load_results("losses")["clones"]) > 0)
"""


@pytest.fixture(scope="module")
def newcomer(guest_or_skip, tmp_path_factory):
    """They have Notebook 7, and not the course."""
    python = guest_or_skip("notebook7", "notebook>=7.6,<8", with_dependencies=False)
    for folder in python.parents[1].glob("lib*/**/site-packages/*"):
        if folder.name.startswith(("ilrl_course", "course_tools")):  # from an earlier test
            shutil.rmtree(folder)
    for kind in ("share", "etc"):  # what JupyterLab and the widgets have there, pip would put beside its own
        folder = Path(kind) / "jupyter"
        shutil.copytree(Path(sys.prefix) / folder, python.parents[1] / folder, dirs_exist_ok=True)
    return Student(python, tmp_path_factory.mktemp("newcomer"))


def test_a_lone_notebook_installs_the_course_finds_its_data_and_keeps_work_beside_it(newcomer, wheel):
    notebook = nbformat.read(ROOT / "notebooks" / LESSON, 4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL.format(wheel=wheel)))
    notebook.cells.append(nbformat.v4.new_code_cell(AT_WORK))
    nbformat.write(notebook, newcomer.desk / LESSON)
    newcomer.runs_notebook(LESSON)
    assert nbformat.read(newcomer.desk / LESSON, 4).cells[-1].outputs[0].text.split() == ["True", "True"]
    assert {path.name for path in newcomer.desk.iterdir()} == {LESSON, "my_work"}
    assert (newcomer.desk / "my_work" / "predictions.json").is_file()


@pytest.fixture
def notebook_7(newcomer):
    """Its server: the address of a path."""
    port = free_port(8970)
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--allow-root"]
    options.append("--JupyterNotebookApp.expose_app_in_browser=True")
    with newcomer.serves([str(newcomer.python), "-P", "-m", "notebook", *options], "/tree") as url:
        yield url


def test_notebook_7_shows_the_folder_and_a_lesson(newcomer, notebook_7):
    shutil.copy(ROOT / "notebooks" / LESSON, newcomer.desk / "lesson.ipynb")
    for path in ("/tree", "/notebooks/lesson.ipynb"):
        assert "jupyter-config-data" in answer_of(notebook_7(path))


def test_a_game_is_played_and_kept_in_notebook_7(newcomer, notebook_7, wheel):
    if find_chromium() is None:
        pytest.skip(MISSING)
    write_notebook(
        newcomer.desk / "game.ipynb",
        INSTALL.format(wheel=wheel),
        f"{IMPORTS}game = play(CARTPOLE, seed=1); game",
    )
    with browser() as context:
        tree, of_notebook_7 = context.new_page(), []
        tree.on("pageerror", lambda error: of_notebook_7.append(str(error)))
        tree.goto(notebook_7("/tree"))  # from here on the browser is known
        page = NotebookPage(context, notebook_7("/notebooks").partition("?")[0], "game.ipynb")
        for number in range(2):
            page.run_cell(number)
        screen = Screen(page)
        screen.drop_the_pole()
        assert screen.becomes(lambda: "1 recorded" in screen.facts())
        assert set(page.complaints) <= set(of_notebook_7)
    (game,) = Recordings(CARTPOLE, newcomer.desk / "my_work" / "recordings").load()
    assert game.trajectory.crashed
