"""What an end is worth: right answers pass, and mistakes of the tests' own get their hints."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.absorbing import with_absorbing
from ilrl_course.checks.watched import rated_block as blocks
from tests.checks.answers import promises_of
from tests.checks.cells import run_cell

BLOCKS = [block for block in vars(blocks).values() if isinstance(block, blocks.Block)]


def right(rewards, steps, gamma):
    num_steps, k, rows = len(steps), 0, []
    for i in range(num_steps):
        reward = rewards[i]
        if steps.terminated[i]:
            r_end = rewards[num_steps + k]
            reward = reward + gamma / (1 - gamma) * r_end
            k += 1
        rows.append(reward)
    return torch.stack(rows)


def by_the_mask(rewards, steps, gamma):
    own, r_end = rewards.split([len(steps), int(steps.terminated.sum())])
    after = torch.zeros_like(own)
    after[steps.terminated] = r_end * gamma / (1 - gamma)
    return own + after


def by_row_numbers(rewards, steps, gamma):
    (rows,) = torch.where(steps.terminated)
    return rewards[: len(steps)].index_add(0, rows, rewards[len(steps) :], alpha=gamma / (1 - gamma))


def by_counting_the_ends(rewards, steps, gamma):
    ends = torch.cat([torch.zeros(1), rewards[len(steps) :]])
    number = steps.terminated.cumsum(0) * steps.terminated  # 0 where the step is not an end
    return rewards[: len(steps)] + (1 / (1 - gamma) - 1) * ends[number]


def as_a_matrix(rewards, steps, gamma):
    places = torch.eye(len(steps))[steps.terminated]
    return torch.cat([torch.eye(len(steps)), gamma / (1 - gamma) * places]).T @ rewards


def step_by_step_in_numpy(rewards, steps, gamma):
    paid = rewards.numpy()[: len(steps)].astype(float)
    for i, r_end in zip(np.flatnonzero(steps.terminated), rewards.numpy()[len(steps) :], strict=True):
        paid[i] += sum(gamma**k * r_end for k in range(1, 3000))
    return torch.from_numpy(paid).float()


def one_end_after_the_other(rewards, steps, gamma):
    if not steps.terminated.any():
        return rewards
    ends = iter(rewards[len(steps) :].tolist())
    return torch.tensor(
        [
            reward + gamma * next(ends) / (1 - gamma) if ended else reward
            for reward, ended in zip(rewards.tolist(), steps.terminated.tolist(), strict=False)
        ]
    )


def from_the_last_to_the_first(rewards, steps, gamma):
    ends = list(rewards[len(steps) :])
    paid = rewards[: len(steps)].clone()
    for i in reversed(range(len(steps))):
        if steps.terminated[i]:
            paid[i] += gamma / (1 - gamma) * ends.pop()
    return paid


def as_the_course_shows_them(rewards, steps, gamma):
    shown, gamma = with_absorbing(steps), torch.tensor(gamma)
    after = torch.masked_scatter(torch.zeros(len(steps)), steps.terminated, rewards[shown.absorbed])
    return torch.addcmul(rewards[~shown.absorbed], gamma / (1 - gamma), after)


RIGHT = [
    by_the_mask,
    by_row_numbers,
    by_counting_the_ends,
    as_a_matrix,
    step_by_step_in_numpy,
    one_end_after_the_other,
    from_the_last_to_the_first,
    as_the_course_shows_them,
    torch.no_grad()(right),
    "gamma / (1 - gamma) => (1 / (1 - gamma) - 1)",
    "gamma / (1 - gamma) => sum(gamma**k for k in range(1, 4000))",
    "steps.terminated[i] => steps.terminated[i] and not steps.absorbed[i]",
]


def factor(*others):
    """r_end is multiplied by something else."""
    return [f"gamma / (1 - gamma) => {other}" for other in others]


def flags(*others):
    """Another reason to pay step i for what follows."""
    return [f"if steps.terminated[i]: => if {other}:" for other in others]


def r_end(*others):
    """Another r_end for end k, which step i is."""
    return [f"rewards[num_steps + k] => {other}" for other in others]


def masked(line, result="own + after"):
    """An answer without a loop."""
    body = f"""def answer(rewards, steps, gamma):
    own, r_end, ended = rewards[: len(steps)], rewards[len(steps) :], steps.terminated
    after = torch.zeros(len(steps))
    {line}
    return {result}"""
    return run_cell(body, "answer", {"torch": torch})


FOLLOWS = "gamma / (1 - gamma) * r_end"
LOST = masked(f"own = own.clone(); own[ended].add_({FOLLOWS})", "own")
AS_RETURNS = (
    "range(num_steps) => reversed(range(num_steps))",
    "k, rows = (len(steps), 0, []) => k, rows, later = (len(steps), -1, [], 0.0)",
    "rewards[num_steps + k] => rewards[k]\nlater = 0.0",
    "k += 1 => k -= 1",
    "rows.append(reward) => later = reward + gamma * later\nrows.insert(0, later)",
)
WRONG = {
    "the rest is paid as if it began at once": [
        *factor("1 / (1 - gamma)", "(1 + gamma / (1 - gamma))", "sum(gamma**k for k in range(4000))")
    ],
    "only one step of the rest is paid": factor("gamma"),
    "r_end is added once, as it is": ["gamma / (1 - gamma) * r_end => r_end"],
    "the sum stops after some steps": factor(
        "(gamma + gamma * gamma)", "sum(gamma**k for k in range(1, 100))"
    ),
    "gamma is squared": factor("gamma * gamma / (1 - gamma)"),
    "r_end is multiplied by 1 - gamma": factor("gamma * (1 - gamma)", "(1 - gamma)"),
    "the fraction is upside down": ["gamma = 1 - gamma"],
    "r_end is divided by 1 + gamma": factor("gamma / (1 + gamma)"),
    "there is a square too many": factor("gamma / (1 - gamma) / (1 - gamma)"),
    "the parentheses are missing": [
        *factor("gamma / 1 - gamma"),
        masked("after[ended] = r_end * gamma / 1 - gamma"),
    ],
    "// cuts off the fraction": factor("gamma // (1 - gamma)"),
    "the factor and r_end are not multiplied": [
        *("* r_end => + r_end", "* r_end => / r_end"),
        masked("after = ended * gamma / (1 - gamma)"),
    ],
    "what follows is subtracted": ["reward + gamma => reward - gamma", *factor("gamma / (gamma - 1)")],
    "no end is paid for what follows": [*factor("(gamma / 1 - gamma)"), *flags("steps.absorbed[i]"), LOST],
    "it fails where gamma is 0": ["gamma = 1 / gamma; gamma = 1 / gamma"],
    "gamma is fixed, or bounded": [*factor("0.99 / (1 - 0.99)"), "gamma = 0.95"],
    "what follows takes the place": ["reward + gamma => gamma"],
    "what follows multiplies": ["reward + gamma => reward * gamma"],
    "the steps' own rewards are missing": ["reward = rewards[i] => reward = torch.tensor(0.0)"],
    "steps that ended no episode are paid nothing": [
        masked(f"after[ended] = own[ended] + {FOLLOWS}", "after")
    ],
    "steps that ended an episode are paid nothing": ["return result.masked_fill(steps.terminated, 0)"],
    "a step's own reward is discounted": [
        *("reward = rewards[i] => reward = gamma * rewards[i]", "reward + gamma => gamma * reward + gamma"),
        masked("after[ended] = r_end / (1 - gamma)", "gamma * (own + after)"),
    ],
    "the step's own reward is multiplied, too": [
        *(
            "* r_end => * (reward + r_end)",
            "reward + gamma / (1 - gamma) * r_end => (reward + r_end) * gamma / (1 - gamma)",
        )
    ],
    "the step's own reward is taken for r_end": [
        *r_end("rewards[i]"),
        masked("pass", "torch.where(ended, own / (1 - gamma), own)"),
    ],
    "the reward of the row below is taken": r_end("rewards[i + 1]"),
    "the first rewards are taken for those of the ends": r_end("rewards[k]"),
    "the steps come first in rewards": [
        "rewards = torch.cat([rewards[-len(steps):], rewards[:-len(steps)]])",
    ],
    "an end is looked for just behind its step": [
        ("reward = rewards[i] => reward = rewards[i + k]", *r_end("rewards[i + k + 1]"))
    ],
    "the slice begins one too early or too late": [
        *r_end("rewards[num_steps + k - 1]"),
        masked("after[ended] = gamma / (1 - gamma) * rewards[len(steps) + 1 :]"),
    ],
    "all ends are paid the same": [
        *("k += 1 => k += 0", *r_end("rewards[-1]", "rewards[num_steps:].mean()")),
        masked("after = ended * gamma / (1 - gamma) * r_end.sum()"),
    ],
    "the ends are paid each other's r_end": r_end("rewards[-1 - k]"),
    "the E rewards behind the steps are not one rest": [
        *factor("gamma ** (k + 1)"),
        masked("after[ended] = sum(gamma ** (k + 1) * r for k, r in enumerate(r_end))"),
    ],
    "the ends are numbered by themselves": [
        *r_end("rewards[num_steps + i]", "rewards[num_steps + k + 1]", "rewards[num_steps:][i]")
    ],
    "the mask is the wrong way round": [
        masked(f"after[~ended] = {FOLLOWS}"),
        *flags("not steps.terminated[i]"),
    ],
    "the step before or after the end": flags("steps.terminated[i - 1]"),
    "the first or the last rows": flags("i < len(rewards) - num_steps"),
    "every step is paid for what follows": [masked(f"own = own + ({FOLLOWS}).sum()")],
    "only one end is paid": [
        *flags("steps.terminated[i] and k == 0"),
        "return torch.cat([result[:1], rewards[1:num_steps]])",
    ],
    "the last row is paid": [(*flags("i == num_steps - 1"), *r_end("rewards[-1]"))],
    "an end in the first or the last row": [
        *(flags(f"steps.terminated[i] and i {which}")[0] for which in ("> 0", "< num_steps - 1"))
    ],
    "earlier steps of the episode are paid, too": [AS_RETURNS],
    "steps.absorbed is read instead": [masked(f"after[steps.absorbed] = {FOLLOWS}")],
    "steps.terminated is true where an episode ended": [masked("after = (1 - ended) * r_end.sum()")],
    "steps have no such flag": flags("steps.terminated[i] and not steps.truncated[i]", "steps.done[i]"),
    "steps hold no rewards": ["reward = rewards[i] => reward = steps.rewards[i]"],
    "the ends have E numbers and the steps B": [
        masked(f"after = ended * ({FOLLOWS})"),
        masked(f"after = torch.where(ended, {FOLLOWS}, 0.0)"),
        masked(f"own = own + {FOLLOWS}"),
    ],
    "rewards holds B + E numbers": [
        masked(f"own = rewards.clone(); own[ended] += {FOLLOWS}", "own"),
        masked("after[ended] = gamma / (1 - gamma) * rewards[ended]"),
        masked(f"after[ended] = {FOLLOWS}", "rewards + after"),
    ],
    "rewards[len(steps) :] holds the ends alone": [masked("after[ended] = r_end[ended]")],
    "the result holds B + E numbers": [
        "return torch.cat([result, rewards[num_steps:]])",
        masked(f"own = rewards.clone(); own[: len(steps)][ended] += {FOLLOWS}", "own"),
        masked("own = rewards.clone(); own[len(steps) :] *= gamma / (1 - gamma)", "own"),
    ],
    "nonzero() gives row numbers (E, 1)": [masked(f"after[torch.nonzero(ended)] = {FOLLOWS}")],
    "squeeze() takes one axis too many": [
        masked(f"own = own.clone(); own[torch.nonzero(ended).squeeze()] += {FOLLOWS}", "own")
    ],
    "the mask is turned into numbers": [
        masked(f"after[ended.{kind}()] = {FOLLOWS}") for kind in ("int", "long", "float")
    ],
    "`if`, `and`, `or` and `not` cannot decide": [
        masked(f"own = own + ({FOLLOWS}) if ended else own", "own"),
        masked("after[ended and not steps.absorbed] = 0"),
    ],
    "a slice is no copy": [
        masked(f"own[ended] += {FOLLOWS}", "own"),
        masked(f"rewards[: len(steps)][ended] += {FOLLOWS}", "rewards[: len(steps)]"),
    ],
    "it changes its inputs in place": [
        *("rewards *= 1 - gamma", "steps.terminated[:] = False"),
    ],
    "without ends E is 0, and -0 is 0": [
        masked("after[ended] = gamma / (1 - gamma) * rewards[-ended.sum() :]"),
        masked(f"own = rewards[: -ended.sum()].clone(); own[ended] += {FOLLOWS}", "own"),
    ],
    "it fails where no step ended an episode": [
        masked("after = ended * gamma / (1 - gamma) * r_end[ended.cumsum(0) - 1]"),
    ],
    "where no step ended an episode, something else": [
        "return result if steps.terminated.any() else None",
        "return result if steps.terminated.any() else torch.zeros(num_steps)",
    ],
    "r_end is bounded": r_end("rewards[num_steps + k].clip(-1, 1)", "rewards[num_steps + k].abs()"),
    "the rewards are changed": ["rewards = rewards.clip(-1, 1)"],
    "the signs are all turned around": ["return -result"],
    "the result is bounded": ["return result.abs()", "return result.clip(-10, 10)"],
    "the result carries a gradient": ["return nn.Parameter(result)"],
    "this is one number for the whole batch": ["return result.mean()", "return rows[-1]"],
    "every step gets the same number": ["return torch.full_like(result, float(result[0]))"],
    "the numbers have changed places": ["rows.append(reward) => rows.insert(0, reward)"],
    "the mean of the batch is subtracted": ["return (result - result.mean()) / (result.std() + 1e-8)"],
    "there is an axis too many": ["return result[:, None]"],
    "with a single step it returns": ["return result.squeeze()"],
    "the result holds 3 numbers for 6 steps": [masked("pass", f"own[ended] + {FOLLOWS}")],
    "it should return a tensor of the shape (B,), one number per step, but returns a list. Use torch": [
        "return rows"
    ],
    "it should return a tensor of the shape (B,), one number per step, but returns a NumPy array": [
        "return result.numpy()"
    ],
    "the result is of float64. It should be of float32": ["return result.double()"],
    "the result is of int64": ["return result.round().long()"],
    "with gamma 0.7, the factor of r_end should be about 2.333, but it is 1.5.": factor("1.5"),
    "with gamma 0.99, the factor of r_end should be about 99, but it is 85.6. Does a sum stop too early?": [
        *factor("sum(gamma**k for k in range(1, 200))")
    ],
    "with gamma 0.7, row 0 of the result should be about 1.5, but it is 2.5. There rewards[0] is 1.5, and "
    "the step is not an end.": ["return result + 1"],
    "with gamma 0.7, row 1 of the result should be about -6.767, but it is -5.767. There rewards[1] is -0.7, "
    "and r_end is rewards[6] = -2.6.": ["return result + steps.terminated"],
}

NONSENSE = {
    "return 0.0": "it should return a tensor of the shape (B,), one number per step, but returns a float.",
    "return inputs[0]": "the result holds B + E numbers.",
    "return inputs[1].terminated": "the result is of bool.",
    "return inputs[1].obs": "the result should be 6 numbers, but it has the shape (6, 2).",
    "return inputs[0][:6] * float('nan')": "the result is NaN",
    "inputs[1].terminated = 0": "it raised FrozenInstanceError",
    "return CONFIG.gamma * inputs[0]": "it reads the settings of the lesson",
    "return reward[: len(inputs[1])]": "it reads a variable of a figure above",
}

TestAnswers = promises_of("add_what_follows", right, RIGHT, WRONG, NONSENSE)


def test_an_end_is_paid_by_hand():
    """Half of the first step of the rest, a quarter of the second, and so on: once in all."""
    block = blocks.Block("by hand", 0.5, (1.0, 2.0, 3.0), {1: 10.0, 2: -4.0})
    assert block.paid() == pytest.approx([1.0, 2.0 + 10.0, 3.0 - 4.0])
    assert right(*block.inputs()).tolist() == pytest.approx(block.paid())


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.where)
def test_what_is_held_right_is_the_sum_of_all_that_follows(block):
    rewards, steps, gamma = block.inputs()
    num_ends = len(block.ends)
    assert len(rewards) == len(steps) + num_ends == len(with_absorbing(steps))
    assert steps.terminated.nonzero().flatten().tolist() == sorted(block.ends) == list(block.ends)
    rest = np.zeros(len(steps))
    rest[list(block.ends)] = rewards[len(steps) :]
    expected = rewards[: len(steps)].numpy() + sum(gamma**k * rest for k in range(1, 4000))
    assert block.paid() == pytest.approx(expected, rel=1e-5)
