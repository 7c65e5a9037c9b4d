"""What the checks of lesson 05 say about the matrix of transitions, and about names of the lesson."""

from collections.abc import Callable
from typing import Any

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


def with_both_kinds(call: Callable[[Any], Any], mdp: TinyMDP) -> tuple[Fact, list[Any]]:
    """Does the call work with dense and with sparse transitions? That fact, and what it returned.

    Raises what the call raises if it fails with both.
    """
    errors, results = {}, []
    for name, transitions in (("sparse", mdp.sparse()), ("dense", mdp.dense())):
        try:
            results.append(call(transitions))
        except WrongResult:
            raise
        except Exception as error:
            errors[name] = error
    if not results:
        raise errors["sparse"]
    hint = NEEDS_SPARSE if "dense" in errors else NEEDS_DENSE
    return Fact("kinds of transitions that it fails with", " ".join(errors), "", hint), results
