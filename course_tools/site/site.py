"""`course.py site`: make the pages of the site in the folder site/; no notebook is executed."""

import io
import re
import shutil
import tempfile
import time
import webbrowser
from pathlib import Path

from course_tools.locks import locked
from course_tools.site.environment import IS_BUSY
from course_tools.workplace import ROOT, CourseError
from ilrl_course.storage.files import rename

COLOR = re.compile(r"\x1b\[[0-9;]*m")
SETTINGS = {
    "project": "The role of imitation learning in reinforcement learning",
    "extensions": ["myst_parser", "course_tools.site.extension"],
    "html_theme_path": [str(Path(__file__).parent)],
    "html_theme": "theme",
    "html_math_renderer": "mathml",
    "html_permalinks": False,
    "html_copy_source": False,
    "html_use_index": False,
    "html_domain_indices": False,
    "smartquotes": False,
    "highlight_language": "none",
    "python_use_unqualified_type_names": True,
    "toc_object_entries": False,
    "myst_enable_extensions": ["dollarmath"],
    "myst_heading_anchors": 3,
    "myst_disable_syntax": ["myst_block_break", "myst_line_comment", "myst_role", "myst_target"],
}


def add_arguments(parser) -> None:
    """Whether to open it."""
    parser.add_argument("--open", action="store_true", help="open the first page in your browser")


def run(options) -> int:
    """Make the site in site/, and say where it is."""
    started, target = time.perf_counter(), ROOT / "site"
    with locked("site", IS_BUSY), tempfile.TemporaryDirectory(prefix=".site-", dir=ROOT) as folder:
        num_pages = build(ROOT, Path(folder) / "site")
        shutil.rmtree(target, ignore_errors=True)
        rename(Path(folder) / "site", target)
    first = target / "index.html"
    print(f"{num_pages} pages in {time.perf_counter() - started:.0f} s. The first one: {first}")
    if options.open:
        webbrowser.open(first.as_uri())
    return 0


def build(root: Path, target: Path) -> int:
    """Make the site of the course in `root` in the folder `target`; returns the number of pages."""
    from course_tools.site.extension import FORMULAS  # Sphinx is in .venv-site only
    from course_tools.site.source import make_source

    source = make_source(root, FORMULAS)
    if source.remark:
        print(source.remark, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "source"
        for name, text in source.pages.items():
            _write(written / f"{name}.md", text.encode())
        _run_sphinx(written, target, Path(folder) / "doctrees", source.context)
    for name, content in source.files.items():
        _write(target / name, content)
    _write(target / "_static/math.css", FORMULAS.style_sheet().encode())
    for name in (".buildinfo", "objects.inv"):  # for Sphinx's own next run, and for other projects
        (target / name).unlink(missing_ok=True)
    return len(source.pages)


def _run_sphinx(source: Path, target: Path, doctrees: Path, context: dict) -> None:
    """Raises CourseError for whatever Sphinx warns about."""
    from sphinx.application import Sphinx

    warnings = io.StringIO()
    settings = SETTINGS | {"html_context": context}
    app = Sphinx(source, None, target, doctrees, "html", settings, status=None, warning=warnings)
    app.build()
    if said := COLOR.sub("", warnings.getvalue()).replace(f"{source}/", "").strip():
        raise CourseError(f"The site was not made, for Sphinx warns:\n{said}")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
