"""One more world for the contestants of `ppo_tasks`."""

from pathlib import Path

from course_tools.records.scripts import load_script
from ilrl_course.envs.elsewhere import LUNAR_LANDER

NAME, GOAL = LUNAR_LANDER.name, 200.0  # from this mean return on, Gymnasium calls it solved


def added_to(tasks: dict) -> None:
    """Add Lunar Lander in 16 copies to the tasks of `ppo_tasks`."""
    task = load_script(Path(__file__).parent, "ppo_tasks").Task
    tasks[NAME] = task(LUNAR_LANDER, num_envs=16, goal=GOAL, evaluate_every=32_768)
