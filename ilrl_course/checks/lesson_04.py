"""The checks of lesson 04."""

from ilrl_course.checks.lesson_04_label import LABEL
from ilrl_course.checks.lesson_04_mix import MIX
from ilrl_course.checks.lesson_04_train import TRAIN

EXERCISES = (MIX, LABEL, TRAIN)
