"""The wheel, installed: in an empty folder, and without the repository, it is the whole course."""

import json
import re
import tomllib
import zipfile
from pathlib import PurePosixPath

import nbformat
import pytest

from course_tools.lab.lab import PAGE, free_port
from course_tools.workplace import ROOT
from tests.packaging.conftest import OLD_WORK, answer_of

pytestmark = pytest.mark.xdist_group("wheel")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DATA = """
import json
import gymnasium as gym
import course_tools, ilrl_course
from ilrl_course import envs
from ilrl_course.measures.evaluation import reference_scores
from ilrl_course.notebook import price_map
from ilrl_course.notebook.verdicts import verdict
from ilrl_course.play import screen, stand_ins
from ilrl_course.storage import my_work

found = {"where": [ilrl_course.__file__, course_tools.__file__], "my_work": str(my_work.folder())}
for world in envs.WORLDS.values():
    env = gym.make(world.env_id, render_mode="rgb_array")
    env.reset(seed=0)
    env.render()
    found[world.name] = reference_scores(world.name) | {"games": len(stand_ins.stand_in_games(world))}
found["screen"] = len(str(screen.Play._esm)) > 0
found["prices"] = all(len(str(text)) > 0 for text in (price_map.PriceMap._esm, price_map.PriceMap._css))
print(json.dumps(found))
"""
WHERE_FROM = """
import sys
from ilrl_course.storage import files, my_work
ours = [m.__file__ for name, m in sys.modules.items() if name.startswith(("ilrl_course", "course_tools"))]
print({path for path in [*ours, str(files.RESULTS)] if not path.startswith(sys.prefix)}, my_work.folder())
"""


def names_in(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {PurePosixPath(name) for name in archive.namelist()}


def test_the_wheel_holds_the_package_the_tools_the_notebooks_and_the_results_and_no_tests(wheel):
    names = names_in(wheel)
    tops = {"ilrl_course", "course_tools", f"ilrl_course-{PROJECT['version']}.dist-info"}
    assert {name.parts[0] for name in names} == tops
    held = {name.as_posix() for name in names}
    assert {path.relative_to(ROOT).as_posix() for path in ROOT.glob("ilrl_course/**/*.py")} <= held
    assert {f"course_tools/wheel/{path.name}" for path in ROOT.glob("course_tools/wheel/*.py")} <= held
    for folder, pattern in (("course_tools/wheel", "notebooks/*.ipynb"), ("ilrl_course", "results/*.json")):
        wanted = {f"{folder}/{path.relative_to(ROOT).as_posix()}" for path in ROOT.glob(pattern)}
        assert wanted == {name for name in held if PurePosixPath(name).match(f"{folder}/{pattern}")}
    assert "course_tools/setup/requirements-worlds.txt" in held
    assert wheel.stat().st_size < 4e6


def test_every_module_that_the_wheel_s_command_imports_is_in_the_wheel(student):
    code = "import sys; import course_tools.wheel.command, course_tools.wheel.doctor"
    code += "; print(*(m.__file__ for n, m in sys.modules.items() if n.startswith(('course_', 'ilrl_'))))"
    assert all(path.startswith(str(student.python.parents[1])) for path in student.runs(code).split())


def test_its_data_comes_with_it_and_work_goes_to_the_folder_where_it_is_used(student):
    found = json.loads(student.runs(DATA))
    assert all(path.startswith(str(student.python.parents[1])) for path in found["where"])
    assert found["my_work"] == str(student.desk / "my_work")
    for name in ("CartPole", "Driving", "Dungeon"):
        assert found[name]["games"] == 20
        assert found[name]["expert"] > found[name]["random"]
    assert found["screen"]
    assert found["prices"]


def test_pip_knows_its_version_and_what_it_needs(student):
    code = (
        "from importlib import metadata as m; print(len(m.requires('ilrl-course')), m.version('ilrl-course'))"
    )
    assert student.runs(code).split() == [str(len(PROJECT["dependencies"])), PROJECT["version"]]
    assert student.types("ilrl-course", "--version").strip() == PROJECT["version"]


def test_the_notebooks_are_laid_out_and_an_older_my_work_is_as_it_was(student):
    notebooks = {path.name: path.read_bytes() for path in ROOT.glob("notebooks/*.ipynb")}
    assert student.said.splitlines()[1] == f"New: {', '.join(sorted(notebooks))}."
    assert {name: (student.desk / name).exists() for name in notebooks} == dict.fromkeys(notebooks, True)
    untouched = "live.ipynb"  # by the tests below
    assert (student.desk / untouched).read_bytes() == notebooks[untouched]
    old = [path.relative_to(OLD_WORK) for path in OLD_WORK.rglob("*") if path.is_file()]
    assert all((student.desk / "my_work" / path).is_file() for path in old)
    said = student.types("ilrl-course", "recordings")
    assert f"MINARI_DATASETS_PATH={student.desk / 'my_work' / 'recordings'}" in said
    assert f"{len(list(OLD_WORK.rglob('metadata.json')))} have names of a former version" in said


@pytest.mark.parametrize("name", ["00_start_here.ipynb", "02_behavioral_cloning.ipynb"])
def test_a_lesson_runs_and_takes_nothing_from_the_repository(student, name):
    path = student.desk / name
    notebook = nbformat.read(path, 4)
    notebook.cells.append(nbformat.v4.new_code_cell(WHERE_FROM))
    nbformat.write(notebook, path)
    student.runs_notebook(name)
    ran = nbformat.read(path, 4)
    assert ran.cells[-1].outputs[0].text.split() == ["set()", str(student.desk / "my_work")]
    (game,) = (cell for cell in ran.cells if re.search(r"^play\(", cell.source, re.MULTILINE))
    assert "application/vnd.jupyter.widget-view+json" in game.outputs[-1].data
    assert name[:2] == "00" or any("load_results(" in cell.source for cell in ran.cells)


def test_the_command_given_once_more_keeps_what_was_changed(student):
    path = student.desk / "03_when_cloning_fails.ipynb"
    changed = path.read_text(encoding="utf-8").replace("raise NotImplementedError", "return 0", 1)
    path.write_text(changed, encoding="utf-8")
    assert student.types("ilrl-course", "notebooks", ".") == f"The notebooks are in {student.desk}.\n"
    assert path.read_text(encoding="utf-8") == changed


def test_the_doctor_finds_all_well(student):
    said = student.types("ilrl-course", "doctor")
    assert said.splitlines()[0].startswith(f"ok      Course: version {PROJECT['version']}, for Python 3.")
    assert said.splitlines()[-1] == "All is well."
    assert "Package: notebooks can import ilrl_course" in said


def test_where_a_world_is_missing_the_package_names_its_own_command_and_that_says_what_came_of_it(student):
    hidden = student.desk.parent / "hidden"  # Pong, whatever is installed here
    (hidden / "ale_py").mkdir(parents=True)
    (hidden / "ale_py" / "__init__.py").write_text("raise ModuleNotFoundError(name='ale_py')")
    without = student.environment | {"PYTHONPATH": str(hidden), "PIP_NO_INDEX": "1"}
    code = "from ilrl_course.envs.elsewhere import PONG; print(PONG.missing)"
    said = student.tries([str(student.python), "-P", "-c", code], without)[1]
    assert "ale-py, which is not installed here: run `ilrl-course worlds`" in said
    assert "course.py" not in said
    code, said = student.tries(student.command("ilrl-course", "worlds"), without)
    assert code == 1
    assert "  ale-py, for Pong ..." in said
    assert re.search(r"(?m)^Pong: not ready\. For this system and Python \S+ there is no ale-py", said)
    assert (student.desk.parent / ".ilrl_course" / ".locks" / "worlds").is_file()
    found = student.tries(student.command("ilrl-course", "doctor"), without)[1]
    assert re.search("Worlds of others: .*`ilrl-course worlds`", found)


def test_the_lab_opens_the_lesson_in_the_folder_with_the_course_s_settings(student):
    port = free_port(8950)
    command = student.command("ilrl-course", "lab", ".", "--no-browser", "--lesson=02", f"--port={port}")
    with student.serves(command, r"/lab/tree/02_behavioral_cloning\.ipynb") as url:
        assert "jupyter-config-data" in answer_of(url("/lab/tree/02_behavioral_cloning.ipynb"))
        listed = json.loads(answer_of(url("/api/contents")))["content"]
        assert {"00_start_here.ipynb", "my_work"} <= {entry["name"] for entry in listed}
        for plugin, wanted in PAGE.items():
            if plugin.startswith("@jupyterlab/"):  # others come with the widgets' own files
                schema = json.loads(answer_of(url(f"/lab/api/settings/{plugin}")))["schema"]
                assert {name: schema["properties"][name]["default"] for name in wanted} == wanted


def test_the_version_is_the_same_wherever_it_is_written():
    cited = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    changed = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited == changed[:1] == [PROJECT["version"]]
