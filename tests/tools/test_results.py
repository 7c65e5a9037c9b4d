"""Results are computed from a commit, run by run, and their records say when they are no longer of today."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from course_tools.records import results, shards, staleness
from course_tools.records.scripts import load_script
from course_tools.records.sources import hash_of_sources, reachable
from course_tools.workplace import ROOT, CourseError
from ilrl_course.measures.evidence import Planned

HERE = {"check": False, "here": True, "dask": None}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_results_are_stamped_with_commit_sources_seeds_and_versions(tmp_path):
    write(tmp_path / "toy.py", "def run():\n    return {'seeds': [0, 1], 'mean': 1.5}\n")
    assert results.run(Namespace(names=[], **HERE), tmp_path) == 0
    report = json.loads((tmp_path / "toy.json").read_text(encoding="utf-8"))
    assert report["seeds"] == [0, 1]
    assert report["mean"] == 1.5
    assert {"commit", "versions", "machine", "command", "sources"} <= report.keys()


def test_results_without_seeds_are_refused(tmp_path):
    write(tmp_path / "toy.py", "def run():\n    return {'mean': 1.5}\n")
    with pytest.raises(CourseError, match="seeds"):
        results.run(Namespace(names=["toy"], **HERE), tmp_path)
    assert not (tmp_path / "toy.json").exists()


@pytest.mark.parametrize("options", [HERE, HERE | {"here": False}], ids=["here", "committed"])
def test_wrong_name_among_results_is_found_before_anything_is_computed(tmp_path, options):
    write(tmp_path / "toy.py", "def run():\n    raise AssertionError('hours of work')\n")
    with pytest.raises(CourseError, match=r"no .*/toyy\.py\. There are: toy"):
        results.run(Namespace(names=["toy", "toyy"], **options), tmp_path)


# --- what a script executes ---------------------------------------------------------------------------------


@pytest.fixture
def small_course(tmp_path):
    """A script, the two modules that it reaches, one that it does not, and a data file."""
    write(tmp_path / "ilrl_course/__init__.py", "")
    write(tmp_path / "ilrl_course/a.py", '"""A."""\nfrom ilrl_course.worlds import b\n')
    write(tmp_path / "ilrl_course/worlds/__init__.py", 'MODULE = "ilrl_course.worlds.late"\n')
    write(tmp_path / "ilrl_course/worlds/b.py", "x = 1  # one\n")
    write(tmp_path / "ilrl_course/worlds/late.py", "y = 1\n")
    write(tmp_path / "ilrl_course/worlds/plan.txt", "#.#")
    write(tmp_path / "ilrl_course/aside.py", "z = 1\n")
    return write(tmp_path / "results/toy.py", "from ilrl_course.a import b\n")


def test_a_name_means_its_script_or_all_that_begin_with_it(tmp_path):
    for name in ("board", "board_a", "score_a", "score_b"):
        (tmp_path / f"{name}.py").write_text("")
    assert results.meant_by("board", tmp_path) == ["board"]
    assert results.meant_by("score", tmp_path) == ["score_a", "score_b"]
    assert results.meant_by("sco", tmp_path) == ["sco"]  # which is refused by its name


def test_a_script_reaches_what_it_imports_also_through_others_and_by_name(small_course):
    found = reachable(small_course, small_course.parents[1])
    expected = {"", ".a", ".worlds", ".worlds.b", ".worlds.late"}
    assert found == {f"ilrl_course{name}" for name in expected}


@pytest.mark.parametrize(
    ("name", "text", "changes"),
    [
        ("results/toy.py", "from ilrl_course.a import b\nw = 2\n", True),
        ("ilrl_course/worlds/b.py", "x = 2\n", True),
        ("ilrl_course/worlds/late.py", "y = 2\n", True),
        ("ilrl_course/worlds/plan.txt", "#..", True),
        ("ilrl_course/aside.py", "z = 2\n", False),
        ("ilrl_course/worlds/b.py", '"""One."""\n\nx = (\n    1\n)\n', False),
    ],
)
def test_the_hash_follows_the_code_that_is_executed_and_nothing_else(small_course, name, text, changes):
    root = small_course.parents[1]
    before = hash_of_sources(small_course, root)
    write(root / name, text)
    assert (hash_of_sources(small_course, root) != before) is changes


def test_the_hash_follows_scripts_that_a_script_loads_and_what_they_reach(small_course):
    root, other = small_course.parents[1], small_course.with_name("other.py")
    text = 'BESIDE = load_script(Path(__file__).parent, "toy")\n'
    write(other, text)
    before = hash_of_sources(other, root)
    write(small_course.with_name("stranger.py"), "w = 3\n")
    assert hash_of_sources(other, root) == before
    write(root / "ilrl_course/worlds/b.py", "x = 2\n")
    through = hash_of_sources(other, root)
    write(small_course, "from ilrl_course.a import b\nw = 2\n")
    assert len({before, through, hash_of_sources(other, root)}) == 3


# --- one shard per run --------------------------------------------------------------------------------------

COUNTED = """
from pathlib import Path
from course_tools.records.shards import run_seeds

def square(seed, log, stop_at=None):
    if seed == stop_at:
        raise KeyboardInterrupt
    with Path(log).open("a") as file:
        print(seed, file=file)
    return {"seed": seed, "square": seed**2}
"""


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """A script whose runs leave a trace, and shards of its own."""
    monkeypatch.setenv(shards.FOLDER, str(tmp_path / "shards"))
    monkeypatch.setattr(shards, "ROOT", tmp_path)
    write(tmp_path / "results/counted.py", COUNTED)
    return load_script(tmp_path / "results", "counted")


def test_a_run_is_made_once_and_given_back_in_the_seeds_order(counted, tmp_path):
    log = tmp_path / "log"
    assert counted.run_seeds(counted.square, [2, 1], log=str(log))[0] == {"seed": 2, "square": 4}
    again = counted.run_seeds(counted.square, [1, 2, 3], log=str(log))
    assert [run["square"] for run in again] == [1, 4, 9]
    assert sorted(log.read_text().split()) == ["1", "2", "3"]


def test_a_killed_computation_goes_on_where_it_was(counted, tmp_path):
    log = tmp_path / "log"
    settings = {"log": str(log)}
    (folder,) = {shards._shards(counted.square, settings)}
    counted.run_seeds(counted.square, [0, 1], **settings)
    assert len(list(folder.iterdir())) == 2
    assert counted.run_seeds(counted.square, range(4), **settings)[3]["square"] == 9
    assert sorted(log.read_text().split()) == ["0", "1", "2", "3"]


def test_other_settings_and_other_sources_have_shards_of_their_own(counted, tmp_path):
    first = shards._shards(counted.square, {"log": "a"})
    assert shards._shards(counted.square, {"log": "b"}) != first
    write(tmp_path / "results/counted.py", COUNTED.replace("seed**2", "seed**3"))
    assert shards._shards(counted.square, {"log": "a"}) != first


def test_settings_that_no_text_tells_apart_are_refused(counted):
    with pytest.raises(ValueError, match="told apart by their repr"):
        counted.run_seeds(counted.square, [0], log=object())


# --- on a cluster -------------------------------------------------------------------------------------------

PLACED = """
import os
from course_tools.records.shards import run_seeds

def place(seed):
    return {"seed": seed, "process": os.getpid()}

def run():
    return {"seeds": [3, 4, 5], "places": run_seeds(place, [3, 4, 5])}
"""


def test_one_option_makes_the_runs_on_a_dask_cluster_and_keeps_them(tmp_path, monkeypatch, capsys):
    pytest.importorskip("distributed", reason="install requirements-dev.txt to test Dask")
    monkeypatch.setenv(shards.FOLDER, str(tmp_path / "shards"))
    monkeypatch.setattr(shards, "ROOT", tmp_path)
    write(tmp_path / "results/placed.py", PLACED)
    used = []
    monkeypatch.setattr(results.joblib, "parallel_config", spy(results.joblib.parallel_config, used))
    assert results.run(Namespace(names=["placed"], **HERE | {"dask": "local"}), tmp_path / "results") == 0
    record = json.loads((tmp_path / "results/placed.json").read_text())
    assert [place["seed"] for place in record["places"]] == [3, 4, 5]
    assert os.getpid() not in {place["process"] for place in record["places"]}
    assert used == [{"backend": "dask"}]
    assert len(list((tmp_path / "shards").glob("*/*.pickle"))) == 3


def spy(function, calls: list):
    """The function, which also notes the names and values that it is called with."""
    return lambda **given: calls.append(given) or function(**given)


def test_without_the_option_there_is_no_cluster_and_without_dask_an_error_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with results.on_cluster(None):
        pass
    with pytest.raises(CourseError, match=r"requirements-dev\.txt"), results.on_cluster("local"):
        pass


# --- from a clean commit ------------------------------------------------------------------------------------


def test_results_are_those_of_the_last_commit_whatever_is_being_edited(tmp_path):
    copy = tmp_path / "course"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{ROOT}", copy], check=True)
    write(copy / "results/toy.py", "def run():\n    return {'seeds': [0], 'answer': 1}\n")
    for command in (["add", "."], ["-c", "user.name=T", "-c", "user.email=t@t", "commit", "-qm", "toy"]):
        subprocess.run(["git", *command], cwd=copy, check=True)
    write(copy / "results/toy.py", "def run():\n    return {'seeds': [0], 'answer': 2}\n")
    command = [sys.executable, "-m", "course_tools", "results", "toy"]
    subprocess.run(command, cwd=copy, check=True, env=os.environ | {"PYTHONPATH": str(copy)})
    record = json.loads((copy / "results/toy.json").read_text())
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=copy, capture_output=True, text=True).stdout
    assert record["answer"] == 1
    assert record["commit"] == head.strip()
    worktrees = subprocess.run(["git", "worktree", "list"], cwd=copy, capture_output=True, text=True).stdout
    assert len(worktrees.splitlines()) == 1


# --- what is stale ------------------------------------------------------------------------------------------

PLAN = Planned(
    "toy", "C1", "", "02", "it is a toy", "toys", "many", "few", "points", planned_effect=20, record="toy"
)


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """A fresh record for one plan; a function that changes it and says what is stale."""
    monkeypatch.setattr(staleness, "PLANS", (PLAN,))
    folder = tmp_path / "results"
    script = write(folder / "toy.py", "def run():\n    return {'seeds': [0]}\n")
    fresh = {"commit": "0" * 40, "sources": hash_of_sources(script, tmp_path)}
    fresh["arms"] = {"toy": PLAN.recorded([1.0], [0.0])}

    def faults(**changes):
        record = {name: value for name, value in (fresh | changes).items() if value is not None}
        write(folder / "toy.json", json.dumps(record))
        return staleness.faults("toy", folder)

    return faults


def test_a_fresh_record_is_fresh(recorded):
    assert recorded() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"commit": "0" * 40 + "+changes"}, "nobody can check out"),
        ({"sources": "1"}, "other code than today's"),
        ({"sources": None}, "before sources were recorded"),
        ({"arms": {"toy": {"plan": "1"}}}, "today's plan of toy"),
        ({"arms": None}, "today's plan of toy"),
    ],
    ids=str,
)
def test_a_stale_record_is_named_with_its_fault(recorded, changes, words):
    (fault,) = recorded(**changes)
    assert fault.startswith("toy: ")
    assert words in fault


def test_check_computes_nothing_and_fails_where_something_is_stale(tmp_path, capsys):
    write(tmp_path / "toy.py", "def run():\n    raise AssertionError('hours of work')\n")
    assert results.run(Namespace(names=[], check=True, here=False, dask=None), tmp_path) == 1
    assert "toy: was never recorded" in capsys.readouterr().out
