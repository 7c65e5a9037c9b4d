"""One thread each: the tests already run side by side. Pictures beside PyTorch. Packages for tests only."""

import pytest
import torch

from course_tools.guests import guest
from course_tools.workplace import CourseError
from ilrl_course.play.triton_first import load_triton
from tests.no_skips import pytest_sessionfinish  # noqa: F401 (a hook of pytest's)

torch.set_num_threads(1)
load_triton()


@pytest.fixture(scope="session")
def guest_or_skip():
    """`guest`, but where pip fails the test is skipped and says why."""

    def python_of(name, *requirements, **options):
        try:
            return guest(name, *requirements, **options)
        except CourseError as error:
            return pytest.skip(f"the guest {name} could not be made: {error}")

    return python_of
