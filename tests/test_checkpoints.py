"""A checkpoint gives back what was saved, runs nothing, and is refused as a whole or loaded as a whole."""

import io
import os
import pickle

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box, Discrete

from ilrl_course.checkpoints import load_checkpoint, save_checkpoint
from ilrl_course.networks import make_policy, make_value_net

OBS = Box(-1, 1, (3,), np.float32)
SPACES = {"discrete": Discrete(4), "continuous": Box(-1, 1, (2,), np.float32)}
CURVE = [{"env_steps": 256, "approx_kl": 0.01}, {"env_steps": 512, "approx_kl": 0.02}]


def make_networks(seed, space=SPACES["discrete"], hidden_sizes=(8, 8)):
    return {
        "policy": make_policy(OBS, space, seed, hidden_sizes),
        "value_net": make_value_net(OBS, seed, hidden_sizes),
    }


def weights_of(networks):
    return torch.cat(
        [weights.detach().flatten() for net in networks.values() for weights in net.parameters()]
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.pt"


@pytest.fixture
def saved(path):
    save_checkpoint(path, make_networks(seed=0), CURVE)
    return path


def refuses(path, networks):
    """Is the file refused with a ValueError that names it, and are the networks as they were?"""
    before = weights_of(networks)
    with pytest.raises(ValueError, match=path.name):
        load_checkpoint(path, networks)
    return torch.equal(weights_of(networks), before)


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_what_was_saved_comes_back_in_place_with_its_curve(path, space):
    networks, others = make_networks(0, space), make_networks(1, space)
    save_checkpoint(path, networks, CURVE)
    held = list(others["policy"].parameters())  # as an optimizer does
    assert load_checkpoint(path, others) == CURVE
    assert all(old is new for old, new in zip(held, others["policy"].parameters(), strict=True))
    assert torch.equal(weights_of(others), weights_of(networks))
    obs = torch.ones(5, 3)
    assert torch.equal(others["policy"](obs).mode, networks["policy"](obs).mode)


def test_loaded_networks_learn_on_without_changing_the_file_or_each_other(saved):
    first, second = make_networks(1), make_networks(2)
    load_checkpoint(saved, first)
    load_checkpoint(saved, second)
    with torch.no_grad():
        for weights in first["policy"].parameters():
            weights += 1
    assert torch.equal(weights_of(second), weights_of(make_networks(0)))
    assert all(weights.requires_grad for weights in second["policy"].parameters())


def test_a_path_may_be_a_text_and_its_folder_is_made(tmp_path):
    path = str(tmp_path / "new" / "checkpoint.pt")
    save_checkpoint(path, make_networks(0), [])
    assert load_checkpoint(path, make_networks(1)) == []


class Malicious:
    """Unpickling it makes a folder: a stand-in for anything else that code can do."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("place", ["pickle", "torch", "curve", "weights"])
def test_code_in_a_file_is_not_run(saved, tmp_path, place):
    evil, networks = Malicious(tmp_path / "made by the file"), make_networks(1)
    honest = torch.load(saved, weights_only=True)
    content = {
        "pickle": evil,
        "torch": evil,
        "curve": honest | {"curve": [evil]},
        "weights": honest | {"networks": honest["networks"] | {"policy": evil}},
    }[place]
    with saved.open("wb") as file:
        if place == "pickle":
            pickle.dump(content, file, protocol=2)
        else:
            torch.save(content, file)
    assert refuses(saved, networks)
    assert not evil.folder.exists()
    assert b"mkdir" in saved.read_bytes()  # the trap was there


@pytest.mark.parametrize(
    "networks",
    [
        make_networks(1, hidden_sizes=(8, 9)),
        make_networks(1, hidden_sizes=(8,)),
        make_networks(1, space=SPACES["continuous"]),
        make_networks(1) | {"value_net": make_value_net(OBS, 1, (9, 9))},  # the policy alone would fit
        {"policy": make_networks(1)["policy"]},
        make_networks(1) | {"reward_net": make_value_net(OBS, 1, (8, 8))},
        {"student": make_networks(1)["policy"], "value_net": make_networks(1)["value_net"]},
    ],
    ids=["width", "depth", "actions", "critic", "fewer", "more", "names"],
)
def test_a_checkpoint_of_other_networks_is_refused_and_changes_nothing(saved, networks):
    assert refuses(saved, networks)


@pytest.mark.parametrize("kept", [0, 1, 3, 10, 0.01, 0.1, 0.5, 0.9, 0.99, -1])
def test_half_a_file_is_refused_and_changes_nothing(saved, kept):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(kept * len(content)) if isinstance(kept, float) else kept])
    assert refuses(saved, make_networks(1))


@pytest.mark.parametrize("text", ["a note\n", "(see page 3)\n", "{}", "score\n1\n", "json", "0", "\n", "é"])
def test_a_text_file_is_refused_and_changes_nothing(path, text):
    path.write_text(text, encoding="utf-8")
    assert refuses(path, make_networks(1))


NO_TENSORS = {name: dict.fromkeys(network.state_dict(), 1.0) for name, network in make_networks(1).items()}


@pytest.mark.parametrize(
    "content",
    [
        torch.zeros(3),
        [1, 2],
        {"curve": []},
        {"networks": {}},
        {"networks": [1], "curve": []},
        {"networks": {"policy": 1, "value_net": 2}, "curve": []},
        {"networks": NO_TENSORS, "curve": []},
        {"networks": {1: {}, "policy": {}}, "curve": []},
    ],
    ids=["tensor", "list", "no networks", "no curve", "a list", "no layers", "no tensors", "mixed names"],
)
@pytest.mark.filterwarnings("ignore:Using a non-tuple sequence")
def test_a_torch_file_of_something_else_is_refused_and_changes_nothing(path, content):
    torch.save(content, path)
    assert refuses(path, make_networks(1))


def test_a_missing_file_is_reported_as_missing(path):
    with pytest.raises(FileNotFoundError):
        load_checkpoint(path, make_networks(1))


def interrupt(*_, **__):
    raise KeyboardInterrupt


@pytest.mark.parametrize(("module", "step"), [(torch, "save"), (os, "fsync"), (os, "replace")])
def test_an_interrupted_save_leaves_the_old_checkpoint_and_no_litter(saved, monkeypatch, module, step):
    monkeypatch.setattr(module, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(saved, make_networks(1), [])
    monkeypatch.undo()
    networks = make_networks(2)
    assert load_checkpoint(saved, networks) == CURVE
    assert torch.equal(weights_of(networks), weights_of(make_networks(0)))
    assert list(saved.parent.iterdir()) == [saved]


def test_a_later_save_replaces_the_earlier_one(saved):
    save_checkpoint(saved, make_networks(1), CURVE[:1])
    networks = make_networks(2)
    assert load_checkpoint(saved, networks) == CURVE[:1]
    assert torch.equal(weights_of(networks), weights_of(make_networks(1)))


def test_numbers_of_numpy_in_the_curve_come_back_too(path):
    save_checkpoint(path, make_networks(0), [{"score": np.float64(0.5), "env_steps": np.int64(3)}])
    assert load_checkpoint(path, make_networks(1)) == [{"score": 0.5, "env_steps": 3}]


def test_a_checkpoint_is_an_ordinary_torch_file_of_tensors_numbers_and_texts(saved):
    content = torch.load(io.BytesIO(saved.read_bytes()), weights_only=True)
    assert set(content) == {"networks", "curve"}
    assert set(content["networks"]) == {"policy", "value_net"}
