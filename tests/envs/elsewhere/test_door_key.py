"""DoorKey: our rules are MiniGrid's, the row tells the whole state, and the planner's ways are shortest."""

import numpy as np
import pytest

from ilrl_course.envs.elsewhere import DOOR_KEY
from ilrl_course.envs.elsewhere.door_key import decode
from ilrl_course.envs.elsewhere.door_key_planner import (
    CLOSED,
    DROP,
    FORWARD,
    GOAL,
    IN_THE_HAND,
    LOCKED,
    NUM_ACTIONS,
    OPEN,
    PICK_UP,
    TOGGLE,
    TURN_LEFT,
    TURN_RIGHT,
    State,
    follow,
    plan,
)
from ilrl_course.rollout import collect_trajectories, make_batch
from tests.envs.elsewhere.borrowed import needs

needs_minigrid = needs(DOOR_KEY)
ID = DOOR_KEY.env_id


def state_of(minigrid) -> tuple[tuple[int, int], State]:
    """The place of the door and the state, as MiniGrid itself has them."""
    things = {
        cell.type: (cell, (x, y)) for x in range(6) for y in range(6) if (cell := minigrid.grid.get(x, y))
    }
    door, place = things["door"]
    lock = LOCKED if door.is_locked else OPEN if door.is_open else CLOSED
    key = things["key"][1] if "key" in things else IN_THE_HAND
    assert (minigrid.carrying is not None) == (key == IN_THE_HAND)
    return place, State(tuple(map(int, minigrid.agent_pos)), int(minigrid.agent_dir), key, lock)


@pytest.fixture(scope="module")
def wanderings():
    """Steps of someone who mostly follows the plan, so that everything gets done."""
    envs = make_batch(ID, 16)
    obs, _ = envs.reset(seed=0)
    rng = np.random.default_rng(0)
    expert, steps = DOOR_KEY.make_demonstrator("expert"), []
    for _ in range(150):
        actions = np.where(rng.random(16) < 0.6, rng.integers(NUM_ACTIONS, size=16), expert(obs))
        before = [state_of(copy.unwrapped) for copy in envs.copies]
        next_obs, _, terminated, truncated, _ = envs.step(actions)
        after = [state_of(copy.unwrapped) for copy in envs.copies]
        steps += zip(obs, before, actions.tolist(), after, terminated.tolist(), strict=True)
        obs = next_obs
        if (terminated | truncated).any():
            obs, _ = envs.reset(options={"reset_mask": terminated | truncated})
    return steps


@needs_minigrid
def test_our_rules_are_those_of_minigrid(wanderings):
    changes = dict.fromkeys(range(NUM_ACTIONS), 0)
    for _, (door, state), action, (_, reached), terminated in wanderings:
        assert follow(state, action, door) == reached
        assert terminated == (reached.position == GOAL)
        changes[action] += state != reached
    assert all(changes[a] for a in (TURN_LEFT, TURN_RIGHT, FORWARD, PICK_UP, DROP, TOGGLE))
    assert changes[6] == 0
    assert {state.door for _, (_, state), *_ in wanderings} == {LOCKED, CLOSED, OPEN}


@needs_minigrid
def test_the_row_tells_the_whole_state(wanderings):
    for obs, situation, *_ in wanderings:
        assert decode(obs) == situation


@needs_minigrid
def test_the_row_tells_what_lies_in_front_and_where_walls_are(wanderings):
    seen = set()
    for obs, (door, state), *_ in wanderings:
        ahead = follow(state._replace(key=(9, 9), door=OPEN), FORWARD, door).position
        wall, key, closed_door, goal = obs[9:13].astype(bool)
        assert wall == (ahead == state.position)
        assert goal == (ahead == GOAL and not wall)
        assert key == (ahead == state.key)
        assert closed_door == (ahead == door and state.door != OPEN and ahead != state.position)
        for column, turn in ((13, -1), (14, 1), (15, 2)):
            beside = follow(
                state._replace(heading=(state.heading + turn) % 4, key=(9, 9), door=OPEN), FORWARD, door
            )
            assert bool(obs[column]) == (beside.position == state.position)
        seen.add((wall, key, closed_door, goal))
    assert len(seen) == 5


def test_the_plan_reaches_the_goal_from_every_state_by_a_shortest_way():
    for door in ((2, 1), (3, 3)):
        best = plan(door)
        length = {}
        for start in best:
            state, way = start, []
            while state.position != GOAL and state not in length:
                way.append(state)
                state = follow(state, best[state], door)
                assert len(way) < 100
            known = 0 if state.position == GOAL else length[state]
            length |= {passed: known + len(way) - i for i, passed in enumerate(way)}
        for state, steps in length.items():
            nexts = {follow(state, action, door) for action in range(NUM_ACTIONS)}
            assert steps == 1 + min(0 if n.position == GOAL else length.get(n, 999) for n in nexts)
        cells = 3 * 4 + 1  # beside the wall, and the doorway
        assert len(best) > cells * 4 * 3 * 8


def test_a_door_that_is_shut_again_or_a_key_that_lies_beyond_it_is_no_end():
    door = (2, 2)
    for state in (
        State((1, 1), 0, IN_THE_HAND, CLOSED),
        State((1, 1), 0, (3, 1), CLOSED),
        State((3, 1), 3, (1, 4), LOCKED),
        State(door, 2, (1, 2), OPEN),
    ):
        assert state in plan(door)
    assert State((1, 1), 0, (3, 1), LOCKED) not in plan(door)  # which cannot come about


@needs_minigrid
def test_the_expert_arrives_whatever_was_done_before():
    envs = make_batch(ID, 64)
    obs, _ = envs.reset(seed=1)
    rng, expert = np.random.default_rng(1), DOOR_KEY.make_demonstrator("expert")
    arrived = np.zeros(64, dtype=bool)
    for step in range(120):
        actions = rng.integers(NUM_ACTIONS, size=64) if step < 60 else expert(obs)
        obs, *_, info = envs.step(actions)
        arrived |= info["success"]
        assert not info["crashed"].any()
    assert arrived.all()


@needs_minigrid
def test_the_biased_one_never_turns_left_and_arrives_later():
    ways = {
        kind: collect_trajectories(DOOR_KEY.make_demonstrator(kind), ID, 24, seed=0)
        for kind in ("expert", "biased")
    }
    assert any((t.actions == TURN_LEFT).any() for t in ways["expert"])
    assert not any((t.actions == TURN_LEFT).any() for t in ways["biased"])
    assert all(t.success for kind in ways for t in ways[kind])
    lengths = {kind: np.mean([len(t) for t in ways[kind]]) for kind in ways}
    assert lengths["biased"] > 1.1 * lengths["expert"]


@needs_minigrid
def test_only_the_goal_pays_and_less_for_every_step():
    (t,) = collect_trajectories(DOOR_KEY.make_demonstrator("expert"), ID, 1, seed=0)
    assert not t.rewards[:-1].any()
    assert t.rewards[-1] == pytest.approx(1 - 0.9 * len(t) / 360)
    (t,) = collect_trajectories(lambda obs: np.full(len(obs), 6), ID, 1, seed=0)
    assert (len(t), t.truncated, t.terminated, t.success) == (360, True, False, False)
