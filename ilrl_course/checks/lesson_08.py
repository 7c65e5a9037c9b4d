"""The checks of lesson 08."""

from ilrl_course.checks.lesson_08_imitation import IMITATION
from ilrl_course.checks.lesson_08_warmup import WARM_UP

EXERCISES = (WARM_UP, IMITATION)
