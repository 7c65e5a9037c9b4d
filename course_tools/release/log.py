"""The log of release tests: docs/release_log.md, the newest entry first, one for each commit."""

import os
import platform
import re
import time
import tomllib
from pathlib import Path

from course_tools.records.provenance import versions
from course_tools.release.outcome import Outcome
from ilrl_course.storage.files import write_atomically

LOG = "docs/release_log.md"
ENTRY = re.compile(r"^## .*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
COLUMNS = ("part", "passed", "failed", "skipped", "minutes", "remarks")


def write_entry(outcomes: dict[str, Outcome], wanted: list[str], commit: str, root: Path) -> None:
    """Put the entry of a commit first; an earlier one of the same commit goes. Missing parts are named."""
    path = root / LOG
    text = path.read_text(encoding="utf-8")
    others = [entry.strip() for entry in ENTRY.findall(text) if f"`{commit}`" not in entry]
    head = ENTRY.sub("", text).strip()
    parts = [head, entry_of(outcomes, wanted, commit, root), *others]
    write_atomically(path, "\n\n".join(parts) + "\n")


def entry_of(outcomes: dict[str, Outcome], wanted: list[str], commit: str, root: Path) -> str:
    """What one run found: version, verdict, machine, and a row for each part."""
    missing = [name for name in wanted if name not in outcomes]
    red = [name for name, outcome in outcomes.items() if not outcome.is_green]
    verdict = f"not green ({', '.join(red)})" if red else "unfinished" if missing else "green"
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    software = ", ".join(f"{name} {version}" for name, version in versions().items())
    machine = f"{platform.system()}, {platform.machine()}, {os.cpu_count()} processors; {software}."
    rows = [_row(name, outcome) for name, outcome in outcomes.items()]
    rows += [f"| {name} | | | | | not run yet |" for name in missing]
    head = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    title = f"## {project['version']}, {time.strftime('%Y-%m-%d')}: {verdict}"
    return "\n".join([title, "", f"Commit `{commit}`. {machine}", "", *head, *rows])


def _row(name: str, outcome: Outcome) -> str:
    remarks = "<br>".join(remark.replace("|", "\\|").replace("\n", " ") for remark in outcome.remarks)
    counts = f"{outcome.passed:,} | {outcome.failed:,} | {outcome.skipped:,} | {outcome.seconds / 60:.0f}"
    return f"| {name} | {counts} | {remarks} |"
