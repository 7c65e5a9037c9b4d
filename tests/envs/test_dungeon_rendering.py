"""Pictures of the Dungeon: what changes in the world changes in the picture."""

import numpy as np

from ilrl_course.envs.dungeon import DungeonVectorEnv, make_demonstrator
from ilrl_course.envs.dungeon.layouts import make_layout
from ilrl_course.envs.dungeon.rendering import draw
from ilrl_course.envs.dungeon.rules import CELLS, KEY, PASSAGE


def test_each_copy_gets_its_own_picture():
    env, expert = DungeonVectorEnv(2, render_mode="rgb_array", num_layouts=20), make_demonstrator("expert")
    obs, _ = env.reset(seed=0)
    before = env.render()
    env.step(expert(obs))
    after = env.render()
    assert all(frame.shape == (436, 572, 3) and frame.dtype == np.uint8 for frame in before)
    assert (before[0] != before[1]).any()
    assert (before[0] != after[0]).any()


def test_key_facing_and_pushes_can_be_seen():
    layout = make_layout(7)
    codes = layout.grid.ravel()
    place = draw(codes, layout.start, 1, 0)
    assert (draw(codes, layout.start, 1, 0) == place).all()
    assert (draw(codes, layout.start + CELLS, 1, 0) != place).any()
    assert len({draw(codes, layout.start, facing, 0).tobytes() for facing in range(4)}) == 4
    assert len({draw(codes, layout.start + 2 * CELLS * pushes, 1, 0).tobytes() for pushes in range(3)}) == 3


def test_the_taken_key_is_gone_from_the_floor():
    layout = make_layout(7)
    row, column = divmod(int(np.flatnonzero(layout.grid == KEY)[0]), 11)
    tile = np.s_[44 * (row + 1) : 44 * (row + 2), 44 * (column + 1) : 44 * (column + 2)]
    with_key, without = (
        draw(layout.grid.ravel(), layout.start + CELLS * held, 1, 0)[tile] for held in (0, 1)
    )
    assert (with_key != without).any()


def test_the_passage_is_hard_but_possible_to_see():
    layout = make_layout(7)
    walled = np.where(layout.grid == PASSAGE, 1, layout.grid).astype(np.uint8)
    difference = draw(layout.grid.ravel(), layout.start, 1, 0) != draw(walled.ravel(), layout.start, 1, 0)
    share = difference.any(axis=2).sum() / 44**2
    assert 0 < share < 0.25
