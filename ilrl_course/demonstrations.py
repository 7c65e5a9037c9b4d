"""Demonstrations on disk, as Minari datasets: written whole or not at all, and checked when they are read."""

import os
import shutil
import tempfile
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec

import ilrl_course.envs  # noqa: F401 (registers the worlds' ids)
from ilrl_course.data import Trajectory


class DemonstrationsError(ValueError):
    """A dataset that cannot be trusted; the message names the file, the fault and what to do."""


def save_demonstrations(
    folder: Path | str, trajectories: list[Trajectory], env_id: str, demonstrator: str, **options
) -> Path:
    """Write episodes of the world `env_id`, made with `options`, as the Minari dataset `folder`.

    `minari.load_dataset(folder.name)` opens it where MINARI_DATASETS_PATH is the folder around it. The
    dataset appears under its name only when it is complete; an existing one is never overwritten.
    """
    folder, trajectories = Path(folder).absolute(), list(trajectories)
    if folder.exists():
        raise FileExistsError(f"{folder} holds demonstrations already: choose another name or move it away")
    if not trajectories:
        raise ValueError("no trajectories: there is nothing to save")
    env = gym.make(env_id, **options)
    for number, trajectory in enumerate(trajectories):
        _check_episode(trajectory, env, f"episode {number}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write(unfinished / "data", trajectories, env, folder.name, demonstrator)
        os.replace(unfinished, folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def load_demonstrations(folder: Path | str, env_id: str, **options) -> list[Trajectory]:
    """Read the episodes of a Minari dataset that were played in the world `env_id` with `options`.

    Raises `DemonstrationsError` if files are missing or damaged, if another world or other options were
    played, or if an episode has wrong shapes or types, numbers that are not finite, or no proper end.
    """
    from minari import MinariDataset

    data = Path(folder) / "data"
    try:
        dataset = MinariDataset(data)
        episodes = list(dataset.iterate_episodes())
    except Exception as error:  # damaged files surface as many types: OSError, KeyError, AssertionError ...
        raise DemonstrationsError(
            f"{data} cannot be read as a Minari dataset ({type(error).__name__}: {error}): "
            "it is missing, cut off or damaged; copy it again or record it anew"
        ) from error
    env = gym.make(env_id, **options)
    _check_world(dataset.env_spec, env.spec, data)
    if not episodes:
        raise DemonstrationsError(f"{data} holds no episodes: record at least one")
    return [_read_episode(episode, env, data) for episode in episodes]


def _write(data: Path, trajectories: list[Trajectory], env: gym.Env, name: str, demonstrator: str) -> None:
    from minari import __version__
    from minari.data_collector import EpisodeBuffer
    from minari.dataset.minari_storage import MinariStorage

    storage = MinariStorage.new(data, env.observation_space, env.action_space, env.spec)
    storage.update_metadata(
        {"dataset_id": name, "minari_version": __version__, "algorithm_name": demonstrator}
    )
    storage.update_episodes(_to_buffer(trajectory, EpisodeBuffer) for trajectory in trajectories)


def _to_buffer(trajectory: Trajectory, buffer_class):
    is_last = np.arange(len(trajectory)) == len(trajectory) - 1  # (T,)
    return buffer_class(
        observations=trajectory.obs,
        actions=trajectory.actions,
        rewards=trajectory.rewards,
        terminations=is_last & trajectory.terminated,
        truncations=is_last & trajectory.truncated,
        infos={  # (T + 1,), as Minari counts the reset's info too
            "crashed": np.append(False, is_last & trajectory.crashed),
            "success": np.append(False, is_last & trajectory.success),
        },
    )


def _read_episode(episode, env: gym.Env, data: Path) -> Trajectory:
    where = f"{data / 'main_data.hdf5'}, episode {episode.id}"
    try:
        trajectory = Trajectory(
            obs=episode.observations,
            actions=episode.actions,
            rewards=np.asarray(episode.rewards, dtype=np.float32),
            terminated=bool(episode.terminations[-1]),
            truncated=bool(episode.truncations[-1]),
            crashed=bool(episode.infos["crashed"][-1]),
            success=bool(episode.infos["success"][-1]),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise DemonstrationsError(f"{where}: {error!r}; this episode was not recorded whole") from error
    _check_episode(trajectory, env, where)
    return trajectory


def _check_world(recorded: EnvSpec | None, expected: EnvSpec, data: Path) -> None:
    if _identity(recorded) != _identity(expected):
        raise DemonstrationsError(
            f"{data} was recorded in {_identity(recorded)}, but {_identity(expected)} is asked for: "
            "load it with the world and the options it was recorded in"
        )


def _identity(spec: EnvSpec | None) -> tuple[str, dict]:
    options = {key: value for key, value in (spec.kwargs if spec else {}).items() if key != "render_mode"}
    return (spec.id if spec else "an unknown world"), options


def _check_episode(trajectory: Trajectory, env: gym.Env, where: str) -> None:
    columns = {
        "observations": (trajectory.obs, env.observation_space),
        "actions": (trajectory.actions, env.action_space),
        "rewards": (trajectory.rewards, gym.spaces.Box(-np.inf, np.inf, (), np.float32)),
    }
    for name, (values, space) in columns.items():
        if values.shape[1:] != space.shape or values.dtype != space.dtype:
            raise DemonstrationsError(
                f"{where}: {name} have shape {values.shape} and dtype {values.dtype}, but "
                f"{('steps', *space.shape)} and {space.dtype} are expected"
            )
        if not np.isfinite(values).all():
            raise DemonstrationsError(f"{where}: {name} hold NaN or infinity: record the episode anew")
        if isinstance(space, gym.spaces.Discrete) and not ((values >= 0) & (values < space.n)).all():
            raise DemonstrationsError(f"{where}: {name} lie outside 0..{space.n - 1}")
    if len(trajectory) == 0 or trajectory.terminated == trajectory.truncated:
        raise DemonstrationsError(f"{where}: exactly one of terminated and truncated must end an episode")
