"""Run by benchmarks/ppo_lander.py in a Python that has Stable-Baselines3: `sb3_ppo`, in one world more."""

import importlib
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))  # where the course's packages are

from lander_task import added_to
from ppo_tasks import TASKS

added_to(TASKS)
importlib.import_module("sb3_ppo")  # which trains, and prints what it took
