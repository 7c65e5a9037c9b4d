"""The checks of lesson 07."""

from ilrl_course.checks.lesson_07_gae import GAE
from ilrl_course.checks.lesson_07_loss import LOSS
from ilrl_course.checks.lesson_07_targets import TARGETS

EXERCISES = (TARGETS, GAE, LOSS)
