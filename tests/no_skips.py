"""In CI, where COURSE_NO_SKIPS is set, a skipped test fails the run unless it stands here with a reason."""

import os
import sys

ON_WINDOWS = {  # how the test's name begins -> why it may skip; elsewhere none may
    "tests/envs/test_stable_baselines3.py::test_its_worker_processes": "Windows starts them in another way",
    "tests/tools/test_benchmark_hub.py::test_memory": "the hub is for Linux",
    "tests/tools/test_hub.py": "the hub is for Linux",
}
NOT_THE_ADMINISTRATOR = {"tests/tools/test_hub.py": "nobody else can start a hub with accounts"}
MAY_SKIP = ON_WINDOWS if sys.platform == "win32" else NOT_THE_ADMINISTRATOR if os.geteuid() else {}


def pytest_sessionfinish(session):
    """Name the skipped tests that may not skip, and fail."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("COURSE_NO_SKIPS"):  # a worker of pytest-xdist has none
        return
    skipped = [report.nodeid for report in reporter.stats.get("skipped", [])]
    if unexpected := [name for name in skipped if not name.startswith(tuple(MAY_SKIP))]:
        reporter.write_line(
            "\nSkipped, though not on the list in tests/no_skips.py: " + ", ".join(unexpected)
        )
        session.exitstatus = 1
