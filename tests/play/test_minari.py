"""Minari opens all recordings: new ones, shipped ones, exported ones, and old ones that were renamed."""

import dataclasses
import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from types import SimpleNamespace

import minari
import numpy as np
import pytest

from course_tools import recordings as command
from course_tools.workplace import CourseError
from ilrl_course.envs import CARTPOLE, DRIVING, WORLDS
from ilrl_course.play import sharing
from ilrl_course.play.recordings import YOU, Recordings
from ilrl_course.play.stand_ins import STAND_INS, stand_in_games
from ilrl_course.storage import files

OLD = Path(__file__).parents[1] / "students" / "from_0b2daf4" / "my_work" / "recordings"
NUM_OLD = len(list(OLD.rglob("metadata.json")))


def run(rename):
    """`course.py recordings`, with or without `--rename`; returns the exit code."""
    return command.run(SimpleNamespace(rename=rename))


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A student's folder of recordings, which is Minari's at the same time."""
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path / "recordings"))
    return tmp_path / "recordings"


@pytest.fixture
def recorded(root):
    """Games of all worlds, as they are recorded today; one of each is discarded."""
    for world in WORLDS.values():
        shelf = Recordings(world, **world.play_options)
        for game in stand_in_games(world)[:3]:
            shelf.add(dataclasses.replace(game, player=YOU))
        shelf.set_newest_aside()
    return root


@pytest.fixture
def shipped(root):
    """Those of the course's own worlds; of others', the packages may be missing here."""
    for world in WORLDS.values():
        name = f"ilrl/{world.name.lower()}"
        shutil.copytree(STAND_INS / name, root / name)
    return root


@pytest.fixture
def exported(root, tmp_path):
    for world in WORLDS.values():
        shelf = Recordings(world, tmp_path / "shelf", **world.play_options)
        shelf.add(dataclasses.replace(stand_in_games(world)[0], player=YOU))
        file = sharing.export(shelf, tmp_path / f"{world.name}.zip", "Anna B. Ćirić")
        with zipfile.ZipFile(file) as archive:
            archive.extractall(root)
    return root


@pytest.fixture
def old(root):
    return shutil.copytree(OLD, root)


@pytest.fixture
def renamed(old, capsys):
    assert run(rename=True) == 0
    capsys.readouterr()
    return old


@pytest.fixture(params=["recorded", "shipped", "exported", "renamed"])
def datasets(request):
    """Minari's own list; whatever it warns about is an error."""
    request.getfixturevalue(request.param)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return [minari.load_dataset(name) for name in minari.list_local_datasets()]


def test_minari_lists_and_loads_every_dataset_by_its_id(datasets, root):
    ids = [dataset.id for dataset in datasets]
    assert len(ids) == len(list(root.rglob("metadata.json")))
    assert {name.split("/")[1] for name in ids} == {world.name.lower() for world in WORLDS.values()}
    assert all(name.startswith("ilrl/") and name.endswith("-v0") for name in ids)
    assert all(dataset.spec.version == 0 and dataset.total_episodes for dataset in datasets)


def test_every_episode_replayed_from_its_seed_is_the_same_step_by_step(datasets):
    for dataset in datasets:
        env = dataset.recover_environment()
        notes = dataset.storage.get_episode_metadata(dataset.episode_indices)
        for episode, note in zip(dataset.iterate_episodes(), notes, strict=True):
            was_given_up = episode.infos["round"].any() and episode.truncations[-1]
            obs, _ = env.reset(seed=int(note["seed"]))
            np.testing.assert_array_equal(obs, episode.observations[0])
            for step, action in enumerate(episode.actions):
                obs, reward, terminated, truncated, _ = env.step(action)
                np.testing.assert_array_equal(obs, episode.observations[step + 1])
                assert np.float32(reward) == np.float32(episode.rewards[step])
                assert terminated == episode.terminations[step]
                assert was_given_up or truncated == episode.truncations[step]


def test_minari_filters_and_combines_datasets_of_one_world_and_its_command_lists_them(datasets, root):
    for world in WORLDS.values():
        of_world = [d for d in datasets if d.env_spec.id == world.env_id]
        of_options = [d for d in of_world if d.env_spec.kwargs == of_world[0].env_spec.kwargs]
        name = f"ilrl/{world.name.lower()}/all-v1"
        combined = minari.combine_datasets(of_options, name)
        assert combined.total_episodes == sum(d.total_episodes for d in of_options)
        terminated = combined.filter_episodes(lambda episode: episode.terminations[-1])
        assert terminated.total_episodes == sum(e.terminations[-1] for e in combined.iterate_episodes())
    program = Path(sys.executable).with_name("minari")
    listed = subprocess.run(
        [program, "list", "local"],
        capture_output=True,
        env=os.environ | {"COLUMNS": "200", "PYTHONUTF8": "1"},
        encoding="utf-8",
        check=True,
    )
    assert all(name in listed.stdout for name in minari.list_local_datasets())


# Names of a former version


def all_games():
    """All games of all worlds that the course reads, without what a comparison cannot compare."""
    shelves = [Recordings(world, **world.play_options) for world in WORLDS.values()]
    games = [g for s in shelves for corrected in (False, True) for g in s.load(corrected=corrected)]
    return [(g.player, g.seed, g.recorded_at, g.round, g.trajectory.obs.tobytes()) for g in games]


def test_old_names_are_kept_until_renaming_is_asked_for_and_then_the_same_games_are_read(old, capsys):
    before = all_games()
    assert run(rename=False) == 0
    assert f"{NUM_OLD} have names of a former version" in capsys.readouterr().out
    assert sorted(old.rglob("*.json")) == sorted(old / path.relative_to(OLD) for path in OLD.rglob("*.json"))
    assert run(rename=True) == 0
    assert all_games() == before
    assert len(minari.list_local_datasets()) == NUM_OLD


def test_new_games_stand_beside_old_ones_and_the_newest_can_be_discarded(old):
    shelf = Recordings(DRIVING, **DRIVING.play_options)
    before = shelf.load()
    shelf.add(dataclasses.replace(stand_in_games(DRIVING)[0], player=YOU))
    assert len(shelf.load()) == len(before) + 1
    assert shelf.set_newest_aside().is_relative_to(old / "ilrl" / "driving" / "discarded")
    assert shelf.set_newest_aside().is_relative_to(old / "ilrl" / "driving" / "discarded")
    assert len(shelf.load()) == len(before) - 1


@pytest.mark.parametrize("step", ["write_atomically", "rename"])
def test_a_renaming_that_is_interrupted_loses_nothing_and_is_completed_by_the_next(old, monkeypatch, step):
    before, calls, act = all_games(), iter(range(100)), getattr(files, step)

    def interrupt_the_third(*arguments):
        if next(calls) == 2:
            raise KeyboardInterrupt
        return act(*arguments)

    monkeypatch.setattr(f"ilrl_course.storage.demonstrations.{step}", interrupt_the_third)
    with pytest.raises(KeyboardInterrupt):
        run(rename=True)
    assert all_games() == before
    run(rename=True)
    assert all_games() == before
    assert len(minari.list_local_datasets()) == NUM_OLD


def test_games_that_cannot_be_renamed_stay_are_named_and_do_not_stop_the_others(old, capsys):
    damaged, taken, foreign = sorted(old.glob("*/2026*"))[1:4]
    (damaged / "data" / "metadata.json").write_text('{"total_')
    (old / "ilrl" / taken.parent.name.lower() / f"{taken.name}-v0").mkdir(parents=True)
    noted = foreign / "data" / "metadata.json"
    noted.write_text(noted.read_text().replace("ilrl/", "others/"))
    content = {path: path.read_bytes() for f in (damaged, taken, foreign) for path in f.rglob("*.*")}
    with pytest.raises(CourseError, match="3 kept a former name"):
        run(rename=True)
    said = capsys.readouterr().out
    for folder, fault in ((damaged, "is damaged"), (taken, "exists already"), (foreign, "names the world")):
        (line,) = [line for line in said.splitlines() if line.startswith(f"{folder} keeps its name")]
        assert fault in line
    assert all(path.read_bytes() == was for path, was in content.items())
    assert len(list(old.glob("ilrl/*/*/data")) + list(old.glob("ilrl/*/discarded/*/data"))) == NUM_OLD - 3


@pytest.mark.parametrize("move", ["add", "set_newest_aside", "rename"])
def test_a_folder_that_is_refused_twice_as_windows_does_is_renamed_all_the_same(old, monkeypatch, move):
    shelf = Recordings(CARTPOLE, **CARTPOLE.play_options)
    refused, replace = [], os.replace

    def busy_at_first(source, target):
        if Path(source).is_dir() and refused.count(source) < 2:
            refused.append(source)
            raise PermissionError(13, "used by another process", str(source))
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy_at_first)
    before = len(shelf.load())
    if move == "add":
        shelf.add(dataclasses.replace(stand_in_games(CARTPOLE)[0], player=YOU))
        assert len(shelf.load()) == before + 1
    elif move == "set_newest_aside":
        assert shelf.set_newest_aside()
        assert len(shelf.load()) == before - 1
    else:
        run(rename=True)
        assert len(shelf.load()) == before
        assert len(minari.list_local_datasets()) == NUM_OLD
    assert len(refused) >= 2
