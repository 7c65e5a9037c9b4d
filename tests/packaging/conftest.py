"""The wheel, built once, and installed beside `.venv`, whose other packages it finds there."""

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from course_tools.build.wheel import build_wheel
from course_tools.guests import guest
from course_tools.workplace import ROOT, child_environment

OLD_WORK = ROOT / "tests" / "students" / "from_0b2daf4" / "my_work"
RUN_NOTEBOOK = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": "."}}).execute()
nbformat.write(notebook, sys.argv[1])
"""


class Student:
    """Somebody who has a Python, an empty folder as home, a folder to work in, and no repository."""

    def __init__(self, python: Path, home: Path):
        self.python, self.desk = python, home / "desk"
        self.desk.mkdir(parents=True)
        private = {"HOME": str(home), "USERPROFILE": str(home), "COURSE_REHEARSAL": "1"}
        self.environment = child_environment() | private
        self.environment.pop("COURSE_JOURNAL", None)

    def command(self, *words: str) -> list[str]:
        """How to call a program that was installed with the package."""
        program = shutil.which(words[0], path=str(self.python.parent))
        assert program, f"{words[0]} was not installed"
        return [program, *words[1:]]

    def types(self, *words: str) -> str:
        """Run a program in the folder; returns what it prints."""
        return self._run(self.command(*words))

    def runs(self, code: str, *words: str) -> str:
        """Run Python code in the folder; returns what it prints."""
        return self._run([str(self.python), "-P", "-c", code, *words])

    def tries(self, command: list[str], environment: dict[str, str]) -> tuple[int, str]:
        """Run a program in the folder, with other variables; returns its exit code and what it prints."""
        ran = subprocess.run(command, cwd=self.desk, env=environment, capture_output=True, encoding="utf-8")
        return ran.returncode, ran.stdout

    def runs_notebook(self, name: str) -> None:
        """Run every cell, from top to bottom, and save the notebook."""
        self.runs(RUN_NOTEBOOK, name)

    @contextmanager
    def serves(self, command: list[str], page: str) -> Iterator[Callable[[str], str]]:
        """Start a server and wait until it names the address of `page`; yields that of any other path."""
        server = subprocess.Popen(
            command,
            cwd=self.desk,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            said = ""
            while not (found := re.search(rf"(http://127\.0\.0\.1:\d+){page}\?token=(\w+)", said)):
                line = server.stdout.readline()
                assert line, said
                said += line
            address, token = found.groups()
            yield lambda path: f"{address}{path}?token={token}"
        finally:
            server.kill()
            server.wait(timeout=20)
            server.stdout.close()

    def _run(self, command: list[str]) -> str:
        ran = subprocess.run(
            command, cwd=self.desk, env=self.environment, capture_output=True, encoding="utf-8"
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout


def answer_of(address: str) -> str:
    """What a server says that has announced itself and listens in a moment."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return answer.read().decode("utf-8")
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError as error:
            refused = error
            time.sleep(0.1)
    raise refused


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def student(wheel, tmp_path_factory):
    """They have installed the wheel, and have an older `my_work`; the notebooks are laid out."""
    student = Student(guest("wheel", str(wheel), with_dependencies=False), tmp_path_factory.mktemp("student"))
    shutil.copytree(OLD_WORK, student.desk / "my_work")
    student.said = student.types("ilrl-course", "notebooks", os.curdir)
    return student
