"""The checks of lesson 06."""

from ilrl_course.checks.lesson_06_discriminator import DISCRIMINATOR
from ilrl_course.checks.lesson_06_logits import LOGITS
from ilrl_course.checks.lesson_06_rewards import HURRY, SURVIVAL
from ilrl_course.checks.lesson_06_shaped import SHAPED

EXERCISES = (DISCRIMINATOR, SURVIVAL, HURRY, SHAPED, LOGITS)
