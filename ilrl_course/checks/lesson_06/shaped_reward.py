"""The check of lesson 06 on the reward of AIRL with its shaping."""

from collections.abc import Callable, Iterator

from ilrl_course.algorithms.airl import shaped_reward
from ilrl_course.checks.exercise import Exercise, Fact, Probe
from ilrl_course.checks.lesson_06._airl import (
    CUT_OFF,
    FIXED,
    FIXED_GAMMAS,
    LEFTOVERS,
    PARTS,
    POTENTIAL_CUT_OFF,
    REWARD_CUT_OFF,
    STEPS_BACK,
    facts_about_steps,
)
from ilrl_course.checks.lesson_06._results import AVERAGED, SQUEEZED
from ilrl_course.checks.watched.shaped_steps import ABSORBED, ALIVE, ALONE, CONTINUOUS, ENDING, Case


def _probe(*cases: Case) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for case in cases:
            net = case.net()
            result = answer(net, case.transitions(), case.gamma)
            yield from facts_about_steps(result, case, net, case.shaped(), "f", lambda i: "")

    return probe


def _sum(formula: str) -> tuple[str, ...]:
    """Another sum of g, h (of s), later (h of s', not masked), gamma, and alive (where nothing ended)."""
    return PARTS, f"return {formula}"


G = "net.reward(steps.obs, steps.actions)"  # as they stand in the solution
H = "net.potential(steps.obs)"
H_NEXT = "net.potential(steps.next_obs)"
ALIVE_NOW = "~steps.terminated"

SUMS = {
    "gamma is missing. h(s') comes one step later: multiply it by gamma.": ["gamma = 1.0"],
    "h(s) is multiplied by gamma, and h(s') is not. What comes one step later is discounted.": [
        _sum("g + later * alive - gamma * h")
    ],
    "h(s) is multiplied by gamma, too. Only h(s') is discounted.": [_sum("g + gamma * (later * alive - h)")],
    "g is multiplied by gamma. The reward belongs to the step itself: only h(s') is discounted.": [
        _sum("gamma * g + later * alive - h"),
        _sum("gamma * (g + later * alive) - h"),
        "return gamma * (result - gamma * next_potential + next_potential)",
        _sum("gamma * g + later * alive - gamma * h"),
    ],
    "h(s') is weighed with 1 - gamma, or with a power of gamma, or divided by it. Multiply it by gamma.": [
        "gamma = 1 - gamma",
        "gamma = gamma**2",
        "gamma = 1 / gamma",
    ],
    FIXED: [*FIXED_GAMMAS],
    "the shaping is turned around. It is gamma * h(s') - h(s): what is gained by the step.": [
        _sum("g - gamma * later * alive + h"),
        _sum("g - later * alive + h"),
        _sum("g + gamma * h * alive - later"),
        _sum("g + gamma * h - later * alive"),
        _sum("g + gamma * h - later"),
        _sum("g + gamma * (h - later * alive)"),
    ],
    "h(s) is added. Subtract it: f holds how much the step gains, gamma * h(s') - h(s).": [
        _sum("g + gamma * later * alive + h")
    ],
    "both potentials are subtracted. h(s') is added: f holds what the step gains, gamma * h(s') - h(s).": [
        _sum("g - gamma * later * alive - h")
    ],
    "g is subtracted. Add it: f is the reward g, plus the shaping.": [_sum("gamma * later * alive - h - g")],
    "the sign of all is wrong. f is high where the expert would go: g plus gamma * h(s') minus h(s).": [
        "return -result"
    ],
    "h(s) is missing. Subtract net.potential(steps.obs), so that only what the step gains counts.": [
        _sum("g + gamma * later * alive"),
        _sum("g - gamma * later * alive"),
    ],
    "h(s') is missing. Add gamma * net.potential(steps.next_obs), where life goes on.": [
        _sum("g - h"),
        _sum("g - gamma * h"),
        _sum("g + h"),
    ],
    "g is missing: this is the shaping alone. Add net.reward(steps.obs, steps.actions).": [
        _sum("gamma * later * alive - h")
    ],
    "the shaping is missing: this is g alone. Add gamma * h(s') - h(s).": [_sum("g")],
    "the parts are multiplied. Add them up: g + gamma * h(s') - h(s).": [
        _sum("g * (gamma * later * alive - h)"),
        _sum("g * gamma * later * alive - h"),
        _sum("g + gamma * later * alive * h"),
    ],
    "the shaping is not a difference, but a ratio or a distance. It is gamma * h(s') - h(s).": [
        _sum("g + gamma * later * alive / h"),
        _sum("g + (gamma * later * alive - h).abs()"),
        _sum("g + (gamma * later * alive - h) ** 2"),
    ],
    "this is a probability, or its logarithm. Return f as it is: the discriminator does the rest.": [
        "return result.sigmoid()",
        "return result.exp()",
        "return F.logsigmoid(result)",
        "return F.softplus(result)",
        "return result.tanh()",
    ],
}
ENDS = {
    "an end does not end anything. Nothing follows a termination, so h(s') counts as 0 there: multiply "
    "it by ~steps.terminated.": [f" * {ALIVE_NOW} =>"],
    "the mask is the wrong way round: h(s') counts only after a termination. Multiply by "
    "~steps.terminated, with the ~.": [f"{ALIVE_NOW} => steps.terminated"],
    "where a step terminated, the whole shaping is gone. Only h(s') is 0 there; h(s) is still subtracted.": [
        _sum("g + (gamma * later - h) * alive")
    ],
    "where a step terminated, h(s) is set to 0. It is h(s') that is 0 there, because nothing follows.": [
        _sum("g + gamma * later - h * alive")
    ],
    "where a step terminated, all of f is 0. The step itself counts: only h(s') is 0 there.": [
        "return result * ~steps.terminated"
    ],
    "where a step terminated, its reward g is lost. The step itself counts: only h(s') is 0 there.": [
        _sum("g * alive + gamma * later - h"),
        _sum("(g + gamma * later) * alive - h"),
        _sum("(g - h) * alive + gamma * later"),
    ],
    "where a step terminated, h(s') is subtracted. It is 0 there.": [
        f"{ALIVE_NOW} => (1.0 - 2.0 * steps.terminated)"
    ],
    "where a step terminated, h(s') counts in full, without gamma. It is 0 there.": [
        _sum("g + torch.where(alive, gamma, 1.0) * later - h")
    ],
    "where a step terminated, h(s') is divided by 1 - gamma, as if it went on. That is for rewards where "
    "ends go on; here the flag says that nothing follows: h(s') is 0.": [
        f"{ALIVE_NOW} => torch.where(steps.terminated, 1 / (1 - gamma), 1.0)"
    ],
    "where a step terminated, h(s) stands in for h(s'). Nothing follows: h(s') is 0 there.": [
        _sum("g + gamma * torch.where(alive, later, h) - h")
    ],
    "after a termination the next observation is set to 0, but h of zeros is not 0. Multiply h(s') "
    "itself by ~steps.terminated.": [
        f"{H_NEXT} * {ALIVE_NOW} => net.potential(steps.next_obs * ~steps.terminated[:, None])"
    ],
    "steps.absorbed stands in the place of steps.terminated. h(s') is 0 only where the world ended the "
    "episode.": [f"{ALIVE_NOW} => ~steps.absorbed", f"{ALIVE_NOW} => steps.absorbed"],
    "h(s') is left out of absorbed steps, too. These go on for good: only steps.terminated makes it 0.": [
        f"{ALIVE_NOW} => ~(steps.terminated | steps.absorbed)"
    ],
    "absorbed steps are left out. They are judged like all others: steps.absorbed does not matter here.": [
        "return result * ~steps.absorbed",
        f"{G} => {G} * ~steps.absorbed",
        f"{H} => {H} * ~steps.absorbed",
        "return result[~steps.absorbed]",
    ],
    "an end of one step ends all of them. Each step has a flag of its own: no any() and no all().": [
        f"{ALIVE_NOW} => ~steps.terminated.any()"
    ],
    "the flags of another step are read. steps.terminated[i] belongs to step i, as do obs and next_obs.": [
        f"{ALIVE_NOW} => ~steps.terminated.roll(1)",
        f"{ALIVE_NOW} => ~steps.terminated.roll(-1)",
        f"{ALIVE_NOW} => ~steps.terminated.flip(0)",
    ],
    "steps know no `truncated`, and no `done`. A time limit ends no life: only steps.terminated makes "
    "h(s') 0.": [f"{ALIVE_NOW} => ~steps.{name}" for name in ("truncated", "done", "dones", "episode_over")],
    "steps.terminated is bool, so there is no 1 - terminated and no -terminated. `~steps.terminated` is "
    "true where life goes on.": [
        f"{ALIVE_NOW} => (1 - steps.terminated)",
        f"{ALIVE_NOW} => (True - steps.terminated)",
        f"{ALIVE_NOW} => -steps.terminated",
    ],
    "~ is `not` for bool alone: on floats it fails, and of whole numbers it makes -1 and -2. Write "
    "~steps.terminated, and no conversion before it.": [
        f"{ALIVE_NOW} => ~steps.terminated.float()",
        f"{ALIVE_NOW} => ~steps.terminated.int()",
    ],
    "`if`, `and`, `or` and `not` cannot decide for many steps at once. Multiply by ~steps.terminated, or use "
    "torch.where.": [f"{ALIVE_NOW} => (not steps.terminated)"],
    "steps are left out. Each has an f of its own, those that terminated too: return all B of them.": [
        "return result[~steps.terminated]",
        "return result[:-1]",
    ],
}
CALLS = {
    "both potentials are those of the same observation. h(s) is that of steps.obs, h(s') that of "
    "steps.next_obs.": [f"{H_NEXT} => {H}", f"{H} => {H_NEXT}"],
    "h(s') comes from the row below, but the steps are torn out of their episodes. What followed stands in "
    "steps.next_obs.": [
        f"{H_NEXT} => net.potential(torch.cat([steps.obs[1:], steps.obs[-1:]]))",
        f"{H_NEXT} => net.potential(steps.obs.roll(-1, 0))",
        f"{H_NEXT} => torch.cat([net.potential(steps.obs)[1:], torch.zeros(1)])",
        f"{H_NEXT} => net.potential(steps.obs[1:])",
    ],
    "g is that of the next observation. The action was chosen in steps.obs: net.reward(steps.obs, "
    "steps.actions).": [f"{G} => net.reward(steps.next_obs, steps.actions)"],
    "net.reward needs both, observations and actions: net.reward(steps.obs, steps.actions).": [
        f"{G} => net.reward(steps.obs)"
    ],
    "net.reward takes two things, first the observations, then the actions: net.reward(steps.obs, "
    "steps.actions).": [
        f"{G} => net.reward(steps.actions, steps.obs)",
        f"{G} => net.reward(steps.obs, steps.actions, steps.next_obs)",
    ],
    "h is asked about actions, but it is only about where one is. Call net.potential with observations "
    "alone.": [f"{H_NEXT} => net.potential(steps.next_obs, steps.actions)"],
    "net.potential takes observations, not whole steps: net.potential(steps.obs).": [
        f"{H} => net.potential(steps)"
    ],
    "net itself cannot be called. It holds two networks: net.reward is g, net.potential is h.": [
        f"{G} => net(steps.obs, steps.actions)",
        f"{G} => net(steps)",
    ],
    "g and h are mixed up. net.reward is g, of observations and actions; net.potential is h.": [
        f"{G} => {H}",
        f"{H} => {G}",
        f"{H_NEXT} => net.reward(steps.next_obs, steps.actions)",
        (f"{H_NEXT} => net.reward(steps.next_obs, steps.actions)", f"{G} => h", f"{H} => {G}", f"h = {H}"),
    ],
    "the shaping is made of g. It has a network of its own: h(s) is net.potential(steps.obs).": [
        (f"{H_NEXT} => net.reward(steps.next_obs, steps.actions)", f"{H} => {G}"),
    ],
    "steps hold no rewards: nobody sees those of the world. g is what net.reward says.": [
        f"{G} => steps.rewards",
        f"{G} => steps.reward",
    ],
}
RESULTS = {
    AVERAGED: ["return result.mean()", "return result.sum()"],
    "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the potentials of all. Keep "
    "everything (B,).": [f"{H} => {H}.unsqueeze(1)", "return result.unsqueeze(1)"],
    SQUEEZED: ["return result.squeeze()"],
    "the mean of the batch is subtracted, or its scale taken out. Return f as it is.": [
        "return result - result.mean()",
        *(f"return (result - result.mean()) / (result.std(correction={n}) + 1e-8)" for n in (0, 1)),
    ],
    CUT_OFF: ["return result.detach()"],
    REWARD_CUT_OFF: [f"{G} => {G}.detach()"],
    POTENTIAL_CUT_OFF: [(f"{H_NEXT} => {H_NEXT}.detach()", f"{H} => {H}.detach()")],
    "h(s') is cut off from its network. PPO's targets are, but here both potentials learn: h(s') without "
    "detach().": [f"{H_NEXT} => {H_NEXT}.detach()"],
    "h(s) is cut off from its network, but both potentials learn. Take h(s) without detach().": [
        f"{H} => {H}.detach()"
    ],
    STEPS_BACK: [
        "return result.sum().backward() or result",
        "return result.sum().backward() or result.detach()",
    ],
}

EXERCISE = Exercise(
    solution=shaped_reward,
    tested="values and gradients are right in every step, at an end too, for both kinds of actions.",
    probes=(_probe(ALIVE), _probe(ENDING), _probe(ABSORBED), _probe(CONTINUOUS, ALONE)),
    mistakes=SUMS | ENDS | CALLS | RESULTS,
    leftovers=LEFTOVERS,
)
