"""Without the course's JupyterLab: in Notebook 7, and where a notebook's first cell installs the course."""

import shutil

import nbformat
import pytest

from course_tools.lab.lab import free_port
from course_tools.workplace import ROOT
from tests.packaging.conftest import Student

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


def test_notebook_7_shows_the_folder_and_a_lesson(newcomer):
    shutil.copy(ROOT / "notebooks" / LESSON, newcomer.desk / "lesson.ipynb")
    port = free_port(8970)
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--allow-root"]
    with newcomer.serves([str(newcomer.python), "-P", "-m", "notebook", *options], "/tree") as ask:
        assert "jupyter-config-data" in ask("/tree")
        assert "jupyter-config-data" in ask("/notebooks/lesson.ipynb")
