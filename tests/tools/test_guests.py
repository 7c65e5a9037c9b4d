import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest

from course_tools.guests import guest
from course_tools.workplace import CourseError


@pytest.fixture
def name():
    """Of a guest that is removed after the test."""
    name = f"test-{uuid4().hex}"
    yield name
    shutil.rmtree(Path(sys.prefix) / "guests" / name, ignore_errors=True)


@pytest.fixture
def wheel(tmp_path):
    """A package that asks for one that cannot be had."""
    about = {
        "METADATA": "Metadata-Version: 2.1\nName: picky\nVersion: 1\nRequires-Dist: gone @ file:///gone.whl\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    path = tmp_path / "picky-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("picky.py", "")
        for part, text in about.items():
            file.writestr(f"picky-1.dist-info/{part}", text)
    return str(path)


def test_a_guest_sees_its_own_packages_and_those_of_the_course_which_does_not_see_the_guest_s(name, wheel):
    python = guest(name, wheel, with_dependencies=False)
    code = "import picky, numpy, ilrl_course, sys; print(sys.prefix, numpy.__file__)"
    printed = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == [str(python.parents[1]), importlib.util.find_spec("numpy").origin]
    assert importlib.util.find_spec("picky") is None


def test_a_guest_is_made_once_and_anew_for_other_requirements(name, wheel):
    mark = guest(name, wheel, with_dependencies=False).parents[1] / "mark"
    mark.touch()
    guest(name, wheel, with_dependencies=False)
    assert mark.exists()
    guest(name, "numpy")
    assert not mark.exists()


def test_where_pip_fails_it_is_said_and_the_guest_is_not_taken_for_complete(name, wheel):
    for _ in range(2):
        with pytest.raises(CourseError, match="pip's last words"):
            guest(name, wheel)
    assert guest(name, wheel, with_dependencies=False).exists()
