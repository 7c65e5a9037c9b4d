"""Tables of known mistakes: how to write them briefly, and slips that exercises share."""

from collections.abc import Callable

from ilrl_course.checks.edits import Wrong

Mistakes = dict[str, list[Wrong]]
EVERY_ROW = "every row holds the same. Does one tensor change in place, or one sum count for all the rows?"


def joined(*tables: Mistakes) -> Mistakes:
    """Several tables of mistakes in one; a hint that comes twice gets the mistakes of both."""
    hints = dict.fromkeys(hint for table in tables for hint in table)
    return {hint: [wrong for table in tables for wrong in table.get(hint, ())] for hint in hints}


def instead_of(old: str) -> Callable[..., list[Wrong]]:
    """A function from expressions to edits, which put each of them in the place of an old one."""
    return lambda *expressions: [f"{old} => ({new})" for new in expressions]


def with_gradient(each: str) -> str:
    """The hint for a result that carries a gradient and should not; `each` as below."""
    return (
        "the result carries a gradient, though nothing that is passed in does. "
        f"{each.capitalize()} is a number: leave requires_grad out."
    )


def of_the_result(each: str, *blocks: str) -> Mistakes:
    """Slips of a result (T, N), a tensor, that holds `each`, as "a target", for every step.

    `blocks` are the names of the arguments that are (T, N) as well.
    """
    turned = "; ".join(f"{block} = {block}.T" for block in blocks)
    walks = "the loop walks from world to world. Walk from step to step: time is the first axis."
    return _of_the_rows(each) | {walks: [(turned, "return result.T")]} | _OF_THE_SCALE


def _of_the_rows(each: str) -> Mistakes:
    return {
        with_gradient(each): ["return result.requires_grad_()"],
        "the rows stand in reverse order. The first row of the result belongs to the first step.": [
            "return result[np.arange(len(result))[::-1].copy()]"
        ],
        "each row holds what belongs to the row before it. Row t of the result belongs to step t.": [
            "return result[np.arange(len(result)) - 1]"
        ],
        EVERY_ROW: ["return result[:1] + 0 * result", "return result[-1:] + 0 * result"],
        "all worlds hold the same. Keep them apart: what you carry from row to row is (N,), one number per "
        "world.": ["return result[:, :1] + 0 * result", "return result.mean(1)[:, None] + 0 * result"],
        f"the result holds one row only. Return {each} for each of the T steps.": [
            f"return result{row}" for row in ("[0]", "[-1]", ".sum(0)")
        ],
        "the result is 0 everywhere. Store what you compute for step t in row t of it.": [
            "return 0.0 * result"
        ],
        f"the result is a single number, but there is {each} for every step of every world. Keep both axes, "
        "(T, N).": ["return result.mean()"],
        "the axes are swapped. Time is the first one: row t holds step t of all worlds, (T, N).": [
            "return result.T"
        ],
    }


_OF_THE_SCALE = {
    "the result is normalized. Leave its scale and its mean as they are: others may do that later.": [
        "return (result - result.mean()) / (((result - result.mean()) ** 2).mean() ** 0.5 + 1e-8)",
        "return (result - result.mean()) / (result.std() + 1e-8)",
        "return (result - result.mean(0)) / (result.std(0) + 1e-8)",
        "return result - result.mean()",
        "return result / (result.std() + 1e-8)",
    ],
    "squeeze() takes one axis too many where there is a single world. Leave it out.": [
        "return result.squeeze()"
    ],
}


def of_the_rewards(rewards: str = "rewards") -> Mistakes:
    """Rewards that are changed before anything is computed of them."""
    return {
        "the rewards are changed before they are used. Take them as they are, neither clipped nor "
        "normalized.": [
            f"{rewards} = {rewards}.clip(-1, 1)",
            f"{rewards} = ({rewards} > 0) * 1.0 - ({rewards} < 0) * 1.0",
            f"{rewards} = ({rewards} - {rewards}.mean()) / ({rewards}.std() + 1e-8)",
        ]
    }
