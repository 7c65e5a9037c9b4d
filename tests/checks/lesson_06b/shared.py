"""What the tests of lesson 06b share: AIRL's f, and edits of it."""


def right(net, steps, gamma):
    """An f of the tests' own."""
    g, h, later = (
        net.reward(steps.obs, steps.actions),
        net.potential(steps.obs),
        net.potential(steps.next_obs),
    )
    alive = 1 - steps.terminated.float()
    return g + gamma * alive * later - h


right_f = right  # for edits of it, in which `right` is the edited one


def f_is(*formulas):
    """Another f of g, h, later (of the next observation), gamma, and alive (0 where the step terminated)."""
    return [f"g + gamma * alive * later - h => {formula}" for formula in formulas]


def alive_by(*flags):
    """h(s') counts as often as these flags say."""
    return [f"gamma * alive * later => gamma * {by} * later" for by in flags]
