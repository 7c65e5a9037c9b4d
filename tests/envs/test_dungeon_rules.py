"""The rules of the Dungeon, played on a plan drawn by hand."""

from unittest.mock import patch

import numpy as np
import pytest

from ilrl_course.envs.dungeon import DungeonVectorEnv, bank
from ilrl_course.envs.dungeon.bank import Bank
from ilrl_course.envs.dungeon.rules import DOWN, LEFT, PUSHES, RIGHT, UP, Layout

PLAN = """
    S.k.#......
    .~..D....T.
    ....#......
    ....p......
    ....#......
    ....#......
    ....#......
"""


def play(actions, start=None):
    """Step through the plan from its start, or from a (row, column); yields position, reward, ends, info."""
    env = DungeonVectorEnv(1, layout=0)
    env.bank = Bank(secret_passage=True, size=1)
    with patch.object(bank, "make_layout", lambda number: Layout.parse(PLAN)):
        env.reset(seed=0)
    if start is not None:
        env.state[:] = start[0] * 11 + start[1]
    for action in actions:
        _, reward, terminated, truncated, info = env.step(np.array([action]))
        place = divmod(int(env.state[0] % 77), 11)
        yield place, reward[0], terminated[0], truncated[0], {key: value[0] for key, value in info.items()}


def last(actions, start=None):
    return list(play(actions, start))[-1]


def test_walking_into_a_wall_costs_the_step():
    place, reward, terminated, _, _ = last([UP])
    assert place == (0, 0)
    assert reward == 0
    assert not terminated


@pytest.mark.parametrize(("action", "place"), [(UP, (4, 2)), (RIGHT, (5, 3)), (DOWN, (6, 2)), (LEFT, (5, 1))])
def test_each_action_moves_one_cell_its_way(action, place):
    assert last([action], start=(5, 2))[0] == place


def test_lava_ends_the_episode_as_a_crash():
    place, reward, terminated, truncated, info = last([DOWN, RIGHT])
    assert (place, reward, terminated, truncated) == ((1, 1), 0, True, False)
    assert info["crashed"]
    assert not info["success"]


def test_stepping_on_the_key_takes_it():
    held = [info["has_key"] for *_, info in play([RIGHT, RIGHT, LEFT])]
    assert held == [False, True, True]


def test_the_door_is_shut_without_the_key():
    assert last([RIGHT], start=(1, 3))[0] == (1, 3)


def test_the_door_opens_with_the_key_and_the_treasure_pays_by_time():
    way = [RIGHT, RIGHT, RIGHT, DOWN, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT]
    steps = list(play(way))
    assert steps[4][0] == (1, 4)
    place, reward, terminated, truncated, info = steps[-1]
    assert place == (1, 9)
    assert reward == pytest.approx(1 - 0.9 * 10 / 100)
    assert (terminated, truncated, info["success"], info["crashed"]) == (True, False, True, False)
    assert all(step[1] == 0 for step in steps[:-1])


def test_the_passage_gives_way_only_at_the_last_push_in_a_row():
    steps = list(play([RIGHT] * PUSHES, start=(3, 3)))
    assert [step[0] for step in steps] == [(3, 3)] * (PUSHES - 1) + [(3, 4)]
    assert steps[-1][4]["used_passage"]
    assert not steps[-2][4]["used_passage"]


def test_a_break_between_the_pushes_starts_the_count_again():
    start = (3, 3)
    pushes = [RIGHT] * (PUSHES - 1)
    assert last([*pushes, LEFT, RIGHT, *pushes], start)[0] == start
    assert last([*pushes, LEFT, RIGHT, *pushes, RIGHT], start)[0] == (3, 4)


def test_the_passage_falls_shut_behind_the_hero():
    through = [RIGHT] * (PUSHES + 1)
    assert last(through, start=(3, 3))[0] == (3, 5)
    assert last([*through, LEFT], start=(3, 3))[0] == (3, 5)
    assert last([*through, *[LEFT] * PUSHES], start=(3, 3))[0] == (3, 4)


def test_a_plan_can_be_printed_and_read_back():
    layout = Layout.parse(PLAN)
    again = Layout.parse(str(layout))
    assert again.start == layout.start
    assert (again.grid == layout.grid).all()


@pytest.mark.parametrize("plan", ["S..", PLAN.replace("S", "."), PLAN.replace("~", "x")])
def test_an_incomplete_plan_is_refused(plan):
    with pytest.raises(ValueError, match="the plan"):
        Layout.parse(plan)
