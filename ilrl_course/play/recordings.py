"""What people played or corrected: each game is on disk, whole, the moment it is over."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch

from ilrl_course.data import Actor, Batch, Trajectory
from ilrl_course.envs import World
from ilrl_course.storage import my_work
from ilrl_course.storage.demonstrations import StoredEpisode, load_episodes, rename_dataset, save_episodes
from ilrl_course.storage.trust import DemonstrationsError, check_column, identity, recorded_world

YOU = "you"


@dataclass(frozen=True)
class Recording:
    """A game that a person played; or that a policy played, while a person watched and corrected it."""

    trajectory: Trajectory  # what happened
    labels: np.ndarray  # (T,) int64 or (T, action_dim) float32: what the person did, or would have done
    labeled: np.ndarray  # (T,) bool: the steps for which the person said so
    seed: int  # the world was reset with it
    recorded_at: int  # s since 1970, UTC
    player: str = YOU
    round: int = 0  # of correcting; 0: played alone

    def steps(self) -> Batch:
        """The situations in which the person said what to do, and what they said."""
        obs = torch.from_numpy(self.trajectory.obs[:-1][self.labeled])
        return Batch(obs, torch.from_numpy(self.labels[self.labeled]))

    def replay(self) -> Actor:
        """An actor that repeats the game, action by action, from `seed`."""
        actions = iter(self.trajectory.actions)
        return lambda obs: next(actions)[None]


class Recordings:
    """The games of one world with the same options, in a folder that also holds games with other options.

    Each is a Minari dataset; where MINARI_DATASETS_PATH is `root`, their ids begin with `namespace`.
    """

    def __init__(self, world: World, root: Path | None = None, **options):
        self.world, self.options = world, options
        self.root = my_work.recordings() if root is None else Path(root)
        self.namespace = f"ilrl/{world.name.lower()}"
        self.folder = self.root / self.namespace
        self.former_folder = self.root / world.name  # of games without an id that Minari takes
        self.env = gym.make(world.env_id, **options)

    def add(self, recording: Recording) -> Path:
        """Write a game to disk; it appears there when it is complete, and nothing is overwritten."""
        name = datetime.now().strftime("%Y-%m-%d_%H-%M-%S-%f")
        return self.save_as(f"{name}-v0", [recording], recording.player)

    def save_as(self, name: str, recordings: Sequence[Recording], player: str) -> Path:
        """Write games as one new Minari dataset, whose `name` ends in "-v0"; returns its folder."""
        stored = [_to_stored(recording) for recording in recordings]
        dataset_id = f"{self.namespace}/{name}"
        return save_episodes(self.root, dataset_id, stored, self.world.env_id, player, **self.options)

    def load(self, player: str | None = None, corrected: bool = False) -> list[Recording]:
        """The games of one player or of all, oldest first: those played, or those watched and `corrected`.

        A file that cannot be read is named, and stays where it is.
        """
        games = [game for path in self._paths() for game in self._read(path)]
        return [g for g in games if player in (None, g.player) and (g.round > 0) == corrected]

    def set_newest_aside(self, corrected: bool = False) -> Path | None:
        """Move your newest game out of the way, into the folder `discarded`; None if there is none."""
        for path in reversed(self._paths()):
            if any(game.player == YOU and (game.round > 0) == corrected for game in self._read(path)):
                return self._rename(path, "discarded/")
        return None

    def rename_former(self) -> Iterator[Path]:
        """Give games that were recorded under former names ids that Minari takes; yields each new folder.

        All of the world's are renamed, whatever their options. The one that fails is named, and stays.
        """
        for path in self.former_datasets():
            try:
                yield self._rename(path, "discarded/" if path.parent != self.former_folder else "")
            except (DemonstrationsError, FileExistsError) as error:
                print(f"{path} keeps its name: {error}")

    def datasets(self) -> list[Path]:
        """The folders of all games of this world that are named as today, whatever their options."""
        return _datasets_in(self.folder)

    def former_datasets(self) -> list[Path]:
        """The folders of those, discarded ones too, that were recorded under former names."""
        return [*_datasets_in(self.former_folder), *_datasets_in(self.former_folder / "discarded")]

    def _rename(self, path: Path, parent: str) -> Path:
        name = path.name if path.parent.is_relative_to(self.folder) else f"{path.name}-v0"
        dataset_id = f"{self.namespace}/{parent}{name}"
        return rename_dataset(path, self.root, dataset_id, self.world.env_id)

    def _paths(self) -> list[Path]:
        found = [*_datasets_in(self.former_folder), *self.datasets()]
        return sorted(found, key=lambda path: path.name)

    def _read(self, path: Path) -> list[Recording]:
        try:
            if recorded_world(path / "data") != identity(self.env.spec):
                return []
            return read_recordings(path, self.world, self.options)
        except DemonstrationsError as error:
            print(f"A recording is skipped, and stays where it is: {error}")
            return []


def read_recordings(path: Path, world: World, options: dict) -> list[Recording]:
    """The games in one dataset; raises DemonstrationsError if it is damaged, or of another world."""
    player, episodes = load_episodes(path, world.env_id, **options)
    return [_from_stored(episode, player, world, path) for episode in episodes]


def _datasets_in(folder: Path) -> list[Path]:
    return sorted(path.parent.parent for path in folder.glob("[!.]*/data/metadata.json"))


def now() -> int:
    """Seconds since 1970, UTC."""
    return int(time.time())


def _to_stored(recording: Recording) -> StoredEpisode:
    num_steps = len(recording.trajectory)
    columns = {"label": recording.labels, "labeled": recording.labeled}
    for name in ("recorded_at", "round"):
        columns[name] = np.full(num_steps, getattr(recording, name), dtype=np.int64)
    return StoredEpisode(recording.trajectory, recording.seed, columns)


def _from_stored(episode: StoredEpisode, player: str, world: World, path: Path) -> Recording:
    env, columns = gym.make(world.env_id), episode.columns
    spaces = {"label": env.action_space, "labeled": gym.spaces.Box(0, 1, (), bool)}
    spaces |= {name: gym.spaces.Box(0, 2**62, (), np.int64) for name in ("recorded_at", "round")}
    for name, space in spaces.items():
        if name not in columns or episode.seed is None:
            raise DemonstrationsError(f"{path}: seed or {name} is missing: it is no recorded game")
        check_column(name, columns[name], space, str(path))
        if len(columns[name]) != len(episode.trajectory):
            raise DemonstrationsError(
                f"{path}: {name} has {len(columns[name])} entries, but the game has "
                f"{len(episode.trajectory)} steps: it was not recorded whole"
            )
    notes = {name: int(columns[name][0]) for name in ("recorded_at", "round")}
    return Recording(
        episode.trajectory, columns["label"], columns["labeled"], episode.seed, player=player, **notes
    )
