"""The check of lesson 06b on the reward of AIRL with its shaping."""

from collections.abc import Callable, Iterator

from ilrl_course.algorithms.airl import shaped_reward
from ilrl_course.checks.exercise import Exercise, Fact
from ilrl_course.checks.lesson_06._results import SLIPS, probe_of
from ilrl_course.checks.lesson_06b import _airl as airl
from ilrl_course.checks.lesson_06b._airl import MOVED
from ilrl_course.checks.slips import instead_of
from ilrl_course.checks.watched.shaped_steps import ABSORBED, ALIVE, ALONE, CONTINUOUS, ENDING, HARDER, Case


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    net = case.net()
    result = answer(net, case.transitions(), case.gamma)
    yield from airl.facts_about_steps(result, case, net, case.shaped(), "f")


def _of(*formulas: str) -> list[tuple[str, ...]]:
    """Another f of g, h of s, later (h of s'), more (the same, 0 after an end), gamma and alive."""
    names = (
        "g, h, later = net.reward(steps.obs, steps.actions), net.potential(steps.obs), "
        "net.potential(steps.next_obs)\nalive = ~steps.terminated\nmore = later * alive"
    )
    return [(names, f"return {formula}") for formula in formulas]


G = "net.reward(steps.obs, steps.actions)"  # as they stand in the solution
H = "net.potential(steps.obs)"
H_NEXT = "net.potential(steps.next_obs)"
NEXT_G = "net.reward(steps.next_obs, steps.actions)"
g_is, h_is, next_h_is = (instead_of(part) for part in (G, H, H_NEXT))
alive_is = instead_of("~steps.terminated")  # how often h(s') counts
AVERAGED = ("mean()", "sum()")

SUMS = {
    "gamma multiplies h(s) instead of h(s'), which comes one step later.": _of("g + more - gamma * h"),
    "gamma multiplies h(s), too. Only h(s') is discounted.": _of("g + gamma * (more - h)"),
    "gamma multiplies g. The reward belongs to the step itself: only h(s') is discounted.": _of(
        *(f"gamma * {f}" for f in ("(g + more) - h", "(g + more - h)", "g + more - h")),
        "gamma * g + more - gamma * h",
        "gamma * g + gamma * more - h",
    ),
    "h(s') is multiplied by 1 - gamma or a power of gamma, or divided by it. Multiply it by gamma.": _of(
        "g + (1 - gamma) * more - h", "g + gamma**2 * more - h", "g + more / gamma - h"
    ),
    "the shaping is turned around. It is gamma * h(s') - h(s): what is gained by the step.": _of(
        *("g - gamma * more + h", "g - more + h", "g + gamma * (h - more)"),
        *(f"g + gamma * h - {later}" for later in ("more", "later")),
        "g + gamma * h * alive - later",
    ),
    "h(s) is added. Subtract it: the shaping is gamma * h(s') - h(s).": _of("g + gamma * more + h"),
    "h(s') is subtracted. Add it: the shaping is gamma * h(s') - h(s).": _of("g - gamma * more - h"),
    "g is subtracted. Add it: f is the reward g, plus the shaping.": _of("gamma * more - h - g"),
    "h(s) is missing. Subtract net.potential(steps.obs): only what the step gains counts.": _of(
        "g + gamma * more", "g - gamma * more"
    ),
    "h(s') is missing. Add gamma * net.potential(steps.next_obs), where life goes on.": _of(
        "g - h", "g - gamma * h", "g + h"
    ),
    "g is missing: this is the shaping alone. Add net.reward(steps.obs, steps.actions).": _of(
        "gamma * more - h", "gamma * later - h", "more - h"
    ),
    "the shaping is missing: this is g alone. Add gamma * h(s') - h(s).": _of("g"),
    "the parts are multiplied. Add them up: g + gamma * h(s') - h(s).": _of(
        "g * (gamma * more - h)", "g * gamma * more - h", "g + gamma * more * h"
    ),
    "the shaping is a ratio or a distance, but should be a difference: gamma * h(s') - h(s).": _of(
        "g + gamma * more / h", "g + (gamma * more - h).abs()", "g + (gamma * more - h) ** 2"
    ),
    "a part is halved or doubled. Add all up as they are: g + gamma * h(s') - h(s).": _of(
        "2 * g + gamma * more - h", "g + gamma * more - 2 * h", "g + (gamma * more - h) / 2"
    ),
    "a part is averaged or summed over the batch. Each step has its own: no mean() and no sum().": _of(
        *(f"g + gamma * more.{one} - h" for one in AVERAGED),
        *(f"g + gamma * more - h.{one}" for one in AVERAGED),
        *(f"g.{one} + gamma * more - h" for one in AVERAGED),
    ),
    "parts of different steps are added. Row i of obs, actions and next_obs belongs to step i.": _of(
        *(f"g.{moved} + gamma * more - h" for moved in MOVED),
        *(f"g + gamma * more - h.{moved}" for moved in MOVED),
        *(f"g + gamma * later.{moved} * alive - h" for moved in MOVED),
    ),
}
ENDS = {
    "an end does not end anything. Nothing follows a termination: multiply h(s') by ~steps.terminated.": _of(
        "g + gamma * later - h"
    ),
    "the mask is the wrong way round: h(s') counts only after a termination. Multiply by ~steps.terminated, "
    "with the ~, or swap the two branches of torch.where.": alive_is("steps.terminated"),
    "where a step terminated, the shaping is 0. Only h(s') should be.": _of(
        "g + (gamma * later - h) * alive"
    ),
    "where a step terminated, h(s) is 0. It is h(s') that should be.": _of("g + gamma * later - h * alive"),
    "where a step terminated, all of f is 0. Only h(s') should be.": _of("(g + gamma * later - h) * alive"),
    "where a step terminated, its reward g is lost. The step itself counts: only h(s') is 0 there.": _of(
        *("g * alive + gamma * later - h", "g * alive + gamma * more - h"),
        *("(g + gamma * later) * alive - h", "(g - h) * alive + gamma * later"),
    ),
    "where a step terminated, something is added or subtracted. Only h(s') changes there: it is 0.": [
        *_of(*(f"g + gamma * more - h {sign} 1.0 * steps.terminated" for sign in "+-")),
        *alive_is("1.0 - 2.0 * steps.terminated"),
    ],
    "where a step terminated, h(s') counts without gamma. It should be 0.": alive_is(
        "torch.where(steps.terminated, 1 / gamma, 1.0)"
    ),
    "where a step terminated, h(s') is divided by 1 - gamma. That is for rewards where ends go on; here the "
    "flag says that nothing follows: h(s') is 0.": alive_is(
        "torch.where(steps.terminated, 1 / (1 - gamma + 1e-9), 1.0)"
    ),
    "where a step terminated, h(s) stands in for h(s'). Nothing follows: h(s') is 0 there.": _of(
        "g + gamma * torch.where(alive, later, h) - h"
    ),
    "after a termination the next observation is set to 0, but h of zeros is not 0. Multiply h(s') itself "
    "by ~steps.terminated.": _of("g + gamma * net.potential(steps.next_obs * alive[:, None]) - h"),
    "steps.absorbed is read instead of steps.terminated. Only where the world ended the episode, h(s') is "
    "0.": alive_is("~steps.absorbed", "steps.absorbed"),
    "h(s') is left out of absorbed steps, too. These go on for good: only steps.terminated makes it "
    "0.": alive_is("~(steps.terminated | steps.absorbed)"),
    "an absorbed step keeps its h(s') though it terminated. Only steps.terminated matters here.": alive_is(
        "~steps.terminated | steps.absorbed"
    ),
    "absorbed steps are left out. They are judged like all others: steps.absorbed does not matter here.": [
        *_of("(g + gamma * more - h) * ~steps.absorbed", "g * ~steps.absorbed + gamma * more - h"),
        *_of("g + gamma * more - h * ~steps.absorbed", "g + (gamma * more - h) * ~steps.absorbed"),
    ],
    "an end of one step ends all of them, or none. Each has a flag of its own: no any(), all() or mean().": [
        *alive_is("~steps.terminated.any()", "~steps.terminated.all()", "1 - steps.terminated.float().mean()")
    ],
    "the flags of another step are read. steps.terminated[i] belongs to step i, as do obs and "
    "next_obs.": alive_is(*(f"~steps.terminated.{moved}" for moved in MOVED)),
    "the flag of the first or of the last step is overlooked. Mask h(s') in every row.": alive_is(
        "~steps.terminated | (torch.arange(len(steps)) == 0)",
        "~steps.terminated | (torch.arange(len(steps)) == len(steps) - 1)",
    ),
    "steps have no `truncated` and no `done`. A time limit is not an end: only steps.terminated makes h(s') "
    "0.": alive_is(*(f"~steps.{name}" for name in ("truncated", "done", "dones", "episode_over"))),
    "steps.terminated is bool, so there is no 1 - terminated and no -terminated. `~steps.terminated` is true "
    "where life goes on.": alive_is("1 - steps.terminated", "True - steps.terminated", "-steps.terminated"),
    "~ is `not` for bool alone: on floats it fails, and of whole numbers it makes -1 and -2. Write "
    "~steps.terminated, without a conversion.": alive_is(
        "~steps.terminated.float()", "~steps.terminated.int()"
    ),
    "`if`, `and`, `or` and `not` cannot decide for many steps at once. Multiply by ~steps.terminated, or use "
    "torch.where.": alive_is("not steps.terminated"),
}
CALLS = {
    "both potentials are those of the same observation. h(s) is that of steps.obs, h(s') that of "
    "steps.next_obs.": next_h_is(H) + h_is(H_NEXT),
    "h(s') comes from the row below, but the steps are torn out of their episodes. What followed stands in "
    "steps.next_obs.": [
        *next_h_is("net.potential(steps.obs.roll(-1, 0))", "net.potential(steps.obs[1:])"),
        *_of("g + gamma * alive * torch.cat([h[1:], h[-1:]]) - h"),
        *_of("g + gamma * alive * torch.cat([h[1:], later[-1:]]) - h"),
        *_of("g + gamma * alive * torch.cat([h[1:], torch.zeros(1)]) - h"),
    ],
    "g is that of the next observation. The action was chosen in steps.obs.": g_is(NEXT_G),
    "net.reward needs actions, too: net.reward(steps.obs, steps.actions).": g_is("net.reward(steps.obs)"),
    "net.reward takes two things, observations first: net.reward(steps.obs, steps.actions).": g_is(
        "net.reward(steps.actions, steps.obs)", "net.reward(steps.obs, steps.actions, steps.next_obs)"
    ),
    "the actions are changed before g sees them. Choices are whole numbers: pass steps.actions.": g_is(
        *(f"net.reward(steps.obs, {a})" for a in ("steps.actions.float()", "steps.actions[:, None]")),
        *(f"net.reward(steps.obs, {a})" for a in ("0 * steps.actions", "steps.actions.clamp(max=1)")),
    ),
    "h is asked about actions, but it only knows where one is: net.potential(steps.next_obs).": next_h_is(
        "net.potential(steps.next_obs, steps.actions)"
    ),
    "net.potential takes observations, not steps: net.potential(steps.obs).": h_is("net.potential(steps)"),
    "net itself cannot be called. It holds two networks: net.reward is g, net.potential is h.": g_is(
        "net(steps.obs, steps.actions)"
    ),
    "net holds no network of this name. net.reward is g, net.potential is h.": [
        *h_is(*(f"net.{name}(steps.obs)" for name in ("h", "value", "shaping", "value_net"))),
        *g_is(*(f"net.{name}(steps.obs, steps.actions)" for name in ("g", "discriminator"))),
    ],
    "g and h are mixed up. net.reward is g, of observations and actions; net.potential is h.": [
        *(*g_is(H), *h_is(G), *next_h_is(NEXT_G)),
        *_of(f"h + gamma * {NEXT_G} * alive - g"),
    ],
    "the shaping is made of g. Make it of h, net.potential.": _of(f"g + gamma * {NEXT_G} * alive - g"),
    "steps hold no rewards: nobody sees those of the world. g is net.reward(...), and net is the first "
    "argument, steps is the second.": g_is("steps.rewards", "steps.reward"),
}
CUTS = {
    airl.REWARD_CUT_OFF: g_is(f"{G}.detach()"),
    airl.POTENTIAL_CUT_OFF: _of("g + (gamma * more - h).detach()"),
    "h(s') is cut off from its network, but h learns from both of its values: leave detach() out.": next_h_is(
        f"{H_NEXT}.detach()"
    ),
    "h(s) is cut off from its network, but h(s) learns, too: no detach().": h_is(f"{H}.detach()"),
}
OF_F = SUMS | ENDS | CALLS | CUTS  # mistakes that can hide in a larger formula
RESULTS = {
    "gamma is missing. h(s') comes one step later: multiply it by gamma.": ["gamma = 1.0"],
    airl.FIXED: airl.OTHER_GAMMAS,
    "the sign of everything is wrong. f is high where the expert would go.": ["return -result"],
    "this is a probability, or its logarithm. Return f as it is: the discriminator does the rest.": [
        *(f"return result.{curve}()" for curve in ("sigmoid", "exp", "tanh")),
        *(f"return F.{curve}(result)" for curve in ("logsigmoid", "softplus")),
    ],
    airl.BOUNDED: airl.BOUNDS,
    airl.CUT_OFF: ["return result.detach()", "return result.numpy()"],
    airl.STEPS_BACK: [f"return result.sum().backward() or {then}" for then in ("result", "result.detach()")],
}

EXERCISE = Exercise(
    solution=shaped_reward,
    tested="values and gradients are right in every step, at an end too, for both kinds of actions.",
    probes=tuple(
        probe_of(_facts, *((case,) for case in cases))
        for cases in ([ALIVE], [ENDING], [ABSORBED], [CONTINUOUS, ALONE], HARDER)
    ),
    mistakes=OF_F | RESULTS | SLIPS,
    leftovers=airl.LEFTOVERS,
)
