"""The course's own solutions, typed into their lessons: each is kept, and passes in another process."""

import json
import re
import subprocess
import sys

import jupytext
import pytest

from course_tools.build.lift import lift
from course_tools.workplace import ROOT, own_environment
from ilrl_course.checks.exercises import LESSON_OF
from tests.lesson_files import EXERCISE, LESSONS

pytestmark = pytest.mark.xdist_group("your functions in lessons")
EXERCISES = {lesson: EXERCISE.findall(text) for lesson, text in LESSONS.items() if EXERCISE.search(text)}


def cells_of(lesson):
    """The lesson's first code, and its exercises with their checks, as a student would have written them."""
    cells = jupytext.reads(LESSONS[lesson], fmt="py:percent").cells
    yield next(cell.source for cell in cells if cell.cell_type == "code")
    for dotted in EXERCISES[lesson]:
        name = dotted.rpartition(".")[2]
        yield lift(dotted, ROOT).source
        yield f"from ilrl_course.checks import check\n\n{name} = check({name})"


def run(notebooks, environment):
    """What the cells of each notebook print, in a process of its own."""
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.checks.shell"]
    ran = subprocess.run(
        command, input=json.dumps(notebooks), cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the checks of each lesson printed, and what was said about the functions in another process."""
    desk = tmp_path_factory.mktemp("desk")
    environment = own_environment() | {"HOME": str(desk), "USERPROFILE": str(desk), "OMP_NUM_THREADS": "1"}
    environment |= {"COURSE_JOURNAL": str(desk / "my_work"), "IPYTHONDIR": str(desk / "ipython")}
    for variable in ("NBGRADER_EXECUTION", "COURSE_REHEARSAL"):
        environment.pop(variable, None)
    typed = run([list(cells_of(lesson)) for lesson in EXERCISES], environment)
    files = {path.stem for path in (desk / "my_work" / "answers").iterdir()}
    import_it = "from ilrl_course.checks import your_functions"
    again = run(
        [[import_it, f"yours = your_functions(*{names_in(lesson)})"] for lesson in EXERCISES], environment
    )
    return {lesson: (*both, files) for lesson, *both in zip(EXERCISES, typed, again, strict=True)}


def names_in(lesson):
    return [dotted.rpartition(".")[2] for dotted in EXERCISES[lesson]]


def test_all_exercises_are_among_them():
    assert {name for lesson in EXERCISES for name in names_in(lesson)} == LESSON_OF.keys()


@pytest.mark.parametrize("lesson", EXERCISES)
def test_what_passes_in_a_lesson_is_kept_and_passes_in_another_process(said, lesson):
    typed, again, files = said[lesson]
    names = names_in(lesson)
    for name, text in zip(names, typed[2::2], strict=True):
        assert re.fullmatch(rf"✅ {name} passed: .+\n", text), text
    assert files >= set(names)
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    assert again == ["", f"This notebook goes on with your {listed}.\n"]
