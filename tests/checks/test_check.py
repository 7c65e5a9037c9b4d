"""`check` itself: what it prints, what it returns, when it raises."""

import builtins
from contextlib import nullcontext

import numpy as np
import pytest
from torch.nn.functional import logsigmoid

from course_tools.build.notebooks import IMPORT
from ilrl_course import checks
from ilrl_course.checks import check
from ilrl_course.checks.exercises import LESSON_OF, exercise_named
from tests.checks.answers import hint_for, written

CALLS_ANOTHER_EXERCISE = (
    "return np.array([collect_trajectory(env, actor, seed + i).total_reward for i in range(num_episodes)])"
)


@pytest.fixture(autouse=True)
def _no_grading(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


RIGHT = written("discounted_return", "return float(np.polyval(rewards[::-1], gamma))", "rewards, gamma")
WRONG = written("discounted_return", "return sum(rewards)", "rewards, gamma")


def test_a_right_answer_is_returned(capsys):
    assert check(RIGHT) is RIGHT
    out = capsys.readouterr().out
    assert out == "✅ discounted_return passed: each reward counts once, with the right power of gamma.\n"


def test_a_wrong_answer_is_replaced_by_the_course_own(capsys):
    assert check(WRONG) is exercise_named("discounted_return").solution
    assert capsys.readouterr().out == (
        "❌ discounted_return: gamma has no effect: this is the plain sum. Rewards that come later should "
        "count less. The lesson goes on with the course's version.\n"
    )


@pytest.mark.parametrize("name", LESSON_OF)
def test_a_blank_stub_is_not_written_yet(name, capsys):
    stub = written(name, f'raise NotImplementedError("write {name} here, then run the next cell")')
    assert check(stub) is exercise_named(name).solution
    expected = f"✏️ {name} is not written yet. The lesson goes on with the course's version.\n"
    assert capsys.readouterr().out == expected


def test_a_half_written_generator_is_not_written_yet(capsys):
    body = "yield {'loss': 0.0}\n    raise NotImplementedError"
    check(written("train_bc", body))
    assert "not written yet" in capsys.readouterr().out


def test_an_error_of_a_library_is_not_taken_for_a_blank_stub(capsys):
    body = "import torch; return torch.distributions.Distribution(validate_args=False).log_prob(0)"
    check(written("bc_loss", body))
    assert "a library cannot do this with these inputs in line 3" in capsys.readouterr().out


def test_the_course_own_version_is_not_praised(capsys):
    solution = exercise_named("bc_loss").solution
    assert check(solution) is solution
    assert capsys.readouterr().out.startswith("✏️ bc_loss is the course's version already.")


@pytest.mark.parametrize("answer", [WRONG, written("bc_loss"), exercise_named("bc_loss").solution])
def test_automatic_grading_raises_with_the_text(answer, monkeypatch, capsys):
    check(answer)
    text = capsys.readouterr().out
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError) as error:
        check(answer)
    assert str(error.value) + "\n" == text


def test_automatic_grading_lets_right_answers_through(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check(RIGHT) is RIGHT


NOT_PASSED = [WRONG, written("discounted_return"), exercise_named("discounted_return").solution, None]


@pytest.mark.parametrize("answer", NOT_PASSED)
def test_automatic_grading_goes_on_with_the_course_own_version(answer, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cell = {"check": check, "discounted_return": answer}
    with pytest.raises(AssertionError):
        exec("discounted_return = check(discounted_return)", cell)
    assert cell["discounted_return"] is exercise_named("discounted_return").solution


def test_a_mistake_costs_no_points_in_the_exercise_that_builds_on_it(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cell = {"check": check, "np": np, "collect_trajectory": written("collect_trajectory")}
    with pytest.raises(AssertionError):
        exec("collect_trajectory = check(collect_trajectory)", cell)
    lines = ("def episode_returns(env, actor, num_episodes, seed):", CALLS_ANOTHER_EXERCISE)
    exec("\n    ".join(lines), cell)
    exec("episode_returns = check(episode_returns)", cell)


def test_automatic_grading_leaves_other_names_alone(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cell = {"check": check, "mine": WRONG, "discounted_return": RIGHT}
    with pytest.raises(AssertionError):
        exec("mine = check(mine)", cell)
    assert (cell["mine"], cell["discounted_return"]) == (WRONG, RIGHT)


def test_a_renamed_function_gets_one_line_with_the_name_that_was_meant(capsys):
    stranger = written("bc_los")
    assert check(stranger) is stranger
    assert capsys.readouterr().out == (
        "❌ check: there is no exercise bc_los. Did you rename bc_loss? Give it its name back in the line "
        "with `def`, and here.\n"
    )
    check(written("quux"))
    assert capsys.readouterr().out.startswith("❌ check: there is no exercise quux. Keep the name")


def test_a_function_of_another_name_is_named_where_the_cell_names_the_exercise(capsys):
    cell = {"check": check, "hurry_reward": logsigmoid}
    exec("hurry_reward = check(hurry_reward)", cell)
    assert cell["hurry_reward"] is exercise_named("hurry_reward").solution
    assert "this is the function log_sigmoid. Define hurry_reward with `def" in capsys.readouterr().out


def test_the_right_answer_to_another_exercise_is_none_to_this_one(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cell = {"check": check, "hurry_reward": RIGHT}
    with pytest.raises(AssertionError, match="this is the function discounted_return"):
        exec("hurry_reward = check(hurry_reward)", cell)
    assert cell["hurry_reward"] is exercise_named("hurry_reward").solution


@pytest.mark.parametrize("value", [3, lambda function: function], ids=["a number", "a function"])
@pytest.mark.parametrize("answer", [RIGHT, WRONG])
def test_no_name_that_a_notebook_rebinds_earns_or_costs_a_point(answer, value, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    names = {*dir(builtins), *vars(checks), *LESSON_OF, "ilrl_course", "get_ipython", "display"}
    cell = dict.fromkeys(names - {"__builtins__"}, value) | {"discounted_return": answer}
    with nullcontext() if answer is RIGHT else pytest.raises(AssertionError, match="gamma has no effect"):
        exec(f"{IMPORT}\n\ndiscounted_return = check(discounted_return)", cell)
    solution = exercise_named("discounted_return").solution
    assert cell["discounted_return"] is (RIGHT if answer is RIGHT else solution)


class bc_loss:
    """A class with the name of an exercise."""


NO_FUNCTIONS = [(lambda: 0, "a lambda"), (3, "an int"), (None, "None"), (bc_loss, "a class"), ([], "a list")]


@pytest.mark.parametrize(("stranger", "what"), NO_FUNCTIONS)
def test_what_is_no_function_gets_one_calm_line(stranger, what, capsys):
    assert check(stranger) is stranger
    assert capsys.readouterr().out == (
        f"❌ check: this is {what}. Define a function with `def`, as in `def normalized_score(...)`, "
        "and check it.\n"
    )


@pytest.mark.parametrize(("stranger", "what"), NO_FUNCTIONS)
def test_the_lesson_goes_on_if_the_cell_names_the_exercise(stranger, what, capsys):
    cell = {"check": check, "normalized_score": stranger}
    exec("normalized_score = check(normalized_score)", cell)
    assert cell["normalized_score"] is exercise_named("normalized_score").solution
    assert capsys.readouterr().out == (
        f"❌ normalized_score: this is {what}. Define normalized_score with `def normalized_score(...)`. "
        "The lesson goes on with the course's version.\n"
    )


def test_automatic_grading_refuses_what_is_no_function(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError, match="this is an int"):
        check(3)


@pytest.mark.parametrize("answer", [RIGHT, WRONG, written("bc_loss"), written("train_bc", "return 1 / 0")])
def test_the_text_is_the_same_every_time(answer, capsys):
    check(answer)
    first = capsys.readouterr().out
    check(answer)
    assert capsys.readouterr().out == first


def test_what_a_wrong_answer_printed_is_shown_briefly(capsys):
    body = "print('loss', 1); print('x' * 500); print('c'); print('d'); return 0.5"
    check(written("discounted_return", body))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == ["It printed:", "   loss 1", "   " + "x" * 80, "   c", "   ..."]


def test_a_right_answer_with_other_names_of_arguments_is_told_since_cells_pass_them_by_name():
    answer = written("discounted_return", "return float(np.polyval(r[::-1], gamma))", "r, gamma")
    hint = hint_for("discounted_return", answer)
    assert hint.startswith("its arguments should be rewards, gamma, in this order")


def test_a_default_that_was_lost_or_changed_is_told_and_a_function_of_ones_own_may_be_one():
    right = "yield from train(policy, demos, config, seed, loss_fn)"
    for arguments, hint in (
        ("policy, demos, config, seed, loss_fn", "the argument loss_fn should have the default bc_loss"),
        ("policy, demos, config, seed, loss_fn=3", "the argument loss_fn should have the default bc_loss"),
        ("policy, demos, config, seed, loss_fn=print", ""),
    ):
        answer = written("train_bc", right, arguments)
        answer.__globals__["train"] = exercise_named("train_bc").solution
        assert hint_for("train_bc", answer).startswith(hint)
        assert bool(hint_for("train_bc", answer)) == bool(hint)


@pytest.mark.parametrize(
    "draw", ["np.random.rand()", "random.random()", "torch.rand(1)", "torch.manual_seed(0)"]
)
def test_a_right_answer_that_uses_a_global_generator_is_told(draw):
    body = f"import random, torch; {draw}; return float(np.polyval(rewards[::-1], gamma))"
    hint = hint_for("discounted_return", written("discounted_return", body, "rewards, gamma"))
    assert hint.startswith("it uses a global random generator")


@pytest.mark.parametrize(
    ("extra", "hint"),
    [
        ("loss.backward(retain_graph=True)", "backward() is called within the loss"),
        ("next(policy.parameters()).data.add_(1.0)", "it changes the weights of a network"),
        ("loss.item()", ""),
    ],
)
def test_a_loss_that_meddles_with_the_network_is_told(extra, hint):
    body = f"loss = -policy(obs).log_prob(actions).mean(); {extra}; return loss"
    assert hint_for("bc_loss", written("bc_loss", body, "policy, obs, actions")).startswith(hint)


def test_a_helper_that_bears_the_name_of_a_global_of_the_lesson_hides_no_other_hint():
    body = "return -clipped(policy, obs, actions, old_log_probs, advantages, clip_coef)"
    answer = written("clipped_loss", body, "policy, obs, actions, old_log_probs, advantages, clip_coef")
    answer.__globals__["clipped"] = exercise_named("clipped_loss").solution
    assert "variable of the figure" not in hint_for("clipped_loss", answer)
    del answer.__globals__["clipped"]
    assert "variable of the figure" in hint_for("clipped_loss", answer)
