"""Steps a second of the three worlds, beside Gymnasium's own vector CartPole, on one core."""

import time
from statistics import median

import gymnasium as gym
import numpy as np

import ilrl_course.envs as course_envs

BATCH_SIZES = (1, 16, 64, 256)
REPEATS = 5
SECONDS = 0.4  # of each repeat
PEER = "Gymnasium's CartPole"


def run(arguments) -> dict:
    """Measure every world at every batch size; the repeats go round the worlds, so that noise hits all."""
    contestants = {PEER: _gymnasium_stepper} | {
        world.name: _course_stepper(world.env_id) for world in course_envs.WORLDS.values()
    }
    rates = {(name, size): [] for name in contestants for size in BATCH_SIZES}
    for size in BATCH_SIZES:
        steppers = {name: make_stepper(size) for name, make_stepper in contestants.items()}
        for _ in range(REPEATS):
            for name, step in steppers.items():
                rates[name, size].append(_rate(step, size))
    rows = [
        {"world": name} | {f"{size} envs": round(median(rates[name, size])) for size in BATCH_SIZES}
        for name in contestants
    ]
    at_64 = {row["world"]: row["64 envs"] for row in rows}
    return {
        "title": f"Environment steps a second, random actions, resets included; median of {REPEATS}",
        "rows": rows,
        "speedup": {
            f"{name} against {PEER}, 64 envs": at_64[name] / at_64[PEER]
            for name in contestants
            if name != PEER
        },
        "notes": ["Target: Driving and Dungeon at least 0.15 times Gymnasium's vector CartPole at 64 envs."],
    }


def _gymnasium_stepper(size: int):
    envs = gym.make_vec("CartPole-v1", num_envs=size, vectorization_mode="vector_entry_point")
    envs.reset(seed=0)
    actions = _random_actions(envs)
    return lambda i: envs.step(actions[i % len(actions)])


def _course_stepper(env_id: str):
    def make_stepper(size: int):
        envs = gym.make_vec(env_id, num_envs=size)
        envs.reset(seed=0)
        actions = _random_actions(envs)

        def step(i: int) -> None:
            _, _, terminated, truncated, _ = envs.step(actions[i % len(actions)])
            episode_over = terminated | truncated
            if episode_over.any():
                envs.reset(options={"reset_mask": episode_over})

        return step

    return make_stepper


def _random_actions(envs) -> list[np.ndarray]:
    envs.action_space.seed(0)
    return [envs.action_space.sample() for _ in range(1000)]


def _rate(step, size: int) -> float:
    num_steps, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        for _ in range(20):
            step(num_steps)
            num_steps += 1
    return num_steps * size / (time.perf_counter() - start)
