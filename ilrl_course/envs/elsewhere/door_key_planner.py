"""Shortest ways through MiniGrid's DoorKey: its rules for one door, and a search through all states.

The rules are written anew, as a function of the state, because the demonstrator has to answer in states that
it is told of, not only in those that its own world is in. The tests hold them against MiniGrid's.
"""

from collections import deque
from functools import cache
from typing import NamedTuple

SIZE = 6  # cells of the grid each way, the walls around it included
CELLS = [(x, y) for x in range(1, SIZE - 1) for y in range(1, SIZE - 1)]  # within the walls
GOAL = (SIZE - 2, SIZE - 2)
MOVES = ((1, 0), (0, 1), (-1, 0), (0, -1))  # of the headings right, down, left, up
TURN_LEFT, TURN_RIGHT, FORWARD, PICK_UP, DROP, TOGGLE = range(6)
NUM_ACTIONS = 7  # the last one is MiniGrid's "done", which does nothing
LOCKED, CLOSED, OPEN = range(3)  # what the door may be
IN_THE_HAND = (0, 0)  # where the key is, when it lies on no cell


class State(NamedTuple):
    """Everything that changes in an episode."""

    position: tuple[int, int]  # column and row
    heading: int  # 0 to 3: right, down, left, up
    key: tuple[int, int]  # the cell where it lies, or `IN_THE_HAND`
    door: int  # `LOCKED`, `CLOSED` or `OPEN`


def beside(position: tuple[int, int], heading: int) -> tuple[int, int]:
    """The next cell this way."""
    (x, y), (right, down) = position, MOVES[heading]
    return x + right, y + down


def follow(state: State, action: int, door: tuple[int, int]) -> State:
    """What an action leads to, by MiniGrid's rules, where the door is at this place in its wall."""
    if action in (TURN_LEFT, TURN_RIGHT):
        return state._replace(heading=(state.heading + (1 if action == TURN_RIGHT else -1)) % 4)
    ahead = beside(state.position, state.heading)
    is_door, is_key, has_key = ahead == door, ahead == state.key, state.key == IN_THE_HAND
    is_wall = ahead not in CELLS or (ahead[0] == door[0] and not is_door)
    if action == FORWARD and not is_wall and not is_key and (not is_door or state.door == OPEN):
        return state._replace(position=ahead)
    if action == PICK_UP and is_key:
        return state._replace(key=IN_THE_HAND)
    if action == DROP and has_key and not (is_wall or is_door or ahead == GOAL):
        return state._replace(key=ahead)
    if action == TOGGLE and is_door and (state.door != LOCKED or has_key):
        return state._replace(door=CLOSED if state.door == OPEN else OPEN)
    return state


@cache
def plan(door: tuple[int, int], shunned: tuple[int, ...] = ()) -> dict[State, int]:
    """The best action in each state from which the goal can be reached, with this door, without some actions.

    Breadth first, from the goal backward: the first action that is found leads along a shortest way, and
    among equals it is the one with the lowest number.
    """
    places = [cell for cell in CELLS if cell[0] != door[0]]
    states = [
        State(position, heading, key, lock)
        for position in [*places, door]
        for heading in range(4)
        for key in [IN_THE_HAND, *places]
        for lock in (LOCKED, CLOSED, OPEN)
        if position != key != GOAL and (position != door or lock == OPEN)
    ]
    leads_here: dict[State, list[tuple[State, int]]] = {}
    for state in states:
        for action in range(NUM_ACTIONS - 1):
            if state.position != GOAL and action not in shunned:
                leads_here.setdefault(follow(state, action, door), []).append((state, action))
    distance = {state: 0 for state in states if state.position == GOAL}
    best: dict[State, int] = {}
    waiting = deque(distance)
    while waiting:
        reached = waiting.popleft()
        for state, action in leads_here.get(reached, []):
            steps = distance[reached] + 1
            if state not in distance:
                waiting.append(state)
            if distance.setdefault(state, steps) == steps:
                best[state] = min(best.get(state, NUM_ACTIONS), action)
    return best
