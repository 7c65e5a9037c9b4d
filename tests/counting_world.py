"""A world whose observations say exactly which episode and which step they belong to."""

import gymnasium as gym
import numpy as np

from ilrl_course.envs.batched import BatchedWorld, SingleWorld


class CountingVectorEnv(BatchedWorld):
    """Observation: (copy, episode, step). Copy i terminates after `lengths[i]` steps; the reward is the step.

    Where `lengths[i]` exceeds the time limit of 5 steps, the clock truncates instead.
    """

    max_steps = 5

    def __init__(self, num_envs=1, lengths=(2, 3, 5, 9), **interface):
        self.lengths = np.resize(lengths, num_envs)
        self.episodes = np.full(num_envs, -1)
        self.single_observation_space = gym.spaces.Box(-1, 1000, (3,), np.float32)
        self.single_action_space = gym.spaces.Discrete(2)
        super().__init__(num_envs, **interface)

    def _start(self, rows):
        self.episodes[rows] += 1

    def _advance(self, actions):
        steps = self.steps + 1
        return steps.astype(np.float32), steps >= self.lengths

    def _observe(self):
        return np.stack([np.arange(self.num_envs), self.episodes, self.steps], 1).astype(np.float32)

    def _info(self, terminated, truncated):
        return {"crashed": terminated & (self.lengths == 2), "success": truncated & ~terminated}


class CountingEnv(SingleWorld):
    batched_class = CountingVectorEnv


def register():
    if "test/Counting-v0" not in gym.registry:
        gym.register("test/Counting-v0", entry_point=CountingEnv, vector_entry_point=CountingVectorEnv)


def actor(obs):
    return np.ones(len(obs), dtype=np.int64)
