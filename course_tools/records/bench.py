"""`course.py bench NAME`: run benchmarks/NAME.py and print a table, or the same figures as JSON."""

import argparse
import contextlib
import json
import sys
from pathlib import Path

from course_tools.records.provenance import stamp
from course_tools.records.scripts import load_script, script_names
from course_tools.workplace import ROOT


def add_arguments(parser) -> None:
    """The benchmark's name; what follows it is for the benchmark."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("name", nargs="?", metavar="NAME", help="without it: list the benchmarks")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="options of the benchmark")


def run(options, folder: Path = ROOT / "benchmarks") -> int:
    """Run one benchmark; returns the exit code."""
    if options.name is None:
        print("\n".join(script_names(folder)) or "There are no benchmarks yet.")
        return 0
    script = load_script(folder, options.name)
    parser = argparse.ArgumentParser(prog=f"course.py bench {options.name}", description=script.__doc__)
    parser.add_argument("--json", action="store_true", default=options.json, help="one JSON object, no table")
    if hasattr(script, "add_arguments"):
        script.add_arguments(parser)
    arguments = parser.parse_args(options.rest)
    origin = stamp()
    with contextlib.redirect_stdout(sys.stderr):  # stdout is for the result alone
        report = script.run(arguments)
    report = {"benchmark": options.name, **report, **origin}
    print(json.dumps(report, indent=2, default=float) if arguments.json else as_text(report))
    return 0


def as_text(report: dict) -> str:
    """Title, table, comparisons and notes as plain text."""
    lines = [report["title"], "", *table(report["rows"])]
    if report.get("speedup"):
        lines += [
            "",
            "Speedup:",
            *(f"  {name}: {_number(value)}" for name, value in report["speedup"].items()),
        ]
    return "\n".join([*lines, *(["", *report["notes"]] if report.get("notes") else [])])


def table(rows: list[dict]) -> list[str]:
    """Rows as aligned columns, names first; a row may lack a column."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [names, *([_number(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(names))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]


def _number(value) -> str:
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
