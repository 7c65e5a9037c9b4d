"""The check of generalized advantage estimation: the ends, the TD errors, and how they are added up."""

from collections.abc import Sequence
from itertools import combinations

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.checks import slips
from ilrl_course.checks.exercise import Exercise, Probe
from ilrl_course.checks.lesson_07 import _ends
from ilrl_course.checks.watched import block_of_steps as blocks

INPUTS = "rewards", "values", "next_values"
BLOCKS = *INPUTS, "terminated", "truncated"


def right_advantage(world: blocks.World, t: int, gamma: float, gae_lambda: float) -> float:
    """By definition: the sum of the TD errors up to the episode's last row (Schulman et al. 2016, eq. 16)."""
    end = world.end_of_episode(t)
    total = 0.0
    for k in range(t, end + 1):
        next_value = 0.0 if k in world.terminated else world.next_values[k]
        error = world.rewards[k] + gamma * next_value - world.values[k]
        total += (gamma * gae_lambda) ** (k - t) * error
    return total


OVER = "~(terminated | truncated)"
EVERYWHERE = "torch.ones_like(terminated)"
_after = slips.instead_of("gamma * next_values")
_decay = slips.instead_of("gamma * gae_lambda")
_start = slips.instead_of("torch.zeros_like(rewards[0])")
_sum = slips.instead_of("deltas[t] + gamma * gae_lambda * continues[t] * advantage")


def _masks(alive: str = "~terminated", continues: str = OVER) -> tuple[str, ...]:
    """Where the next value counts, and where the sum goes on."""
    return (
        f"next_values * ~terminated => next_values * {alive}",
        f"continues = {OVER} => continues = {continues}",
    )


def _continues_of(rows: str) -> str:
    """Other rows of the mask tell whether the sum goes on."""
    return f"continues = {OVER} => continues = {OVER}\ncontinues = torch.cat([{rows}])"


ENDS: slips.Mistakes = {
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
        _masks(continues=mask) for mask in (EVERYWHERE, "~(terminated & truncated)")
    ],
    "the sum runs on through a truncation, into the next episode. The next value counts there, but the next "
    "row does not.": [_masks(continues="~terminated")],
    "the sum runs on through a termination, into the next episode. It should start anew after either end.": [
        _masks(continues="~truncated")
    ],
    "the sum is reset too late, so the last step of an episode gets no advantage. Drop what comes after the "
    "step, not the step.": _sum("(deltas[t] + gamma * gae_lambda * advantage) * continues[t]"),
    "the next value is read from the next row, values[t + 1]. Across the border of an episode that is "
    "another situation: use next_values[t].": [
        (f"next_values = torch.cat([values[1:], {last}])", *_masks(alive))
        for last in ("next_values[-1:]", "0 * next_values[-1:]", "values[:1]", "values[-1:]")
        for alive in ("~terminated", EVERYWHERE)
    ],
    "too much is dropped where an episode ends. Only the next value is worth 0 after a termination: the "
    "step's own reward and value stay.": [
        *(f"{block} = {block} * ~terminated" for block in ("values", "rewards")),
        ("values = values * ~terminated", *_masks(EVERYWHERE)),
    ],
    _ends.OTHER_FLAGS: [
        _masks("~torch.cat([terminated[1:], terminated[-1:]])"),
        _masks("~torch.cat([terminated[:1] & False, terminated[:-1]])"),
        *(
            _continues_of(f"{first}, continues[{others}]")
            for first, others in (
                ("continues[1:]", "-1:"),
                ("continues[:1] | True", ":-1"),
                ("continues[-1:]", ":-1"),
            )
        ),
    ],
    _ends.IF: ["if terminated[0]:\n    gamma = 0.0"],
    _ends.LAST_ROW: [
        f"next_values = torch.cat([next_values[:-1], {end} * next_values[-1:]])"
        for end in ("0", "truncated[-1:]")
    ],
    "a step can be terminated and truncated at once. Then its next value is worth 0, and the sum starts "
    "anew.": [
        _masks(alive, continues)
        for alive in ("~terminated", "(~terminated | truncated)")
        for continues in (OVER, "~(terminated ^ truncated)", "1 - terminated.int() - truncated.int()")
        if (alive, continues) != ("~terminated", OVER)
    ],
    "the mask of the ends is the wrong way round: the sum goes on past an end and nowhere else. Is a `~` "
    "missing, or are the arguments of torch.where swapped?": [_masks(continues="terminated | truncated")],
    "the mask of terminated is the wrong way round: the next value counts after a termination and nowhere "
    "else. Is a `~` missing, or are the arguments of torch.where swapped?": [
        _masks("terminated", continues) for continues in (OVER, "terminated | truncated")
    ],
    _ends.TILDE: [
        _masks("~terminated.int()"),
        _masks(continues="~(terminated | truncated).int()"),
        _masks("~terminated.int()", "~(terminated | truncated).int()"),
    ],
    _ends.OF_ALL_WORLDS: [
        _masks("~terminated.any(1, keepdim=True)"),
        _masks(continues=f"({OVER}).all(1, keepdim=True).expand_as(terminated)"),
    ],
    "after a truncation the value before the step is counted as the one after it. next_values[t] is right as "
    "it is.": ["next_values = torch.where(truncated, values, next_values)"],
}

SUMS: slips.Mistakes = {
    "these are the TD errors of single steps. Add to each the later ones of its episode, each a little "
    "less.": ["gae_lambda = 0"],
    "the sum starts from the next value of the last row. The last TD error contains it already: start from "
    "0.": _start("next_values[-1]"),
    "the sum does not start from 0. Beyond the last row of the block there is no TD error to add.": _start(
        "deltas[-1]", "values[-1]", "rewards[-1]"
    ),
    "only the next TD error is added. Go on to the end of the episode: build each row on the one below.": [
        "continues[t] * advantage => (continues[t] * deltas[t + 1] if t + 1 < len(deltas) else 0.0)"
    ],
    "two of the inputs are mixed up. rewards[t] was paid for step t, values[t] was forecast before it, and "
    "next_values[t] after it.": [f"{a}, {b} = {b}, {a}" for a, b in combinations(INPUTS, 2)],
    "gamma has no effect. It belongs to the next value, and also to the sum of the later TD errors.": [
        "gamma = 1.0"
    ],
    "the next value is not discounted. It comes one step later: multiply it by gamma.": _after("next_values"),
    "gamma is missing in the recursion. What comes from the row below counts gamma times gae_lambda as "
    "much.": _decay("gae_lambda"),
    "gae_lambda is missing in the recursion. What comes from the row below counts gamma times gae_lambda as "
    "much.": _decay("gamma"),
    "the later TD errors count in full. What comes from the row below counts gamma times gae_lambda as "
    "much.": _decay("1"),
    "gamma and gae_lambda are swapped. The next value is discounted by gamma alone.": [
        "gamma, gae_lambda = gae_lambda, gamma"
    ],
    "gae_lambda does not belong to the next value, only to the sum of the later TD errors.": _after(
        "gamma * gae_lambda * next_values"
    ),
    "gamma is applied twice. One gamma belongs to the next value, and one to the sum of the later TD "
    "errors.": ["gamma = gamma ** 2", "gae_lambda *= gamma", *_after("gamma ** 2 * next_values")],
    "gamma is applied to too much. Only the next value comes a step later, so only it is discounted.": [
        "rewards + gamma => gamma * rewards + gamma",
        "- values => - gamma * values",
        "return gamma * result",
    ],
    "a discount is raised to a power in each round. The row below has its own: multiply by gamma times "
    "gae_lambda once.": _decay(
        "gamma * gae_lambda ** t",
        *(f"(gamma * gae_lambda) ** ({power})" for power in ("t", "t + 1", "len(rewards) - t")),
    ),
    "gae_lambda is applied twice. What comes from the row below counts gamma times gae_lambda as much.": [
        "gae_lambda = gae_lambda ** 2"
    ],
    "1 - gae_lambda is not needed: it is gone once the sum is written with TD errors. Use gae_lambda "
    "itself.": [
        *_decay("gamma * (1 - gae_lambda)"),
        *_sum("(1 - gae_lambda) * (deltas[t] + gamma * gae_lambda * continues[t] * advantage)"),
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
    "the sign of an advantage is lost. Bad news is below 0, and stays there: no abs(), no clamp().": [
        "return result.abs()",
        "return result.clamp(min=0)",
    ],
    "these are the targets of the critic, advantages plus values. Return the advantages alone.": [
        "return result + values"
    ],
    "the values are subtracted twice. In each TD error that is done already.": ["return result - values"],
    "each row holds the advantage of the step after it. Store the sum once the step's own TD error is in "
    "it.": _ends.A_ROW_LATE,
}


def _probe(worlds: Sequence[blocks.World], gamma: float, gae_lambda: float) -> Probe:
    return blocks.probe_of(
        worlds, INPUTS, right_advantage, "an advantage", gamma=gamma, gae_lambda=gae_lambda
    )


EXERCISE = Exercise(
    solution=compute_gae,
    tested="the TD errors of each episode are added up to its end, and not beyond.",
    probes=(
        _probe(blocks.UNBROKEN, 0.9, 0.8),
        _probe(blocks.TERMINATED, 0.9, 0.8),
        _probe(blocks.TRUNCATED, 0.9, 0.8),
        _probe(blocks.ALONE, 0.5, 0.25),
        _probe(blocks.ONE_STEP, 0.9, 0.8),
        _probe(blocks.LONG, 0.99, 0.5),
        _probe(blocks.TRUNCATED, 0.99, 0.0),
        _probe(blocks.TRUNCATED, 1.0, 1.0),
        _probe(blocks.TRUNCATED, 0.0, 0.95),
        _probe(blocks.BOTH_AT_ONCE, 0.9, 0.8),
    ),
    mistakes=slips.joined(
        ENDS, SUMS, _ends.IN_COMMON, slips.of_the_result("an advantage", *BLOCKS), slips.of_the_rewards()
    ),
    leftovers=dict.fromkeys(
        ("ONE_PASS", "WITHOUT_CRITIC", "TEN_PASSES", "CONFIG"),
        "it reads the settings of the lesson. Use gamma and gae_lambda as they are passed in.",
    ),
)
