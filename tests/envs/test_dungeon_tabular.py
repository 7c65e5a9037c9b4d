"""The tables of a layout against the world that they describe."""

import numpy as np
import pytest

from ilrl_course.envs.dungeon import DungeonVectorEnv
from ilrl_course.envs.dungeon.tabular import tabular_dungeon

OPTIONS = [{}, {"random_start": True}, {"slippery": 0.25}, {"secret_passage": False}]


def leads_to(table, indices, actions):
    """The distributions (n, S) of what follows."""
    return table.transitions[indices * 4 + actions].toarray()


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_rows_are_distributions_until_the_game_is_over(options):
    table = tabular_dungeon(7, **options)
    assert table.transitions.data.min() > 0
    totals = table.transitions.sum(axis=1).reshape(-1, 4)
    assert np.allclose(totals[~table.terminal], 1)
    assert (totals[table.terminal] == 0).all()
    assert table.start.sum() == pytest.approx(1)


@pytest.mark.parametrize("layout", [0, 7, 12])
def test_every_state_and_action_leads_where_the_world_leads(layout):
    table = tabular_dungeon(layout)
    going = np.flatnonzero(~table.terminal)
    states, actions = (part.ravel() for part in np.meshgrid(table.world_states[going], range(4)))
    env = DungeonVectorEnv(len(states), layout=layout)
    env.reset(seed=0)
    env.state = states
    _, reward, terminated, _, info = env.step(actions)
    following = table.index_of[env.state]
    assert (leads_to(table, table.index_of[states], actions)[np.arange(len(states)), following] == 1).all()
    assert ((reward > 0) == (table.rewards[following] == 1)).all()
    assert (info["crashed"] == (table.features[following, 2] == 1)).all()
    assert (terminated == table.terminal[following]).all()


def test_slips_happen_with_the_stated_probabilities():
    table, copies = tabular_dungeon(7, slippery=0.4), 2000
    env = DungeonVectorEnv(copies, layout=7, slippery=0.4)
    env.reset(seed=0)
    for index in np.flatnonzero(~table.terminal)[::20]:
        for action in range(4):
            env.state, env.over[:] = np.full(copies, table.world_states[index]), False
            env.step(np.full(copies, action))
            counts = np.bincount(table.index_of[env.state], minlength=len(table.start))
            assert np.abs(counts / copies - leads_to(table, index, action)).max() < 0.04


def test_the_game_is_over_at_the_treasure_and_in_the_lava():
    table = tabular_dungeon(7)
    assert table.terminal.sum() > 1
    assert (table.terminal == (table.features[:, 2] + table.features[:, 6] > 0)).all()


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
    has_key = table.features[:, table.feature_names.index("has_key")]
    assert (has_key == table.world_states // 77 % 2).all()
    codes = table.grid[tuple(table.cells.T)]
    assert ((codes == 5) == (table.features[:, table.feature_names.index("treasure")] == 1)).all()


def test_an_impossible_layout_is_refused():
    with pytest.raises(ValueError, match="layout is 5000"):
        tabular_dungeon(5000)
