"""The check of lesson 06 on the reward of AIRL with its shaping."""

from collections.abc import Callable, Iterator

from ilrl_course.algorithms.airl import shaped_reward
from ilrl_course.checks.exercise import Exercise, Fact, Probe
from ilrl_course.checks.lesson_06_networks import fresh_net
from ilrl_course.checks.lesson_06_shaped_calls import LEFTOVERS
from ilrl_course.checks.lesson_06_shaped_mutants import MUTANTS
from ilrl_course.checks.lesson_06_steps import (
    ABSORBED,
    ALIVE,
    ALONE,
    CONTINUOUS,
    ENDING,
    Case,
    facts_about_steps,
)


def _probe(*cases: Case) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for case in cases:
            net = fresh_net(case.num_numbers)
            result = answer(net, case.transitions(), case.gamma)
            yield from facts_about_steps(result, case, net, case.shaped(), "f", lambda i: "")

    return probe


SHAPED = Exercise(
    solution=shaped_reward,
    tested="values and gradients are right in every step, at an end too, for both kinds of actions.",
    probes=(_probe(ALIVE), _probe(ENDING), _probe(ABSORBED), _probe(CONTINUOUS, ALONE)),
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
