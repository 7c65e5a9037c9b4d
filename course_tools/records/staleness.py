"""Which records are no longer what today's code and today's plans would give."""

import json
from pathlib import Path

from course_tools.records.scripts import load_script
from course_tools.records.sources import hash_of_sources
from course_tools.workplace import CourseError
from ilrl_course.notebook.claims import PLANS


def faults(name: str, folder: Path) -> list[str]:
    """What is stale in the record of results/NAME.py, one line each; nothing is computed."""
    path = getattr(load_script(folder, name), "RECORD", folder / f"{name}.json")
    if not path.is_file():
        return [f"{name}: was never recorded; run `python3 course.py results {name}`"]
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CourseError(f"{path} is not JSON ({error}): restore it from the repository") from None
    return [f"{name}: {fault}" for fault in _faults(record, folder / f"{name}.py")]


def _faults(record: dict, script: Path) -> list[str]:
    found = []
    if "+" in record["commit"] or record["commit"] == "unknown":
        found.append(f"was made from {record['commit']}, which nobody can check out")
    if "sources" not in record:
        found.append("was made before sources were recorded: nothing says whether it is fresh")
    elif record["sources"] != hash_of_sources(script, script.parents[1]):
        found.append("was made by other code than today's")
    arms = record.get("arms", {})
    for planned in PLANS:
        if planned.record == script.stem and arms.get(planned.name, {}).get("plan") != planned.fingerprint:
            found.append(f"does not belong to today's plan of {planned.name}")
    return found
