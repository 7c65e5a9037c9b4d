"""What the checks of the two losses of lesson 13 look at: pairs of short episodes, and facts about a loss."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course.algorithms.episodes import Episodes
from ilrl_course.algorithms.preferences import Pairs
from ilrl_course.checks.exercise import Fact, WrongResult, loss_value

OBS_DIM, NUM_ACTIONS = 3, 4
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)
CUT_OFF = (
    "the loss is cut off from the network that should learn. Return the tensor, without item(), detach(), "
    "and with no_grad() around nothing that learns."
)
NOT_FINITE = (
    "for a choice that seems impossible, the loss or its gradient is infinite or NaN: sigmoid is rounded to "
    "0, or exp overflows. Use logsigmoid."
)
NAN = (
    "the loss is NaN (not a number): a logarithm of something negative, or 0 / 0. Take -logsigmoid of the "
    "difference."
)
CAPPED = (
    "a choice that seems impossible costs too little: a clamp, or a small number in the logarithm, bounds "
    "the loss. logsigmoid needs neither."
)


@dataclass(frozen=True)
class Case:
    """Pairs of episodes of these lengths, and who was preferred."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    prefers_first: tuple[bool, ...]
    scale: float = 1.0  # of the weights that judge: large ones are sure of themselves
    beta: float = 0.35  # a value that nobody types by habit

    def pairs(self) -> Pairs:
        """Made freshly each time."""
        generator = torch.Generator().manual_seed(sum(self.first) + 7 * len(self.first))
        num_steps = max(*self.first, *self.second)
        sides = [_episodes(lengths, num_steps, generator) for lengths in (self.first, self.second)]
        return Pairs(*sides, torch.tensor(self.prefers_first))

    @property
    def where(self) -> str:
        """In a hint."""
        lengths = " and ".join(f"{', '.join(map(str, side[:4]))}" for side in (self.first, self.second))
        size = f"{len(self.first)} pair{'s' * (len(self.first) > 1)}"
        few = f" of episodes with {lengths} steps" if len(self.first) < 5 else ""
        return f"with {size}{few}"


EQUAL = Case((3, 3, 3), (3, 3, 3), (True, False, False))
PADDED = Case((2, 5, 1, 4), (4, 1, 3, 4), (False, True, True, False), beta=0.6)
SINGLE = Case((2,), (3,), (True,)), Case((4,), (1,), (False,), beta=0.15)
MANY = Case(tuple(1 + i % 5 for i in range(70)), tuple(1 + i % 3 for i in range(70)), (True, False) * 35)


def _episodes(lengths: Sequence[int], num_steps: int, generator: torch.Generator) -> Episodes:
    shape = len(lengths), num_steps
    running = torch.arange(num_steps) < torch.tensor(lengths)[:, None]
    obs, next_obs = torch.randn(2, *shape, OBS_DIM, generator=generator) * running[..., None]
    actions = torch.randint(NUM_ACTIONS, shape, generator=generator) * running
    return Episodes(obs, actions, next_obs, running)


def in_numpy(pairs: Pairs) -> list[dict[str, np.ndarray]]:
    """The columns of the first and of the second episodes."""
    return [
        {name: column.numpy() for name, column in vars(side).items()} for side in (pairs.first, pairs.second)
    ]


def with_weights(network: nn.Module, seed: int, scale: float) -> nn.Module:
    """The network with some weights and biases or other."""
    generator = torch.Generator().manual_seed(seed)
    for weights in network.parameters():
        weights.data = scale * torch.randn(weights.shape, generator=generator)
    return network


def loss_of(lead: np.ndarray, prefers_first: Sequence[bool]) -> tuple[float, np.ndarray]:
    """By definition: the mean of -log P(choice), and its gradient by the lead (B,) of the first ones."""
    signs = np.where(prefers_first, 1.0, -1.0)
    against = -signs * lead
    gradient = -signs * np.exp(-np.logaddexp(0, -against)) / len(lead)
    return np.logaddexp(0, against).mean(), gradient


def facts_about_loss(
    loss: Any, right: float, network: nn.Module, gradient: np.ndarray, where: str, is_sure: bool
) -> Iterator[Fact]:
    """The loss, and its gradient by all weights of the network that learns."""
    found = float("nan") if _is_nan(loss) else loss_value(loss)
    if np.isnan(found) and not is_sure:
        raise WrongResult(NAN)
    hint = f"{where}, the loss should be about {right:.4g}, but it is {found:.4g}."
    if is_sure:
        hint = CAPPED if found < 0.99 * right else hint if np.isfinite(found) else NOT_FINITE
    yield Fact(f"loss {where}", found, right, hint)
    computed = any(weights.grad is not None for weights in network.parameters())
    yield Fact("gradients computed already", computed, False, STEPS_BACK)
    if computed:
        return
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.backward()
    arrives = any(weights.grad is not None for weights in network.parameters())
    grads = [torch.zeros_like(w) if w.grad is None else w.grad for w in network.parameters()]
    flat = torch.cat([grad.flatten() for grad in grads]).numpy()
    hint = f"{where}, the loss is right, but its gradient is not. Is a part of it cut off?"
    if not arrives:
        hint = CUT_OFF
    elif not np.isfinite(flat).all():
        hint = NOT_FINITE
    yield Fact(f"gradient {where}", flat, gradient, hint, tolerance=1e-4 * max(1, np.abs(gradient).max()))


def _is_nan(loss: Any) -> bool:
    return isinstance(loss, Tensor | float) and np.shape(loss) == () and isnan(loss)
