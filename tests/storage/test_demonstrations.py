"""Demonstrations survive the disk, and damaged or foreign ones are refused by name."""

import dataclasses
import re

import h5py
import minari
import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE
from ilrl_course.rollout import collect_trajectories
from ilrl_course.storage.demonstrations import DemonstrationsError, load_demonstrations, save_demonstrations


@pytest.fixture(scope="module")
def trajectories():
    return collect_trajectories(CARTPOLE.make_demonstrator("weak"), CARTPOLE.env_id, 3, seed=0)


@pytest.fixture
def folder(tmp_path, trajectories):
    return save_demonstrations(tmp_path / "cartpole-weak-v0", trajectories, CARTPOLE.env_id, "weak")


def break_episode(folder, change):
    with h5py.File(folder / "data" / "main_data.hdf5", "a") as file:
        change(file["episode_1"])


def assert_refused(folder, *words, env_id=CARTPOLE.env_id, **options):
    with pytest.raises(DemonstrationsError) as refusal:
        load_demonstrations(folder, env_id, **options)
    for word in (str(folder), *words):
        assert word in str(refusal.value)


def test_what_is_read_is_what_was_written(folder, trajectories):
    for read, written in zip(load_demonstrations(folder, CARTPOLE.env_id), trajectories, strict=True):
        for field in dataclasses.fields(written):
            np.testing.assert_array_equal(getattr(read, field.name), getattr(written, field.name))


def test_minari_itself_opens_the_dataset_and_recovers_the_world(folder, trajectories, monkeypatch):
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(folder.parent))
    dataset = minari.load_dataset("cartpole-weak-v0")
    assert dataset.total_episodes == 3
    assert dataset.total_steps == sum(map(len, trajectories))
    assert dataset.recover_environment().spec.id == CARTPOLE.env_id


def test_an_existing_dataset_is_never_overwritten(folder, trajectories):
    with pytest.raises(FileExistsError, match="already"):
        save_demonstrations(folder, trajectories, CARTPOLE.env_id, "weak")


@pytest.mark.parametrize("name", ["weak", "weak-v", "weak-v0.1", "weak v0", ".weak-v0", "weak-V0"])
def test_a_name_that_minari_refuses_is_refused_and_a_right_one_is_shown(tmp_path, trajectories, name):
    with pytest.raises(ValueError, match=f"'{re.escape(name)}' is not a name .* 'driving-expert-v0'"):
        save_demonstrations(tmp_path / name, trajectories, CARTPOLE.env_id, "weak")
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, trajectories, monkeypatch):
    def fail(*arguments, **named):
        raise OSError("disk full")

    monkeypatch.setattr("minari.dataset.minari_storage.MinariStorage.update_metadata", fail)
    with pytest.raises(OSError, match="disk full"):
        save_demonstrations(tmp_path / "new-v0", trajectories, CARTPOLE.env_id, "weak")
    assert list(tmp_path.iterdir()) == []


def test_a_truncated_file_is_named(folder):
    file = folder / "data" / "main_data.hdf5"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert_refused(folder, "cut off or damaged")


def test_broken_metadata_and_a_missing_folder_are_named(folder, tmp_path):
    (folder / "data" / "metadata.json").write_text('{"total_')
    assert_refused(folder, "damaged")
    assert_refused(tmp_path / "nowhere-v0", "missing")


def test_another_world_is_refused(folder):
    assert_refused(folder, "CartPoleFixed", env_id="ilrl/CartPoleFixed-v0")


def test_other_options_of_the_same_world_are_refused(folder):
    assert_refused(folder, "pole_length", pole_length=2.0)


def test_nan_in_observations_is_refused(folder):
    def change(episode):
        episode["observations"][2, 1] = np.nan

    break_episode(folder, change)
    assert_refused(folder, "episode 1", "observations", "NaN")


def test_a_wrong_shape_is_refused(folder):
    def change(episode):
        values = episode["observations"][:, :3]
        del episode["observations"]
        episode["observations"] = values

    break_episode(folder, change)
    assert_refused(folder, "episode 1", "observations", "shape")


@pytest.mark.parametrize(("column", "dtype"), [("observations", np.float64), ("actions", np.float32)])
def test_a_wrong_dtype_is_refused(folder, column, dtype):
    def change(episode):
        values = episode[column][:].astype(dtype)
        del episode[column]
        episode[column] = values

    break_episode(folder, change)
    assert_refused(folder, "episode 1", column, np.dtype(dtype).name)


def test_options_that_are_equal_numbers_are_the_same_world(tmp_path, trajectories):
    folder = save_demonstrations(
        tmp_path / "long-v0", iter(trajectories), CARTPOLE.env_id, "weak", pole_length=2
    )
    assert len(load_demonstrations(folder, CARTPOLE.env_id, pole_length=np.float64(2.0))) == 3


def test_a_relative_folder_is_found_again(tmp_path, trajectories, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_demonstrations("here-v0", trajectories, CARTPOLE.env_id, "weak")
    assert len(load_demonstrations("here-v0", CARTPOLE.env_id)) == 3


def test_actions_that_do_not_exist_are_refused(folder):
    def change(episode):
        episode["actions"][0] = 7

    break_episode(folder, change)
    assert_refused(folder, "episode 1", "actions", "0..1")


def test_an_episode_without_an_end_is_refused(folder):
    def change(episode):
        episode["terminations"][-1] = False
        episode["truncations"][-1] = False

    break_episode(folder, change)
    assert_refused(folder, "episode 1", "an episode must end, terminated or truncated")


def test_an_episode_that_is_terminated_in_its_last_step_is_kept_as_both(tmp_path, trajectories):
    both = dataclasses.replace(trajectories[0], terminated=True, truncated=True)
    save_demonstrations(tmp_path / "both-v0", [both], CARTPOLE.env_id, "expert")
    (read,) = load_demonstrations(tmp_path / "both-v0", CARTPOLE.env_id)
    assert (read.terminated, read.truncated) == (True, True)


def test_nan_is_refused_before_it_reaches_the_disk(tmp_path, trajectories):
    broken = dataclasses.replace(trajectories[0], rewards=trajectories[0].rewards * np.nan)
    with pytest.raises(DemonstrationsError, match="rewards"):
        save_demonstrations(tmp_path / "broken-v0", [broken], CARTPOLE.env_id, "weak")
    assert list(tmp_path.iterdir()) == []
