"""The tables of a layout against the world that they describe."""

import numpy as np
import pytest

from ilrl_course.envs.dungeon import DungeonVectorEnv
from ilrl_course.envs.dungeon.tabular import tabular_dungeon

OPTIONS = [{}, {"random_start": True}, {"slippery": 0.25}, {"secret_passage": False}]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_rows_are_distributions(options):
    table = tabular_dungeon(7, **options)
    assert (table.transitions >= 0).all()
    assert np.allclose(table.transitions.sum(axis=2), 1)
    assert table.start.sum() == pytest.approx(1)


@pytest.mark.parametrize("layout", [0, 7, 12])
def test_every_state_and_action_leads_where_the_world_leads(layout):
    table = tabular_dungeon(layout)
    going = np.flatnonzero(table.rewards[:-1] + table.features[:-1, 2] == 0)  # neither treasure nor lava
    states, actions = (part.ravel() for part in np.meshgrid(table.world_states[going], range(4)))
    env = DungeonVectorEnv(len(states), layout=layout)
    env.reset(seed=0)
    env.state = states
    _, reward, terminated, _, info = env.step(actions)
    following = table.index_of[env.state]
    assert (table.transitions[table.index_of[states], actions, following] == 1).all()
    assert ((reward > 0) == (table.rewards[following] == 1)).all()
    assert (info["crashed"] == (table.features[following, 2] == 1)).all()
    assert (terminated == (table.transitions[following, 0, -1] == 1)).all()


def test_slips_happen_with_the_stated_probabilities():
    table, copies = tabular_dungeon(7, slippery=0.4), 2000
    env = DungeonVectorEnv(copies, layout=7, slippery=0.4)
    env.reset(seed=0)
    going = np.flatnonzero(table.transitions[:, 0, -1] == 0)
    for index in going[::20]:
        for action in range(4):
            env.state = np.full(copies, table.world_states[index])
            env.step(np.full(copies, action))
            counts = np.bincount(table.index_of[env.state], minlength=len(table.start))
            assert np.abs(counts / copies - table.transitions[index, action]).max() < 0.04


def test_ends_are_visited_once():
    table = tabular_dungeon(7)
    ends = np.flatnonzero(table.features[:, 2] + table.features[:, 6])
    assert len(ends) > 0
    assert (table.transitions[ends][:, :, -1] == 1).all()
    assert (table.transitions[-1, :, -1] == 1).all()
    assert not table.features[-1].any()


def test_the_start_is_the_worlds_start():
    env = DungeonVectorEnv(300, layout=7, random_start=True)
    env.reset(seed=0)
    table = tabular_dungeon(7, random_start=True)
    assert set(table.index_of[env.state]) <= set(np.flatnonzero(table.start))
    fixed = tabular_dungeon(7)
    env = DungeonVectorEnv(1, layout=7)
    env.reset(seed=0)
    assert fixed.start[fixed.index_of[env.state[0]]] == 1


def test_features_are_named_and_mean_what_they_say():
    table = tabular_dungeon(7)
    assert len(table.feature_names) == table.features.shape[1]
    has_key = table.features[:-1, table.feature_names.index("has_key")]
    assert (has_key == table.world_states // 77 % 2).all()
    codes = table.grid[tuple(table.cells.T)]
    assert ((codes == 5) == (table.features[:-1, table.feature_names.index("treasure")] == 1)).all()


def test_an_impossible_layout_is_refused():
    with pytest.raises(ValueError, match="layout is 5000"):
        tabular_dungeon(5000)
