"""From one real kernel to another one: what was typed in several cells goes on in a later lesson."""

import nbformat
import pytest
from nbclient import NotebookClient

from tests.desk import move_in

pytestmark = pytest.mark.xdist_group("two kernels")
PATIENT = "from ilrl_course.checks import runner\nrunner.PATIENCE, runner.LONGEST = 100, 6000"
FIRST = [
    "from dataclasses import dataclass\nimport torch\nfrom torch import Tensor\n"
    "from ilrl_course.checks import check\nfrom ilrl_course.networks import Policy",
    "SIGN = 1",
    "def signed(x: Tensor, config) -> Tensor:\n    return x.mean() * 'wrong'",
    "def bc_loss(policy: Policy, obs: Tensor, actions: Tensor) -> Tensor:  # mine\n"
    "    return signed(policy(obs).log_prob(actions), Config())",
    "SIGN = -1\n\n\n@dataclass\nclass Config:\n    sign: int = SIGN",
    "def signed(x: Tensor, config) -> Tensor:\n    return x.mean() * config.sign",
    "bc_loss = check(bc_loss)",
    "%%time\ndef discounted_return(rewards, gamma):\n"
    "    return sum(r * gamma**t for t, r in enumerate(rewards))",
    "discounted_return = check(discounted_return)",
    "scale = torch.ones(1)\ndef normalized_score(score, random_score, expert_score):\n"
    "    return (score - random_score) / (expert_score - random_score) * scale.item()",
    "normalized_score = check(normalized_score)",
    "Config, signed, SIGN = None, None, 0",
]  # fmt: skip
LATER = [
    "from ilrl_course.checks import your_functions\nConfig = signed = 3",
    "yours = your_functions('bc_loss', 'normalized_score', 'compute_gae')",
    "import inspect; print(inspect.getsource(yours.bc_loss))",
    "from ilrl_course.checks.exercises import exercise_named\n"
    "print(yours.normalized_score is exercise_named('normalized_score').solution, Config, signed)",
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What each cell of the two notebooks printed."""
    desk = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("NBGRADER_EXECUTION", "COURSE_REHEARSAL"):
            patch.delenv(variable, raising=False)
        patch.setenv("COURSE_JOURNAL", str(desk / "my_work"))
        patch.setenv("IPYTHONDIR", str(desk / "ipython"))
        move_in(desk, patch)
        return [run(FIRST), run(LATER)]


def run(cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (PATIENT, *cells)])
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in notebook.cells[1:]]


def test_what_can_be_kept_is_kept_without_a_word(printed):
    assert printed[0][6] == (
        "✅ bc_loss passed: value and gradient are right, for discrete and for continuous actions.\n"
    )


def test_what_cannot_be_kept_is_told_below_the_praise(printed):
    first, second = printed[0][8].splitlines()
    assert first.startswith("✅ discounted_return passed: ")
    assert second == (
        "It is not kept for later lessons: the text of `discounted_return` is not at hand; if its cell "
        "begins with a line like %%time, take that out."
    )
    assert "`normalized_score` uses `scale`, a Tensor, and only" in printed[0][10].splitlines()[1]


def test_the_later_notebook_goes_on_with_what_was_kept(printed):
    lines = printed[1][1].splitlines()
    assert lines[0] == (
        "This notebook goes on with your bc_loss and the course's normalized_score and compute_gae."
    )
    assert lines[1].startswith("  normalized_score (lesson 00): yours passed, but is not kept: `normalized_")
    assert lines[2] == "  compute_gae (lesson 07): not written yet."
    assert printed[1][2].rstrip("\n") == FIRST[3]
    assert printed[1][3] == "True 3 3\n"
