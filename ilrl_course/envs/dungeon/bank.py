"""Everything about many layouts in stacked arrays, so that a batch of worlds is stepped by look-up."""

from functools import lru_cache

import numpy as np

from ilrl_course.envs.dungeon.layouts import NUM_LAYOUTS, make_layout, start_cells, without_passage
from ilrl_course.envs.dungeon.observation import PROGRESS, observation_table
from ilrl_course.envs.dungeon.rules import CELLS, NUM_ACTIONS, NUM_STATES, transition_table


class Bank:
    """Layouts 0 to `size` - 1, each made and measured when it is first needed."""

    def __init__(self, secret_passage: bool, size: int = NUM_LAYOUTS):
        self.secret_passage = secret_passage
        self.ready = np.zeros(size, dtype=bool)
        self.starts = np.zeros(size, dtype=np.int64)
        self.start_cells: dict[int, np.ndarray] = {}  # where random starts may be
        self.grids = np.zeros((size, CELLS), dtype=np.uint8)
        self.transitions = np.zeros((size, NUM_STATES, NUM_ACTIONS), dtype=np.int16)
        self.observations = np.zeros((size, 2 * CELLS, PROGRESS), dtype=np.float32)

    def __reduce__(self):
        return shared_bank, (self.secret_passage,)  # a copy of a world shares what it only looks up

    def load(self, numbers: np.ndarray) -> None:
        """Make these layouts ready for use."""
        for number in np.unique(numbers[~self.ready[numbers]]).tolist():
            layout = make_layout(number) if self.secret_passage else without_passage(make_layout(number))
            self.grids[number] = layout.grid.ravel()
            self.starts[number] = layout.start
            self.start_cells[number] = start_cells(layout)
            self.transitions[number] = transition_table(layout.grid)
            self.observations[number] = observation_table(layout.grid)
            self.ready[number] = True


@lru_cache(maxsize=2)
def shared_bank(secret_passage: bool) -> Bank:
    """The layouts that all dungeons of this process share."""
    return Bank(secret_passage)
