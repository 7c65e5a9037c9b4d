"""The rule of the course's CartPole expert, for a Python in which the course is not installed."""

import numpy as np


def expert_actions(obs: np.ndarray) -> np.ndarray:
    """Obs (B, 4) -> actions (B,): as `make_demonstrator("expert")` in ilrl_course/envs/cartpole.py."""
    position, velocity, angle, angular_velocity = obs.T  # each (B,)
    return (0.3 * position + 0.5 * velocity + 5 * angle + angular_velocity > 0).astype(np.int64)
