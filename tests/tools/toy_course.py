"""A course of one small lesson, for the tests of the build."""

PACKAGE = '''
import functools


@functools.lru_cache(maxsize=3)
def double(
    x: int,
    *,
    factor: int = 2,  # why two
) -> int:
    """Twice x.

    A second paragraph.
    """
    # why it is so
    return x * factor  # (1,)


def bare(x):
    return x
'''
LESSON = """
# ---
# title: Toy
# ---

# %% [markdown]
# # Toy
#
# <details><summary>Hint</summary>
#
# $x + x$
#
# </details>

# %%
import functools
import os

import ilrl_course.checks

def check(function):
    print("passed" if function(2) == 4 else "hint")
    return function

ilrl_course.checks.check = check

# %% exercise="toy.double"

# %% [markdown]
# A remark between.

# %%
double = check(double)

# %% worked="toy.double"

# %% tags=["nbval-check-output"]
print("Verdict holds:", os.environ["NBGRADER_EXECUTION"])
"""


def make_course(root, lesson=LESSON):
    (root / "lessons").mkdir()
    (root / "toy.py").write_text(PACKAGE, encoding="utf-8")
    path = root / "lessons" / "07_toy.py"
    path.write_text(lesson.lstrip(), encoding="utf-8")
    return path


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
