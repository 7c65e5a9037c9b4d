"""Stable-Baselines3, the library that most people train with, takes the worlds as they are."""

import subprocess
import sys
import textwrap
import warnings

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE, IDS

pytest.importorskip("stable_baselines3")
from stable_baselines3 import PPO
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

# as its authors tuned it for CartPole
TUNED = {"n_steps": 32, "batch_size": 256, "gae_lambda": 0.8, "gamma": 0.98, "n_epochs": 20}
TUNED |= {"learning_rate": lambda left: 1e-3 * left, "clip_range": lambda left: 0.2 * left}


@pytest.mark.parametrize("env_id", IDS)
def test_its_checker_has_no_complaint_and_ppo_trains(env_id):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make(env_id))
        envs = make_vec_env(env_id, n_envs=2, seed=0)
        model = PPO("MlpPolicy", envs, n_steps=64, batch_size=64, n_epochs=1, seed=0, device="cpu")
        model.learn(256)
    assert model.num_timesteps == 256


@pytest.mark.parametrize("env_id", IDS)
def test_it_resets_each_copy_and_sees_how_each_episode_ended(env_id):
    limit = 6
    envs = make_vec_env(env_id, n_envs=2, seed=0, env_kwargs={"max_episode_steps": limit})
    obs, first = envs.reset(), []
    for _ in range(5 * limit):
        obs, _, over, infos = envs.step(np.array([envs.action_space.sample() for _ in range(2)]))
        for copy in np.flatnonzero(over):
            first.append(obs[copy])
            assert infos[copy]["terminal_observation"].shape == envs.observation_space.shape
            assert infos[copy]["episode"]["l"] <= limit
            assert infos[copy]["TimeLimit.truncated"] <= (infos[copy]["episode"]["l"] == limit)
    assert len(first) >= 10


def test_its_ppo_learns_cartpole():
    envs = make_vec_env(CARTPOLE.env_id, n_envs=8, seed=0)
    model = PPO("MlpPolicy", envs, seed=0, device="cpu", **TUNED).learn(30_000)
    mean, _ = evaluate_policy(model, make_vec_env(CARTPOLE.env_id, n_envs=8, seed=1), 20)
    assert mean >= 475


@pytest.mark.parametrize("start_method", ["spawn", "forkserver"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has spawn alone, and needs a file to start from")
def test_its_worker_processes_find_a_world_by_module_and_id(start_method, tmp_path):
    program = tmp_path / "train.py"
    program.write_text(
        textwrap.dedent(f"""
        from stable_baselines3.common.env_util import make_vec_env
        from stable_baselines3.common.vec_env import SubprocVecEnv
        if __name__ == "__main__":
            options = {{"vec_env_cls": SubprocVecEnv, "vec_env_kwargs": {{"start_method": "{start_method}"}}}}
            envs = make_vec_env("ilrl_course.envs:ilrl/Driving-v0", n_envs=2, seed=0, **options)
            envs.reset()
            print(envs.step([envs.action_space.sample()] * 2)[0].shape)
            envs.close()
        """),
        encoding="utf-8",
    )
    ran = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=120, check=True)
    assert "(2, 22)" in ran.stdout
