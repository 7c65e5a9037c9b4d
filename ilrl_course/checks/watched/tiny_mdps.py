"""Tiny MDPs that are known completely, and what is right in them, one state and one action at a time."""

from dataclasses import dataclass
from functools import cache
from math import exp, log

import numpy as np
from scipy.sparse import csr_array

from ilrl_course.checks.exercise import WrongResult

MOST_PRODUCTS = 500  # more than 200 steps need
ON_AND_ON = "the number of steps T has no effect. Take exactly T, whether or not anything still changes."
Outcomes = dict[int, float]  # the next state -> its probability


@dataclass(frozen=True, eq=False)
class TinyMDP:
    """`moves[s][a]` are the outcomes of action a in state s; a state without moves is terminal."""

    moves: tuple[tuple[Outcomes, ...], ...]
    rewards: tuple[float, ...]  # (S,) for arriving
    start: tuple[float, ...]  # (S,)
    features: tuple[tuple[float, ...], ...]  # (S, F)

    @property
    def num_actions(self) -> int:
        """The same in each state that is not terminal."""
        return max(map(len, self.moves))

    @property
    def terminal(self) -> np.ndarray:
        """(S,) bool."""
        return np.array([not actions for actions in self.moves])

    def dense(self) -> np.ndarray:
        """The transitions (S * A, S) as an array."""
        table = np.zeros((len(self.moves), self.num_actions, len(self.moves)))
        for state, actions in enumerate(self.moves):
            for action, outcomes in enumerate(actions):
                table[state, action, list(outcomes)] = list(outcomes.values())
        return table.reshape(-1, len(self.moves))

    def sparse(self) -> "CountingTable":
        """The transitions (S * A, S) as lesson 05 has them."""
        return CountingTable(self.dense())


RING = TinyMDP(  # nothing ends, and nothing is left to chance
    moves=(({1: 1.0}, {2: 1.0}), ({3: 1.0}, {1: 1.0}), ({0: 1.0}, {3: 1.0}), ({2: 1.0}, {0: 1.0})),
    rewards=(0.5, -1.0, 1.5, 0.2),
    start=(0.5, 0.0, 0.3, 0.2),
    features=((1.0, 0.0, 2.0), (0.0, 1.0, -1.0), (1.0, 1.0, 0.0), (0.5, 0.0, 1.0)),
)
CORRIDOR = TinyMDP(  # state 3 is a treasure, state 1 lava
    moves=(({1: 1.0}, {2: 1.0}), (), ({0: 1.0}, {4: 1.0}), (), ({3: 1.0}, {2: 1.0})),
    rewards=(-0.1, -1.5, 0.3, 2.0, -0.4),
    start=(0.6, 0.0, 0.1, 0.0, 0.3),
    features=((1.0, 0.0, 0.5), (1.0, 1.0, 0.0), (1.0, 0.0, -0.5), (0.0, 2.0, 1.0), (1.0, 0.5, 0.0)),
)
ICE = TinyMDP(  # state 2 is a hole; actions fail now and then
    moves=(
        ({1: 0.8, 0: 0.2}, {2: 0.3, 3: 0.7}),
        ({0: 0.6, 3: 0.4}, {1: 1.0}),
        (),
        ({0: 0.5, 1: 0.5}, {3: 0.9, 2: 0.1}),
    ),
    rewards=(0.4, -0.8, 1.2, -0.3),
    start=(0.5, 0.2, 0.0, 0.3),
    features=((1.0, 0.0, 1.0), (0.0, 1.0, 0.5), (2.0, -1.0, 0.0), (0.0, 0.5, 1.5)),
)
CAVE = TinyMDP(  # three actions and chance; the game is over in states 0 and 3
    moves=(
        (),
        ({0: 0.7, 2: 0.3}, {4: 1.0}, {1: 0.4, 3: 0.6}),
        ({1: 1.0}, {3: 0.25, 4: 0.75}, {2: 0.5, 0: 0.5}),
        (),
        ({2: 0.6, 1: 0.4}, {0: 0.1, 4: 0.9}, {3: 1.0}),
    ),
    rewards=(-0.7, 0.35, -1.2, 1.65, 0.15),
    start=(0.0, 0.35, 0.4, 0.0, 0.25),
    features=((0.3, -1.2), (1.7, 0.4), (-0.8, 0.9), (0.6, 2.1), (1.1, -0.5)),
)


class CountingTable(csr_array):
    """Sparse transitions that count the products with them, and stop who never stops: raises WrongResult."""

    num_products = 0

    def __matmul__(self, other):
        """The product, counted."""
        self._count()
        return super().__matmul__(other)

    def __rmatmul__(self, other):
        """The product with what stands on the left, counted."""
        self._count()
        return super().__rmatmul__(other)

    def transpose(self, axes=None, copy=False):
        """The transposed table, which is counted like a product: `transitions.T @ x` is one."""
        self._count()
        return super().transpose(axes, copy)

    def _count(self):
        self.num_products += 1
        if self.num_products > MOST_PRODUCTS:
            raise WrongResult(ON_AND_ON)


@cache
def soft_plan(mdp: TinyMDP, num_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """The policy of maximum causal entropy (T, S, A), and the soft values (T + 1, S).

    Row k of the values is with k steps to go. Where nothing can be chosen, the chances are equal.
    """
    num_states, num_actions = len(mdp.moves), mdp.num_actions
    policy = np.full((num_steps, num_states, num_actions), 1 / num_actions)
    values = np.zeros((num_steps + 1, num_states))
    for steps in range(1, num_steps + 1):
        for state in np.flatnonzero(~mdp.terminal):
            q_values = [
                sum(p * (mdp.rewards[after] + values[steps - 1, after]) for after, p in outcomes.items())
                for outcomes in mdp.moves[state]
            ]
            best = max(q_values)
            values[steps, state] = best + log(sum(exp(q - best) for q in q_values))
            policy[num_steps - steps, state] = [exp(q - values[steps, state]) for q in q_values]
    return policy, values


def arrivals(mdp: TinyMDP, policy: np.ndarray) -> np.ndarray:
    """How often each state is arrived in during an episode of the policy (T, S, A): (S,)."""
    counts, present = np.zeros(len(mdp.moves)), np.array(mdp.start)
    for action_probs in policy:
        arrived = np.zeros(len(present))
        for state, actions in enumerate(mdp.moves):
            for outcomes, chance in zip(actions, action_probs[state], strict=False):
                for after, p in outcomes.items():
                    arrived[after] += present[state] * chance * p
        counts, present = counts + arrived, arrived
    return counts
