"""Episodes that start where a demonstrator once stood: near the treasure at first, then farther back.

A backward curriculum (Salimans and Chen 2018): the recordings say where it is worth beginning, and nothing
about what to do there.
"""

from dataclasses import dataclass

import gymnasium as gym
import numpy as np

from ilrl_course.data import Actor


@dataclass(frozen=True)
class Route:
    """Where one game went, before each of its T moves."""

    layout: int
    states: np.ndarray  # (T,) see rules.py

    def __len__(self) -> int:
        return len(self.states)


def routes_of(actor: Actor, envs: gym.vector.VectorEnv, seed: int) -> list[Route]:
    """One game in each of N dungeons, which do not reset by themselves; those that reach the treasure."""
    obs, _ = envs.reset(seed=seed)
    world, states, won = envs.unwrapped, [], np.zeros(envs.num_envs, dtype=bool)
    running, lengths = ~won, np.zeros(envs.num_envs, dtype=np.int64)
    while running.any():
        states.append(world.state.copy())
        lengths += running
        obs, _, terminated, truncated, info = envs.step(actor(obs))
        won |= running & info["success"]
        running = running & ~(terminated | truncated)
    states = np.stack(states)  # (T, N)
    return [Route(int(world.layout[i]), states[: lengths[i], i]) for i in np.flatnonzero(won)]


class StartsOnRoutes(gym.vector.VectorWrapper):
    """Dungeons whose episodes start on demonstrated routes, until `num_steps` env steps have been taken.

    Within them the starts reach back farther and farther from the treasure, in a straight line; from then on
    the world starts as it always does. An episode from the t-th state of a route has used up t of its steps.
    """

    def __init__(self, envs: gym.vector.VectorEnv, routes: list[Route], num_steps: int, seed: int):
        if not routes:
            raise ValueError("there is no route to start on: record at least one game that is won")
        super().__init__(envs)
        self.routes, self.num_steps, self.taken = routes, num_steps, 0
        self.rng = np.random.default_rng(seed)

    def reset(self, *, seed=None, options=None):
        """As the wrapped worlds do, and then to a state of a route."""
        obs, info = super().reset(seed=seed, options=options)
        reach = self.taken / self.num_steps  # the last share of a route in which an episode may start
        if reach >= 1:
            return obs, info
        world, rows = self.unwrapped, np.arange(self.num_envs)
        if options:
            rows = np.flatnonzero(options["reset_mask"])
        for row in rows:
            route = self.routes[self.rng.integers(len(self.routes))]
            back = 1 + self.rng.integers(max(1, round(reach * len(route))))  # moves before the end
            world.layout[row], world.state[row] = route.layout, route.states[-back]
            world.steps[row] = len(route) - back
        world.bank.load(world.layout[rows])
        return world._observe(), info | world._info(world.over, world.over)

    def step(self, actions):
        """As the wrapped worlds do."""
        self.taken += self.num_envs
        return super().step(actions)
