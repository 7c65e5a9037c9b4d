"""How the tests of the checks speak: answers as students write them, and what is said about them."""

from ilrl_course.checks import EXERCISES
from ilrl_course.checks.diagnosis import diagnose


def hint_for(name, function):
    """The hint that an answer to the exercise gets; '' if it passes."""
    diagnosis = diagnose(EXERCISES[name], function)
    assert diagnosis.written
    return diagnosis.hint


def written(name, body="raise NotImplementedError", arguments="*inputs"):
    """A function of that name, as if a student had written it."""
    namespace = {}
    exec(f"import numpy as np\ndef {name}({arguments}):\n    {body}", namespace)
    return namespace[name]
