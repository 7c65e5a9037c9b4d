"""What a discriminator is shown: the expert's steps, the learner's newest ones, and some older ones."""

import torch

from ilrl_course.algorithms.absorbing import occupancy
from ilrl_course.data import Transitions, concatenate


class Evidence:
    """Draws minibatches, half of them the expert's, in which every step counts by its occupancy.

    Of the learner's half, `remembered_share` are steps of all blocks so far. Without them a discriminator
    forgets what beginners do, and then its reward cannot teach one (Fu et al. 2018, app. D, mix in samples of
    previous iterations, too).
    """

    def __init__(self, demos: Transitions, remembered_share: float, gamma: float, seed: int):
        self.demos, self.remembered_share, self.gamma = demos, remembered_share, gamma
        self.newest, self.memory = demos[:0], demos[:0]
        self.generator = torch.Generator().manual_seed(seed)

    def add(self, steps: Transitions, num_kept: int) -> None:
        """The learner's newest block, of which a sample is kept for good."""
        self.newest = steps
        self.memory = concatenate([self.memory, self._draw(steps, num_kept)])

    def draw(self, half: int) -> tuple[Transitions, Transitions]:
        """So many steps of the expert, and as many of the learner."""
        num_remembered = round(self.remembered_share * half)
        rows = torch.randint(len(self.memory), (num_remembered,), generator=self.generator)
        learner_steps = [self._draw(self.newest, half - num_remembered), self.memory[rows]]
        return self._draw(self.demos, half), concatenate(learner_steps)

    def _draw(self, steps: Transitions, size: int) -> Transitions:
        if not size:
            return steps[:0]
        weights = occupancy(steps, self.gamma)  # (B,)
        return steps[torch.multinomial(weights, size, replacement=True, generator=self.generator)]
