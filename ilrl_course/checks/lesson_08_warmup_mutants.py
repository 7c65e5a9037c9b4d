"""Known wrong warm-ups of the critic."""

from ilrl_course.checks.lesson_08_warmup_inputs import INPUTS
from ilrl_course.checks.lesson_08_warmup_losses import LOSSES
from ilrl_course.checks.lesson_08_warmup_minibatches import MINIBATCHES
from ilrl_course.checks.lesson_08_warmup_steps import OTHERS, STEPS
from ilrl_course.checks.lesson_08_warmup_targets import TARGETS

NO_VALUE = "`{}` gets no value in this function. Give it one within the loops, before it is used."
LEFTOVERS = {
    **{name: NO_VALUE.format(name) for name in ("loss", "targets", "next_values", "rows")},
    **dict.fromkeys(
        ("BEGINNER", "CAREFUL", "CONFIG"),
        "it reads the settings of the lesson. Use the config that is passed in.",
    ),
    **dict.fromkeys(
        ("policy", "clones", "naive"),
        "it reads a variable of the lesson. Only the critic learns here, from the block that is there.",
    ),
    "SEED": "it reads the seed of the lesson. Use the generator, which is made from the right one.",
}
MUTANTS = TARGETS + INPUTS + LOSSES + MINIBATCHES + STEPS + OTHERS
