"""What docs/teaching.md tells instructors to run, run."""

import dataclasses
import json
import re

from course_tools.workplace import ROOT
from ilrl_course.envs import DRIVING
from ilrl_course.measures.purse import Budget
from ilrl_course.notebook.leaderboard import Line
from ilrl_course.play.recordings import YOU, Recordings
from ilrl_course.play.stand_ins import stand_in_games

TEACHING = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")


def codes_under(heading):
    text = TEACHING[TEACHING.index(f"## {heading}") :].split("\n## ", 1)[0]
    return re.findall(r"(?s)```python\n(.*?)```", text)


def test_games_are_exported_by_a_student_and_pooled_by_the_instructor(tmp_path, monkeypatch, capsys):
    hand_in, pool_all = codes_under("Pooled games")
    (tmp_path / "handed_in").mkdir()
    monkeypatch.chdir(tmp_path / "handed_in")
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "of Anna"))
    game = dataclasses.replace(stand_in_games(DRIVING)[0], player=YOU)
    Recordings(DRIVING).add(game)
    exec(hand_in, {})
    (tmp_path / "handed_in" / "Ben.zip").write_text("no zip")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "of the instructor"))
    names = {}
    exec(hand_in.split("export(")[0], names)
    exec(pool_all, names)
    exec(pool_all, names)
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if "Anna" in line] == ["Anna.zip 1 new games", "Anna.zip 0 new games"]
    assert sum("left out: handed_in/Ben.zip cannot be unpacked" in line for line in said) == 2
    assert [game.player for game in Recordings(DRIVING).load()] == ["Anna"]


def test_the_leaderboard_shows_the_files_that_were_collected(tmp_path, monkeypatch):
    (code,) = codes_under("The leaderboard of recipes")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    (tmp_path / "handed_in").mkdir()
    budget = Budget(5, 1000, 40_960, 300)
    for player, score in (("Anna", 50.0), ("Ben", 70.0)):
        numbers = {"score": score, "mean_return": 20.0, "bar": 9.0, "crash_rate": 0.1, "submitted_at": 1}
        line = Line(player, 3, "a wet, narrow road", budget, budget, **numbers)
        path = tmp_path / "handed_in" / f"recipes of {player}.jsonl"
        path.write_text(json.dumps(dataclasses.asdict(line)), encoding="utf-8")
    *imports, show = code.strip().splitlines()
    names = {}
    exec("\n".join(imports), names)
    shown = repr(eval(show, names)).splitlines()
    assert shown[0].startswith("Seed 3: a wet, narrow road")
    assert [line.split()[1] for line in shown[2:]] == ["Ben", "Anna"]
