"""A person is asked which of two lines is better, pair after pair; without a screen of its own."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from ilrl_course.play.choices import Choice
from ilrl_course.play.kept_choices import Choices
from ilrl_course.play.recordings import YOU, now


class Survey:
    """Pairs of lines, until so many choices are kept; those of earlier days count.

    Which line of a pair stands on the left is drawn from `seed`; `Choice.first` keeps it. Raises ValueError
    for lines that are not of the text world, or are not pairs.
    """

    def __init__(
        self, first: Sequence[str], second: Sequence[str], num_choices: int, seed: int, choices: Choices
    ):
        if len(first) != len(second) or num_choices < 1:
            raise ValueError(
                f"{len(first)} first lines, {len(second)} second ones, {num_choices} choices: pairs are "
                "expected, and at least one choice"
            )
        self.num_choices, self.choices = num_choices, choices
        self.made = choices.load(YOU)
        is_turned = np.random.default_rng(seed).random(len(first)) < 0.5
        pairs = [(b, a) if turned else (a, b) for a, b, turned in zip(first, second, is_turned, strict=True)]
        for pair in pairs:
            Choice(*pair, prefers_first=True)  # refuses lines of other worlds now, not in the middle
        new = {frozenset(pair): pair for pair in pairs if pair[0] != pair[1]}  # each once
        for choice in self.made:
            new.pop(_lines_of(choice), None)
        self.waiting = deque(new.values())
        self.reopened: list[tuple[str, str]] = []  # chosen before, and asked again

    @property
    def shown(self) -> tuple[str, str] | None:
        """The lines on the left and on the right; None where there are enough choices, or no more pairs."""
        if self.reopened:
            return self.reopened[-1]
        return self.waiting[0] if self.waiting and len(self.made) < self.num_choices else None

    def choose(self, prefers_left: bool) -> None:
        """Keep which line is better, and go on; where the disk refuses it, raise OSError and stay."""
        if not self.shown:
            return
        self.choices.add(Choice(*self.shown, prefers_left, YOU, now()))
        self._take_shown_away()
        self.made = self.choices.load(YOU, tell=lambda words: None)

    def skip(self) -> None:
        """Ask about another pair first; one that was chosen before stays as it was chosen."""
        if self.shown:
            skipped = self._take_shown_away()
            if frozenset(skipped) not in map(_lines_of, self.made):
                self.waiting.append(skipped)

    def go_back(self) -> None:
        """Ask once more about the pair that was chosen last; the new choice then takes its place."""
        again = [c for c in self.made if _lines_of(c) not in map(frozenset, self.reopened)]
        if again:
            self.reopened.append((again[-1].first, again[-1].second))

    def _take_shown_away(self) -> tuple[str, str]:
        return self.reopened.pop() if self.reopened else self.waiting.popleft()


def _lines_of(choice: Choice) -> frozenset[str]:
    return frozenset((choice.first, choice.second))
