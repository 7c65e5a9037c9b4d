"""What the checks of lesson 05 share: the two kinds of transitions, words about arrays, edits."""

from collections.abc import Callable, Generator
from typing import Any

import torch

from ilrl_course.checks.exercise import Fact, WrongResult
from ilrl_course.checks.watched.tiny_mdps import TinyMDP

NEEDS_SPARSE = (
    "it fails when `transitions` is a dense NumPy array. `@` works for dense and sparse ones alike: keep the "
    "matrix as it is."
)
NEEDS_DENSE = (
    "it fails when `transitions` is a sparse matrix, as in the lesson. `@` works for dense and sparse ones "
    "alike: keep the matrix as it is."
)
LEFTOVERS = {
    "table": "it reads `table`, the world of the lesson. Use what is passed in: it may be another world.",
    "MAX_STEPS": "it reads `MAX_STEPS`, a setting of the lesson. Use what is passed in.",
}


def with_both_kinds(call: Callable[[Any], Any], mdp: TinyMDP) -> Generator[Fact, None, list]:
    """Does the call work with sparse and with dense transitions? Yields facts, returns the results.

    Raises what the call raises if it fails with both. Sparse ones come first: they stop who never stops.
    """
    errors, results, sparse = {}, [], mdp.sparse()
    for name, transitions in (("sparse", sparse), ("dense", mdp.dense())):
        try:
            results.append(call(transitions))
        except WrongResult:
            raise
        except Exception as error:
            errors[name] = error
    if not results:  # with the very same words before and after the first product
        begun = sparse.num_products > 0
        yield Fact("was `transitions` used before the error?", begun, begun)
        raise errors["sparse"]
    hint = NEEDS_SPARSE if "dense" in errors else NEEDS_DENSE
    yield Fact("kinds of transitions that it fails with", " ".join(errors), "", hint)
    return results


def refuse_tensors(*results: Any) -> None:
    """Raises WrongResult for a tensor: the lesson goes on in NumPy."""
    if any(isinstance(result, torch.Tensor) for result in results):
        raise WrongResult("it returns a torch tensor, but arrays are expected: NumPy's, as from `.numpy()`.")


def in_digits(*values: float) -> list[str]:
    """Numbers in as many digits as tell them apart."""
    texts = [f"{value:.4g}" for value in values]
    return texts if len(set(texts)) > 1 else [f"{value:.9g}" for value in values]


def instead(old: str, *new: str) -> list[str]:
    """Edits, each of which puts something else in the place of a text of the solution."""
    return [f"{old} => {text}" for text in new]
