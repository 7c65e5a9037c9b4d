"""What every layout promises: two ways, a passage that pays, and no treasure for the clueless."""

import numpy as np

from ilrl_course.envs.dungeon import DungeonVectorEnv
from ilrl_course.envs.dungeon.layouts import NUM_LAYOUTS, generate, make_layout, without_passage
from ilrl_course.envs.dungeon.observation import count_visits
from ilrl_course.envs.dungeon.planner import plan, walk
from ilrl_course.envs.dungeon.rules import DOOR, KEY, LAVA, MAX_STEPS, PASSAGE, TREASURE, split_state


def codes_on_the_way(grid, start, cautious=False):
    states = walk(grid, start, plan(grid, cautious)[1])
    return grid.ravel()[split_state(np.array(states))[0]]


def test_every_layout_can_be_solved_with_the_key_and_by_the_passage():
    for number in range(NUM_LAYOUTS):
        layout = make_layout(number)
        by_passage = codes_on_the_way(layout.grid, layout.start)
        assert by_passage[-1] == TREASURE
        assert PASSAGE in by_passage
        assert not {KEY, DOOR, LAVA} & set(by_passage)
        by_door = codes_on_the_way(without_passage(layout).grid, layout.start)
        assert by_door[-1] == TREASURE
        assert {KEY, DOOR} <= set(by_door)
        assert LAVA not in by_door


def test_the_passage_spares_at_least_30_percent_of_the_cautious_way():
    savings = []
    for number in range(100):
        layout = make_layout(number)
        best = len(codes_on_the_way(layout.grid, layout.start)) - 1
        cautious = len(codes_on_the_way(layout.grid, layout.start, cautious=True)) - 1
        savings.append(1 - best / cautious)
    assert min(savings) >= 0.3
    assert np.mean(savings) > 0.45


def test_a_random_agent_hardly_ever_finds_the_treasure():
    env, rng = DungeonVectorEnv(2000, num_layouts=200), np.random.default_rng(0)
    env.reset(seed=0)
    running, found = np.ones(2000, dtype=bool), np.zeros(2000, dtype=bool)
    for _ in range(MAX_STEPS):
        _, _, terminated, _, info = env.step(rng.integers(4, size=2000))
        found |= info["success"] & running
        running &= ~terminated
    assert found.mean() < 0.02


def test_no_two_layouts_are_the_same():
    assert len({str(make_layout(number)) for number in range(NUM_LAYOUTS)}) == NUM_LAYOUTS


def test_the_shipped_plans_are_what_the_generator_finds():
    for number in range(0, NUM_LAYOUTS, 50):
        assert str(generate(number)) == str(make_layout(number))


def test_visits_are_counted_on_the_cells_where_the_hero_stood():
    env = DungeonVectorEnv(1, layout=7)
    obs, _ = env.reset(seed=0)
    cells, rows = [int(env.state[0]) % 77], [obs]
    for action in (0, 2, 1, 3, 0):
        rows.append(env.step(np.array([action]))[0])
        cells.append(int(env.state[0]) % 77)
    np.testing.assert_array_equal(
        count_visits(np.concatenate(rows)).ravel(), np.bincount(cells, minlength=77)
    )
