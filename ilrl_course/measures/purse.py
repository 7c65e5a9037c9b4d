"""A budget that is kept: demonstrations, labels, steps and crashes, each counted, and refused beyond it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from numbers import Integral

import gymnasium as gym
import numpy as np

from ilrl_course.data import Actor, Trajectory
from ilrl_course.measures.rehearsal import shortened
from ilrl_course.networks import Policy, ValueNet, make_policy, make_value_net
from ilrl_course.rollout import VectorEnv


@dataclass(frozen=True)
class Budget:
    """How much of everything there is; also how much was spent of it, or is left."""

    demonstrations: int  # recorded episodes of the expert
    labels: int  # answers of the expert to "what would you do here?"
    steps: int  # of all training worlds together
    crashes: int  # in the training worlds

    def __post_init__(self):
        for name, number in vars(self).items():
            if isinstance(number, bool) or not isinstance(number, Integral) or number < 0:
                raise ValueError(f"{name} is {number!r}, but a whole number from 0 on is expected")

    def __sub__(self, other: "Budget") -> "Budget":
        return Budget(*(getattr(self, name) - getattr(other, name) for name in KINDS))

    def __str__(self) -> str:
        return ", ".join(in_words(getattr(self, name), name) for name in KINDS)


KINDS = tuple(field.name for field in fields(Budget))


class PurseError(RuntimeError):
    """More was asked for than is left. Nothing was spent."""

    def __init__(self, kind: str, asked: int, left: int, message: str):
        super().__init__(message)
        self.kind, self.asked, self.left = kind, asked, left  # what ran out, in numbers


class Purse:
    """All that a recipe sees of its world: an expert and training worlds, for as long as the budget lasts.

    `recorded` are the demonstrations, at least as many as the budget allows; `make_worlds` makes so many
    training worlds.
    """

    def __init__(
        self,
        budget: Budget,
        recorded: Sequence[Trajectory],
        expert: Actor,
        make_worlds: Callable[[int], VectorEnv],
    ):
        self._budget, self._spent = budget, Budget(0, 0, 0, 0)
        self.refusals: list[PurseError] = []
        self._recorded, self._expert, self._make_worlds = list(recorded), expert, make_worlds
        self._labeled: set[bytes] = set()

    @property
    def budget(self) -> Budget:
        """What there was at first."""
        return self._budget

    @property
    def spent(self) -> Budget:
        """What was spent so far. Only the purse itself writes its accounts."""
        return self._spent

    @property
    def left(self) -> Budget:
        """What is left of each."""
        return self.budget - self.spent

    def demonstrations(self, number: int) -> list[Trajectory]:
        """The next recorded episodes of the expert; none comes twice. Raises PurseError."""
        if isinstance(number, bool) or not isinstance(number, Integral) or number < 0:
            raise ValueError(f"{number!r} demonstrations are asked for, but a whole number is expected")
        first = self.spent.demonstrations
        self._pay(demonstrations=number)
        return self._recorded[first : first + number]

    def labels(self, obs: np.ndarray) -> np.ndarray:
        """What the expert would do: obs (B, obs_dim) -> actions (B,) or (B, action_dim); it is an actor.

        Each situation is paid for once: asking about it again is free. Raises PurseError.
        """
        obs = np.ascontiguousarray(obs, dtype=np.float32)
        if obs.ndim != 2:
            raise ValueError(f"observations (B, obs_dim) are expected, not of the shape {obs.shape}")
        new = {row.tobytes() for row in obs} - self._labeled
        self._pay(labels=len(new))
        self._labeled |= new
        return self._expert(obs)

    def worlds(self, number: int) -> "CountedWorlds":
        """So many training worlds side by side, as those of `make_batch`: every step in them is counted."""
        return CountedWorlds(self._make_worlds(number), self)

    def fresh_policy(self, seed: int) -> Policy:
        """An untrained policy that fits the world."""
        worlds = self._make_worlds(1)
        return make_policy(worlds.single_observation_space, worlds.single_action_space, seed)

    def fresh_critic(self, seed: int) -> ValueNet:
        """An untrained critic that fits the world."""
        return make_value_net(self._make_worlds(1).single_observation_space, seed)

    def spend_on(self, training: Iterable[dict[str, float]]) -> dict[str, float]:
        """Run a training until it ends, or until the purse refuses what it asks for.

        What the networks have learned until then stays learned. Returns the latest metrics, or {}.
        """
        latest = {}
        with suppress(PurseError):
            for metrics in shortened(training):
                latest = metrics
        return latest

    def require(self, kind: str, number: int, why: str = "") -> None:
        """Raise PurseError unless so much is left of this kind; `why` says what it would be needed for."""
        left, all_of_it = getattr(self.left, kind), getattr(self.budget, kind)
        if number <= left:
            return
        why = why or f"{in_words(number, kind)} {'is' if number == 1 else 'are'} asked for"
        message = f"{why}, but {left:,} of {in_words(all_of_it, kind)} {'is' if left == 1 else 'are'} left"
        self.refusals.append(PurseError(kind, number, left, message))
        raise self.refusals[-1]

    def count(self, **numbers: int) -> None:
        """Add to what was spent."""
        self._spent = Budget(**{kind: getattr(self.spent, kind) + numbers.get(kind, 0) for kind in KINDS})

    def _pay(self, **numbers: int) -> None:
        for kind, number in numbers.items():
            self.require(kind, number)
        self.count(**numbers)


class CountedWorlds(gym.vector.VectorWrapper):
    """N training worlds that are stepped as long as the purse can pay.

    A step costs N steps. It may crash all N worlds, so that many crashes have to be left; those that happen
    are counted. An unpaid step raises PurseError, and nothing moves.
    """

    def __init__(self, worlds: VectorEnv, purse: Purse):
        super().__init__(worlds)
        self.unwrapped.is_counted = True
        self._purse = purse

    def step(self, actions):
        """As the wrapped worlds do."""
        number = self.num_envs
        self._purse.require("steps", number)
        together = f"a step in {number} worlds can crash all of them" if number > 1 else "a step can crash"
        self._purse.require("crashes", number, together)
        obs, rewards, terminated, truncated, info = super().step(actions)
        crashed = info["crashed"] & (terminated | truncated)  # (N,)
        self._purse.count(steps=number, crashes=int(crashed.sum()))
        return obs, rewards, terminated, truncated, info


def in_words(number: int, kind: str) -> str:
    """Such as "1 label" or "32,768 steps"."""
    one = {"crashes": "crash"}.get(kind, kind.removesuffix("s"))
    return f"{number:,} {one if number == 1 else kind}"
