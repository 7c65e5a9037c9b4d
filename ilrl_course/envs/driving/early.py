"""Drivers who have chosen a side of the road long before the road works come into sight."""

from collections.abc import Callable

import numpy as np

from ilrl_course.envs.driving import drivers, planning

LANES = {"left": (0.3, 0.9), "right": (-0.9, -0.3)}  # part of the usable road, from right to left


def make_early_driver(side: str) -> Callable:
    """The expert, but all along on the left or on the right half of the road: obs (B, 22) -> actions (B, 2).

    It passes road works on its side. Where it drives says which side it has chosen, so that nothing is hidden
    from its clone, except in the middle of the road. Raises ValueError for another side than left or right.
    """
    if side not in LANES:
        raise ValueError(f"side is {side!r}: choose from {', '.join(LANES)}")
    style = drivers.STYLES["expert"]

    def act(obs: np.ndarray) -> np.ndarray:
        view = planning.View.of(obs)
        plan = planning.plan_line(view, style.margin, drivers.SIDES[side], LANES[side])
        return drivers.follow(view, plan, style.grip_used, style.top_speed).astype(np.float32)

    return act
