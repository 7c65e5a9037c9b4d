"""The site, built once for all workers, and a browser without a network that reads it from its folder."""

import json
import subprocess

import pytest
from filelock import FileLock

from course_tools.lab.browser import MISSING, browser, find_chromium
from course_tools.site.environment import is_ready, site_python
from course_tools.workplace import ROOT, own_environment
from tests.site.reader import Reader

BUILD = """import sys
from pathlib import Path
from course_tools.site.site import build
build(Path.cwd(), Path(sys.argv[1]))
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The folder of the finished site."""
    if not is_ready():
        pytest.skip("what builds the site is not installed: `python3 course.py site` installs it")
    shared = (
        tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    )
    folder = shared / "site"
    with FileLock(shared / "site.lock"):
        if not (folder / "index.html").exists():
            command = [str(site_python()), "-c", BUILD, str(folder)]
            outcome = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, text=True)
            assert outcome.returncode == 0, outcome.stderr
    return folder


@pytest.fixture(scope="session")
def context(site):
    if find_chromium() is None:
        pytest.skip(MISSING)
    with browser() as context:
        context.set_offline(True)
        yield context


@pytest.fixture
def read(context, site):
    """Open a page by its name, as somebody who has the folder and no network."""
    readers = []

    def open_it(name: str, width: int = 1280) -> Reader:
        readers.append(Reader(context, (site / f"{name}.html").as_uri(), width))
        return readers[-1]

    yield open_it
    for reader in readers:
        reader.page.close()


@pytest.fixture(scope="session")
def axe():
    """The script of axe-core, which finds barriers; what it reports is a list of findings."""
    from axe_playwright_python.sync_playwright import Axe

    return Axe().axe_script


@pytest.fixture
def code_of():
    """The cells of code in a notebook such as solutions/00_start_here."""

    def cells(notebook):
        found = json.loads((ROOT / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
        return [cell for cell in found if cell["cell_type"] == "code"]

    return cells
