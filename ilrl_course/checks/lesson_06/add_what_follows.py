"""The check of lesson 06 on what an end is worth, where ends go on."""

from collections.abc import Callable, Iterator

import numpy as np
from torch import Tensor

from ilrl_course.algorithms.absorbing import add_what_follows
from ilrl_course.checks import slips
from ilrl_course.checks.edits import Wrong
from ilrl_course.checks.exercise import Exercise, Fact
from ilrl_course.checks.lesson_06._results import SLIPS, of_each_step, probe_of, should_be
from ilrl_course.checks.watched import rated_block as blocks
from ilrl_course.data import Transitions

CARRIES_GRADIENT = slips.with_gradient("a reward")


def _facts(answer: Callable, block: blocks.Block) -> Iterator[Fact]:
    result = answer(*block.inputs())
    found, right = of_each_step(result, len(block.rewards)), block.paid()
    yield Fact(f"rewards {block.where}", found, right, _fault(block, found, right))
    yield Fact(f"carries a gradient {block.where}", result.requires_grad, False, CARRIES_GRADIENT)


def _fault(block: blocks.Block, found: np.ndarray, right: np.ndarray) -> str:
    """By what r_end is multiplied, if only that is wrong; or else the first wrong row; or ''."""
    wrong = np.flatnonzero(~np.isclose(found, right, 1e-5, 1e-4))
    if not len(wrong):
        return ""
    i, own, factor = wrong[0], np.array(block.rewards), block.factor
    r_end = np.array([block.ends.get(row, 0.0) for row in range(len(own))])
    if i in block.ends and len(block.ends) > 1:
        factor = round((found - own)[i] / r_end[i], 6) + 0.0  # not -0
    with_gamma = f"with gamma {block.gamma:g}"
    if abs(factor - block.factor) > 1e-6 and np.allclose(found, own + factor * r_end, 1e-4, 1e-4):
        early = block.gamma > 0.9 and 0 < factor < block.factor
        more = " Does a sum stop too early?" if early else ""
        return f"{with_gamma}, {should_be('the factor of r_end', block.factor, factor)}{more}"
    place = len(own) + sum(row < i for row in block.ends)
    end = f"r_end is rewards[{place}] = {r_end[i]:g}" if i in block.ends else "the step is not an end"
    row = should_be(f"row {i} of the result", right[i], found[i])
    return f"{with_gamma}, {row} There rewards[{i}] is {own[i]:g}, and {end}."


OWN, REST, ENDED = "rewards[:len(steps)]", "rewards[len(steps):]", "steps.terminated"  # in the solution
FACTOR = "gamma / (1 - gamma)"
POWERS = "torch.arange(len(rewards) - len(steps))"  # (E,)
NUM_ENDS = "int(steps.terminated.sum())"
own_is, rest_is, ended_are, factor_is, follows = (
    slips.instead_of(part) for part in (OWN, REST, ENDED, FACTOR, f"{FACTOR} * of_rests")
)
FILLED = (
    "of_steps[steps.terminated] += => after = torch.zeros(len(steps))\nafter[steps.terminated] =",
    "return of_steps + after",
)


def _either_way(edits: list[str]) -> list[Wrong]:
    """Mistakes that raise an error, which reads differently where zeros are filled, and then added."""
    return [*edits, *((*FILLED, edit) for edit in edits)]


def _picked(rows: str, rest: str) -> list[Wrong]:
    """Other rows are paid, by a rest that has as many."""
    return [(*ended_are(rows), *rest_is(rest))]


def _earlier_too(rewards: Tensor, steps: Transitions, gamma: float, fade: float, of_all: bool) -> Tensor:
    """Earlier steps are paid for what follows the end, too, or (of_all) for all that comes later."""
    own = rewards[: len(steps)] * (not of_all)
    later = add_what_follows(rewards, steps, gamma) - own
    for i in reversed(range(len(steps) - 1)):
        later[i] += fade * later[i + 1] * ~steps.terminated[i]
    return own + later


FACTORS: slips.Mistakes = {
    "the rest is paid as if it began at once: 1 / (1 - gamma). It begins one step later: multiply by gamma, "
    "too.": factor_is("1 / (1 - gamma)"),
    "only one step of the rest is paid, but it goes on for good: gamma + gamma² + ... is gamma / (1 - "
    "gamma).": factor_is("gamma"),
    "r_end is added once, as it is. It is paid in every step of the rest, discounted each time: multiply it "
    "by gamma / (1 - gamma).": factor_is("1.0"),
    "the sum stops after some steps, but the rest never does: gamma + gamma² + ... is gamma / (1 - "
    "gamma).": factor_is(
        *("gamma + gamma ** 2", "gamma + gamma ** 2 + gamma ** 3"),
        *(
            f"sum(gamma ** k for k in range(1, {end}))"
            for end in (10, 11, 50, 51, 100, 101, 1000, 1001, "len(steps)", "len(steps) + 1")
        ),
    ),
    "gamma is squared. The rest begins one step later, not two: gamma / (1 - gamma).": factor_is(
        "gamma ** 2 / (1 - gamma)", "gamma ** 2"
    ),
    "r_end is multiplied by 1 - gamma. Divide by it: gamma / (1 - gamma).": factor_is(
        "gamma * (1 - gamma)", "1 - gamma"
    ),
    "the fraction is upside down. The sum is gamma / (1 - gamma).": factor_is(
        "(1 - gamma) / (gamma or 1e-9)", "1 / (gamma or 1e-9)"
    ),
    "r_end is divided by 1 + gamma. The sum gamma + gamma² + ... is gamma / (1 - gamma).": factor_is(
        "gamma / (1 + gamma)", "1 / (1 + gamma)"
    ),
    "there is a square too many. The sum gamma + gamma² + ... is gamma / (1 - gamma).": factor_is(
        *("gamma / (1 - gamma) ** 2", "1 / (1 - gamma) ** 2", f"({FACTOR}) ** 2", "gamma / (1 - gamma ** 2)")
    ),
    "the parentheses are missing: / comes before -. Write gamma / (1 - gamma).": follows(
        *(f"{start} / 1 - gamma * {REST}" for start in ("gamma", "1")),
        *(f"{start} / 1 - gamma" for start in (REST, f"gamma * {REST}")),
    ),
    "// cuts off the fraction. Divide by /: gamma / (1 - gamma).": [
        *factor_is("gamma // (1 - gamma)"),
        *follows(f"gamma * {REST} // (1 - gamma)"),
    ],
    "the factor and r_end are not multiplied. What follows is gamma / (1 - gamma) * r_end.": follows(
        *(f"{FACTOR} + {REST}", f"{FACTOR} - {REST}", f"{FACTOR} / {REST}", f"{FACTOR} + 0 * {REST}")
    ),
    "what follows is subtracted. Add it, as it is: r_end has a sign of its own.": [
        *factor_is("gamma / (gamma - 1)", "1 / (gamma - 1)", "-gamma", "-1")
    ],
    "no end is paid for what follows. Is the flag steps.terminated? Does gamma / 1 - gamma, which is 0, lack "
    "its parentheses? Is a copy changed? x[mask] += y changes x, but x[mask].add_(y) does not.": factor_is(
        "0.0"
    ),
    "it fails where gamma is 0, because it divides by gamma. gamma / (1 - gamma) does not: it is 0 "
    "there.": factor_is("1 / (1 / gamma - 1)"),
    "gamma is fixed, or bounded. Use the one that is passed in, as it is.": [
        *(f"gamma = {gamma}" for gamma in (0.8, 0.9, 0.95, 0.98, 0.99, 0.995)),
        *(f"gamma = {bound}" for bound in ("min(gamma, 0.95)", "min(gamma, 0.9)", "gamma or 0.99")),
    ],
}
OWN_REWARDS: slips.Mistakes = {
    "what follows takes the place of the step's own reward. Add the two: += instead of =.": ["+= => ="],
    "what follows multiplies the step's own reward. Add the two: += instead of *=.": ["+= => *="],
    "the steps' own rewards are missing: this is only what follows. Add the two.": own_is(f"0 * {OWN}"),
    "steps that ended no episode are paid nothing. They keep their own reward.": [f"return result * {ENDED}"],
    "steps that ended an episode are paid nothing. They keep their own reward, and what follows is added.": [
        f"return result * ~{ENDED}"
    ],
    "a step's own reward is discounted. Only what follows comes later: leave rewards[: len(steps)] as it "
    "is.": [
        *own_is(f"gamma * {OWN}", f"torch.where({ENDED}, gamma, 1.0) * {OWN}"),
        *("return gamma * result", f"return torch.where({ENDED}, gamma, 1.0) * result"),
    ],
    "the step's own reward is multiplied, too. It is paid once: only r_end goes on.": [
        *follows(f"{FACTOR} * (of_steps[{ENDED}] + {REST})", f"{FACTOR} * of_steps[{ENDED}] + {REST}"),
        ("+= => =", *follows(f"{FACTOR} * (of_steps[{ENDED}] + {REST})")),
        ("+= => =", *follows(f"(of_steps[{ENDED}] + gamma * {REST}) / (1 - gamma)")),
    ],
}
WHICH_END: slips.Mistakes = {
    "the step's own reward is taken for r_end, which stands behind the B steps: rewards[len(steps) :].": [
        *rest_is(f"{OWN}[{ENDED}]"),
        ("+= => =", *rest_is(f"{OWN}[{ENDED}]")),
    ],
    "the reward of the row below is taken for r_end. That step belongs to the next episode: r_end stands "
    "behind the B steps, in rewards[len(steps) :].": rest_is(
        f"{OWN}.roll(-1)[{ENDED}]", f"rewards[1 : len(steps) + 1][{ENDED}]"
    ),
    "the first rewards are taken for those of the ends, which stand behind the B steps: rewards[len(steps) "
    ":].": rest_is(f"rewards[:{NUM_ENDS}]", "rewards[:len(rewards) - len(steps)]"),
    "the steps come first in rewards, the ends behind them: rewards[: len(steps)], rewards[len(steps) :].": [
        (*own_is("rewards[-len(steps):]"), *rest_is("rewards[:-len(steps)]")),
        *own_is("rewards[-len(steps):]"),
    ],
    "an end is looked for just behind its step. In rewards all B steps come first, and then the ends: "
    "rewards[len(steps) :].": [
        (
            *own_is(f"rewards[torch.arange(len(steps)) + {ENDED}.cumsum(0) - {ENDED}.int()]"),
            *rest_is(f"rewards[(torch.arange(len(steps)) + {ENDED}.cumsum(0))[{ENDED}]]"),
        )
    ],
    "the slice begins one too early or too late. The steps are rewards[: len(steps)], the ends "
    "rewards[len(steps) :].": [
        *rest_is("rewards[len(steps) - 1:-1]"),
        *_either_way(rest_is("rewards[len(steps) + 1:]", "rewards[len(steps) - 1:]", f"{REST}[:-1]")),
    ],
    "all ends are paid the same. Each has an r_end of its own: no sum() and no mean(), and in a loop take "
    "the next one each time.": rest_is(
        *("rewards[len(steps)]", "rewards[-1]"),
        *(f"{REST}.{one}" for one in ("sum()", "mean()")),
    ),
    "the ends are paid each other's r_end. They come in the order of their steps.": rest_is(
        *(f"{REST}.{moved}" for moved in ("roll(1)", "roll(-1)", "flip(0)", "sort().values"))
    ),
    "the E rewards behind the steps are not one rest, step by step. Each is r_end of another end, and goes "
    "on for good.": follows(
        *(f"{factor}gamma ** {POWERS} * {REST}" for factor in ("", f"{FACTOR} * ")),
        *(f"{factor}gamma ** ({POWERS} + 1) * {REST}" for factor in ("", f"{FACTOR} * ")),
        *(f"(gamma ** ({POWERS} + {start}) * {REST}).sum()" for start in (0, 1)),
    ),
    "the ends are numbered by themselves, from 0 on: the r_end of end k is rewards[len(steps) + k]. In a "
    "loop, k counts the ends so far.": rest_is(
        f"torch.stack([{REST}[i] for i in {ENDED}.nonzero()[:, 0]])",
        f"torch.stack([rewards[len(steps) + i] for i in {ENDED}.nonzero()[:, 0]])",
        f"{REST}[{ENDED}.cumsum(0)[{ENDED}]]",
        f"rewards[len(steps) + {ENDED}.cumsum(0)[{ENDED}]]",
    ),
}
WHICH_STEPS: slips.Mistakes = {
    "the mask is the wrong way round: all steps but the ends are paid for what follows. Leave out the ~, or "
    "swap the branches of torch.where.": ended_are("~steps.terminated"),
    "the step before or after the end is paid for what follows. Pay the one that ended the episode: "
    "steps.terminated[i] is the flag of step i.": ended_are(*(f"{ENDED}.roll({n})" for n in (1, -1))),
    "the first or the last rows are paid for what follows, whether they ended or not. Pay those where "
    "steps.terminated is true.": ended_are(
        f"torch.arange(len(steps)) < {NUM_ENDS}", f"torch.arange(len(steps)) >= len(steps) - {NUM_ENDS}"
    ),
    "every step is paid for what follows an end. Pay only those where steps.terminated is true.": [
        pair
        for rest in ("rewards[-1]", *(f"{REST}.{one}" for one in ("sum()", "nan_to_num().mean()")))
        for pair in _picked("torch.ones_like(steps.terminated)", rest)
    ]
    + [f"return {OWN} + {FACTOR} * {REST}[{ENDED}.cumsum(0) - 1]"],
    "only one end is paid for what follows. Pay all of them; in a loop, return after the last round.": [
        *_picked(f"{ENDED} & ({ENDED}.cumsum(0) == 1)", f"{REST}[:1]"),
        *_picked(f"{ENDED} & ({ENDED}.cumsum(0) == {ENDED}.sum())", f"{REST}[-1:]"),
        f"return torch.where(torch.arange(len(steps)) == 0, result, {OWN})",
    ],
    "the last row is paid for what follows, as if the block ended an episode. Only steps that terminated "
    "do.": [
        *(
            ("of_steps[steps.terminated] => of_steps[-1]", *rest_is(rest))
            for rest in ("rewards[-1]", f"{REST}.sum()")
        ),
        f"return result + {FACTOR} * rewards[-1] * (torch.arange(len(steps)) == len(steps) - 1) * ~{ENDED}",
    ],
    "an end in the first or the last row is not paid for what follows. Go through all B steps.": [
        *(
            f"return torch.where(torch.arange(len(steps)) {which}, result, {OWN})"
            for which in ("> 0", "< len(steps) - 1")
        ),
        *_picked(f"{ENDED} & (torch.arange(len(steps)) > 0)", f"{REST}[:{NUM_ENDS} - int({ENDED}[0])]"),
    ],
    "earlier steps of the episode are paid, too. Only the step that ended it is paid for what follows: "
    "looking ahead is up to PPO.": [
        lambda *given: _earlier_too(*given, fade=given[2], of_all=True),
        lambda *given: _earlier_too(*given, fade=given[2], of_all=False),
        lambda *given: _earlier_too(*given, fade=1.0, of_all=False),
    ],
    "steps.absorbed is read instead of steps.terminated. None of these B steps is absorbed: steps.terminated "
    "tells which of them ended an episode.": _either_way(ended_are("steps.absorbed")),
    "steps.terminated is true where an episode ended. Use it as it is, without `1 -` or a minus.": ended_are(
        f"1 - {ENDED}", f"True - {ENDED}", f"-{ENDED}"
    ),
    "steps have no such flag. A time limit is no end, so steps.terminated is all that you need.": ended_are(
        *(f"steps.{name}" for name in ("truncated", "done", "dones", "ended", "ends", "is_end")),
        f"{ENDED} | steps.truncated",
        f"{ENDED} & ~steps.truncated",
    ),
    "steps hold no rewards. They are passed in: rewards[: len(steps)] are those of the steps.": own_is(
        "steps.rewards", "steps.reward"
    ),
}
SHAPES: slips.Mistakes = {
    "the ends have E numbers and the steps B, so they cannot be added or multiplied one by one. Put them in "
    "their places: result[steps.terminated] += ...": [
        f"return {OWN} + {ENDED} * ({FACTOR}) * {REST}",
        f"return {OWN} + {FACTOR} * {REST} * {ENDED}",
        f"return torch.where({ENDED}, {OWN} + {FACTOR} * {REST}, {OWN})",
        f"return {OWN} + {FACTOR} * {REST}",
        f"return {FACTOR} * {REST} + {OWN}",
    ],
    "rewards holds B + E numbers, so it does not fit the B steps. Cut it in two: rewards[: len(steps)] are "
    "those of the steps, rewards[len(steps) :] those of the ends.": [
        *_either_way([*own_is("rewards"), *rest_is("rewards")]),
        *rest_is("rewards[steps.terminated]"),
        f"return torch.where({ENDED}, rewards * {FACTOR}, rewards)",
    ],
    "rewards[len(steps) :] holds the ends alone, one after the other. Do not pick among them by "
    "steps.terminated once more.": rest_is(f"{REST}[{ENDED}]"),
    "the result holds B + E numbers. What follows is paid to the step that ended the episode: return only "
    "the first B.": ["return torch.cat([result, rewards[len(steps):]])"],
    "nonzero() gives row numbers (E, 1), with an axis too many. Use the mask itself: "
    "result[steps.terminated].": _either_way(ended_are(f"{ENDED}.nonzero()", f"torch.argwhere({ENDED})")),
    "squeeze() takes one axis too many where a single step ended. Use the mask itself: "
    "result[steps.terminated].": ended_are(f"{ENDED}.nonzero().squeeze()"),
    "the mask is turned into numbers. As whole numbers, the flags are the rows 0 and 1: index with "
    "steps.terminated itself, which is bool.": [
        *((*FILLED, *ended_are(f"{ENDED}.{kind}()")) for kind in ("int", "long")),
        *ended_are(f"{ENDED}.float()"),
    ],
    "`if`, `and`, `or` and `not` cannot decide for many steps at once. Index by the mask: "
    "result[steps.terminated] += ...": ["if steps.terminated:\n    gamma = gamma"],
    "a slice is no copy: rewards[: len(steps)] shares its numbers with rewards, which the caller still "
    "needs. Add clone().": [".clone() =>"],
}
NO_ENDS: slips.Mistakes = {
    "without ends E is 0, and -0 is 0: rewards[-0:] is everything, rewards[:-0] is nothing. Count from the "
    "front: rewards[: len(steps)] and rewards[len(steps) :].": _either_way(
        [
            edit
            for num in (f"-{NUM_ENDS}", f"-{ENDED}.sum()", "len(steps) - len(rewards)")
            for edit in (*rest_is(f"rewards[{num}:]"), *own_is(f"rewards[:{num}]"))
        ]
    ),
    "it fails where no step ended an episode, and there is no r_end to pick from. With a mask it works: "
    "result[steps.terminated] += ...": [
        f"return {OWN} + {ENDED} * ({FACTOR}) * {REST}[{ENDED}.cumsum(0) - 1]",
        f"return torch.where({ENDED}, {OWN} + {FACTOR} * {REST}[{ENDED}.cumsum(0) - 1], {OWN})",
        *rest_is(f"torch.stack([*{REST}])", f"torch.cat([r[None] for r in {REST}])"),
    ],
    "where no step ended an episode, something else is returned. All B steps keep their own reward then.": [
        *(f"return result if {ENDED}.any() else {other}" for other in ("None", "0.0", "0 * result")),
        f"return result if {ENDED}.any() else {FACTOR} * result",
    ],
}
RESULTS: slips.Mistakes = {
    "r_end is bounded, or its sign is taken away. An end may be rated as high or as low as it likes.": [
        *rest_is(*(f"{REST}.clamp(-{bound}, {bound})" for bound in (1, 5, 10))),
        *rest_is(*(f"{REST}.{bound}" for bound in ("abs()", "relu()", "neg().relu().neg()", "sigmoid()"))),
        *follows(*(f"({FACTOR} * {REST}).clamp(-{bound}, {bound})" for bound in (1, 10, 100))),
    ],
    "the signs are all turned around. Return rewards as they are: above 0 they pay.": ["return -result"],
    "the result is bounded, or its sign is taken away. It may be large, and of either sign.": [
        f"return result.{bound}" for bound in ("clamp(-10, 10)", "clamp(-100, 100)", "relu()", "abs()")
    ],
    CARRIES_GRADIENT: ["return result.requires_grad_()"],
}

EXERCISE = Exercise(
    solution=add_what_follows,
    tested="each end is paid for all that follows, and the other steps keep their own reward.",
    probes=tuple(
        probe_of(_facts, *((block,) for block in group))
        for group in (
            [blocks.ENDS],
            [blocks.AT_THE_BORDERS],
            [blocks.ALL, blocks.ALONE],
            [blocks.NONE, blocks.ONE_THAT_GOES_ON],
            [blocks.IN_CARTPOLE, blocks.IN_THE_DUNGEON],
            [blocks.NOTHING_COUNTS],
        )
    ),
    mistakes=slips.joined(
        FACTORS,
        OWN_REWARDS,
        WHICH_END,
        WHICH_STEPS,
        SHAPES,
        NO_ENDS,
        RESULTS,
        SLIPS,
        slips.of_the_rewards(),
    ),
    leftovers={
        "CONFIG": "it reads the settings of the lesson. Use gamma as it is passed in.",
        **dict.fromkeys(
            ("reward", "logits"),
            "it reads a variable of a figure above. Use rewards, steps and gamma, which are passed in.",
        ),
    },
)
