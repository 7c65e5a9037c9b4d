"""The checks of lesson 09."""

from ilrl_course.checks.lesson_09_schedule import SCHEDULE

EXERCISES = (SCHEDULE,)
