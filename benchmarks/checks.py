"""How long a check takes: of a right answer, and of a wrong one when its bank is still unknown."""

import time

from ilrl_course.checks.diagnosis import examine, what_shows
from ilrl_course.checks.exercises import LESSON_OF, exercise_named


def run(arguments) -> dict:
    """Seconds of computing for each exercise; each known mistake is once the first that is ever examined."""
    return {
        "title": "Seconds that a check computes",
        "rows": [seconds_of(name) for name in LESSON_OF],
        "notes": [
            "A wrong answer is examined against a bank that nobody has asked for yet: the slowest case."
        ],
    }


def seconds_of(name: str) -> dict:
    """The right answer, and the slowest and the median of at most 12 known mistakes of the exercise."""
    exercise = exercise_named(name)
    examine(exercise, exercise.solution)
    right = computing(lambda: examine(exercise, exercise.solution))
    mistakes = [mistake for _, mistake in exercise.known][:: 1 + len(exercise.known) // 12]
    wrong = []
    for mistake in mistakes:
        what_shows.cache_clear()
        wrong.append(computing(lambda mistake=mistake: examine(exercise, mistake)))
    wrong.sort()
    return {"exercise": name, "right": right, "wrong, median": wrong[len(wrong) // 2], "slowest": wrong[-1]}


def computing(work) -> float:
    """Seconds of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start
