"""The checks of lesson 01."""

from ilrl_course.checks.lesson_01_collect import COLLECT
from ilrl_course.checks.lesson_01_evaluate import EVALUATE
from ilrl_course.checks.lesson_01_interval import INTERVAL
from ilrl_course.checks.lesson_01_return import RETURN

EXERCISES = (RETURN, COLLECT, EVALUATE, INTERVAL)
