"""Tiny MDPs that are known completely, and what is right in them, one state and one action at a time."""

from dataclasses import dataclass
from functools import cache
from math import exp, log

import numpy as np
from scipy.sparse import csr_array

from ilrl_course.data import TabularMDP

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

    def sparse(self) -> csr_array:
        """The transitions (S * A, S) as lesson 05 has them."""
        return csr_array(self.dense())

    def tabular(self, rewards: np.ndarray, dense: bool = False) -> TabularMDP:
        """The MDP with other rewards (S,): those that its maker had in mind."""
        transitions = self.dense() if dense else self.sparse()
        return TabularMDP(transitions, self.terminal, rewards, np.array(self.features), np.array(self.start))


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
