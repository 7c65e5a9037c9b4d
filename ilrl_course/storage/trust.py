"""What must be true of a dataset before its numbers are used: files may come from anywhere."""

import json
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec

from ilrl_course.data import Trajectory

MAX_NUMBERS = 10_000_000  # in one table; a longer one is an attempt to fill the memory


class DemonstrationsError(ValueError):
    """A dataset that cannot be trusted; the message names the file, the fault and what to do."""


def check_files(data: Path) -> None:
    """Raise unless these files can be opened without running code, or reading other files, that they name.

    Minari builds the world that a dataset names where the dataset does not say its spaces, and HDF5 can
    point to other files.
    """
    import h5py

    described = json.loads((data / "metadata.json").read_text(encoding="utf-8"))
    for name, kind in (("observation_space", str), ("action_space", str), ("env_spec", str)):
        if not isinstance(described.get(name), kind):
            raise DemonstrationsError(f"metadata.json does not say {name}")
    if described.get("data_format") != "hdf5":
        raise DemonstrationsError(f"the format is {described.get('data_format')!r}, but hdf5 is expected")
    with h5py.File(data / "main_data.hdf5", "r") as file:
        _check_group(file, h5py)


def _check_group(group, h5py) -> None:
    for name in group:
        where = f"{group.name}/{name}"
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise DemonstrationsError(f"{where} points elsewhere, which no recording of this course does")
        if isinstance(group[name], h5py.Group):
            _check_group(group[name], h5py)
        elif group[name].external or group[name].is_virtual or group[name].dtype.kind not in "biuf":
            raise DemonstrationsError(f"{where} is no plain table of numbers")
        elif group[name].size > MAX_NUMBERS:
            raise DemonstrationsError(f"{where} holds {group[name].size:,} numbers: no game is that long")


def recorded_world(data: Path) -> tuple[str, dict]:
    """The id and the options of the world that a dataset names; raises DemonstrationsError if it does not."""
    try:
        described = json.loads((data / "metadata.json").read_text(encoding="utf-8"))
        return identity(EnvSpec.from_json(described["env_spec"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DemonstrationsError(f"{data / 'metadata.json'} is damaged ({error!r})") from error


def check_world(recorded: EnvSpec | None, expected: EnvSpec, data: Path) -> None:
    """Raise unless a dataset was recorded in the expected world, with its options."""
    if identity(recorded) != identity(expected):
        raise DemonstrationsError(
            f"{data} was recorded in {identity(recorded)}, but {identity(expected)} is asked for: "
            "load it with the world and the options it was recorded in"
        )


def identity(spec: EnvSpec | None) -> tuple[str, dict]:
    """The id and the options of a world."""
    options = {key: value for key, value in (spec.kwargs if spec else {}).items() if key != "render_mode"}
    return (spec.id if spec else "an unknown world"), options


def check_episode(trajectory: Trajectory, env: gym.Env, where: str) -> None:
    """Raise unless an episode fits the world, is finite, and ends."""
    columns = {
        "observations": (trajectory.obs, env.observation_space),
        "actions": (trajectory.actions, env.action_space),
        "rewards": (trajectory.rewards, gym.spaces.Box(-np.inf, np.inf, (), np.float32)),
    }
    for name, (values, space) in columns.items():
        check_column(name, values, space, where)
    if len(trajectory) == 0 or not (trajectory.terminated or trajectory.truncated):
        raise DemonstrationsError(f"{where}: an episode must end, terminated or truncated")


def check_column(name: str, values: np.ndarray, space: gym.Space, where: str) -> None:
    """Raise unless values (T, ...) are of the shape and type of the space, finite, and in its range."""
    if values.shape[1:] != space.shape or values.dtype != space.dtype:
        raise DemonstrationsError(
            f"{where}: {name} have shape {values.shape} and dtype {values.dtype}, but "
            f"{('steps', *space.shape)} and {space.dtype} are expected"
        )
    if not np.isfinite(values).all():
        raise DemonstrationsError(f"{where}: {name} hold NaN or infinity: record the episode anew")
    if isinstance(space, gym.spaces.Discrete) and not ((values >= 0) & (values < space.n)).all():
        raise DemonstrationsError(f"{where}: {name} lie outside 0..{space.n - 1}")
