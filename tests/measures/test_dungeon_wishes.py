"""Planning for a reward of features is optimal, beside an independent planner; and wishes are counted."""

import numpy as np
import pytest

from ilrl_course.data import TabularMDP
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.planner import plan
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, tabular_dungeon
from ilrl_course.measures.dungeon_wishes import feature_planner, value_iteration, wishes_met

LAYOUTS = [3, 7, 820]
HURRY = np.array([{"step": -1.0, "lava": -99.0}.get(name, 0.0) for name in FEATURE_NAMES])
CAUTIOUS = np.array(
    [{"step": -1.0, "near_lava": -4.0, "lava": -100.0, "passage": -400.0}.get(n, 0.0) for n in FEATURE_NAMES]
)


def test_values_in_three_states_are_those_computed_by_hand():
    """From the start, left leads to a side room, which costs 1, and right to the goal, which pays 5."""
    transitions = np.zeros((6, 3))
    transitions[[0, 1, 2, 3], [1, 2, 1, 2]] = 1
    mdp = TabularMDP(
        transitions,
        terminal=np.array([False, False, True]),
        rewards=np.zeros(3),
        features=np.array([[0.0], [-1.0], [5.0]]),
        start=np.array([1.0, 0.0, 0.0]),
    )
    q_values, values = value_iteration(mdp, np.array([1.0]), num_steps=2)
    assert q_values[:2].tolist() == [[4.0, 5.0], [4.0, 5.0]]
    assert values.tolist() == [5.0, 5.0, 0.0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_values_are_the_costs_of_the_worlds_own_planner(layout):
    table = tabular_dungeon(layout, random_start=True)
    cost_to_go, _ = plan(table.grid)
    _, values = value_iteration(table, HURRY)
    assert values == pytest.approx(-cost_to_go[table.world_states], abs=1e-4)


def test_a_planner_for_the_demonstrators_true_costs_plays_as_the_demonstrator_wishes():
    options = {"first_layout": 800, "num_layouts": 20}
    cautious = wishes_met(feature_planner(CAUTIOUS, range(800, 820)), 0, 40, **options)
    demonstrator = wishes_met(DUNGEON.make_demonstrator("biased"), 0, 40, **options)
    assert cautious["as_wished"] == demonstrator["as_wished"] == 1.0
    assert cautious["steps"] == pytest.approx(demonstrator["steps"], rel=0.05)


def test_a_game_with_the_treasure_by_the_passage_does_not_go_as_wished():
    outcome = wishes_met(feature_planner(HURRY, LAYOUTS), 0, 10, layout=7)
    assert outcome["success"] == outcome["passage"] == 1.0
    assert outcome["as_wished"] == 0.0
