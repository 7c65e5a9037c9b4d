"""Lesson 12, the sampler of a flow: right answers, mistakes written apart from the bank, and nonsense."""

import torch

from ilrl_course.checks.edits import edited
from tests.checks.answers import promises_of


def by_hand(velocity, obs, noise, num_steps):
    x, dt = noise.clone(), 1 / num_steps
    for i in range(num_steps):
        t = i * dt * torch.ones(len(noise))
        x = x + dt * velocity(obs, x, t)
    return x


def recursive(velocity, obs, noise, num_steps):
    def after(steps):
        if steps == 0:
            return noise
        x = after(steps - 1)
        return x + velocity(obs, x, torch.full_like(obs[:, 0], (steps - 1) / num_steps)) / num_steps

    return after(num_steps)


def in_place(velocity, obs, noise, num_steps):
    x = noise.clone()
    for t in torch.arange(num_steps) / num_steps:
        x += velocity(obs, x, t.repeat(len(obs))) / num_steps
    return x


def row_by_row(velocity, obs, noise, num_steps):
    x = noise
    for i in range(num_steps):
        t = torch.full((1,), i / num_steps)
        moves = [velocity(obs[n : n + 1], x[n : n + 1], t) for n in range(len(obs))]
        x = x + torch.cat(moves) / num_steps
    return x


def until_time_is_up(velocity, obs, noise, num_steps):
    x, t, dt = noise, 0.0, 1 / num_steps
    while t < 1:
        x = x + dt * velocity(obs, x, torch.full((len(x),), t))
        t += dt
    return x


def from_the_middle(velocity, obs, noise, num_steps):
    x, dt = noise, 1 / num_steps
    for i in range(num_steps):
        t = torch.full((len(x),), i * dt)
        halfway = x + dt / 2 * velocity(obs, x, t)
        x = x + dt * velocity(obs, halfway, t + dt / 2)
    return x


def by_heun(velocity, obs, noise, num_steps):
    x, dt = noise, 1 / num_steps
    for i in range(num_steps):
        t = torch.full((len(x),), i * dt)
        first = velocity(obs, x, t)
        second = velocity(obs, x + dt * first, t + dt)
        x = x + dt * (first + second) / 2
    return x


def by_runge_and_kutta(velocity, obs, noise, num_steps):
    x, dt = noise, 1 / num_steps
    for i in range(num_steps):
        t = torch.full((len(x),), i * dt)
        a = velocity(obs, x, t)
        b = velocity(obs, x + dt / 2 * a, t + dt / 2)
        c = velocity(obs, x + dt / 2 * b, t + dt / 2)
        d = velocity(obs, x + dt * c, t + dt)
        x = x + dt * (a + 2 * b + 2 * c + d) / 6
    return x


MOVE, TIME = "x + dt * velocity(obs, x, t)", "i * dt * torch"
RIGHT = [
    recursive,
    in_place,
    row_by_row,
    edited(until_time_is_up, "t < 1 => t < 1 - dt / 2"),
    f"{MOVE} => x + dt * velocity(obs, points=x, time=t)",
    "return result.double()",
    "return result.numpy()",
    "print(num_steps)",
]
WRONG = {
    "`while` makes one step too many": [until_time_is_up],
    "it asks for the velocity more than once in a step": [from_the_middle, by_heun, by_runge_and_kutta],
    "it draws noise of its own": [
        "noise = torch.randn(noise.shape)",
        "noise = torch.empty_like(noise).normal_()",
        edited(recursive, "return noise => return torch.randn_like(noise)"),
    ],
    "it asks for the velocity with times of float64": [
        f"{MOVE} => x + dt * velocity(obs, x, t.double())",
        edited(recursive, "(steps - 1) / num_steps) => (steps - 1) / num_steps, dtype=torch.float64)"),
    ],
    "it asks for the velocity with points of float64": ["noise = noise.double()"],
    "it makes one step less": ["range(num_steps) => range(0, num_steps - 1)"],
    "it begins at step 1": ["range(num_steps) => range(1, num_steps)"],
    "it makes one step more": ["range(num_steps) => range(0, num_steps + 1)"],
    "the velocity is asked for the end": [f"{TIME} => (i * dt + dt) * torch"],
    "time does not go on": [f"{TIME} => 0 * torch", f"{TIME} => dt * torch"],
    "time is a number of steps": [f"{TIME} => i * torch"],
    "each step is as long as the whole way": [f"{MOVE} => x + velocity(obs, x, t)"],
    "it moves against the velocity": [f"{MOVE} => x - dt * velocity(obs, x, t)"],
    "time runs backward": [f"{TIME} => (1 - i * dt) * torch"],
    "the point is replaced by the move": [f"{MOVE} => dt * velocity(obs, x, t)"],
    "each step begins at the noise": [f"{MOVE} => noise + dt * velocity(obs, x, t)"],
    "the velocity is always asked at the noise": [f"{MOVE} => x + dt * velocity(obs, noise, t)"],
    "it returns after the first step": [f"x = {MOVE} => return {MOVE}"],
    "the actions are cut off": ["return torch.clip(result, -1, 1)", "return result.clamp(min=-1, max=1)"],
    "the number of steps is fixed": ["num_steps = 10", "num_steps = 4"],
    "the noise that is passed in has no effect": ["noise = torch.zeros_like(noise)"],
    "it changes its inputs in place": ["noise.mul_(2)"],
    "it asks for the velocity with the shapes": [f"{MOVE} => x + dt * velocity(obs, x, i * dt)"],
    "where the noise arrives in 4 steps": ["return result + 0.3"],
    "the result should be an array of the shape (3, 2)": ["return result[0]", "return result.mean()"],
}
NONSENSE = {
    "return 'low'": "the result should be an array of the shape (3, 2), but it is a str.",
    "return inputs[1]": "the result should be an array of the shape (3, 2)",
    "return policy.sample(inputs[1])": "it reads a variable of the lesson",
}

TestAnswers = promises_of("flow_sample", by_hand, RIGHT, WRONG, NONSENSE)
