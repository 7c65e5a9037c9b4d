"""The value targets with their parts made exchangeable: known mistakes are made of them."""

import torch

from ilrl_course.algorithms.advantages import value_targets


def rest_after(later, next_value, terminated, truncated):
    """The right rest: what comes after a step, when the row below it is worth `later`; all (N,)."""
    return torch.where(truncated, next_value, later) * ~terminated


def targets_with(
    rewards, next_values, terminated, truncated, gamma, *,
    rows=lambda num_steps: reversed(range(num_steps)), start=lambda next_values, gamma: next_values[-1],
    rest=rest_after, add=lambda reward, rest, gamma: reward + gamma * rest,
):  # fmt: skip
    """The targets with one part exchanged."""
    targets, later = torch.zeros_like(rewards), start(next_values, gamma)
    for t in rows(len(rewards)):
        later = add(rewards[t], rest(later, next_values[t], terminated[t], truncated[t]), gamma)
        targets[t] = later
    return targets


def with_parts(**parts):
    """The targets with these parts exchanged."""
    return lambda *inputs: targets_with(*inputs, **parts)


def rest_is(rest):
    """The targets when this comes after a step: rest(later, next_value, terminated, truncated)."""
    return with_parts(rest=rest)


def given(change):
    """The right targets of other inputs: change(rewards, next_values, terminated, truncated, gamma)."""
    return lambda *inputs: value_targets(*change(*inputs))


def then(change):
    """The right targets, changed afterwards: change(targets, rewards, next_values, gamma)."""
    return lambda *inputs: change(value_targets(*inputs), *inputs[:2], inputs[-1])


def zeros(next_values, gamma):
    """A start from nothing, (N,)."""
    return torch.zeros_like(next_values[-1])


def powers(rewards, gamma):
    """gamma**t, by the rows of the block."""
    return gamma ** torch.arange(len(rewards))[:, None]  # (T, 1)
