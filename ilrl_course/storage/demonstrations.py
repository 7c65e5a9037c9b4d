"""Demonstrations on disk, as Minari datasets: written whole or not at all, and checked when they are read."""

import json
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import gymnasium as gym
import numpy as np

import ilrl_course.envs  # noqa: F401 (registers the worlds' ids)
from ilrl_course.data import Trajectory
from ilrl_course.storage.files import rename, write_atomically
from ilrl_course.storage.trust import (
    DemonstrationsError,
    check_episode,
    check_files,
    check_world,
    recorded_world,
)

VALID_ID = re.compile(r"([-\w]{2,}/)*[-\w]+-v\d+")


@dataclass(frozen=True)
class StoredEpisode:
    """A trajectory, and what else was written down about it."""

    trajectory: Trajectory
    seed: int | None = None  # of the world's reset
    columns: dict[str, np.ndarray] = field(default_factory=dict)  # name -> (T, ...): one entry a step


def save_demonstrations(
    folder: Path | str, trajectories: list[Trajectory], env_id: str, demonstrator: str, **options
) -> Path:
    """Write episodes of the world `env_id`, made with `options`, as the Minari dataset `folder`.

    `minari.load_dataset(folder.name)` opens it where MINARI_DATASETS_PATH is the folder around it, so the
    name ends in a version, such as "driving-expert-v0"; else ValueError. The dataset appears under its name
    only when it is complete; an existing one is never overwritten.
    """
    folder, episodes = Path(folder).absolute(), [StoredEpisode(t) for t in trajectories]
    return save_episodes(folder.parent, folder.name, episodes, env_id, demonstrator, **options)


def load_demonstrations(folder: Path | str, env_id: str, **options) -> list[Trajectory]:
    """Read the episodes of a Minari dataset that were played in the world `env_id` with `options`.

    Raises `DemonstrationsError` if files are missing or damaged, if another world or other options were
    played, or if an episode has wrong shapes or types, numbers that are not finite, or no proper end.
    """
    return [episode.trajectory for episode in load_episodes(folder, env_id, **options)[1]]


def save_episodes(
    root: Path, dataset_id: str, episodes: list[StoredEpisode], env_id: str, demonstrator: str, **options
) -> Path:
    """As `save_demonstrations`, with the seeds and further columns of the episodes; returns the new folder.

    `minari.load_dataset(dataset_id)` opens it where MINARI_DATASETS_PATH is `root`.
    """
    folder = root / _checked(dataset_id)
    if folder.exists():
        raise FileExistsError(f"{folder} holds demonstrations already: choose another name or move it away")
    if not episodes:
        raise ValueError("no trajectories: there is nothing to save")
    env = gym.make(env_id, **options)
    for number, episode in enumerate(episodes):
        check_episode(episode.trajectory, env, f"episode {number}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write(unfinished / "data", episodes, env, dataset_id, demonstrator)
        rename(unfinished, folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def rename_dataset(folder: Path, root: Path, dataset_id: str, env_id: str) -> Path:
    """Give a dataset of the world `env_id` an id, and the place in `root` where Minari looks for it.

    The numbers stay; the id and the world's time limit are noted. Each of the two steps happens at once or
    not at all, and if it is interrupted between them, it can be called again. Raises FileExistsError if the
    place is taken, and DemonstrationsError if the dataset does not say that it is of this world.
    """
    target = root / _checked(dataset_id)
    if target.exists():
        raise FileExistsError(f"{target} exists already: move it or {folder} out of the way")
    noted = folder / "data" / "metadata.json"
    if (found := recorded_world(folder / "data")[0]) != env_id:
        raise DemonstrationsError(f"{noted} names the world {found}, but {env_id} is expected")
    described = json.loads(noted.read_text(encoding="utf-8"))
    spec = json.loads(described["env_spec"]) | {"max_episode_steps": gym.spec(env_id).max_episode_steps}
    described |= {"dataset_id": dataset_id, "env_spec": json.dumps(spec)}
    write_atomically(noted, json.dumps(described))
    rename(folder, target)
    return target


def load_episodes(folder: Path | str, env_id: str, **options) -> tuple[str, list[StoredEpisode]]:
    """As `load_demonstrations`: who played, and the episodes with all that was written down."""
    from minari import MinariDataset

    data = Path(folder) / "data"
    try:
        check_files(data)
        dataset = MinariDataset(data)
        episodes = list(dataset.iterate_episodes())
        notes = list(dataset.storage.get_episode_metadata(range(len(episodes))))
    except Exception as error:  # damaged files surface as many types: OSError, KeyError, AssertionError ...
        raise DemonstrationsError(
            f"{data} cannot be read as a Minari dataset ({type(error).__name__}: {error}): "
            "it is missing, cut off or damaged; copy it again or record it anew"
        ) from error
    env = gym.make(env_id, **options)
    check_world(dataset.env_spec, env.spec, data)
    if not episodes:
        raise DemonstrationsError(f"{data} holds no episodes: record at least one")
    read = [_read_episode(episode, note, env, data) for episode, note in zip(episodes, notes, strict=True)]
    return str(dataset.storage.metadata.get("algorithm_name", "unknown")), read


def _checked(dataset_id: str) -> str:
    if not VALID_ID.fullmatch(dataset_id):
        raise ValueError(
            f"{dataset_id!r} is not a name that Minari takes: letters, digits, - and _ are expected, and a "
            "version at the end, as in 'driving-expert-v0'"
        )
    return dataset_id


def _write(data: Path, episodes: list[StoredEpisode], env: gym.Env, name: str, demonstrator: str) -> None:
    from minari import __version__
    from minari.dataset.minari_storage import MinariStorage

    storage = MinariStorage.new(data, env.observation_space, env.action_space, env.spec)
    storage.update_metadata(
        {"dataset_id": name, "minari_version": __version__, "algorithm_name": demonstrator}
    )
    storage.update_episodes(map(_to_buffer, episodes))


def _to_buffer(episode: StoredEpisode):
    from minari.data_collector import EpisodeBuffer

    trajectory = episode.trajectory
    is_last = np.arange(len(trajectory)) == len(trajectory) - 1  # (T,)
    columns = {"crashed": is_last & trajectory.crashed, "success": is_last & trajectory.success}
    columns |= episode.columns
    return EpisodeBuffer(
        seed=episode.seed,
        observations=trajectory.obs,
        actions=trajectory.actions,
        rewards=trajectory.rewards,
        terminations=is_last & trajectory.terminated,
        truncations=is_last & trajectory.truncated,
        # (T + 1, ...), as Minari counts the reset's info too
        infos={name: np.concatenate([np.zeros_like(c[:1]), c]) for name, c in columns.items()},
    )


def _read_episode(episode, notes: dict, env: gym.Env, data: Path) -> StoredEpisode:
    where = f"{data / 'main_data.hdf5'}, episode {episode.id}"
    try:
        columns = {name: np.asarray(values)[1:] for name, values in episode.infos.items()}
        trajectory = Trajectory(
            obs=episode.observations,
            actions=episode.actions,
            rewards=np.asarray(episode.rewards, dtype=np.float32),
            terminated=bool(episode.terminations[-1]),
            truncated=bool(episode.truncations[-1]),
            crashed=bool(columns.pop("crashed")[-1]),
            success=bool(columns.pop("success")[-1]),
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise DemonstrationsError(f"{where}: {error!r}; this episode was not recorded whole") from error
    check_episode(trajectory, env, where)
    return StoredEpisode(trajectory, notes.get("seed"), columns)
