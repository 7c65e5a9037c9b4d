"""The example in docs/own_world.md runs as it stands, and is short."""

import re

from course_tools.workplace import ROOT
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.play.letting_go import new_game

EXAMPLES = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "own_world.md").read_text(encoding="utf-8"), re.DOTALL
)


def test_the_template_of_an_own_world_takes_fifteen_lines_and_can_be_played_cloned_and_evaluated(capsys):
    template, use = EXAMPLES
    assert len([line for line in template.splitlines() if line.strip()]) <= 15
    names = {}
    exec(template, names)
    exec(use.replace("num_episodes=5", "num_episodes=1"), names)
    world = names["ACROBOT"]
    assert -500 <= float(capsys.readouterr().out) < 0
    expert = evaluate(world.make_demonstrator("expert"), world.env_id, 4, seed=0)
    assert expert.mean_return > -300
    assert expert.success.all()
    game = new_game(world, 0)
    game.press("ArrowLeft")
    game.advance(1 / world.pace)
    assert len(game.actions) == 1
