"""Every address on the site that leads elsewhere: does somebody answer there?"""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

from course_tools.release.outcome import Outcome
from course_tools.workplace import CourseError, own_environment

ADDRESS = re.compile(r'\b(?:href|src)="(https?://[^"#]+)')
BROWSER = {"User-Agent": "Mozilla/5.0 (compatible; link check of a course)"}
GONE = {404, 410}
SECONDS = 30  # to wait for an answer, twice
WOULD_NOT_SAY = "would not say"  # a server that turns programs away may still show the page to people


def every_link(root: Path) -> Outcome:
    """Make the site, and ask once for each address that it names; links within it have tests of their own."""
    command = [sys.executable, str(root / "course.py"), "site"]
    if subprocess.call(command, cwd=root, env=own_environment()):
        raise CourseError("the site could not be made")
    return ask_all(addresses(root / "site"))


def addresses(site: Path) -> dict[str, str]:
    """Each address elsewhere, and the first page that names it."""
    found: dict[str, str] = {}
    for page in sorted(site.rglob("*.html")):
        for address in ADDRESS.findall(page.read_text(encoding="utf-8")):
            found.setdefault(unescape(address), page.relative_to(site).as_posix())
    return found


def ask_all(found: dict[str, str]) -> Outcome:
    """Ask for each, eight at a time."""
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(found, pool.map(ask, found), strict=True))
    remarks = [f"{address} (on {found[address]}): {said}" for address, said in answers.items() if said]
    failed = sum(bool(said) and not said.startswith(WOULD_NOT_SAY) for said in answers.values())
    return Outcome(len(found) - failed, failed, remarks=remarks)


def ask(address: str) -> str:
    """What is wrong with an address; empty where it answers."""
    request = urllib.request.Request(address, headers=BROWSER)
    for is_last in (False, True):
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):
                return ""
        except urllib.error.HTTPError as error:
            error.close()
            return f"is gone ({error.code})" if error.code in GONE else f"{WOULD_NOT_SAY} ({error.code})"
        except (OSError, ValueError) as error:
            if is_last:
                return f"does not answer ({error})"
    raise AssertionError("the second try returns")
