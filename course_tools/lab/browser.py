"""A real JupyterLab in a real, headless browser: for tests of what can be clicked, and for benchmarks."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from course_tools.build.notebooks import METADATA
from course_tools.lab.lab import PAGE, SERVER
from course_tools.workplace import child_environment
from ilrl_course.storage.files import write_atomically

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "no Chromium is installed: on Debian and Ubuntu `apt-get install chromium` brings it; elsewhere put "
    "the path of a Chrome or Chromium into the variable CHROMIUM"
)
SHOW_ALL_CELLS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
RUN = """(name) => {
  window.isDone = false
  window.jupyterapp.commands.execute(name).finally(() => { window.isDone = true })
}"""
END_KERNEL = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"
PATIENCE = 60.0  # s for the server to come up


def find_chromium() -> str | None:
    """The path of a Chromium: the variable CHROMIUM, or one on the search path; None without any."""
    found = (shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *NAMES))
    return next((path for path in found if path), None)


@contextmanager
def jupyterlab(root: Path, journal: Path, **variables: str) -> Iterator[str]:
    """A JupyterLab server for the notebooks in `root`; students write to `journal`; yields their address.

    `variables` are further ones of its environment, which its kernels inherit.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ServerApp.root_dir": root,
        "ServerApp.port": port,
        "ServerApp.allow_root": True,
        "ServerApp.open_browser": False,
        "IdentityProvider.token": "",
        "LabApp.expose_app_in_browser": True,
    } | SERVER
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in settings.items())]
    private = {
        "COURSE_JOURNAL": journal,
        "JUPYTERLAB_SETTINGS_DIR": root / ".settings",
        "JUPYTERLAB_WORKSPACES_DIR": root / ".workspaces",  # else it looks for notebooks of earlier tests
    }
    for plugin, values in (PAGE | SHOW_ALL_CELLS).items():
        file = f"{plugin.replace(':', '/')}.jupyterlab-settings"
        write_atomically(root / ".settings" / file, json.dumps(values))
    environment = child_environment() | {name: str(path) for name, path in private.items()} | variables
    log = root / "server.log"
    with log.open("wb") as file:
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        address = f"http://127.0.0.1:{port}"
        _await(address, server, log)
        yield f"{address}/doc/tree"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _await(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")


@contextmanager
def browser(**context) -> Iterator:
    """A headless Chromium, as a Playwright context; `context` are Playwright's own options."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        try:
            yield chromium.new_context(viewport={"width": 1300, "height": 1000}, **context)
        finally:
            chromium.close()


def write_notebook(path: Path, *cells: str) -> None:
    """A new notebook with these cells of code, for the kernel of this Python."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata = nbformat.from_dict(METADATA)  # without it JupyterLab asks for a kernel
    nbformat.write(notebook, path)


class NotebookPage:
    """One notebook in a browser's page, and what a student does there."""

    def __init__(self, context, address: str, notebook: str):
        """`address`: the server's, up to the folder of its notebooks."""
        self.page, self.name = context.new_page(), notebook
        self.complaints: list[str] = []  # errors in the browser's console
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{address}/{notebook}")
        self._settle()

    def close(self) -> None:
        """End the kernel and close the page."""
        self.page.evaluate(END_KERNEL)
        self.page.close()

    def reload(self) -> None:
        """Load the page anew; the kernel lives on."""
        self.page.reload()
        self._settle()

    def save(self) -> None:
        """Write the notebook's file."""
        self._run("docmanager:save", 20)

    def reopen(self) -> None:
        """Open the page on another day, when its kernel is gone and a new one starts."""
        self.page.evaluate(END_KERNEL)
        self.reload()

    def run_all(self, seconds: float = 120) -> None:
        """Run every cell, and wait until the kernel is done."""
        self._run("notebook:run-all-cells", seconds)

    def run_cell(self, number: int, seconds: float = 60) -> None:
        """Select the cell of this number, from 0 on, and run it."""
        self.page.evaluate(
            "n => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = n }", number
        )
        self._run("notebook:run-cell", seconds)

    def command(self, name: str) -> None:
        """One of JupyterLab's own commands; it is not waited for."""
        self.page.evaluate("name => { window.jupyterapp.commands.execute(name) }", name)

    def await_idle(self, seconds: float) -> None:
        """Wait until the kernel has nothing to do; raises TimeoutError."""
        self.page.wait_for_timeout(300)
        status = "() => window.jupyterapp?.shell.currentWidget?.sessionContext.session?.kernel?.status"
        deadline = time.monotonic() + seconds
        while self.page.evaluate(status) != "idle":
            if time.monotonic() > deadline:
                raise TimeoutError(f"the kernel of {self.name} was not idle within {seconds:.0f} s")
            self.page.wait_for_timeout(50)

    def output(self, number: int) -> str:
        """The text that the cell of this number shows."""
        return self.page.locator(".jp-Notebook-cell").nth(number).locator(".jp-OutputArea").inner_text()

    def _run(self, command: str, seconds: float) -> None:
        self.page.evaluate(RUN, command)
        self.page.wait_for_function("() => window.isDone", timeout=1000 * seconds)

    def _settle(self) -> None:
        self.page.wait_for_selector(".jp-Notebook-cell", timeout=60_000)
        try:
            self.await_idle(60)
        except TimeoutError:  # now and then a kernel starts and never answers: as a student would, ask again
            self.page.evaluate(END_KERNEL)
            self.page.reload()
            self.page.wait_for_selector(".jp-Notebook-cell", timeout=60_000)
            self.await_idle(60)

    def _note(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)
