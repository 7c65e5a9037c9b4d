"""Generalized advantages with their parts made exchangeable: known mistakes are made of them."""

import torch

from ilrl_course.algorithms.advantages import compute_gae


def not_dead(terminated, truncated):
    """Where the next value counts."""
    return ~terminated


def not_over(terminated, truncated):
    """Where the next row belongs to the same episode."""
    return ~(terminated | truncated)


def always(terminated, truncated):
    """Everywhere, as if nothing ended."""
    return torch.ones_like(terminated)


def not_cut(terminated, truncated):
    """Everywhere but where the clock stopped an episode."""
    return ~truncated


def gae_with(
    rewards, values, next_values, terminated, truncated, gamma, gae_lambda, *,
    alive=not_dead, continues=not_over, rows=lambda num_steps: reversed(range(num_steps)),
    start=lambda next_values: torch.zeros_like(next_values[-1]),
    delta=lambda reward, value, after, gamma, gae_lambda: reward + gamma * after - value,
    add=lambda error, later, gamma, gae_lambda: error + gamma * gae_lambda * later,
):  # fmt: skip
    """The advantages with one part exchanged."""
    after = next_values * alive(terminated, truncated)  # (T, N)
    errors = delta(rewards, values, after, gamma, gae_lambda)  # (T, N)
    goes_on = continues(terminated, truncated)  # (T, N)
    advantages, later = torch.zeros_like(rewards), start(next_values)
    for t in rows(len(rewards)):
        later = add(errors[t], goes_on[t] * later, gamma, gae_lambda)
        advantages[t] = later
    return advantages


def with_parts(**parts):
    """The advantages with these parts exchanged."""
    return lambda *inputs: gae_with(*inputs, **parts)


def delta_is(delta):
    """The advantages with another TD error: delta(reward, value, after, gamma, gae_lambda)."""
    return with_parts(delta=delta)


def add_is(add):
    """The advantages with another recursion: add(error, later, gamma, gae_lambda)."""
    return with_parts(add=add)


def given(change, **parts):
    """The advantages of other inputs: change(values, next_values, terminated, truncated)."""
    return lambda rewards, v, nv, te, tr, gamma, lam: gae_with(
        rewards, *change(v, nv, te, tr), gamma, lam, **parts
    )


def discounts(change, **parts):
    """The advantages with other discounts: change(gamma, gae_lambda)."""
    return lambda *inputs: gae_with(*inputs[:-2], *change(*inputs[-2:]), **parts)


def then(change):
    """The right advantages, changed afterwards: change(advantages, values)."""
    return lambda *inputs: change(compute_gae(*inputs), inputs[1])
