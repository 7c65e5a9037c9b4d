"""An episode as a list of actions: small enough for a record, and played again without the one that acted.

Machines round differently. Where a world makes small differences grow, film short episodes: those of CartPole
grow 50-fold a second, from 1e-16 to 0.001 in 8 s, and to a fall in 10 s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import gymnasium as gym
import numpy as np

from ilrl_course.data import Actor
from ilrl_course.envs import World
from ilrl_course.rollout import collect_trajectory

DECIMALS = 3  # of continuous actions
TOLERANCE = 0.01  # of a return: machines round differently


@dataclass(frozen=True)
class Replay:
    """What happened when a film was played again."""

    frames: list[np.ndarray]  # (H, W, 3) uint8 each, or none
    total_reward: float
    crashed: bool
    success: bool


def tape(actor: Actor, world: World, seed: int, **options) -> dict:
    """Record one episode of an actor, whose continuous actions are rounded before they are carried out.

    Returns what `replay` needs, as JSON can hold it: `env_id`, `seed`, `options`, `return`, and `actions`,
    one number after the other. Raises ValueError if the episode, played again, has another return.
    """

    def as_written(obs: np.ndarray) -> np.ndarray:
        return np.round(actor(obs), DECIMALS)

    trajectory = collect_trajectory(gym.make(world.env_id, **options), as_written, seed)
    actions = trajectory.actions.astype(float if trajectory.actions.dtype.kind == "f" else int)
    film = {
        "env_id": world.env_id,
        "seed": seed,
        "options": options,
        "return": round(trajectory.total_reward, 4),
        "actions": actions.flatten().round(DECIMALS).tolist(),
    }
    replay(film)
    return film


def replay(film: dict, every: int | None = None) -> Replay:
    """Play a film again, with a picture after `every` so many steps and of both ends; None takes none.

    Raises ValueError if the episode does not end with the last action, or with another return.
    """
    env = gym.make(film["env_id"], render_mode="rgb_array" if every else None, **film["options"])
    env.reset(seed=film["seed"])
    frames, total, episode_over = [env.render()] if every else [], 0.0, False
    actions = _as_carried_out(film["actions"], env.action_space)
    for number, action in enumerate(actions, start=1):
        if episode_over:
            raise ValueError(_otherwise(film, f"it is over before action {number} of {len(actions)}"))
        _, reward, terminated, truncated, info = env.step(action)
        total += reward
        episode_over = terminated or truncated
        if every and (number % every == 0 or episode_over):
            frames.append(env.render())
    env.close()
    if not episode_over:
        raise ValueError(_otherwise(film, f"it is not over after its {len(actions)} actions"))
    if abs(total - film["return"]) > TOLERANCE:
        raise ValueError(_otherwise(film, f"its return is {total:.4g}"))
    return Replay(frames, total, bool(info["crashed"]), bool(info["success"]))


def _as_carried_out(actions: Sequence[float], space: gym.Space) -> np.ndarray:
    """The actions (T,) or (T, action_dim) in the world's own numbers."""
    return np.array(actions, dtype=space.dtype).reshape(-1, *space.shape)


def _otherwise(film: dict, what: str) -> str:
    return (
        f"this episode of {film['env_id']} goes otherwise than it was taped, with a return of "
        f"{film['return']:g}: {what}. Its actions, its seed or the world have changed: tape it anew"
    )
