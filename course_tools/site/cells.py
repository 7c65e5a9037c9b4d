"""How the cells of a notebook look on a page, where nothing can be run: as Markdown."""

import base64
import re
from html import escape

from course_tools.site.pictures import Picture
from course_tools.workplace import CourseError

PNG, HTML, TEXT = "image/png", "text/html", "text/plain"
PREDICT = "Predict: "
ONLY_RUNNING = "In a running notebook"  # how the text begins that stands for a widget, after a parenthesis
SET_UP = re.compile(r"^SEED = ", re.MULTILINE)  # in the first cell of a notebook
MARKS = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def code(source: str) -> str:
    """A block of Python."""
    return fenced(source.rstrip(), "{code-block} python")


def raw(html: str) -> str:
    """HTML that Markdown leaves alone."""
    return fenced(html, "{raw} html")


def fenced(text: str, info: str) -> str:
    """A block between two fences that are longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{info}\n{text}\n{fence}"


def folded(summary: str, inside: str, kind: str) -> str:
    """A block that unfolds at a click on its summary; `kind` is its class."""
    opening = f'<details class="{kind}"><summary>{summary}</summary>'
    return f"{raw(opening)}\n\n{inside}\n\n{raw('</details>')}"


def is_exercise(cell: dict) -> bool:
    """Does a student write this cell?"""
    return "exercise" in cell["metadata"]


def is_check(cell: dict) -> bool:
    """Is it the cell that checks an exercise?"""
    return cell["metadata"].get("nbgrader", {}).get("grade", False)


def plain_cell(cell: dict, pictures: list[Picture]) -> str:
    """A cell that is the same for students and in the solution; adds its pictures to the list."""
    results = outputs(cell, pictures)
    if results.startswith(PREDICT):
        return raw(_call_out("predict", "Predict", escape(results.removeprefix(PREDICT))))
    source = _text(cell["source"])
    shown = code(source)
    if cell["metadata"].get("jupyter", {}).get("source_hidden"):
        shown = folded("Show the code", shown, "code")
    elif SET_UP.search(source):
        shown = folded("Show the set-up: imports, seed, helpers", shown, "code")
    return f"{shown}\n\n{results}"


def exercise(stub: str, check: dict, solution: str) -> str:
    """What the student finds, and folded away a solution and what the check says about it."""
    answer = f"{code(MARKS.sub('', solution))}\n\n{outputs(check, [])}"
    return "\n\n".join(
        [code(stub), code(_text(check["source"])), folded("Show the solution", answer, "solution")]
    )


def outputs(cell: dict, pictures: list[Picture]) -> str:
    """What a cell has shown; a guess comes as its bare question. Adds the pictures to the list."""
    parts = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        if output["output_type"] == "stream":
            parts.append(raw(f'<pre class="output">{escape(_text(output["text"]).rstrip())}</pre>'))
        elif PNG in data:
            name = f"{cell['id']}-{len(parts)}" if parts else cell["id"]
            pictures.append(_picture(output, name))
            parts.append(raw(pictures[-1].html()))
        elif HTML in data:
            parts.append(raw(f'<div class="wide">{_text(data[HTML])}</div>'))
        elif (text := _text(data[TEXT])).startswith(PREDICT):
            parts.append(text)
        elif text.startswith(f"({ONLY_RUNNING}"):
            parts.append(raw(_stand_in(text)))
        else:
            parts.append(raw(f'<pre class="output">{escape(text)}</pre>'))
    return "\n\n".join(parts)


def _picture(output: dict, name: str) -> Picture:
    look = output["metadata"].get(PNG, {})
    if not look.get("alt"):
        raise CourseError(f"The cell {name} shows a picture without a description: give it an `alt`")
    return Picture(name, base64.b64decode(_text(output["data"][PNG])), look["alt"], look["width"])


def _stand_in(text: str) -> str:
    """What stands for a widget: a sentence, and the lines that it would show."""
    sentence, *lines = text.splitlines()
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    listed = f"<ul>{items}</ul>" if items else ""
    rest = sentence.strip("()").removeprefix(ONLY_RUNNING)
    return _call_out("in-notebook", ONLY_RUNNING, escape(rest.strip())) + listed


def _call_out(kind: str, label: str, html: str) -> str:
    return f'<p class="call-out {kind}"><strong>{label}</strong> {html}</p>'


def _text(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)
