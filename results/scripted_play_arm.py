"""Grasps of a late and trembling hand with the robot arm: `course.py results scripted_play_arm`.

The games themselves are written as a Minari dataset into `ilrl_course/play/scripted_games/`.
"""

import shutil

import gymnasium as gym
import numpy as np

from ilrl_course.envs.arm import ROBOT_ARM
from ilrl_course.play.late_hand import LateHand
from ilrl_course.play.recordings import Recording, Recordings, now
from ilrl_course.play.stand_ins import NAME, STAND_INS
from ilrl_course.rollout import collect_trajectory, derive_seed

SEED = 0
NUM_GAMES = 20


def run() -> dict:
    """Play, write the games, and report how they went."""
    env = gym.make(ROBOT_ARM.env_id)
    seeds = [derive_seed(SEED, f"game {number}") for number in range(NUM_GAMES)]
    trajectories = [collect_trajectory(env, LateHand(seed), seed) for seed in seeds]
    games = [_recording(*game) for game in zip(trajectories, seeds, strict=True)]
    shelf = Recordings(ROBOT_ARM, STAND_INS)
    shutil.rmtree(shelf.folder, ignore_errors=True)
    shelf.save_as(NAME, games, "a script")
    return {
        "seeds": [SEED],
        "returns": [trajectory.total_reward for trajectory in trajectories],
        "crashed": float(np.mean([trajectory.crashed for trajectory in trajectories])),
        "success": float(np.mean([trajectory.success for trajectory in trajectories])),
    }


def _recording(trajectory, seed: int) -> Recording:
    said = np.ones(len(trajectory), dtype=bool)
    return Recording(trajectory, trajectory.actions, said, seed, now(), "a script")
