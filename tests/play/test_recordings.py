"""Recorded games come back as they were, can be discarded and shared, and foreign files cannot harm."""

import dataclasses
import json
import re
import zipfile

import h5py
import minari
import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON, WORLDS
from ilrl_course.play import sharing, stand_ins
from ilrl_course.play.recordings import YOU, Recording, Recordings
from ilrl_course.rollout import collect_trajectories
from ilrl_course.storage.trust import DemonstrationsError
from tests.envs.elsewhere.borrowed import LAKE


@pytest.fixture(scope="module")
def games():
    played = collect_trajectories(CARTPOLE.make_demonstrator("weak"), CARTPOLE.env_id, 3, seed=0)
    return [
        Recording(t, t.actions, np.ones(len(t), dtype=bool), seed=10 + i, recorded_at=1_700_000_000 + i)
        for i, t in enumerate(played)
    ]


@pytest.fixture
def shelf(tmp_path):
    return Recordings(CARTPOLE, tmp_path / "shelf")


@pytest.fixture
def full_shelf(shelf, games):
    for game in games:
        shelf.add(game)
    return shelf


@pytest.fixture
def exported(full_shelf, tmp_path):
    return sharing.export(full_shelf, tmp_path / "anna.zip", "Anna")


def repacked(file, change):
    """The same file with one of its two members changed: `change` gets the unpacked folder."""
    folder = file.parent / "unpacked"
    sharing.unpack(file, folder)
    change(folder)
    with zipfile.ZipFile(file, "w") as archive:
        for member in folder.iterdir():
            archive.write(member, member.name)
    return file


def assert_same(read: Recording, written: Recording):
    for field in dataclasses.fields(written):
        one, other = getattr(read, field.name), getattr(written, field.name)
        if field.name == "trajectory":
            np.testing.assert_array_equal(one.obs, other.obs)
            np.testing.assert_array_equal(one.actions, other.actions)
            assert (one.terminated, one.truncated) == (other.terminated, other.truncated)
        else:
            np.testing.assert_array_equal(one, other)


def test_games_come_back_as_they_were_oldest_first(full_shelf, games):
    for read, written in zip(full_shelf.load(), games, strict=True):
        assert_same(read, written)


def test_a_recording_is_a_minari_dataset_with_world_seed_and_date(full_shelf, games, monkeypatch):
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(full_shelf.root))
    dataset = minari.load_dataset(next(iter(minari.list_local_datasets())))
    assert dataset.recover_environment().spec.id == CARTPOLE.env_id
    assert next(dataset.storage.get_episode_metadata([0]))["seed"] == games[0].seed
    assert dataset[0].infos["recorded_at"][-1] == games[0].recorded_at


def test_only_labeled_steps_are_learned_from(games):
    labeled = np.arange(len(games[0].labels)) % 3 == 0
    game = dataclasses.replace(games[0], labels=1 - games[0].labels, labeled=labeled)
    steps = game.steps()
    np.testing.assert_array_equal(steps.actions, 1 - games[0].trajectory.actions[::3])
    np.testing.assert_array_equal(steps.obs, games[0].trajectory.obs[:-1][::3])


def test_games_with_other_options_are_left_alone(full_shelf, tmp_path):
    assert Recordings(CARTPOLE, full_shelf.root, pole_length=2.0).load() == []


def test_the_last_game_is_moved_aside_and_the_others_stay(full_shelf, games):
    aside = full_shelf.set_newest_aside()
    assert aside.parent.name == "discarded"
    assert (aside / "data" / "main_data.hdf5").exists()
    assert len(full_shelf.load()) == 2
    full_shelf.set_newest_aside()
    full_shelf.set_newest_aside()
    assert full_shelf.set_newest_aside() is None


def test_a_classmates_games_are_not_discarded(shelf, games):
    shelf.add(games[0])
    shelf.add(dataclasses.replace(games[1], player="Anna"))
    shelf.set_newest_aside()
    assert [game.player for game in shelf.load()] == ["Anna"]


def test_a_damaged_recording_is_named_and_stays_and_the_others_are_read(full_shelf, capsys):
    path = sorted(full_shelf.folder.iterdir())[1]
    file = path / "data" / "main_data.hdf5"
    file.write_bytes(file.read_bytes()[:500])
    assert len(full_shelf.load()) == 2
    assert path.name in capsys.readouterr().out
    assert file.exists()


def test_a_write_that_is_interrupted_leaves_the_others_whole_and_no_half_one(full_shelf, games, monkeypatch):
    def interrupt(*arguments, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr("minari.dataset.minari_storage.MinariStorage.update_metadata", interrupt)
    with pytest.raises(KeyboardInterrupt):
        full_shelf.add(games[0])
    monkeypatch.undo()
    assert len(full_shelf.load()) == 3
    assert len(list(full_shelf.folder.iterdir())) == 3


def test_exported_games_are_read_elsewhere_under_their_players_name(exported, games, tmp_path):
    elsewhere = Recordings(CARTPOLE, tmp_path / "elsewhere")
    assert sharing.pool(elsewhere, exported) == 3
    assert elsewhere.load(YOU) == []
    for read, written in zip(elsewhere.load("Anna"), games, strict=True):
        assert_same(read, dataclasses.replace(written, player="Anna"))


def test_the_same_file_twice_adds_nothing(exported, tmp_path):
    elsewhere = Recordings(CARTPOLE, tmp_path / "elsewhere")
    sharing.pool(elsewhere, exported)
    assert sharing.pool(elsewhere, exported) == 0
    assert len(elsewhere.load()) == 3


def test_an_export_never_replaces_a_file_and_needs_a_name_and_games(full_shelf, exported, tmp_path):
    with pytest.raises(FileExistsError, match="already"):
        sharing.export(full_shelf, exported, "Anna")
    with pytest.raises(ValueError, match="name"):
        sharing.export(full_shelf, tmp_path / "new.zip", YOU)
    with pytest.raises(ValueError, match="play one first"):
        sharing.export(Recordings(DUNGEON, tmp_path / "none"), tmp_path / "new.zip", "Anna")


def test_a_file_of_another_world_or_other_options_is_refused(exported, tmp_path):
    for world, options in ((DRIVING, {}), (CARTPOLE, {"pole_length": 2.0})):
        shelf = Recordings(world, tmp_path / "elsewhere", **options)
        with pytest.raises(DemonstrationsError, match=re.escape(f"{exported} was recorded in")):
            sharing.pool(shelf, exported)
        assert shelf.load() == []


@pytest.mark.parametrize(
    "names",
    [
        ["../outside.txt"],
        ["/tmp/outside.txt"],
        ["data/metadata.json"],
        ["main_data.hdf5", "a/metadata.json", "b/metadata.json"],
        ["main_data.hdf5", "metadata.json", "../outside.txt"],
    ],
)
def test_a_file_with_other_members_is_refused_and_nothing_is_written(shelf, tmp_path, names):
    file = tmp_path / "bad.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(DemonstrationsError, match="holds"):
        sharing.pool(shelf, file)
    assert not (tmp_path / "outside.txt").exists()


def test_what_is_no_archive_and_what_is_missing_is_named(shelf, tmp_path):
    (tmp_path / "text.zip").write_text("no archive")
    for name, fault in (("text.zip", "cannot be unpacked"), ("nowhere.zip", "no file")):
        with pytest.raises(DemonstrationsError, match=fault) as error:
            sharing.pool(shelf, tmp_path / name)
        assert str(tmp_path / name) in str(error.value)


def test_a_file_that_unpacks_to_gigabytes_is_refused(shelf, tmp_path, monkeypatch, exported):
    monkeypatch.setattr(sharing, "MAX_BYTES", 1000)
    with pytest.raises(DemonstrationsError, match="too large"):
        sharing.pool(shelf, exported)


def test_a_table_that_would_fill_the_memory_is_refused(shelf, exported):
    def blow_up(folder):
        with h5py.File(folder / "main_data.hdf5", "a") as file:
            file["episode_0"].create_dataset("infos/huge", (10**9,), "u1", compression="gzip")

    with pytest.raises(DemonstrationsError, match="no game is that long"):
        sharing.pool(shelf, repacked(exported, blow_up))


def test_a_file_that_points_to_other_files_is_refused(shelf, exported):
    def point(folder):
        with h5py.File(folder / "main_data.hdf5", "a") as file:
            file["episode_0/infos/secret"] = h5py.ExternalLink("/etc/passwd", "/")

    with pytest.raises(DemonstrationsError, match="points elsewhere"):
        sharing.pool(shelf, repacked(exported, point))


def test_a_file_without_spaces_is_refused_before_the_world_that_it_names_is_made(
    shelf, exported, monkeypatch
):
    def name_code(folder):
        path = folder / "metadata.json"
        described = json.loads(path.read_text())
        spec = json.loads(described["env_spec"]) | {"entry_point": "antigravity:fly"}
        described["env_spec"] = json.dumps(spec)
        del described["observation_space"]
        path.write_text(json.dumps(described))

    with pytest.raises(DemonstrationsError, match="does not say observation_space"):
        sharing.pool(shelf, repacked(exported, name_code))


@pytest.mark.parametrize("column", ["label", "labeled", "recorded_at", "round"])
def test_a_dataset_without_a_column_is_no_recorded_game(shelf, exported, column):
    def drop(folder):
        with h5py.File(folder / "main_data.hdf5", "a") as file:
            del file[f"episode_1/infos/{column}"]

    with pytest.raises(DemonstrationsError, match=column):
        sharing.pool(shelf, repacked(exported, drop))


def test_a_column_of_another_length_than_the_game_is_refused(shelf, exported):
    def cut(folder):
        with h5py.File(folder / "main_data.hdf5", "a") as file:
            infos = file["episode_1/infos"]
            shorter = infos["label"][:-3]
            del infos["label"]
            infos["label"] = shorter

    with pytest.raises(DemonstrationsError, match="label has"):
        sharing.pool(shelf, repacked(exported, cut))


def test_labels_that_are_no_actions_are_refused(shelf, exported):
    def change(folder):
        with h5py.File(folder / "main_data.hdf5", "a") as file:
            file["episode_1/infos/label"][3] = 7

    with pytest.raises(DemonstrationsError, match="outside"):
        sharing.pool(shelf, repacked(exported, change))


@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
def test_where_nobody_has_played_the_stand_in_games_go_on_and_say_that_a_script_played(
    world, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    games = stand_ins.your_games(world)
    assert len(games) == 20
    assert "SCRIPT" in capsys.readouterr().out
    Recordings(world, **world.play_options).add(dataclasses.replace(games[0], player=YOU))
    assert len(stand_ins.your_games(world)) == 1
    assert "your recorded games: 1" in capsys.readouterr().out


def test_a_world_that_nobody_has_played_says_to_play_first(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    with pytest.raises(ValueError, match=r"no games of TestLake: .* Play first"):
        stand_ins.your_games(LAKE)


def test_games_of_a_class_are_taken_together_and_their_players_named(exported, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    sharing.pool(Recordings(CARTPOLE, **CARTPOLE.play_options), exported)
    assert len(stand_ins.your_games(CARTPOLE, player=None)) == 3
    assert "the games of Anna: 3 of CartPole" in capsys.readouterr().out
