"""The course's own environment, whatever the user has set for Jupyter, Python and Matplotlib."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from course_tools import start
from course_tools.__main__ import main
from course_tools.lab.lab import free_port
from course_tools.setup import doctor
from course_tools.workplace import ROOT, child_environment

SAYS_NO = "raise SystemExit('the user was here')\n"


@pytest.fixture
def user(tmp_path, monkeypatch):
    """A user whose settings, of every kind, would break or change what the course starts."""
    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    broken = {"argv": [sys.executable, "-c", SAYS_NO], "display_name": "theirs", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(broken))
    config = {"ServerApp": {"ip": "0.0.0.0", "port": 1, "base_url": "/theirs", "password_required": True}}
    for name in ("jupyter_server_config", "jupyter_lab_config", "jupyter_config"):
        (tmp_path / f"{name}.json").write_text(json.dumps(config))
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    for path in (startup / "00.py", tmp_path / "startup.py", tmp_path / "gymnasium.py", tmp_path / "json.py"):
        path.write_text(SAYS_NO)
    (tmp_path / "ipython" / "profile_default" / "ipython_kernel_config.py").write_text(SAYS_NO)
    (tmp_path / "matplotlibrc").write_text("backend: nonsense\nfigure.dpi: nonsense\n")
    settings = {
        "JUPYTER_PATH": tmp_path / "jupyter",
        "JUPYTER_DATA_DIR": tmp_path / "jupyter",
        "JUPYTER_CONFIG_PATH": tmp_path,
        "JUPYTER_CONFIG_DIR": tmp_path,
        "JUPYTER_TOKEN": "theirs",
        "JUPYTER_PORT": "1",
        "JUPYTER_PREFER_ENV_PATH": "0",
        "JUPYTERLAB_DIR": tmp_path / "nowhere",
        "JUPYTERLAB_SETTINGS_DIR": tmp_path / "nowhere",
        "IPYTHONDIR": tmp_path / "ipython",
        "IPYTHON_SUPPRESS_CONFIG_ERRORS": "nonsense",
        "PYTHONSTARTUP": tmp_path / "startup.py",
        "PYTHONPATH": tmp_path,
        "PYTHONWARNINGS": "error",
        "PYTHONBREAKPOINT": "nonsense",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "nonsense",
        "MPLCONFIGDIR": tmp_path,
        "MATPLOTLIBRC": tmp_path / "matplotlibrc",
        "TQDM_DISABLE": "1",
        "PYTEST_ADDOPTS": "--nonsense",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    return tmp_path


def hand_over(*arguments, **options):
    """As `start.hand_over`, but without waiting for the end."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", start.RUN, str(ROOT), *arguments],
        env=start.own_environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,
    )


def answer_of(address):
    """What a server says that has announced itself and listens in a moment."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.URLError as error:
            refused = error
            time.sleep(0.1)
    raise refused


def test_a_kernel_of_the_course_starts_whatever_the_user_has_set(user, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(user / "my_work"))
    findings = {
        name: (found, remedy)
        for name, found, remedy in doctor.kernel(ROOT / "notebooks", child_environment())
    }
    assert list(findings) == ["Kernel", "Package", "Figures", "my_work"]
    assert all(remedy == "" for _, remedy in findings.values()), findings


def test_nothing_that_begins_like_a_setting_of_theirs_is_passed_on_but_the_course_s_own(user, monkeypatch):
    monkeypatch.setenv("JUPYTER_SOMETHING_THAT_DOES_NOT_EXIST_YET", str(user))
    monkeypatch.setenv("COURSE_JOURNAL", "kept")
    environment = child_environment()
    assert not [name for name, value in environment.items() if str(user) in value and name != "PWD"]
    assert not environment.keys() & {"JUPYTER_TOKEN", "MPLBACKEND", "TQDM_DISABLE", "PYTEST_ADDOPTS"}
    assert environment["COURSE_JOURNAL"] == "kept"
    assert environment["PATH"] == os.environ["PATH"]


def test_jupyterlab_listens_where_the_course_says_whatever_the_user_has_set(user):
    port = free_port(8950)
    server = hand_over("lab", "--no-browser", f"--port={port}")
    try:
        said = ""
        while not (
            token := re.search(rf"http://127\.0\.0\.1:{port}/lab/tree/notebooks/00.*token=(\w+)", said)
        ):
            line = server.stdout.readline()
            assert line, said
            said += line
        address = f"http://127.0.0.1:{port}/api/kernelspecs?token={token[1]}"
        (kernel,) = answer_of(address)["kernelspecs"].values()
        assert kernel["spec"]["display_name"] == "Python 3 (ipykernel)"
    finally:
        server.kill()
        server.wait(timeout=20)
        server.stdout.close()


def test_jupyterlab_looks_for_settings_and_kernels_in_the_folders_of_the_course_alone(user):
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); from course_tools.lab.lab import move_in; move_in()\n"
    )
    code += "from jupyter_core import paths; print(*paths.jupyter_config_path(), *paths.jupyter_path())"
    command = [sys.executable, "-P", "-c", code]
    ran = subprocess.run(command, env=start.own_environment(), capture_output=True, text=True, check=True)
    assert {path for path in ran.stdout.split() if not path.startswith(sys.prefix)} == set()


@pytest.mark.parametrize("command", ["lab", "doctor", "bench", "recordings", "build", "results"])
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            "PermissionError(13, 'denied', 'theirs')",
            "copy it without the folder .venv into a folder of your own",
        ),
        ("OSError(30, 'Read-only file system', 'theirs')", "Not allowed to use theirs."),
        ("OSError(28, 'No space left on device')", "There is not enough space on the disk"),
        ("OSError(5, 'Input/output error')", "This failed: "),
    ],
)
def test_what_the_operating_system_refuses_is_a_sentence_in_every_command(
    command, error, sentence, monkeypatch, capsys
):
    def refuse(*_, **__):
        raise eval(error)

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    assert main([command]) == 1
    assert sentence in capsys.readouterr().err


def test_a_disk_that_is_full_when_jupyterlab_starts_is_a_sentence(monkeypatch, capsys):
    def refuse(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    assert main(["lab", "--no-browser"]) == 1
    assert "There is not enough space on the disk" in capsys.readouterr().err
