"""A test that is skipped does not pass for one that has passed."""

import os
import subprocess
import sys

import pytest

from course_tools.workplace import ROOT

TESTS = {
    "passes": "def test_it(): pass",
    "skips": "import pytest\ndef test_it(): pytest.skip('no reason')",
    "lacks a package": "import pytest\npytest.importorskip('no_such_package')\ndef test_it(): pass",
    "is marked": "import pytest\n@pytest.mark.skipif(True, reason='never')\ndef test_it(): pass",
}


def exit_code(folder, test, options=(), **variables):
    (folder / "test_one.py").write_text(f"{TESTS[test]}\n\ndef test_other(): pass\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "COURSE_NO_SKIPS"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips"]
    command += ["-p", "no:cacheprovider", "-p", "no:nbval", f"--rootdir={folder}", str(folder), *options]
    return subprocess.run(command, cwd=ROOT, env=environment | variables, capture_output=True).returncode


@pytest.mark.parametrize(
    ("test", "workers"), [("passes", 1), ("skips", 1), ("lacks a package", 0), ("is marked", 0)]
)
def test_in_ci_a_skipped_test_fails_unless_it_is_listed_with_a_reason(tmp_path, test, workers):
    in_ci = exit_code(tmp_path, test, ("-n", str(workers)), COURSE_NO_SKIPS="1")
    assert in_ci == (0 if test == "passes" else 1)


def test_elsewhere_a_skipped_test_is_only_counted(tmp_path):
    assert exit_code(tmp_path, "skips") == 0


def test_ci_asks_for_it():
    assert "COURSE_NO_SKIPS=1" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
