"""A learned judge of episodes as a judge of lines: what the text world can pay."""

from collections.abc import Callable, Sequence

import numpy as np
from torch import Tensor

from ilrl_course.algorithms.episodes import Episodes, pad_episodes
from ilrl_course.envs.text.alphabet import MAX_LENGTH, as_demonstration
from ilrl_course.envs.text.tastes import Taste


def learned_taste(score: Callable[[Episodes], Tensor]) -> Taste:
    """The taste that gives each line the score of the episode in which it is written, (N,)."""

    def taste(lines: Sequence[str]) -> np.ndarray:
        episodes = pad_episodes([as_demonstration(line) for line in lines], MAX_LENGTH)
        return score(episodes).numpy().astype(np.float64)  # (N,)

    return taste
