"""An update takes nothing from a student who is in the middle of the course; see README.md beside this file.

`from_0b2daf4` was written by the code of that commit, and so was what it read and said about it.
"""

import ast
import contextlib
import hashlib
import inspect
import itertools
import json
import linecache
import operator
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from types import SimpleNamespace

import gymnasium as gym
import minari
import numpy as np
import pytest

from course_tools.setup import install
from ilrl_course.checks import runner, your_functions
from ilrl_course.envs import WORLDS
from ilrl_course.notebook import journal
from ilrl_course.notebook.claims import CLAIMS
from ilrl_course.play import sharing, stand_ins
from ilrl_course.play.recordings import YOU, Recordings
from tests.desk import all_files, move_in

ROOT = Path(__file__).resolve().parents[2]
OLD = Path(__file__).parent / "from_0b2daf4"
READ, SAID = (
    json.loads((OLD / f"what_was_{name}.json").read_text(encoding="utf-8")) for name in ("read", "said")
)

of_every_world = pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
numbers = itertools.count()
SPLIT = {"06_adversarial_imitation": ("06_gail", "06b_airl_and_transfer")}  # lessons that have become two
of_every_lesson = pytest.mark.parametrize("lesson", sorted(SAID))


@pytest.fixture
def student(tmp_path, monkeypatch):
    """A copy of all that the student has; what the course keeps for its students, it keeps there."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "student" / "my_work"))
    monkeypatch.setattr(runner, "PATIENCE", 100)  # no test depends on the clock
    move_in(tmp_path / "home", monkeypatch)
    return shutil.copytree(OLD, tmp_path / "student")


# Predictions and verdicts


def test_all_predictions_and_verdicts_are_read_and_none_is_set_aside(student, capsys):
    before = all_files(student)
    assert journal.load_predictions() == READ["predictions"]
    assert journal.load_verdicts() == READ["verdicts"]
    assert capsys.readouterr().out == ""
    assert all_files(student) == before


def test_new_predictions_and_verdicts_join_the_old_ones(student, capsys):
    journal.save_predictions(READ["predictions"] | {"C1": "not sure"})
    journal.record_verdict("C1", "holds", "it does.", "+1 [0.5, 1.5]", 8, "08")
    assert journal.load_predictions() == READ["predictions"] | {"C1": "not sure"}
    assert [verdict["lesson"] for verdict in journal.load_verdicts()["C1"]] == ["08", None]
    assert {"C3", "C7", "C8"} <= journal.load_verdicts().keys()
    assert capsys.readouterr().out == ""


def test_every_claim_that_was_predicted_is_still_a_claim():
    assert list(READ["predictions"]) == [f"C{number}" for number in range(1, 13)]
    assert READ["predictions"].keys() <= CLAIMS.keys()


# Recorded games


def shelf_of(world):
    return Recordings(world, **world.play_options)


def in_numbers(game):
    """As `make.py` wrote down what was read at that time."""
    lists = {name: getattr(game, name) for name in ("labels", "labeled")}
    lists |= {name: getattr(game.trajectory, name) for name in ("actions", "rewards")}
    endings = ("terminated", "truncated", "crashed", "success")
    return (
        {name: getattr(game, name) for name in ("player", "round", "seed", "recorded_at")}
        | {name: getattr(game.trajectory, name) for name in endings}
        | {name: json.dumps(values.tolist(), separators=(",", ":")) for name, values in lists.items()}
    )


@of_every_world
def test_every_recording_is_read_as_it_was_and_no_file_is_changed(student, world, capsys):
    before = all_files(student)
    shelf = shelf_of(world)
    assert [in_numbers(game) for game in shelf.load()] == READ["played"][world.name]
    assert [in_numbers(game) for game in shelf.load(corrected=True)] == READ["corrected"][world.name]
    assert capsys.readouterr().out == ""  # which would name what was skipped
    assert all_files(student) == before


@of_every_world
def test_what_was_discarded_stays_discarded_and_all_else_is_read(student, world):
    folders = [path for path in shelf_of(world).former_folder.iterdir() if path.name != "discarded"]
    assert len(shelf_of(world).load()) + len(shelf_of(world).load(corrected=True)) == len(folders)


@of_every_world
def test_a_recording_gives_the_same_rewards_in_todays_world(student, world):
    env = gym.make(world.env_id, **world.play_options)
    for game in shelf_of(world).load() + shelf_of(world).load(corrected=True):
        first, _ = env.reset(seed=game.seed)
        steps = [env.step(action) for action in game.trajectory.actions]
        seen = np.array([first, *(obs for obs, *_ in steps)])
        np.testing.assert_allclose(seen, game.trajectory.obs, atol=1e-4)
        np.testing.assert_allclose([reward for _, reward, *_ in steps], game.trajectory.rewards, atol=1e-4)
        assert steps[-1][2] == game.trajectory.terminated


@of_every_world
def test_minari_finds_the_world_that_a_recording_names(student, world):
    for file in shelf_of(world).folder.rglob("metadata.json"):
        assert minari.MinariDataset(file.parent).recover_environment().spec.id == world.env_id


@of_every_world
def test_lessons_go_on_with_the_students_own_games(student, world, capsys):
    mine = [game for game in READ["played"][world.name] if game["player"] == YOU]
    assert [in_numbers(game) for game in stand_ins.your_games(world)] == mine
    corrections = stand_ins.your_corrections(world, policy=None, seed=0)
    assert [in_numbers(game) for game in corrections] == READ["corrected"][world.name]
    assert "SCRIPT" not in capsys.readouterr().out


def test_an_exported_file_can_be_pooled_and_what_was_pooled_is_known(student, tmp_path):
    (world,) = (world for world in WORLDS.values() if world.name == "CartPole")
    assert sharing.pool(shelf_of(world), student / "ben.zip") == 0
    elsewhere = Recordings(world, tmp_path / "elsewhere", **world.play_options)
    assert sharing.pool(elsewhere, student / "ben.zip") == 1
    (bens,) = (game for game in READ["played"]["CartPole"] if game["player"] == "Ben")
    assert [in_numbers(game) for game in elsewhere.load("Ben")] == [bens]


# Notebooks: what they import and call, and what is said about their answers


def cells_of(path, cell_type="code"):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells if cell["cell_type"] == cell_type]


def grading(cell):
    return cell["metadata"].get("nbgrader", {})


def all_code_of(lesson):
    return ast.parse("\n".join(cell["source"] for cell in cells_of(OLD / "notebooks" / f"{lesson}.ipynb")))


def all_that_it_imports(tree):
    """The names that these imports bring, and fail if one of them does."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            exec(ast.unparse(node), names)
    return names


@of_every_lesson
def test_every_import_of_an_old_notebook_works(lesson):
    assert all_that_it_imports(all_code_of(lesson)).keys() >= {"plotting", "video"}


def test_every_import_that_an_old_notebook_recommends_works():
    recommended = {
        " ".join(statement.split())
        for lesson in SAID
        for cell in cells_of(OLD / "notebooks" / f"{lesson}.ipynb", "markdown")
        for statement in re.findall(r"`(from\s+ilrl_course[\w.]*\s+import\s+[^`]+)`", cell["source"])
    }
    assert recommended
    for statement in recommended:
        exec(statement, {})


def dotted(node):
    """`plotting.panels` as text; None where it is not made of names alone."""
    is_plain = isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and dotted(node.value))
    return ast.unparse(node) if is_plain else None


def uses_of(tree, imported, kind):
    """Pairs of a node and its dotted name, where that begins with what was imported and never set anew."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        name = isinstance(node, kind) and dotted(node.func if kind is ast.Call else node)
        if name and name.split(".")[0] in imported.keys() - own:
            yield node, name


@of_every_lesson
def test_every_attribute_that_an_old_notebook_uses_exists(lesson):
    tree = all_code_of(lesson)
    imported = all_that_it_imports(tree)
    used = {name for _, name in uses_of(tree, imported, ast.Attribute)}
    assert "video.clip" in used or "plotting.panels" in used
    for name in used:
        operator.attrgetter(name)(SimpleNamespace(**imported))


@of_every_lesson
def test_every_call_of_an_old_notebook_has_arguments_that_are_still_taken(lesson):
    tree = all_code_of(lesson)
    imported, num_calls = all_that_it_imports(tree), 0
    for node, name in uses_of(tree, imported, ast.Call):
        function = operator.attrgetter(name)(SimpleNamespace(**imported))
        if not (getattr(function, "__module__", None) or "").startswith("ilrl_course"):
            continue
        positional = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
        named = {keyword.arg: None for keyword in node.keywords if keyword.arg}
        is_whole = len(positional) + len(named) == len(node.args) + len(node.keywords)
        signature = inspect.signature(function)
        (signature.bind if is_whole else signature.bind_partial)(*positional, **named)
        num_calls += 1
    assert num_calls > 0


def run_cell(source, names):
    """Run a cell as a notebook does: the source of what it defines can be looked up."""
    file = f"<cell {next(numbers)} of a student>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec", dont_inherit=True), names)


def checked_answers(student, lesson):
    """Runs the exercises of a notebook; yields each answer after its check, and the names of the notebook."""
    first, *others = cells_of(student / "notebooks" / f"{lesson}.ipynb")
    names = {"__name__": "__main__"}
    run_cell(first["source"], names)
    for cell in filter(grading, others):
        answer = names.get(grading(cell)["grade_id"].removeprefix("check_"))
        run_cell(cell["source"], names)
        if grading(cell)["grade"]:
            yield answer, names


@of_every_lesson
def test_every_answer_is_judged_as_before(student, lesson, capsys):
    for answer, names in checked_answers(student, lesson):
        exercise = answer.__name__
        mark = SAID[lesson][f"check_{exercise}"].split()[0]
        said = capsys.readouterr().out
        assert said.startswith(f"{mark} {exercise}")
        assert not said.startswith(f"❌ {exercise}: The lesson goes on"), "there is no hint"
        assert (names[exercise] is answer) == (mark == "✅"), "the lesson goes on with what is right"


@of_every_lesson
def test_answers_that_pass_go_on_from_now_on(student, lesson, capsys):
    checked = ((answer.__name__, answer, names) for answer, names in checked_answers(student, lesson))
    passed = [name for name, answer, names in checked if names[name] is answer]
    assert "kept" not in capsys.readouterr().out, "all of them can be kept"
    your_functions(*passed or ["bc_loss"])
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(f"This notebook goes on with {'your' if passed else 'the course'}")
    assert ("the course's" in first) == (not passed)


def test_where_no_answer_was_ever_kept_the_course_s_go_on_and_nothing_is_written(student, tmp_path, capsys):
    before = all_files(tmp_path)
    your_functions("bc_loss", "compute_gae")
    assert capsys.readouterr().out.startswith(
        "This notebook goes on with the course's bc_loss and compute_gae."
    )
    assert all_files(tmp_path) == before


def test_answers_of_all_three_kinds_are_among_them():
    marks = [text.split()[0] for said in SAID.values() for text in said.values()]
    assert {mark: marks.count(mark) for mark in marks} == {"✅": 16, "❌": 4, "✏️": 9}


# Grading


def marks_of(folder, lesson):
    """For each graded name: what nbgrader has to know about its cell."""
    path = folder / "notebooks" / f"{lesson}.ipynb"
    return {grading(cell)["grade_id"]: grading(cell) for cell in cells_of(path) if grading(cell)}


@of_every_lesson
def test_every_name_that_is_graded_is_graded_today(lesson):
    today = [marks_of(ROOT, name) for name in SPLIT.get(lesson, (lesson,))]
    assert (
        marks_of(OLD, lesson).items()
        <= {name: mark for marks in today for name, mark in marks.items()}.items()
    )


def test_every_cell_of_an_old_gradebook_is_in_todays_lesson_and_what_was_locked_ends_it():
    with contextlib.closing(sqlite3.connect(f"{OLD.as_uri()}/gradebook.db?mode=ro", uri=True)) as book:
        cells = book.execute(
            "SELECT notebook.name, source_cell.name, cell_type, locked, source FROM source_cell"
            " JOIN notebook ON notebook.id = source_cell.notebook_id"
        ).fetchall()
        graded = "SELECT notebook.name, base_cell.name, grade_cells.max_score FROM grade_cells"
        graded += " JOIN base_cell USING (id) JOIN notebook ON notebook.id = base_cell.notebook_id"
        points = book.execute(graded).fetchall()
    assert (len(cells), len(points)) == (10, 5)
    for lesson, name, cell_type, is_locked, source in cells:
        today = cells_of(ROOT / "notebooks" / f"{lesson}.ipynb", cell_type)
        (cell,) = (cell for cell in today if grading(cell).get("grade_id") == name)
        assert cell["source"].endswith(source) or not is_locked
    for lesson, name, max_score in points:
        assert marks_of(ROOT, lesson)[name]["points"] == max_score


# The folder .venv


def old_fingerprint(requirements, root):
    """What the set-up of 0b2daf4 wrote into .venv when it was complete, for Python 3.11."""
    names = sorted({"requirements.txt", requirements})
    texts = [(root / name).read_text(encoding="utf-8") for name in names]
    return hashlib.sha256("\0".join([*texts, str(root), str((3, 11))]).encode()).hexdigest()


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A course that was set up at that time, and a stand-in for the programs that a set-up runs."""
    root, venv = tmp_path / "my course", tmp_path / "my course" / ".venv"
    packages = venv / ("Lib" if os.name == "nt" else "lib/python3.11") / "site-packages" / "torch"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    for folder in (packages, python.parent):
        folder.mkdir(parents=True)
    python.touch()
    shutil.copy(OLD / "venv" / "pyvenv.cfg", venv)
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(OLD / "venv" / name, root)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (venv / f"installed-{name}").write_text(old_fingerprint(name, root), encoding="utf-8")
    commands = []

    def run_quietly(command, where, variables=None):
        commands.append(" ".join(command[2:]))
        return subprocess.CompletedProcess(command, 0, stdout="")

    monkeypatch.setattr(install, "run_quietly", run_quietly)
    monkeypatch.setattr(install, "version_of", lambda python: (3, 11) if python.exists() else None)
    return SimpleNamespace(root=root, packages=packages, commands=commands)


@pytest.mark.parametrize("requirements", ["requirements.txt", "requirements-dev.txt"])
def test_an_old_venv_is_ready_for_the_same_requirements(machine, requirements):
    before = all_files(machine.root)
    install.prepare(requirements, machine.root)
    assert machine.commands == []
    assert all_files(machine.root) == before


@pytest.mark.parametrize("added", ["another-package\n", None], ids=["a package more", "today's"])
def test_an_old_venv_is_completed_and_not_removed_when_the_requirements_have_changed(machine, added):
    asked_for = machine.root / "requirements.txt"
    old = asked_for.read_text(encoding="utf-8")
    asked_for.write_text(old + added if added else (ROOT / asked_for.name).read_text(encoding="utf-8"))
    is_the_same = asked_for.read_text(encoding="utf-8") == old
    install.prepare("requirements.txt", machine.root)
    assert is_the_same or "-r requirements.txt" in machine.commands[-2]
    assert not any(words.startswith("venv") for words in machine.commands)
    assert machine.packages.exists()
    assert install.is_ready("requirements.txt", machine.root)
