"""Networks on disk: written at once or not at all, and read back without running anything from the file."""

import io
from pathlib import Path

import torch
from torch import nn

from ilrl_course.files import write_atomically


def save_checkpoint(path: Path, networks: dict[str, nn.Module], curve: list[dict[str, float]]) -> None:
    """Write the networks' weights and the metrics so far; an older file at `path` is replaced."""
    weights = {name: network.state_dict() for name, network in networks.items()}
    curve = [{name: float(value) for name, value in row.items()} for row in curve]
    buffer = io.BytesIO()
    torch.save({"networks": weights, "curve": curve}, buffer)
    write_atomically(Path(path), buffer.getvalue())


def load_checkpoint(path: Path, networks: dict[str, nn.Module]) -> list[dict[str, float]]:
    """Put a checkpoint's weights into the networks, in place, and return the metrics that it holds.

    The file may come from anyone: only tensors, numbers and texts are read. Raises ValueError if it is not a
    checkpoint, or is one of other networks; then the networks are as they were.
    """
    file = io.BytesIO(Path(path).read_bytes())
    try:
        content = torch.load(file, weights_only=True)
        stored, curve = content["networks"], content["curve"]
        shapes = {name: _shapes(weights) for name, weights in stored.items()}
    except Exception as error:  # torch's reader stumbles over foreign files in many ways
        raise ValueError(f"{path} is not a checkpoint of this course: give one of save_checkpoint") from error
    if shapes != {name: _shapes(network.state_dict()) for name, network in networks.items()}:
        raise ValueError(f"{path} holds {list(stored)}, of other shapes or names than {list(networks)}")
    for name, network in networks.items():
        network.load_state_dict(stored[name])
    return curve


def _shapes(weights: dict[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in weights.items()}
