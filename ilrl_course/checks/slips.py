"""Slips that exercises share: a right result that is spoilt on its way out. Tensors and arrays alike."""

from ilrl_course.checks.edits import Wrong


def of_the_result(each: str, *blocks: str) -> dict[str, list[Wrong]]:
    """Slips of a result (T, N) that holds `each`, as "an advantage", for every step in every world.

    `blocks` are the names of the arguments that are (T, N) as well. Hint -> edits, for a table of mistakes.
    """
    turned = "; ".join(f"{block} = {block}.T" for block in blocks)
    return {
        "the rows stand in reverse order. The first row of the result belongs to the first step.": [
            "return result[np.arange(len(result))[::-1].copy()]"
        ],
        "every row holds the same. Does one tensor change in place, or one sum count for all the rows?": [
            "return result[:1] + 0 * result",
            "return result[-1:] + 0 * result",
        ],
        f"the result holds one row only. Return {each} for each of the T steps.": [
            "return result[0]",
            "return result[-1]",
        ],
        "the loop walks from world to world. Walk from step to step: time is the first axis.": [
            (turned, "return result.T")
        ],
        "the result is normalized. Leave its scale and its mean as they are: others may do that later.": [
            "return (result - result.mean()) / (result.std(correction=0) + 1e-8)",
            "return (result - result.mean()) / (result.std(correction=1) + 1e-8)",
        ],
        "squeeze() takes one axis too many where there is a single world. Leave it out.": [
            "return result.squeeze()"
        ],
    }
