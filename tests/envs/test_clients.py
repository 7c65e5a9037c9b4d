"""What others plug in: Gymnasium's own wrappers, and loops that were written for its worlds."""

import copy
import pickle
import subprocess
import sys
import warnings
from functools import partial

import gymnasium as gym
import numpy as np
import pytest
import torch
from gymnasium import wrappers
from gymnasium.wrappers import vector as vector_wrappers

from ilrl_course.envs import CARTPOLE, DUNGEON
from ilrl_course.envs import IDS as IDS_OF_THREE_WORLDS
from ilrl_course.envs.text import TEXT
from ilrl_course.networks import make_policy, make_value_net

IDS = [*IDS_OF_THREE_WORLDS, TEXT.env_id]


def steps(envs, num_steps):
    """Random steps, after a reset."""
    envs.reset(seed=0)
    envs.action_space.seed(0)
    for _ in range(num_steps):
        yield envs.step(envs.action_space.sample())


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_the_statistics_of_episodes_are_those_of_single_worlds(env_id, mode):
    limit = {"max_episode_steps": 9}
    envs = vector_wrappers.RecordEpisodeStatistics(gym.make_vec(env_id, 4, autoreset_mode=mode, **limit))
    single = gym.make_vec(
        env_id, 4, vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode}, **limit
    )
    single = vector_wrappers.RecordEpisodeStatistics(single)
    for _ in zip(steps(envs, 60), steps(single, 60), strict=True):
        pass
    assert list(envs.length_queue) == list(single.length_queue)
    assert list(envs.return_queue) == pytest.approx(list(single.return_queue))
    assert len(envs.length_queue) >= 20


VECTOR_WRAPPERS = {
    "NormalizeObservation": vector_wrappers.NormalizeObservation,
    "NormalizeReward": vector_wrappers.NormalizeReward,
    "ClipReward": partial(vector_wrappers.ClipReward, min_reward=-1, max_reward=1),
    "DictInfoToList": vector_wrappers.DictInfoToList,
}


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("name", VECTOR_WRAPPERS)
def test_gymnasium_s_wrappers_of_vector_worlds_take_ours(env_id, name):
    envs = VECTOR_WRAPPERS[name](gym.make_vec(env_id, num_envs=3, max_episode_steps=8))
    for obs, reward, *_ in steps(envs, 30):
        assert np.isfinite(np.asarray(obs)).all()
        assert np.isfinite(np.asarray(reward)).all()


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_single_worlds_can_be_wrapped_and_put_side_by_side(env_id, mode):
    stack = [wrappers.TimeAwareObservation, partial(wrappers.FrameStackObservation, stack_size=4)]
    envs = gym.make_vec(env_id, 2, vectorization_mode=mode, wrappers=stack)
    obs, *_ = list(steps(envs, 5))[-1]
    assert obs.shape[:2] == (2, 4)
    envs.close()


@pytest.mark.parametrize("env_id", IDS)
def test_a_time_limit_of_a_client_ends_the_episode(env_id):
    env = wrappers.RecordEpisodeStatistics(gym.make(env_id, max_episode_steps=5))
    env.reset(seed=0)
    flags = [env.step(env.action_space.sample())[2:4] for _ in range(5)]
    assert flags[-1][1]
    assert env.spec.max_episode_steps == 5


@pytest.mark.parametrize("env_id", IDS)
def test_a_video_can_be_made_of_a_batch_and_of_a_single_world(env_id):
    envs = gym.make_vec(env_id, num_envs=2, render_mode="rgb_array")
    envs.reset(seed=0)
    frames = envs.render()
    assert [frame.dtype for frame in frames] == [np.uint8] * 2
    env = wrappers.RenderCollection(gym.make(env_id, render_mode="rgb_array"))
    env.reset(seed=0)
    env.step(env.action_space.sample())
    assert len(env.render()) == 2


@pytest.mark.parametrize("env_id", IDS)
def test_a_window_shows_the_world_without_a_warning(env_id, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gym.make(env_id, render_mode="human")
        env.reset(seed=0)
        assert env.unwrapped.window is not None
        assert env.render() is None
        env.step(env.action_space.sample())
        env.close()


def test_without_pygame_a_window_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(gym.error.DependencyNotInstalled, match="install pygame-ce"):
        gym.make(DUNGEON.env_id, render_mode="human").reset()


@pytest.mark.parametrize("render_mode", [None, "rgb_array"])
@pytest.mark.parametrize("how", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
@pytest.mark.parametrize("env_id", IDS)
def test_a_copy_goes_on_like_the_world_that_it_was_made_of(env_id, how, render_mode):
    env = gym.make(env_id, render_mode=render_mode)
    env.reset(seed=4)
    env.render() if render_mode else None
    other = how(env)
    env.action_space.seed(0)
    for action in [env.action_space.sample() for _ in range(6)]:
        mine, its = env.step(action), other.step(action)
        np.testing.assert_array_equal(mine[0], its[0])
        assert mine[1:4] == its[1:4]


@pytest.mark.parametrize("env_id", IDS)
def test_a_copy_is_small_since_what_is_only_looked_up_is_shared(env_id):
    env = gym.make(env_id)
    env.reset(seed=0)
    assert len(pickle.dumps(env)) < 50_000


def best_of_a_tutorial_s_ppo(seed):
    """PPO in one file, which knows an id and networks of the course; the best mean of a hundred episodes."""
    torch.manual_seed(seed)
    envs = vector_wrappers.RecordEpisodeStatistics(gym.make_vec(CARTPOLE.env_id, num_envs=32), 100)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed)
    critic = make_value_net(envs.single_observation_space, seed)
    optimizer = torch.optim.Adam([*policy.parameters(), *critic.parameters()], lr=4e-3)
    next_obs, next_done = torch.tensor(envs.reset(seed=seed)[0]), torch.zeros(32)
    best = 0.0
    for iteration in range(60):
        optimizer.param_groups[0]["lr"] = 4e-3 * (1 - iteration / 60)
        rows = []
        for _ in range(64):
            obs, done = next_obs, next_done
            with torch.no_grad():
                action = policy(obs).sample()
                log_prob, value = policy(obs).log_prob(action), critic(obs)
            next_obs, reward, terminated, truncated, _ = envs.step(action.numpy())
            next_obs, next_done = torch.tensor(next_obs), torch.tensor(terminated | truncated).float()
            rows.append((obs, done, action, log_prob, value, torch.tensor(reward)))
        obs, done, action, log_prob, value, reward = map(torch.stack, zip(*rows, strict=True))
        later_value, later_done, advantage = critic(next_obs).detach(), next_done, torch.zeros(32)
        advantages = torch.zeros(64, 32)
        for t in reversed(range(64)):
            delta = reward[t] + 0.99 * later_value * (1 - later_done) - value[t]
            advantages[t] = advantage = delta + 0.99 * 0.95 * (1 - later_done) * advantage
            later_value, later_done = value[t], done[t]
        real = done.flatten() == 0  # the step after an end only starts the next episode
        flat = [x.flatten(0, 1)[real] for x in (obs, action, log_prob, advantages, advantages + value)]
        for _ in range(5):
            for batch in torch.randperm(len(flat[0])).split(512):
                b_obs, b_action, b_log_prob, b_advantage, b_return = (x[batch] for x in flat)
                ratio = (policy(b_obs).log_prob(b_action) - b_log_prob).exp()
                scaled = (b_advantage - b_advantage.mean()) / (b_advantage.std() + 1e-8)
                actor = torch.min(ratio * scaled, ratio.clamp(0.8, 1.2) * scaled).mean()
                loss = 0.5 * (critic(b_obs) - b_return).square().mean() - actor
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_([*policy.parameters(), *critic.parameters()], 0.5)
                optimizer.step()
        best = max(best, np.mean(envs.return_queue))
        if best >= 475:
            break
    return best


def test_a_loop_written_for_gymnasium_s_default_learns_cartpole():
    assert best_of_a_tutorial_s_ppo(seed=0) >= 475


RECORD_VIDEO = """
import sys
import gymnasium as gym
import imageio_ffmpeg
from gymnasium.wrappers import RecordVideo, vector
from ilrl_course.envs import IDS
from ilrl_course.envs.text import TEXT

for i, env_id in enumerate([*IDS, TEXT.env_id]):
    single = RecordVideo(gym.make(env_id, render_mode="rgb_array"), f"single-{i}", disable_logger=True)
    envs = gym.make_vec(env_id, num_envs=4, render_mode="rgb_array")
    for env in (single, vector.RecordVideo(envs, f"batch-{i}", disable_logger=True)):
        env.reset(seed=0)
        for _ in range(5):
            env.step(env.action_space.sample())
        env.close()
    for kind in ("single", "batch"):
        print(env_id, kind, imageio_ffmpeg.count_frames_and_secs(f"{kind}-{i}/rl-video-episode-0.mp4")[0])
"""


@pytest.mark.xdist_group("video")
def test_record_video_writes_films_of_single_worlds_and_of_batches(guest_or_skip, tmp_path):
    python = guest_or_skip("video", "moviepy>=2")
    ran = subprocess.run(
        [python, "-c", RECORD_VIDEO], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    films = [line.split() for line in ran.stdout.splitlines() if line.startswith("ilrl/")]
    assert [film[:2] for film in films] == [[env_id, kind] for env_id in IDS for kind in ("single", "batch")]
    assert all(2 <= int(num_frames) <= 6 for *_, num_frames in films)  # fewer where an episode ended
