"""Lesson 12, the loss of flow matching: right answers, mistakes written apart from the bank, and nonsense."""

import torch
from torch.nn import functional as F

from ilrl_course.checks.edits import edited
from tests.checks.answers import hint_for, promises_of


def by_hand(velocity, obs, actions, noise, time):
    way = actions - noise
    t = time.reshape(-1, 1)
    x = noise + t * way
    moved = velocity(obs, x, time)
    squares = torch.sum((moved - way) ** 2, dim=-1)
    return torch.mean(squares)


def by_torch(velocity, obs, actions, noise, time):
    x = torch.lerp(noise, actions, time.unsqueeze(-1))
    return F.mse_loss(velocity(obs, x, time), actions - noise) * actions.shape[1]


def row_by_row(velocity, obs, actions, noise, time):
    total = 0.0
    for i in range(len(obs)):
        x = (1 - time[i]) * noise[i : i + 1] + time[i] * actions[i : i + 1]
        error = velocity(obs[i : i + 1], x, time[i : i + 1]) - actions[i : i + 1] + noise[i : i + 1]
        total = total + (error**2).sum()
    return total / len(obs)


RIGHT = [by_torch, "return result.double()", "print(time)"]
X, ASKED, SQUARES = "noise + t * way", "velocity(obs, x, time)", "torch.sum((moved - way) ** 2, dim=-1)"
WRONG = {
    "backward() is called within": ["return torch.autograd.backward(result, retain_graph=True) or result"],
    "the loss is cut off": ["return float(result)", f"{ASKED} => {ASKED}.detach()"],
    "it passes arguments to velocity by name": [
        f"{ASKED} => velocity(obs, points=x, time=time)",
        f"{ASKED} => velocity(obs, x, time=time)",
        f"{ASKED} => velocity(obs=obs, x=x, t=time)",
    ],
    "it asks for the velocity of some rows only": [
        row_by_row,
        f"{ASKED} => torch.stack([velocity(o, p, s) for o, p, s in zip(obs, x, time)])",
        f"{ASKED} => velocity(obs[:1], x[:1], time[:1])",
    ],
    "it asks for the velocity with times of float64": [f"{ASKED} => velocity(obs, x, time.double())"],
    "it asks for the velocity with points of float64": [f"{ASKED} => velocity(obs, x.double(), time)"],
    "it asks for the velocity with times that are a ndarray": [f"{ASKED} => velocity(obs, x, time.numpy())"],
    "it draws noise or times of its own": [
        "noise = torch.randn(noise.shape)",
        "time = torch.empty_like(time).uniform_()",
        "t = time.reshape(-1, 1) => t = torch.rand(len(obs), 1)",
        f"{ASKED} => velocity(obs, x, torch.rand(len(obs)))",
    ],
    "the point is the sum of noise and action": [f"{X} => actions + noise"],
    "the point does not begin at the noise": [f"{X} => t * way"],
    "the parts are added up before the square": [f"{SQUARES} => (moved - way).sum(-1).pow(2)"],
    "the squares are added up over the rows": [f"{SQUARES} => torch.sum((moved - way) ** 2, dim=0)"],
    "this is the square root": ["torch.mean(squares) => torch.mean(squares) ** 0.5"],
    "the loss is negative": ["torch.mean(squares) => -squares.mean()"],
    "time runs backward": [f"{X} => actions - t * way"],
    "noise and actions are swapped": ["noise, actions = (actions, noise)"],
    "the target has the wrong sign": ["moved - way => moved + way"],
    "the velocity is compared with the sum": ["moved - way => moved - (way + 2 * noise)"],
    "the target is the action": ["moved - way => moved - actions"],
    "the target is the noise": ["moved - way => moved - noise"],
    "the target is the rest": ["moved - way => moved - (1 - t) * way", "moved - way => moved - t * way"],
    "the velocity is asked at the action": [f"{X} => actions"],
    "the velocity is asked at the noise": [f"{X} => noise"],
    "the velocity is not told the time": [f"{ASKED} => velocity(obs, x, torch.zeros_like(time))"],
    "the point ignores the time": [f"{X} => noise + 0.5 * way"],
    "time has no axis": ["time.reshape(-1, 1) => time"],
    "the point lies on a curve": [f"{X} => t ** 0.5 * actions + (1 - t) ** 0.5 * noise"],
    "all of the noise stays": [f"{X} => noise + t * actions"],
    "the loss is averaged over the parts": [f"{SQUARES} => torch.mean((moved - way) ** 2, dim=-1)"],
    "this is the sum over the rows": ["torch.mean(squares) => torch.sum(squares)"],
    "each row still has a loss": ["torch.mean(squares) => squares"],
    "the distance is not squared": [f"{SQUARES} => torch.norm(moved - way, dim=-1)"],
    "the loss is multiplied or divided": ["return result / 2"],
    "it asks for the velocity with the shapes (3, 3), (3, 2) and (3, 1)": [f"{ASKED} => velocity(obs, x, t)"],
    "it changes its inputs in place": ["noise.mul_(2)"],
    "the loss of 3 actions": ["return result + 0.3"],
    "it reads a variable of the lesson": ["return policy.velocity(obs, actions, time)"],
}
NONSENSE = {
    "return 'low'": "it should return the loss, a tensor with one number, but it returns a str.",
    "return inputs[0](*inputs[1:4])": "it asks for the velocity with the shapes",
    "return 0.5": "the loss of 3 actions",
}

TestAnswers = promises_of("flow_loss", by_hand, RIGHT, WRONG, NONSENSE)


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    half_cut = edited(by_hand, "return 0.3 * result + 0.7 * result.detach()")
    assert "the loss is right, but its gradient is not" in hint_for("flow_loss", half_cut)
