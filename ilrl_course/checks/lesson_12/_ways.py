"""What the checks of flow matching share: a velocity that tells where and when it is asked, and inputs."""

from collections.abc import Callable

import torch
from torch import Tensor

from ilrl_course.checks.exercise import WrongResult, kind


def inputs(rows: int, parts: int) -> tuple[Tensor, ...]:
    """obs (B, 3), actions and noise (B, A), times (B,), made freshly each time."""
    generator = torch.Generator().manual_seed(10 * rows + parts)
    obs = torch.randn(rows, 3, generator=generator)
    actions, noise = torch.randn(2, rows, parts, generator=generator)
    return obs, actions, noise, torch.rand(rows, generator=generator)


def velocity_with(weights: Tensor) -> Callable:
    """A velocity that depends on all that it is given; weights (5,).

    Raises WrongResult for wrong shapes, and for what no network of float32 could take.
    """

    def velocity(obs: Tensor, points: Tensor, time: Tensor) -> Tensor:
        shapes = [tuple(getattr(x, "shape", ())) for x in (obs, points, time)]
        rows = len(obs)
        if shapes[0] != (rows, 3) or len(shapes[1]) != 2 or shapes[1][0] != rows or shapes[2] != (rows,):
            raise WrongResult(
                f"it asks for the velocity with the shapes {shapes[0]}, {shapes[1]} and {shapes[2]}. Pass "
                "obs (B, obs_dim), points (B, A) and times (B,), in this order."
            )
        _refuse_what_no_network_takes(obs, points, time)
        late = time[:, None]  # (B, 1)
        seen = obs.sum(1, keepdim=True)  # (B, 1)
        parts = torch.arange(1.0, points.shape[1] + 1)  # (A,)
        a, b, c, d, e = weights
        return a * seen * parts + b * points + c * late**2 + d * late * points + e * parts * late

    return velocity


def _refuse_what_no_network_takes(*inputs: Tensor) -> None:
    for name, value in zip(("obs", "points", "times"), inputs, strict=True):
        if not isinstance(value, Tensor):
            raise WrongResult(f"it asks for the velocity with {name} that are {kind(value)}. Pass tensors.")
        if value.dtype == torch.float64:
            how = ", as torch.full makes them" if name == "times" else ", as those that are passed in"
            raise WrongResult(
                f"it asks for the velocity with {name} of float64, which the network cannot take. Pass "
                f"{name} of float32{how}."
            )
