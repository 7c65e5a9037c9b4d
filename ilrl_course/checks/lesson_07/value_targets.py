"""The check of the value targets: what becomes of the ends, and how rewards are added up and discounted."""

from collections.abc import Callable, Iterator, Sequence

from ilrl_course.algorithms.advantages import value_targets
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

INPUTS = "rewards", "next_values"


def right_target(world: World, t: int, gamma: float) -> float:
    """By definition: the discounted rewards up to the episode's last row, and what life is worth after it."""
    end = world.end_of_episode(t)
    rest = 0.0 if end in world.terminated else world.next_values[end]
    return sum(gamma ** (k - t) * world.rewards[k] for k in range(t, end + 1)) + gamma ** (end + 1 - t) * rest


def _probe(worlds: Sequence[World], gamma: float) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        targets = answer(*tensors(worlds, *INPUTS), gamma)
        yield from facts_about_worlds(
            targets, worlds, lambda world, t: right_target(world, t, gamma), f"gamma {gamma}", INPUTS
        )

    return probe


def _rest(rest: str) -> str:
    """This is the rest after step t, instead of the right one."""
    return f"torch.where(truncated[t], next_values[t], rest) * ~terminated[t] => {rest}"


def _replaced_late(rest: str) -> tuple[str, ...]:
    """The rest is corrected after the reward was added."""
    return _rest("rest"), f"targets[t] = rest => rest = {rest}\ntargets[t] = rest"


NO_START = "rest = next_values[-1] => rest = torch.zeros_like(next_values[-1])"
POWERS = "gamma ** torch.arange(len(rewards))[:, None]"  # (T, 1)

ENDS: dict[str, list[Wrong]] = {
    "the ends are ignored, so rewards of the next episode are counted in. Nothing comes after a termination, "
    "and after a truncation the next value.": [_rest("rest")],
    "a truncation is treated as death. There only the clock stopped: the next value stands for the rest.": [
        _rest("rest * ~(terminated[t] | truncated[t])")
    ],
    "after a termination the next value is counted, as after a time limit. But nothing comes after death: "
    "the rest is 0.": [
        _rest("torch.where(terminated[t] | truncated[t], next_values[t], rest)"),
        "terminated = torch.cat([terminated[:-1], terminated[-1:] & False])",
    ],
    "the two kinds of end are mixed up. The next value counts after a truncation, and nothing does after a "
    "termination.": [
        "terminated, truncated = truncated, terminated",
        _rest("torch.where(terminated[t], next_values[t], rest)"),
        _rest("torch.where(terminated[t], rest, rest * ~truncated[t])"),
    ],
    "the sum runs on through a termination, into the next episode. Nothing comes after it: the rest is 0.": [
        _rest("torch.where(truncated[t], next_values[t], rest)")
    ],
    "the sum runs on through a truncation, into the next episode. There the next value stands for the "
    "rest.": [_rest("rest * ~terminated[t]")],
    "after a truncation the next value counts, and so does the next episode. Replace the rest, do not add to "
    "it.": [_rest("(rest + next_values[t] * truncated[t]) * ~terminated[t]")],
    "the rest is replaced after the reward was added, so the last reward of an episode is lost. Replace it "
    "before.": [
        _replaced_late("torch.where(truncated[t], next_values[t], rest) * ~terminated[t]"),
        _replaced_late("rest * ~terminated[t]"),
        _replaced_late("rest * ~(terminated[t] | truncated[t])"),
    ],
    "the next value comes from another row. next_values[t] is what follows step t; the row below may belong "
    "to another episode.": [
        "next_values = torch.cat([next_values[1:], next_values[-1:]])",
        "next_values = next_values[-1:].expand_as(next_values)",
    ],
    _ends.IF: [_rest("0.0 if terminated[t] else rest")],
    _ends.LAST_ROW: [NO_START],
    _ends.LAST_ROW_EMPTY: [_ends.TOO_SHORT, (_ends.TOO_SHORT, NO_START)],
    **_ends.OF_THE_FLAGS,
}

SUMS: dict[str, list[Wrong]] = {
    _ends.BACKWARDS: [
        _ends.FORWARDS,
        (_ends.FORWARDS, NO_START),
        (_ends.FORWARDS, "rest = next_values[-1] => rest = next_values[0]"),
        f"return ({POWERS} * rewards).cumsum(0)",
    ],
    "only one reward is counted before the next value. Go on to the end of the episode: build each row on "
    "the one below.": [
        "return rewards + gamma * next_values * ~terminated",
        "return rewards + gamma * next_values",
        "return rewards + gamma * next_values * ~(terminated | truncated)",
    ],
    "a next value is added at every step. Only where the record stops does it stand for the rest.": [
        (NO_START, _rest("(rest * ~truncated[t] + next_values[t]) * ~terminated[t]")),
        _rest("torch.where(truncated[t], next_values[t], rest + next_values[t]) * ~terminated[t]"),
    ],
    "gamma has no effect. What comes after a step should count gamma times as much.": ["gamma = 1.0"],
    "gamma is applied twice to what comes after a step. Once is enough: each row below has its own.": [
        "gamma = gamma ** 2"
    ],
    "the next value is not discounted. It comes one step later: multiply it by gamma, too.": [
        "next_values = next_values / gamma",
        _rest("torch.where(truncated[t], next_values[t] / gamma, rest) * ~terminated[t]"),
        "rest = next_values[-1] => rest = next_values[-1] / gamma",
    ],
    "the reward of the step itself is discounted. Only what comes after it should be.": [
        "rewards[t] + gamma * rest => gamma * (rewards[t] + rest)",
        "rewards[t] + gamma * rest => gamma * rewards[t] + rest",
    ],
    "the discount counts from the first row of the block. Each row should count from its own step: add gamma "
    "times the row below.": [
        f"return {POWERS} * result",
        f"return ({POWERS} * rewards).flip(0).cumsum(0).flip(0)",
    ],
    "gamma is fixed. Use the one that is passed in.": [
        f"gamma = {fixed}" for fixed in (0.9, 0.95, 0.99, 0.5)
    ],
    "a sign is wrong. What comes after a step is added to its reward, and nothing is turned around.": [
        "rewards[t] + gamma * rest => rewards[t] - gamma * rest",
        "return -result",
    ],
    "next_values is subtracted, as in an advantage. A target is the whole of what is to come.": [
        "return result - next_values"
    ],
    "the reward of the step itself is missing. The target of row t begins with rewards[t].": [
        "return result - rewards",
        "return (result - rewards) / gamma",
        "return torch.cat([result[1:], next_values[-1:]])",
    ],
    **slips.of_the_result("a target", *INPUTS, "terminated", "truncated"),
    "every row holds the same. Does one tensor change in place, or one sum count for all the rows?": [
        "return result[:1].expand_as(result)",
        f"return ({POWERS} * rewards).sum(0).expand_as(rewards)",
    ],
}

EXERCISE = Exercise(
    solution=value_targets,
    tested="rewards count up to the end of their episode, and after a time limit life goes on.",
    probes=(
        _probe(UNBROKEN, 0.9),
        _probe(TERMINATED, 0.9),
        _probe(TRUNCATED, 0.9),
        _probe(ALONE, 0.5),
    ),
    mistakes=ENDS | SUMS,
)
