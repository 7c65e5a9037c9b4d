"""Games of the scripted person in each world, and what they are worth: `course.py results scripted_play`.

The games themselves are written as Minari datasets into `ilrl_course/play/scripted_games/`.
"""

import shutil

import numpy as np

from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.play.game import Game
from ilrl_course.play.recordings import Recordings
from ilrl_course.play.scripted import ScriptedPerson, play_by_script
from ilrl_course.play.stand_ins import NAME, STAND_INS

SEED = 0
NUM_GAMES = 20
SPEEDS = {CARTPOLE.name: 1 / 3}  # at its own pace nobody with such a delay can hold the pole


def run() -> dict:
    """Play, write the games, and report how they went."""
    report = {}
    for world in (CARTPOLE, DRIVING, DUNGEON):
        options = world.play_options
        game = Game(world, SEED, player="a script", **options)
        speed = SPEEDS.get(world.name, 1.0)
        games = list(play_by_script(game, ScriptedPerson(world, SEED, speed), NUM_GAMES))
        shelf = Recordings(world, STAND_INS, **options)
        shutil.rmtree(shelf.folder, ignore_errors=True)
        shelf.save_as(NAME, games, game.player)
        trajectories = [game.trajectory for game in games]
        report[world.name] = {
            "options": options,
            "speed": speed,
            "returns": [trajectory.total_reward for trajectory in trajectories],
            "seconds": [len(t) / world.pace if world.pace else None for t in trajectories],
            "crashed": float(np.mean([trajectory.crashed for trajectory in trajectories])),
            "success": float(np.mean([trajectory.success for trajectory in trajectories])),
        }
    return {"seeds": [SEED], "worlds": report}
