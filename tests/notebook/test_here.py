"""A lesson asks whether a world of others is here, and says what to do where it is not."""

import pytest

from ilrl_course.envs.elsewhere import PONG
from ilrl_course.envs.elsewhere.adapter import BorrowedWorld
from ilrl_course.notebook.here import here


@pytest.mark.parametrize("missing", ["", "Pong needs a thing: do this"])
def test_a_world_that_is_missing_says_what_to_do_and_one_that_is_there_says_nothing(
    missing, monkeypatch, capsys
):
    monkeypatch.setattr(BorrowedWorld, "missing", property(lambda world: missing))
    assert here(PONG) is not bool(missing)
    said = "Pong needs a thing: do this. The lesson goes on without it.\n" if missing else ""
    assert capsys.readouterr().out == said
