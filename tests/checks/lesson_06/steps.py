"""The parts of AIRL's f, for tests: an implementation of their own, and edits of it."""

import torch


def right(net, steps, gamma):
    g, h, later = (
        net.reward(steps.obs, steps.actions),
        net.potential(steps.obs),
        net.potential(steps.next_obs),
    )
    alive = 1 - steps.terminated.float()
    return g + gamma * alive * later - h


def of_parts(formula):
    """Another f of g, h, later (of the next observation), gamma, and alive (0 where the step terminated)."""
    return f"g + gamma * alive * later - h => {formula}"


def alive_by(flags):
    """h(s') counts as often as these flags say."""
    return f"gamma * alive * later => gamma * {flags} * later"


def without_gradient(answer):
    def cut_off(*inputs):
        with torch.no_grad():
            return answer(*inputs)

    return cut_off
