"""Games of a late expert in the worlds that others made: `course.py results scripted_play_elsewhere`.

The games themselves are written as Minari datasets into `ilrl_course/play/scripted_games/`.
"""

import shutil

import numpy as np

from ilrl_course.envs.elsewhere import DOOR_KEY, ELSEWHERE, LUNAR_LANDER, PONG
from ilrl_course.play.late_expert import LateExpert
from ilrl_course.play.letting_go import new_game
from ilrl_course.play.recordings import Recordings
from ilrl_course.play.scripted import play_by_script
from ilrl_course.play.stand_ins import NAME, STAND_INS

SEED = 0
NUM_GAMES = {LUNAR_LANDER.name: 10, DOOR_KEY.name: 20, PONG.name: 5}
# At its own pace nobody with such a delay lands, and hardly anybody wins a point.
SPEEDS = {LUNAR_LANDER.name: 1 / 4, PONG.name: 1 / 2}


def run() -> dict:
    """Play, write the games, and report how they went."""
    report = {}
    for world in ELSEWHERE.values():
        options, speed = world.play_options, SPEEDS.get(world.name, 1.0)
        game = new_game(world, SEED, player="a script", **options)
        person = LateExpert(world, SEED, speed)
        games = list(play_by_script(game, person, NUM_GAMES[world.name]))
        shelf = Recordings(world, STAND_INS, **options)
        shutil.rmtree(shelf.folder, ignore_errors=True)
        shelf.save_as(NAME, games, game.player)
        trajectories = [game.trajectory for game in games]
        report[world.name] = {
            "options": options,
            "speed": speed,
            "returns": [trajectory.total_reward for trajectory in trajectories],
            "steps": [len(trajectory) for trajectory in trajectories],
            "crashed": float(np.mean([trajectory.crashed for trajectory in trajectories])),
            "success": float(np.mean([trajectory.success for trajectory in trajectories])),
        }
    return {"seeds": [SEED], "worlds": report}
