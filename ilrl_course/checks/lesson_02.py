"""The checks of lesson 02."""

from ilrl_course.checks.lesson_02_loss import LOSS
from ilrl_course.checks.lesson_02_split import SPLIT
from ilrl_course.checks.lesson_02_train import TRAIN
from ilrl_course.checks.lesson_02_update import UPDATE

EXERCISES = (LOSS, UPDATE, SPLIT, TRAIN)
