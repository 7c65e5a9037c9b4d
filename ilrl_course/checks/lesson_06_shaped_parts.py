"""The shaped reward with its parts made exchangeable: known mistakes are made of them."""

from dataclasses import replace

from ilrl_course.algorithms.airl import shaped_reward


def shaped_with(
    net, steps, gamma, *,
    reward=lambda net, steps: net.reward(steps.obs, steps.actions),
    now=lambda net, steps: net.potential(steps.obs),
    later=lambda net, steps: net.potential(steps.next_obs),
    alive=lambda steps: ~steps.terminated,
    add=lambda g, h, h_next, gamma: g + gamma * h_next - h,
):  # fmt: skip
    """f with one part exchanged."""
    return add(reward(net, steps), now(net, steps), later(net, steps) * alive(steps), gamma)


def with_parts(**parts):
    """f with these parts exchanged."""
    return lambda net, steps, gamma: shaped_with(net, steps, gamma, **parts)


def reward_is(reward):
    """f with another g: reward(net, steps)."""
    return with_parts(reward=reward)


def add_is(add):
    """f with another sum: add(g, h, h_next, gamma), where h_next is 0 after a termination."""
    return with_parts(add=add)


def alive_is(alive):
    """f where h(s') counts in other steps: alive(steps)."""
    return with_parts(alive=alive)


def masked(change):
    """The sum of all, masked by hand: change(g, h, h_next, gamma, alive), where h_next is not masked."""
    return lambda net, steps, gamma: change(
        net.reward(steps.obs, steps.actions),
        net.potential(steps.obs),
        net.potential(steps.next_obs),
        gamma,
        ~steps.terminated,
    )


def of_steps(**columns):
    """The right f of other steps: each column(steps)."""
    return lambda net, steps, gamma: shaped_reward(
        net, replace(steps, **{name: column(steps) for name, column in columns.items()}), gamma
    )


def given_gamma(change):
    """The right f with another discount: change(gamma)."""
    return lambda net, steps, gamma: shaped_reward(net, steps, change(gamma))


def then(change):
    """The right f, changed afterwards: change(f)."""
    return lambda net, steps, gamma: change(shaped_reward(net, steps, gamma))
