"""The check of the value targets: what becomes of the ends, and how rewards are added up and discounted."""

from collections.abc import Sequence

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.checks import slips
from ilrl_course.checks.exercise import Exercise, Probe
from ilrl_course.checks.lesson_07 import _ends
from ilrl_course.checks.watched import block_of_steps as blocks

INPUTS = "rewards", "next_values"
BLOCKS = *INPUTS, "terminated", "truncated"


def right_target(world: blocks.World, t: int, gamma: float) -> float:
    """By definition: the discounted rewards up to the episode's last row, and what life is worth after it."""
    end = world.end_of_episode(t)
    rest = 0.0 if end in world.terminated else world.next_values[end]
    return sum(gamma ** (k - t) * world.rewards[k] for k in range(t, end + 1)) + gamma ** (end + 1 - t) * rest


_rest = slips.instead_of("torch.where(truncated[t], next_values[t], rest) * ~terminated[t]")  # after step t
_start = slips.instead_of("next_values[-1]")  # what comes after the last row
_reward_and_rest = slips.instead_of("rewards[t] + gamma * rest")
(NO_START,) = _start("torch.zeros_like(next_values[-1])")
POWERS = "gamma ** torch.arange(len(rewards))[:, None]"  # (T, 1)


def _replaced_late(rest: str) -> tuple[str, ...]:
    """The rest is corrected after the reward was added."""
    return *_rest("rest"), f"targets[t] = rest => rest = {rest}\ntargets[t] = rest"


ENDS: slips.Mistakes = {
    "the ends are ignored, so rewards of the next episode are counted in. Nothing comes after a termination, "
    "and after a truncation the next value.": _rest(
        "rest", "torch.where(truncated[t] & terminated[t], next_values[t], rest)"
    ),
    "a truncation is treated as death. There only the clock stopped: the next value stands for the "
    "rest.": _rest("rest * ~(terminated[t] | truncated[t])"),
    "after a termination the next value is counted, as after a time limit. But nothing comes after death: "
    "the rest is 0.": [
        *_rest("torch.where(terminated[t] | truncated[t], next_values[t], rest)"),
        *_rest("rest + (terminated[t].int() + truncated[t].int()) * (next_values[t] - rest)"),
        "terminated = torch.cat([terminated[:-1], terminated[-1:] & False])",
    ],
    "the two kinds of end are mixed up. The next value counts after a truncation, and nothing does after a "
    "termination.": [
        "terminated, truncated = truncated, terminated",
        *_rest("torch.where(terminated[t], next_values[t], rest)"),
        *_rest("torch.where(terminated[t], rest, rest * ~truncated[t])"),
    ],
    "a step can be terminated and truncated at once. Then the first case of the formula holds: nothing comes "
    "after it.": _rest(
        "torch.where(truncated[t], next_values[t], rest * ~terminated[t])",
        "(1 - terminated[t].int() - truncated[t].int()) * rest + truncated[t] * next_values[t]",
    ),
    "the choice at a truncation is the wrong way round. There the next value counts, elsewhere the row "
    "below: torch.where(condition, a, b) takes a where it is true.": _rest(
        "torch.where(truncated[t], rest, next_values[t]) * ~terminated[t]",
        "torch.where(truncated[t], rest, next_values[t])",
    ),
    "the mask of terminated is the wrong way round: the rest counts after a termination and nowhere else. "
    "Multiply by ~terminated[t].": [
        "~terminated[t] => terminated[t]",
        *_rest("rest * terminated[t]"),
    ],
    _ends.TILDE: ["~terminated[t] => ~terminated[t].int()"],
    "the sum runs on through a termination, into the next episode. Nothing comes after it: the rest is "
    "0.": _rest("torch.where(truncated[t], next_values[t], rest)"),
    "the sum runs on through a truncation, into the next episode. There the next value stands for the "
    "rest.": _rest("rest * ~terminated[t]"),
    "after a truncation the next value counts, and so does the next episode. Replace the rest, do not add to "
    "it.": _rest("(rest + next_values[t] * truncated[t]) * ~terminated[t]"),
    "the rest is replaced after the reward was added, so the last reward of an episode is lost. Replace it "
    "before.": [_replaced_late("rest * ~(terminated[t] | truncated[t])")],
    _ends.OTHER_VALUES: [*_rest("torch.where(truncated[t], next_values[t - 1], rest) * ~terminated[t]")],
    _ends.IF: _rest("0.0 if terminated[t] else rest"),
    _ends.LAST_ROW: [NO_START, "return torch.cat([result[:-1], rewards[-1:]])"],
    _ends.LAST_ROW_EMPTY: [(_ends.TOO_SHORT, NO_START)],
    "all worlds start from the same number. What comes after the last row is next_values[-1], (N,): a number "
    "for each world.": _start(*(f"next_values[-1]{one}" for one in (".mean()", ".sum()", "[0]", "[-1]"))),
    "the last reward is counted twice. What comes after the last row is the next value.": _start(
        "rewards[-1]"
    ),
}

SUMS: slips.Mistakes = {
    _ends.BACKWARDS: [
        (_ends.FORWARDS, NO_START),
        (_ends.FORWARDS, *_start("next_values[0]")),
        f"return ({POWERS} * rewards).cumsum(0)",
    ],
    "only one reward is counted before the next value. Go on to the end of the episode: build each row on "
    "the one below.": [
        f"return rewards + gamma * next_values{mask}"
        for mask in ("", " * ~terminated", " * ~(terminated | truncated)")
    ],
    "only the step's own reward counts. Add gamma times what comes after it.": ["return 1 * rewards"],
    "no reward counts. A target is the reward of the step, and gamma times what comes after it.": [
        f"return {value}"
        for value in ("1 * next_values", "gamma * next_values", "gamma * next_values * ~terminated")
    ],
    "rewards and next_values are swapped. The rewards come first.": [
        "rewards, next_values = next_values, rewards"
    ],
    "the rest is the same in each round. After row t is done, its target is the rest for the row above: "
    "rest = rewards[t] + gamma * rest.": ["targets[t] = rest => targets[t] = rest\nrest = next_values[-1]"],
    "a next value is added at every step. Only where the record stops does it stand for the rest.": [
        (NO_START, *_rest("(rest * ~truncated[t] + next_values[t]) * ~terminated[t]")),
        *_rest("torch.where(truncated[t], next_values[t], rest + next_values[t]) * ~terminated[t]"),
    ],
    "gamma has no effect. What comes after a step should count gamma times as much.": ["gamma = 1.0"],
    "gamma is applied twice to what comes after a step. Once is enough: each row below has its own.": [
        "gamma = gamma ** 2"
    ],
    "gamma is raised to a power in each round. Each row below has its own gamma: multiply by it "
    "once.": _reward_and_rest(
        *(f"rewards[t] + gamma ** ({n}) * rest" for n in ("t", "t + 1", "len(rewards) - t"))
    ),
    "the next value is not discounted. It comes one step later: multiply it by gamma, too.": [
        *_rest("torch.where(truncated[t], next_values[t] / gamma, rest) * ~terminated[t]"),
        *_start("next_values[-1] / gamma"),
    ],
    "the next value is discounted twice. It comes one step later: once is enough.": [
        *_rest("torch.where(truncated[t], gamma * next_values[t], rest) * ~terminated[t]"),
        *_start("gamma * next_values[-1]"),
    ],
    "the reward of the step itself is discounted. Only what comes after it should be.": _reward_and_rest(
        "gamma * (rewards[t] + rest)", "gamma * rewards[t] + rest"
    ),
    "the discount counts from the first row of the block. Each row should count from its own step: add gamma "
    "times the row below.": [
        f"return {POWERS} * result",
        f"return ({POWERS} * rewards).flip(0).cumsum(0).flip(0)",
    ],
    "gamma is fixed. Use the one that is passed in.": [
        f"gamma = {value}" for value in (0.9, 0.95, 0.99, 0.5)
    ],
    "a sign is wrong. What comes after a step is added to its reward, and nothing is turned around.": [
        "rewards[t] + => rewards[t] -",
        "return -result",
    ],
    "next_values is subtracted, as in an advantage. A target is the whole of what is to come.": [
        "return result - next_values"
    ],
    "the reward of the step itself is missing. The target of row t begins with rewards[t].": [
        "return result - rewards",
        "return torch.cat([result[1:], next_values[-1:]])",
    ],
    slips.EVERY_ROW: [f"return ({POWERS} * rewards).sum(0).expand_as(rewards)"],
    "each row holds the target of the step after it. Store the rest once the step's own reward is in "
    "it.": _ends.A_ROW_LATE,
}


def _probe(worlds: Sequence[blocks.World], gamma: float) -> Probe:
    return blocks.probe_of(worlds, INPUTS, right_target, "a target", gamma=gamma)


EXERCISE = Exercise(
    solution=value_targets,
    tested="rewards count up to the end of their episode, and after a time limit life goes on.",
    probes=(
        _probe(blocks.UNBROKEN, 0.9),
        _probe(blocks.TERMINATED, 0.9),
        _probe(blocks.TRUNCATED, 0.9),
        _probe(blocks.ALONE, 0.5),
        _probe(blocks.ONE_STEP, 0.9),
        _probe(blocks.LONG, 0.99),
        _probe(blocks.TRUNCATED, 1.0),
        _probe(blocks.TRUNCATED, 0.0),
        _probe(blocks.BOTH_AT_ONCE, 0.9),
    ),
    mistakes=slips.joined(
        ENDS, SUMS, _ends.IN_COMMON, slips.of_the_result("a target", *BLOCKS), slips.of_the_rewards()
    ),
)
