"""One JupyterLab and one Chromium for all tests here; without one they skip, and say how to get it."""

import pytest

from course_tools.lab.browser import (
    MISSING,
    NotebookPage,
    browser,
    find_chromium,
    jupyterlab,
    write_notebook,
)


@pytest.fixture(scope="session")
def workplace(tmp_path_factory):
    if find_chromium() is None:
        pytest.skip(MISSING)
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="session")
def journal(workplace):
    return workplace / "my_work"


@pytest.fixture(scope="session")
def address(workplace, journal):
    with jupyterlab(workplace, journal, COURSE_REHEARSAL="1") as address:  # a demo needs no eight seeds
        yield address


@pytest.fixture(scope="session")
def context(address):
    with browser() as context:
        yield context


@pytest.fixture
def open_notebook(context, address, workplace, request):
    """Write cells as a notebook, and open it as a student would; closed, kernel and all, after the test."""
    pages = []

    def open_it(*cells: str) -> NotebookPage:
        name = f"{request.node.name[:60]}.ipynb".replace("[", "-").replace("]", "")
        write_notebook(workplace / name, *cells)
        pages.append(NotebookPage(context, address, name))
        return pages[-1]

    yield open_it
    for page in pages:
        page.close()
