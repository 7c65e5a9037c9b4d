"""An answer that raises NotImplementedError: blank, or half written with the line of the stub still in it."""

import json

import pytest

from course_tools.build.lift import lift
from course_tools.workplace import ROOT
from ilrl_course.algorithms import dagger  # the names that its half-written stub needs
from ilrl_course.checks import check
from ilrl_course.checks.diagnosis import STILL_RAISES, examine
from ilrl_course.checks.exercises import LESSON_OF, exercise_named
from tests.checks import cells
from tests.checks.answers import hint_for
from tests.lesson_files import EXERCISE, WAITING


def stubs_in_notebooks():
    """The stubs as students find them, by name; those of lessons that wait, as they will."""
    waiting = [lift(dotted, ROOT) for text in WAITING.values() for dotted in EXERCISE.findall(text)]
    stubs = {function.name: function.stub() for function in waiting}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "raise NotImplementedError" in source:
                stubs[source.split("(")[0].removeprefix("def ")] = source
    return stubs


STUBS = {name: source for name, source in stubs_in_notebooks().items() if name in LESSON_OF}


def run_cell(source, name):
    """The function that the cell of an exercise defines."""
    solutions = {name: exercise_named(name).solution for name in LESSON_OF}
    return cells.run_cell(source, name, vars(dagger) | solutions)


def the_raise_in(stub):
    return next(line for line in stub.splitlines() if "raise NotImplementedError" in line)


def indent_of(line):
    return line[: len(line) - len(line.lstrip())]


def test_all_stubs_are_found():
    assert set(STUBS) == set(LESSON_OF) - {"episode_returns"}  # which is given, with bugs


@pytest.mark.parametrize("name", STUBS)
def test_an_untouched_stub_is_not_written_yet(name):
    assert not examine(exercise_named(name), run_cell(STUBS[name], name)).written


@pytest.mark.parametrize("name", STUBS)
@pytest.mark.parametrize("words", ["# my plan: think", "'my plan'", "pass"])
def test_a_stub_with_nothing_but_words_is_not_written_yet(name, words):
    line = the_raise_in(STUBS[name])
    source = STUBS[name].replace(line, f"{indent_of(line)}{words}\n{line}")
    assert not examine(exercise_named(name), run_cell(source, name)).written


CODE = {
    "normalized_score": "return (score - random_score) / (expert_score - random_score)",
    "bc_update": "optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()",
    "train_bc": "generator = torch.Generator().manual_seed(seed)",
    "train_dagger": "beta = config.beta_decay**i",
}


@pytest.mark.parametrize("name", CODE)
def test_code_below_the_line_is_noticed(name):
    line = the_raise_in(STUBS[name])
    answer = run_cell(STUBS[name].replace(line, f"{line}\n{indent_of(line)}{CODE[name]}"), name)
    assert hint_for(name, answer) == STILL_RAISES


@pytest.mark.parametrize(
    "code", ["(score - random_score)", "share = score / expert_score", "for i in []: pass"]
)
def test_code_above_the_line_is_noticed(code):
    line = the_raise_in(STUBS["normalized_score"])
    source = STUBS["normalized_score"].replace(line, f"    {code}\n{line}")
    assert hint_for("normalized_score", run_cell(source, "normalized_score")) == STILL_RAISES


def test_three_right_lines_above_the_line_are_noticed(capsys):
    line = the_raise_in(STUBS["bc_update"])
    check(run_cell(STUBS["bc_update"].replace(line, f"    {CODE['bc_update']}\n{line}"), "bc_update"))
    assert capsys.readouterr().out == (
        "❌ bc_update: the line `raise NotImplementedError(...)` is still there. "
        "Your code should replace it. The lesson goes on with the course's version.\n"
    )


def test_an_error_of_torch_is_not_taken_for_the_stub():
    source = "def bc_loss(policy, obs, actions):\n    return obs ^ 2\n"
    hint = hint_for("bc_loss", run_cell(source, "bc_loss"))
    assert hint.startswith("a library cannot do this with these inputs in line 2, `return obs ^ 2`: ")
