"""The check of generalized advantage estimation: the ends, the TD errors, and how they are added up."""

from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.checks import slips
from ilrl_course.checks.edits import Wrong
from ilrl_course.checks.exercise import Exercise, Fact, Probe
from ilrl_course.checks.lesson_07 import _ends
from ilrl_course.checks.watched.block_of_steps import (
    ALONE,
    TERMINATED,
    TRUNCATED,
    UNBROKEN,
    World,
    facts_about_worlds,
    tensors,
)

INPUTS = "rewards", "values", "next_values"
WITH_GRADIENT = (
    "the result carries a gradient, though nothing that is passed in does. An advantage is a number: leave "
    "requires_grad out."
)


def right_advantage(world: World, t: int, gamma: float, gae_lambda: float) -> float:
    """By definition: the sum of the TD errors up to the episode's last row (Schulman et al. 2016, eq. 16)."""
    end = world.end_of_episode(t)
    total = 0.0
    for k in range(t, end + 1):
        next_value = 0.0 if k in world.terminated else world.next_values[k]
        error = world.rewards[k] + gamma * next_value - world.values[k]
        total += (gamma * gae_lambda) ** (k - t) * error
    return total


def _probe(worlds: Sequence[World], gamma: float, gae_lambda: float) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        advantages = answer(*tensors(worlds, *INPUTS), gamma, gae_lambda)
        yield from facts_about_worlds(
            advantages,
            worlds,
            lambda world, t: right_advantage(world, t, gamma, gae_lambda),
            f"gamma {gamma} and gae_lambda {gae_lambda}",
            INPUTS,
        )
        with_gradient = isinstance(advantages, Tensor) and advantages.requires_grad
        yield Fact("carries a gradient", with_gradient, False, WITH_GRADIENT)

    return probe


OVER = "~(terminated | truncated)"
EVERYWHERE = "torch.ones_like(terminated)"


def _masks(alive: str = "~terminated", continues: str = OVER) -> tuple[str, ...]:
    """Where the next value counts, and where the sum goes on."""
    return (
        f"next_values * ~terminated => next_values * {alive}",
        f"continues = {OVER} => continues = {continues}",
    )


def _continues_of(rows: str) -> str:
    """Other rows of the mask tell whether the sum goes on."""
    return f"continues = {OVER} => continues = {OVER}\ncontinues = torch.cat([{rows}])"


def _below(last: str) -> str:
    return f"next_values = torch.cat([values[1:], {last}])"


ENDS: dict[str, list[Wrong]] = {
    "the ends of the episodes are ignored. After a termination the next value is worth 0, and after either "
    "end the sum starts anew.": [_masks(EVERYWHERE, EVERYWHERE)],
    "a truncation is treated as death. There only the clock stopped: the next value counts, as long as the "
    "step was not terminated.": [
        _masks(OVER, continues) for continues in (OVER, EVERYWHERE, "~terminated", "~truncated")
    ],
    "after a termination the next value is counted, as after a time limit. But what comes after death is "
    "worth 0.": [_masks(EVERYWHERE, continues) for continues in (OVER, "~terminated", "~truncated")],
    "the two kinds of end are mixed up. The next value counts after a truncation, not after a termination.": [
        _masks("~truncated", continues) for continues in (OVER, EVERYWHERE, "~terminated", "~truncated")
    ],
    "the sum runs on through all ends, into the next episode. It should start anew after each of them.": [
        _masks(continues=EVERYWHERE)
    ],
    "the sum runs on through a truncation, into the next episode. The next value counts there, but the next "
    "row does not.": [_masks(continues="~terminated")],
    "the sum runs on through a termination, into the next episode. It should start anew after either end.": [
        _masks(continues="~truncated")
    ],
    "the sum is reset too late, so the last step of an episode gets no advantage. Drop what comes after the "
    "step, not the step.": [
        (
            "continues[t] * =>",
            "advantages[t] = advantage => advantage *= continues[t]\nadvantages[t] = advantage",
        )
    ],
    "the next value is read from the next row, values[t + 1]. Across the border of an episode that is "
    "another situation: use next_values[t].": [
        (_below(last), *_masks(alive))
        for last in ("next_values[-1:]", "0 * next_values[-1:]", "values[:1]", "values[-1:]")
        for alive in ("~terminated", EVERYWHERE)
    ],
    "too much is dropped where an episode ends. Only the next value is worth 0 after a termination: the "
    "step's own reward and value stay.": [
        "values = values * ~terminated",
        ("values = values * ~terminated", *_masks(EVERYWHERE)),
        f"values = values * {OVER}",
        (f"values = values * {OVER}", *_masks(OVER)),
        "rewards = rewards * ~terminated",
    ],
    **_ends.OF_THE_FLAGS,
    _ends.OTHER_FLAGS: [
        *_ends.OF_THE_FLAGS[_ends.OTHER_FLAGS],
        _masks("~torch.cat([terminated[1:], terminated[-1:]])"),
        _masks("~torch.cat([terminated[:1] & False, terminated[:-1]])"),
        _continues_of("continues[1:], continues[-1:]"),
        _continues_of("continues[:1] | True, continues[:-1]"),
    ],
    _ends.IF: ["if terminated[0]:\n    gamma = 0.0"],
    _ends.LAST_ROW: ["next_values = torch.cat([next_values[:-1], 0 * next_values[-1:]])"],
    _ends.LAST_ROW_EMPTY: [_ends.TOO_SHORT],
}

SUMS: dict[str, list[Wrong]] = {
    _ends.BACKWARDS: [
        _ends.FORWARDS,
        (_ends.FORWARDS, _continues_of("continues[:1] | True, continues[:-1]")),
    ],
    "these are the TD errors of single steps. Add to each the later ones of its episode, each a little "
    "less.": ["gae_lambda = 0"],
    "the sum starts from the next value of the last row. The last TD error contains it already: start from "
    "0.": ["torch.zeros_like(rewards[0]) => next_values[-1]"],
    "gamma has no effect. It belongs to the next value, and also to the sum of the later TD errors.": [
        "gamma = 1.0"
    ],
    "the next value is not discounted. It comes one step later: multiply it by gamma.": [
        "gamma * next_values => next_values"
    ],
    "gamma is missing in the recursion. What comes from the row below counts gamma times gae_lambda as "
    "much.": ["gamma * gae_lambda => gae_lambda"],
    "gae_lambda is missing in the recursion. What comes from the row below counts gamma times gae_lambda as "
    "much.": ["gamma * gae_lambda => gamma"],
    "the later TD errors count in full. What comes from the row below counts gamma times gae_lambda as "
    "much.": ["gamma * gae_lambda * =>"],
    "gamma and gae_lambda are swapped. The next value is discounted by gamma alone.": [
        "gamma, gae_lambda = gae_lambda, gamma"
    ],
    "gae_lambda does not belong to the next value, only to the sum of the later TD errors.": [
        "gamma * next_values => gamma * gae_lambda * next_values"
    ],
    "gamma is applied twice. One gamma belongs to the next value, and one to the sum of the later TD "
    "errors.": [
        "gamma = gamma ** 2",
        "gae_lambda *= gamma",
        "gamma * next_values => gamma ** 2 * next_values",
    ],
    "gae_lambda is applied twice. What comes from the row below counts gamma times gae_lambda as much.": [
        "gae_lambda = gae_lambda ** 2"
    ],
    "1 - gae_lambda is not needed: it is gone once the sum is written with TD errors. Use gae_lambda "
    "itself.": [
        "deltas[t] => (1 - gae_lambda) * deltas[t]",
        "gamma * gae_lambda => gamma * (1 - gae_lambda)",
        "deltas[t] + gamma * gae_lambda * continues[t] * advantage"
        " => (1 - gae_lambda) * (deltas[t] + gamma * gae_lambda * continues[t] * advantage)",
        "return (1 - gae_lambda) * result",
    ],
    "the discount counts from the first row of the block. Each row should count from its own step.": [
        "return (gamma * gae_lambda) ** torch.arange(len(result))[:, None] * result"
    ],
    "a discount is fixed. Use gamma and gae_lambda as they are passed in.": [
        "gamma, gae_lambda = (0.9, 0.8)",
        "gamma, gae_lambda = (0.99, 0.95)",
        *(f"gamma = {fixed}" for fixed in (0.9, 0.95, 0.99)),
        *(f"gae_lambda = {fixed}" for fixed in (0.8, 0.9, 0.95)),
    ],
    "the value is added instead of subtracted. A TD error is what came, less what was expected.": [
        "- values => + values"
    ],
    "the value is not subtracted. A TD error is what came, less what was expected.": ["- values =>"],
    "all signs are turned around. A TD error is what came, less what was expected: good news is above 0.": [
        "return -result"
    ],
    "the next value is subtracted. It is part of what came: add it.": [
        "rewards + gamma => rewards - gamma",
        ("rewards + gamma => rewards - gamma", "- values => + values"),
    ],
    "the later TD errors are subtracted. Add them.": ["deltas[t] + => deltas[t] -"],
    "these are the targets of the critic, advantages plus values. Return the advantages alone.": [
        "return result + values"
    ],
    "the values are subtracted twice. In each TD error that is done already.": ["return result - values"],
    "each row holds the advantage of the step after it. Store the sum once the step's own TD error is in "
    "it.": ["return torch.cat([result[1:], 0 * result[-1:]])"],
    WITH_GRADIENT: ["return result.requires_grad_()"],
    **slips.of_the_result("an advantage", *INPUTS, "terminated", "truncated"),
}

EXERCISE = Exercise(
    solution=compute_gae,
    tested="the TD errors of each episode are added up to its end, and not beyond.",
    probes=(
        _probe(UNBROKEN, 0.9, 0.8),
        _probe(TERMINATED, 0.9, 0.8),
        _probe(TRUNCATED, 0.9, 0.8),
        _probe(ALONE, 0.5, 0.25),
    ),
    mistakes=ENDS | SUMS,
    leftovers={
        "ONCE": "it reads the settings of the lesson. Use gamma and gae_lambda as they are passed in."
    },
)
