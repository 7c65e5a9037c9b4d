"""What a discriminator is shown: the expert's steps, the learner's newest ones, and some older ones."""

from dataclasses import replace

import torch

from ilrl_course.algorithms.absorbing import occupancy
from ilrl_course.data import Transitions, concatenate

MOST_REMEMBERED = 2**16  # steps


def as_executed(steps: Transitions, action_space) -> Transitions:
    """The steps with their actions as the world carried them out: within the bounds of its space, if any.

    A Gaussian policy draws actions beyond them, and the expert never does: that alone would give it away.
    """
    if not hasattr(action_space, "low"):
        return steps
    low, high = torch.from_numpy(action_space.low), torch.from_numpy(action_space.high)
    return replace(steps, actions=steps.actions.clamp(low, high))


class Evidence:
    """Draws minibatches, half of them the expert's, in which every step counts by its occupancy.

    Of the learner's half, `remembered_share` are steps of all blocks so far, and of each block equally many.
    Without them a discriminator forgets what beginners do, and then its reward cannot teach one (Fu et al.
    2018, app. D.3, mix in samples of the last 20 iterations).
    """

    def __init__(self, demos: Transitions, remembered_share: float, gamma: float, seed: int):
        self.demos, self.remembered_share, self.gamma = demos, remembered_share, gamma
        self.newest, self.memory, self.num_blocks = demos[:0], demos[:0], 0
        self.generator = torch.Generator().manual_seed(seed)

    def add(self, steps: Transitions, num_kept: int) -> None:
        """The learner's newest block, of which a sample of `num_kept` steps or fewer is remembered."""
        self.newest = steps
        if not self.remembered_share:
            return
        self.num_blocks += 1
        num_kept = min(num_kept, MOST_REMEMBERED // self.num_blocks)
        order = torch.randperm(len(self.memory), generator=self.generator)
        older = self.memory[order[: MOST_REMEMBERED - num_kept]]
        self.memory = concatenate([older, self._draw(steps, num_kept)])

    def draw(self, half: int) -> tuple[Transitions, Transitions]:
        """So many steps of the expert, and as many of the learner."""
        num_remembered = round(self.remembered_share * half)
        learner_steps = self._draw(self.newest, half - num_remembered)
        if num_remembered:
            rows = torch.randint(len(self.memory), (num_remembered,), generator=self.generator)
            learner_steps = concatenate([learner_steps, self.memory[rows]])
        return self._draw(self.demos, half), learner_steps

    def _draw(self, steps: Transitions, size: int) -> Transitions:
        if not size:
            return steps[:0]
        weights = occupancy(steps, self.gamma)  # (B,)
        return steps[torch.multinomial(weights, size, replacement=True, generator=self.generator)]
