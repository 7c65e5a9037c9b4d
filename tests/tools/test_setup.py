import subprocess
import sys
from types import SimpleNamespace

import pytest

from course_tools.setup import faults as setup_faults
from course_tools.setup import install as setup
from course_tools.workplace import CourseError

HERE = sys.version_info[:2]


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A course in a folder with a space in its name, and a stand-in for the programs that a set-up runs."""
    root = tmp_path / "my course"
    root.mkdir()
    (root / setup.STUDENT).write_text("torch==2.13.0\nnumpy\n", encoding="utf-8")
    (root / setup.DEVELOPER).write_text("-r requirements.txt\npytest\n", encoding="utf-8")
    machine = SimpleNamespace(root=root, commands=[], answers={}, interrupt_at=None)

    def run_quietly(command, where, variables=None):
        assert where == root
        words = " ".join(command[2:])
        machine.commands.append(words)
        if machine.interrupt_at and machine.interrupt_at in words:
            raise KeyboardInterrupt
        if words.startswith("venv"):
            make_fake_venv(root)
        failed = next((answer for part, answer in machine.answers.items() if part in words), None)
        return subprocess.CompletedProcess(command, int(failed is not None), stdout=failed or "")

    monkeypatch.setattr(setup, "run_quietly", run_quietly)
    setup.pip_settings.cache_clear()
    monkeypatch.setattr(setup, "version_of", lambda python: HERE if python.exists() else None)
    monkeypatch.setattr(setup.sys, "platform", "linux")
    return machine


def make_fake_venv(root, version=HERE):
    setup.python_path(root).parent.mkdir(parents=True)
    setup.python_path(root).touch()
    (root / ".venv" / "pyvenv.cfg").write_text(
        "home = x\nversion = {}.{}.1\n".format(*version), encoding="utf-8"
    )


def installs(machine):
    return [
        words for words in machine.commands if words.startswith("pip install") and "--dry-run" not in words
    ]


def test_first_start_makes_venv_and_installs_torch_for_the_cpu_first(machine):
    setup.prepare(setup.STUDENT, machine.root)
    assert machine.commands[0].startswith("venv")
    first, second = installs(machine)
    assert "--no-deps" in first
    assert f"--index-url {setup.TORCH_INDEX} torch==2.13.0" in first
    assert "-r requirements.txt" in second


def test_second_start_runs_nothing(machine):
    setup.prepare(setup.STUDENT, machine.root)
    machine.commands.clear()
    setup.prepare(setup.STUDENT, machine.root)
    assert machine.commands == []


def test_torch_comes_from_the_usual_index_where_its_own_is_out_of_reach(machine):
    machine.answers["--dry-run"] = "connection refused"
    setup.prepare(setup.STUDENT, machine.root)
    assert ["-r requirements.txt" in words for words in installs(machine)] == [True]


def test_developer_requirements_are_installed_for_tests_and_serve_students_too(machine):
    setup.prepare(setup.DEVELOPER, machine.root)
    assert "-r requirements-dev.txt" in machine.commands[-2]
    assert setup.is_ready(setup.DEVELOPER, machine.root)
    assert setup.is_ready(setup.STUDENT, machine.root)


def test_what_is_installed_is_compiled_at_the_end(machine):
    setup.prepare(setup.STUDENT, machine.root)
    assert all("--no-compile" in words for words in machine.commands if words.startswith("pip install"))
    assert machine.commands[-1].startswith("compileall -qq -j 0")


def test_changed_requirements_are_installed(machine):
    setup.prepare(setup.STUDENT, machine.root)
    machine.commands.clear()
    (machine.root / setup.STUDENT).write_text("torch==2.13.0\nscipy\n", encoding="utf-8")
    setup.prepare(setup.STUDENT, machine.root)
    assert "-r requirements.txt" in machine.commands[-2]
    assert not any(words.startswith("venv") for words in machine.commands)


def test_interrupted_set_up_is_not_trusted_and_is_completed(machine):
    machine.interrupt_at = "-r requirements.txt"
    with pytest.raises(KeyboardInterrupt):
        setup.prepare(setup.STUDENT, machine.root)
    assert not setup.is_ready(setup.STUDENT, machine.root)
    machine.interrupt_at = None
    setup.prepare(setup.STUDENT, machine.root)
    assert setup.is_ready(setup.STUDENT, machine.root)
    assert sum(words.startswith("venv") for words in machine.commands) == 1


def test_interrupted_update_is_not_trusted_even_if_the_old_requirements_come_back(machine):
    setup.prepare(setup.STUDENT, machine.root)
    old = (machine.root / setup.STUDENT).read_text(encoding="utf-8")
    (machine.root / setup.STUDENT).write_text(old + "scipy\n", encoding="utf-8")
    machine.interrupt_at = "-r requirements.txt"
    with pytest.raises(KeyboardInterrupt):
        setup.prepare(setup.STUDENT, machine.root)
    (machine.root / setup.STUDENT).write_text(old, encoding="utf-8")
    assert not setup.is_ready(setup.STUDENT, machine.root)


@pytest.mark.parametrize(
    "fault", ["python missing", "made for another Python", "pip broken", "no configuration", "hardly begun"]
)
def test_broken_venv_is_removed_and_made_anew(machine, fault):
    make_fake_venv(machine.root, version=(3, 8) if fault == "made for another Python" else HERE)
    left_over = machine.root / ".venv" / "left_over"
    left_over.touch()
    if fault in {"python missing", "hardly begun"}:
        setup.python_path(machine.root).unlink()
    if fault == "pip broken":
        machine.answers["--version"] = "No module named pip"
    if fault in {"no configuration", "hardly begun"}:
        (machine.root / ".venv" / "pyvenv.cfg").unlink()
    setup.prepare(setup.STUDENT, machine.root)
    assert not left_over.exists()
    assert setup.is_ready(setup.STUDENT, machine.root)


def test_half_installed_package_is_forgotten_so_that_pip_installs_it_again(machine):
    make_fake_venv(machine.root)
    packages = (
        machine.root / ".venv" / ("Lib" if setup.os.name == "nt" else "lib/python3.11") / "site-packages"
    )
    for name in ("whole-1.dist-info", "half-1.dist-info"):
        (packages / name).mkdir(parents=True)
    (packages / "whole-1.dist-info" / "RECORD").touch()
    setup.prepare(setup.STUDENT, machine.root)
    assert [path.name for path in packages.iterdir()] == ["whole-1.dist-info"]


def test_moved_course_is_installed_again(machine, monkeypatch):
    setup.prepare(setup.STUDENT, machine.root)
    moved = machine.root.rename(machine.root.with_name("elsewhere"))
    assert not setup.is_ready(setup.STUDENT, moved)


def test_version_of_a_python_is_asked_and_of_anything_else_is_none(tmp_path):
    assert setup.version_of(setup.Path(sys.executable)) == HERE
    assert setup.version_of(tmp_path / "python") is None


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "WARNING: Retrying after connection broken by NewConnectionError\nERROR: No matching",
            "Check the connection",
        ),
        ("ERROR: Could not install: [Errno 28] No space left on device", "not enough space"),
        ("ERROR: No matching distribution found for torch==2.13.0", "there is no torch==2.13.0"),
        ("ERROR: [Errno 13] Permission denied: 'x'", "Close JupyterLab"),
        ("1\n2\nsomething new", "last words were:\n1\n2\nsomething new"),
    ],
)
def test_failed_installation_is_explained_in_a_sentence(machine, output, sentence):
    machine.answers["-r requirements.txt"] = output
    with pytest.raises(CourseError, match=sentence):
        setup.prepare(setup.STUDENT, machine.root)
    assert not setup.is_ready(setup.STUDENT, machine.root)


def test_missing_venv_module_names_the_package_to_install(machine, monkeypatch):
    monkeypatch.setattr(setup_faults.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CourseError, match=r"sudo apt install python3\.\d+-venv"):
        setup.prepare(setup.STUDENT, machine.root)


def test_too_little_space_is_said_before_anything_is_made(machine, monkeypatch):
    monkeypatch.setattr(setup_faults.shutil, "disk_usage", lambda path: SimpleNamespace(free=1.2e9))
    with pytest.raises(CourseError, match=r"1\.2 GB are free, 3 GB are needed"):
        setup.prepare(setup.STUDENT, machine.root)
    assert not (machine.root / ".venv").exists()


def test_folder_that_cannot_hold_a_venv_is_named(tmp_path, monkeypatch):
    with pytest.raises(CourseError, match="rename it"):
        setup_faults.check_machine(tmp_path / f"a{setup.os.pathsep}b", needs_space=False)
    monkeypatch.setattr(setup_faults.os, "access", lambda path, mode: False)
    with pytest.raises(CourseError, match="may not write"):
        setup_faults.check_machine(tmp_path, needs_space=False)


def test_of_the_users_settings_for_pip_only_how_to_get_at_packages_is_asked_for(tmp_path, monkeypatch):
    asked = {
        "PIP_INDEX_URL": "https://mirror.example/simple",
        "PIP_PROXY": "http://proxy.example:3128",  # a variable wins over the file
        "PIP_TRUSTED_HOST": "a.example\nb.example",
    }
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://mirror.example/simple\nproxy = http://other.example\nno-deps = true\n"
        "trusted-host = a.example\n  b.example\n[install]\nuser = true\ntarget = /nowhere\n"
    )
    for name, value in {
        "PIP_CONFIG_FILE": file,
        "PIP_PROXY": "http://proxy.example:3128",
        "PIP_PREFIX": "/nowhere",
        "PIP_NO_BINARY": ":all:",
        "PYTHONPATH": "/nowhere",
        "PYTHONWARNINGS": "error",
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr(setup, "python_path", lambda root: setup.Path(sys.executable))
    setup.pip_settings.cache_clear()
    found = setup.pip_settings(tmp_path)
    assert found.items() >= asked.items()
    assert not found.keys() & {"PIP_NO_DEPS", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_NO_BINARY"}
    code = "import os; print(sorted(name for name in os.environ if name.startswith(('PIP_', 'PYTHON'))))"
    seen = setup.run_quietly([sys.executable, "-c", code], tmp_path, {"PIP_INDEX_URL": "x"}).stdout
    assert seen.strip() == "['PIP_INDEX_URL', 'PYTHONUTF8']"


def test_what_the_larger_torch_costs_is_said_and_there_must_be_room_for_it(machine, monkeypatch, capsys):
    machine.answers["--dry-run"] = "connection refused"
    monkeypatch.setattr(setup_faults.shutil, "disk_usage", lambda path: SimpleNamespace(free=4e9))
    with pytest.raises(CourseError, match=r"4\.0 GB are free, 6 GB are needed"):
        setup.prepare(setup.STUDENT, machine.root)
    said = capsys.readouterr().out
    assert "about 3 GB to download, and 5.3 GB on the disk" in said
    assert installs(machine) == []
