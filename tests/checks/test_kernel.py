"""The same calm in a real kernel, which has its own print, its own input and its own exit."""

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.xdist_group("one kernel")
CELLS = [
    "from ilrl_course.checks import check",
    "def discounted_return(rewards, gamma):\n    exit()",
    "discounted_return = check(discounted_return)",
    "def discounted_return(rewards, gamma):\n    print('deep')\n    return input()",
    "discounted_return = check(discounted_return)",
    "def bc_loss(policy, obs, actions):\n    get_ipython().ask_exit()",
    "bc_loss = check(bc_loss)",
    "def bc_loss(policy, obs, actions):\n    while True:\n        print('flood', flush=True)",
    "bc_loss = check(bc_loss)",
    "def train_bc(policy, demos, config, seed, loss_fn):\n    raise NotImplementedError('write it here')",
    "train_bc = check(train_bc)",
    "def bootstrap_interval(values, num_resamples, confidence, seed):\n    return 0, undefined",
    "bootstrap_interval = check(bootstrap_interval)",
    "print(discounted_return([1.0, 2.0], 0.5), bc_loss.__module__)",
    "def normalized_score(score, random_score, expert_score):\n    score / 2\n    raise NotImplementedError",
    "normalized_score = check(normalized_score)",
    "normalized_score = check(lambda score, random_score, expert_score: 0)",
]  # fmt: skip
GOES_ON = "The lesson goes on with the course's version."
LEAVES = "it asks Python to exit in line 2, `{}`. A function of the course should return instead."


@pytest.fixture(scope="module")
def printed():
    """What each cell printed."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert all(output.get("name") != "stderr" for cell in notebook.cells for output in cell.outputs)
    return ["".join(output["text"] for output in cell.outputs) for cell in notebook.cells]


def test_the_notebook_s_own_exit_does_not_end_the_kernel(printed):
    assert printed[2] == f"❌ discounted_return: {LEAVES.format('exit()')} {GOES_ON}\n"
    assert printed[6] == f"❌ bc_loss: {LEAVES.format('get_ipython().ask_exit()')} {GOES_ON}\n"


def test_nobody_is_asked_for_input(printed):
    assert "line 2" not in printed[4].splitlines()[1:]
    assert printed[4].startswith(
        "❌ discounted_return: it raised RuntimeError in line 3, `return input()`: a check"
    )
    assert printed[4].endswith("It printed:\n   deep\n")


def test_a_flood_stays_out_of_the_notebook(printed):
    lines = printed[8].splitlines()
    assert lines[0].startswith("❌ bc_loss: it did not finish within 1.5 s.")
    assert lines[1:] == ["It printed:", "   flood", "   flood", "   flood", "   ..."]


def test_errors_name_the_line_within_the_cell(printed):
    assert printed[12].startswith(
        "❌ bootstrap_interval: it raised NameError in line 2, `return 0, undefined`: name"
    )


def test_the_lesson_goes_on_with_the_course_own_versions(printed):
    assert printed[10] == f"✏️ train_bc is not written yet. {GOES_ON}\n"
    assert printed[13] == "2.0 ilrl_course.algorithms.bc\n"


def test_the_source_of_a_cell_is_at_hand(printed):
    hint = "the line `raise NotImplementedError(...)` is still there. Your code should replace it."
    assert printed[15] == f"❌ normalized_score: {hint} {GOES_ON}\n"


def test_a_lambda_is_told_by_the_cell_that_checks_it(printed):
    hint = "this is a lambda. Define normalized_score with `def normalized_score(...)`."
    assert printed[16] == f"❌ normalized_score: {hint} {GOES_ON}\n"
