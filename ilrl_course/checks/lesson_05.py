"""The checks of lesson 05."""

from ilrl_course.checks.lesson_05_likelihood import LIKELIHOOD
from ilrl_course.checks.lesson_05_soft import SOFT
from ilrl_course.checks.lesson_05_visits import VISITS

EXERCISES = (SOFT, VISITS, LIKELIHOOD)
