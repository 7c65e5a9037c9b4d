"""Known wrong generalized advantages: what becomes of the ends."""

import torch

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_07_gae_parts import (
    always,
    given,
    not_cut,
    not_dead,
    not_over,
    with_parts,
)
from ilrl_course.checks.lesson_07_gae_sums import SUMS
from ilrl_course.checks.lesson_07_slips import (
    IF,
    LAST_ROW,
    LAST_ROW_EMPTY,
    OTHER_FLAGS,
    above,
    anywhere,
    below,
    never,
)


def _shifted(last):
    """Each next value is the value of the row below; that of the last row is last(values, next_values)."""
    return lambda v, nv, te, tr: (v, torch.cat([v[1:], last(v, nv)]), te, tr)


def _reset_too_late(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    """The sum is reset at the end of an episode, after its last TD error was added."""
    deltas = rewards + gamma * next_values * ~terminated - values
    advantages, later = torch.zeros_like(rewards), torch.zeros_like(rewards[0])
    for t in reversed(range(len(rewards))):
        later = (deltas[t] + gamma * gae_lambda * later) * ~(terminated[t] | truncated[t])
        advantages[t] = later
    return advantages


def _with_alive(alive, *others):
    """A mask of one's own for the next values, alone and with a wrong mask for the sum."""
    return (with_parts(alive=alive, continues=continues) for continues in (not_over, *others))


ENDS = (
    Mutant(
        "the ends of the episodes are ignored. After a termination the next value is worth 0, and after "
        "either end the sum starts anew.",
        with_parts(alive=always, continues=always),
    ),
    Mutant(
        "a truncation is treated as death. There only the clock stopped: the next value counts, as long as "
        "the step was not terminated.",
        *_with_alive(not_over, always, not_dead, not_cut),
    ),
    Mutant(
        "after a termination the next value is counted, as after a time limit. But what comes after death is "
        "worth 0.",
        *_with_alive(always, not_dead, not_cut),
    ),
    Mutant(
        "the two kinds of end are mixed up. The next value counts after a truncation, not after a "
        "termination.",
        *_with_alive(not_cut, always, not_dead, not_cut),
    ),
    Mutant(
        "the sum runs on through all ends, into the next episode. It should start anew after each of them.",
        with_parts(continues=always),
    ),
    Mutant(
        "the sum runs on through a truncation, into the next episode. The next value counts there, but the "
        "next row does not.",
        with_parts(continues=not_dead),
    ),
    Mutant(
        "the sum runs on through a termination, into the next episode. It should start anew after either "
        "end.",
        with_parts(continues=not_cut),
    ),
    Mutant(
        "the sum is reset too late, so the last step of an episode gets no advantage. Drop what comes after "
        "the step, not the step.",
        _reset_too_late,
    ),
    Mutant(
        "the next value is read from the next row, values[t + 1]. Across the border of an episode that is "
        "another situation: use next_values[t].",
        *(
            given(_shifted(last), alive=alive)
            for last in (
                lambda v, nv: nv[-1:],
                lambda v, nv: torch.zeros_like(nv[-1:]),
                lambda v, nv: v[:1],
                lambda v, nv: v[-1:],
            )
            for alive in (not_dead, always)
        ),
    ),
    Mutant(
        OTHER_FLAGS,
        given(lambda v, nv, te, tr: (v, nv, below(te), below(tr))),
        given(lambda v, nv, te, tr: (v, nv, below(te, never), below(tr, never))),
        given(lambda v, nv, te, tr: (v, nv, above(te), above(tr))),
        with_parts(alive=lambda te, tr: ~below(te)),
        with_parts(alive=lambda te, tr: ~above(te)),
        with_parts(continues=lambda te, tr: below(not_over(te, tr))),
        with_parts(continues=lambda te, tr: ~above(te | tr)),
    ),
    Mutant(
        "too much is dropped where an episode ends. Only the next value is worth 0 after a termination: the "
        "step's own reward and value stay.",
        given(lambda v, nv, te, tr: (v * ~te, nv, te, tr)),
        given(lambda v, nv, te, tr: (v * ~te, nv, te, tr), alive=always),
        given(lambda v, nv, te, tr: (v * ~(te | tr), nv, te, tr)),
        given(lambda v, nv, te, tr: (v * ~(te | tr), nv, te, tr), alive=not_over),
        lambda rewards, *rest: compute_gae(rewards * ~rest[2], *rest),
    ),
    Mutant(
        "an end in one world ends the episodes of all worlds. Keep them apart: no any() and no all().",
        given(lambda v, nv, te, tr: (v, nv, anywhere(te), anywhere(tr))),
    ),
    Mutant(IF, with_parts(alive=lambda te, tr: 0.0 if te[0] else 1.0)),
    Mutant(
        LAST_ROW,
        given(lambda v, nv, te, tr: (v, torch.cat([nv[:-1], 0 * nv[-1:]]), te, tr)),
    ),
    Mutant(
        LAST_ROW_EMPTY,
        with_parts(rows=lambda num_steps: reversed(range(num_steps - 1))),
    ),
)
MUTANTS = ENDS + SUMS
