"""The checks of lesson 03."""

from ilrl_course.checks.lesson_03_cost import COST
from ilrl_course.checks.lesson_03_exponent import EXPONENT
from ilrl_course.checks.lesson_03_noise import NOISE

EXERCISES = (COST, EXPONENT, NOISE)
