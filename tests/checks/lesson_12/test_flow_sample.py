"""Lesson 12, the sampler of a flow: right answers, mistakes written apart from the bank, and nonsense."""

import torch

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


MOVE, TIME = "x + dt * velocity(obs, x, t)", "i * dt * torch"
RIGHT = [recursive, in_place, "return result.double()", "return result.numpy()", "print(num_steps)"]
WRONG = {
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
    "the number of steps is fixed": ["num_steps = 10"],
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
