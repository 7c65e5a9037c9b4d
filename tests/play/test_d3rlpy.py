"""d3rlpy, a library for learning from recorded games, reads ours and trains on them.

Version 2.8.1 asks for Gymnasium 1.0.0; here it runs beside the course's Gymnasium, without its pins.
"""

import json
import os
import subprocess

import numpy as np
import pytest

from ilrl_course.envs import WORLDS
from ilrl_course.play.stand_ins import STAND_INS, stand_in_games

PACKAGES = (
    *("d3rlpy==2.8.1", "gym==0.26.2", "gym-notices", "structlog", "dataclasses-json==0.6.7", "marshmallow<4"),
    *("typing-inspect", "mypy-extensions", "colorama", "scikit-learn", "threadpoolctl", "narwhals"),
)
CLONE = """
import json, sys
import d3rlpy, numpy as np

def clone(dataset_id):
    dataset, env = d3rlpy.datasets.get_minari(dataset_id)
    is_discrete = hasattr(env.action_space, "n")
    obs = np.concatenate([episode.observations for episode in dataset.episodes])
    actions = np.concatenate([episode.actions for episode in dataset.episodes])
    d3rlpy.seed(0)
    bc = (d3rlpy.algos.DiscreteBCConfig if is_discrete else d3rlpy.algos.BCConfig)().create(device="cpu:0")
    bc.build_with_dataset(dataset)
    def misfit():
        said = bc.predict(obs).reshape(actions.shape)
        return float(np.mean(said != actions) if is_discrete else np.mean((said - actions) ** 2))
    before, quiet = misfit(), d3rlpy.logging.NoopAdapterFactory()
    bc.fit(dataset, 500, 500, show_progress=False, logger_adapter=quiet)
    returns = [float(episode.rewards.sum()) for episode in dataset.episodes]
    ended = [bool(episode.terminated) for episode in dataset.episodes]
    return {"returns": returns, "ended": ended, "steps": len(obs), "misfit": [before, misfit()]}

print("found", json.dumps({name: clone(name) for name in sys.argv[1:]}))
"""


@pytest.mark.xdist_group("d3rlpy")
def test_it_reads_the_same_games_and_clones_the_players(guest_or_skip, tmp_path):
    python = guest_or_skip("d3rlpy", *PACKAGES, with_dependencies=False)
    ids = {f"ilrl/{world.name.lower()}/scripted-v0": world for world in WORLDS.values()}
    ran = subprocess.run(
        [python, "-c", CLONE, *ids],
        env=os.environ | {"MINARI_DATASETS_PATH": str(STAND_INS), "OMP_NUM_THREADS": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = [line for line in ran.stdout.splitlines() if line.startswith("found ")]
    for name, found in json.loads(line.removeprefix("found ")).items():
        games = [game.trajectory for game in stand_in_games(ids[name])]
        np.testing.assert_allclose(found["returns"], [game.total_reward for game in games], rtol=1e-5)
        assert found["ended"] == [game.terminated for game in games]
        assert found["steps"] == sum(map(len, games))
        before, after = found["misfit"]
        assert after < before  # little in CartPole, where a player with a delay does not follow the picture
