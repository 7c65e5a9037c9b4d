"""Maximum causal entropy inverse RL, exact, in a finite world.

Ziebart et al. 2008; Ziebart 2010, ch. 9 and 10.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.optimize import minimize
from scipy.sparse import block_diag
from scipy.special import expit
from torch import Tensor

from ilrl_course.data import TabularMDP


@dataclass(frozen=True)
class MaxEntConfig:
    """How far to look ahead, and how long to learn."""

    num_steps: int = 100  # T: the horizon, in steps; the world's time limit
    num_iterations: int = 15  # of several L-BFGS updates each
    updates_per_iteration: int = 10  # which ask for the gradient once or twice
    l2_coef: float = 1e-5  # keeps the weights finite: never erring looks like endless caring


def soft_value_iteration(
    transitions, terminal: np.ndarray, rewards: np.ndarray, num_steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """The policy of maximum causal entropy for these rewards, and its soft values (Ziebart 2010, ch. 9).

    `transitions` (S * A, S), dense or sparse, `terminal` (S,) bool, `rewards` (S,) for arriving. Returns the
    probabilities of the actions (T, S, A) at each step, and the soft values (S,) with all T steps to go.
    """
    num_states = len(terminal)
    num_actions = transitions.shape[0] // num_states
    policy = np.empty((num_steps, num_states, num_actions))
    values = np.zeros(num_states)  # with no step to go
    for t in reversed(range(num_steps)):
        q_values = (transitions @ (rewards + values)).reshape(num_states, num_actions)
        values = np.logaddexp.reduce(q_values, axis=1)  # (S,) a softened maximum
        policy[t] = np.exp(q_values - values[:, None])
        values[terminal] = 0.0
    return policy, values


def expected_visitation(transitions, policy: np.ndarray, start: np.ndarray) -> np.ndarray:
    """How often the policy (T, S, A) is expected to arrive in each state of an episode: (S,).

    `transitions` (S * A, S), `start` (S,) the distribution of the first state, which does not count as an
    arrival (Ziebart et al. 2008, algorithm 1, steps 4 to 6, where the start counts, too).
    """
    present = start  # (S,) the chance to be there and still playing
    visits = np.zeros(len(start))
    for action_probs in policy:
        present = (present[:, None] * action_probs).ravel() @ transitions
        visits += present
    return visits


def log_likelihood(
    weights: np.ndarray,
    mdp: TabularMDP,
    demo_features: np.ndarray,
    num_steps: int,
    soft_value_iteration_fn: Callable = soft_value_iteration,
    expected_visitation_fn: Callable = expected_visitation,
) -> tuple[float, np.ndarray]:
    """The mean log-likelihood of the demonstrations under reward weights (F,), in nats; its gradient (F,).

    `demo_features` (F,) is what the demonstrator gathers in a mean episode; the gradient is that, less what
    the learner would gather (Ziebart et al. 2008, eq. 6). In a world with chance the value is the dual of
    the causal problem (Ziebart 2010): the mean log-likelihood of the actions only if the next states come
    as often as the transitions say.
    """
    rewards = mdp.features @ weights  # (S,)
    policy, values = soft_value_iteration_fn(mdp.transitions, mdp.terminal, rewards, num_steps)
    visits = expected_visitation_fn(mdp.transitions, policy, mdp.start)  # (S,)
    return float(demo_features @ weights - mdp.start @ values), demo_features - visits @ mdp.features


def demo_statistics(mdp: TabularMDP, paths: Sequence[np.ndarray]) -> tuple[TabularMDP, np.ndarray]:
    """What the gradient needs to know of demonstrations, given as paths (T + 1,) of state indices.

    The MDP that starts where they started, and the mean of the features that they gathered (F,).
    """
    starts = np.bincount([path[0] for path in paths], minlength=len(mdp.start))
    gathered = np.mean([mdp.features[path[1:]].sum(axis=0) for path in paths], axis=0)
    return replace(mdp, start=starts / len(paths)), gathered


def side_by_side(mdps: Sequence[TabularMDP], paths: Sequence[Sequence[np.ndarray]]):
    """Several worlds as one whose parts are not connected, and all paths, renumbered; they share weights."""
    offsets = np.cumsum([0, *(len(mdp.start) for mdp in mdps)])
    joined = TabularMDP(
        block_diag([mdp.transitions for mdp in mdps], format="csr"),
        *(
            np.concatenate([getattr(mdp, name) for mdp in mdps])
            for name in ("terminal", "rewards", "features")
        ),
        start=np.concatenate([mdp.start for mdp in mdps]) / len(mdps),
    )
    return joined, [path + offset for own, offset in zip(paths, offsets, strict=False) for path in own]


def sample_paths(mdp: TabularMDP, policy: np.ndarray, num_paths: int, seed: int) -> list[np.ndarray]:
    """Episodes of a policy (T, S, A) as paths of state indices, at most T steps long."""
    rng = np.random.default_rng(seed)
    states = rng.choice(len(mdp.start), num_paths, p=mdp.start)  # (n,)
    columns, lengths = [states], np.zeros(num_paths, dtype=int)
    for action_probs in policy:
        going = ~mdp.terminal[states]
        lengths += going
        actions = _draw(action_probs[states], rng)
        rows = mdp.transitions[states * action_probs.shape[1] + actions]
        states = np.where(going, _draw(rows if isinstance(rows, np.ndarray) else rows.toarray(), rng), states)
        columns.append(states)
    return [path[: length + 1] for path, length in zip(np.stack(columns, axis=1), lengths, strict=True)]


def _draw(probs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An index for each row of probabilities (n, k): (n,)."""
    return (probs.cumsum(axis=1) > rng.random((len(probs), 1))).argmax(axis=1)


def maxent_update(
    weights: np.ndarray, optimizer: torch.optim.LBFGS, loss_fn: Callable, l2_coef: float
) -> dict[str, float]:
    """A few steps of L-BFGS, in place; `loss_fn(weights)` is the log-likelihood and its gradient."""
    (parameter,) = optimizer.param_groups[0]["params"]

    def closure() -> Tensor:
        likelihood, gradient = loss_fn(weights)
        parameter.grad = torch.from_numpy(l2_coef * weights - gradient)
        return torch.tensor(l2_coef / 2 * weights @ weights - likelihood)

    optimizer.step(closure)
    likelihood, gradient = loss_fn(weights)
    return {"log_likelihood": likelihood, "feature_gap": float(np.abs(gradient).max())}


def train_maxent_irl(
    weights: np.ndarray,
    mdp: TabularMDP,
    paths: Sequence[np.ndarray],
    config: MaxEntConfig,
    log_likelihood_fn: Callable = log_likelihood,
) -> Iterator[dict[str, float]]:
    """Fit the reward weights (F,), in place, to demonstrated paths; yields metrics each iteration.

    A path (T + 1,) holds the indices of an episode's states. The metrics: the `log_likelihood`, in nats an
    episode, and `feature_gap`, by how much learner and demonstrator differ in the feature that differs most.
    """
    longest = max(map(len, paths), default=1) - 1  # in steps
    if not 1 <= longest <= config.num_steps:
        raise ValueError(
            f"the longest path has {longest} steps, but 1 to num_steps={config.num_steps} can be told"
        )
    if weights.dtype != np.float64:
        raise TypeError(f"weights are {weights.dtype}, but they change in place and have to be float64")
    mdp, demo_features = demo_statistics(mdp, paths)
    optimizer = torch.optim.LBFGS(
        [torch.from_numpy(weights)], max_iter=config.updates_per_iteration, line_search_fn="strong_wolfe"
    )

    def loss_fn(weights: np.ndarray) -> tuple[float, np.ndarray]:
        return log_likelihood_fn(weights, mdp, demo_features, config.num_steps)

    for _ in range(config.num_iterations):
        yield maxent_update(weights, optimizer, loss_fn, config.l2_coef)


def fit_preferences(differences: np.ndarray, l2_coef: float = 1e-5) -> np.ndarray:
    """The reward weights (F,) that make comparisons of paths likeliest, by logistic regression.

    `differences` (pairs, F) is what the preferred path gathers, less what the other one does. Only two paths
    being possible, exp(w * f) / Z is the model of Bradley and Terry (1952).
    """

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = differences @ weights  # (pairs,)
        gradient = l2_coef * weights - (expit(-margins)[:, None] * differences).mean(axis=0)
        return np.logaddexp(0, -margins).mean() + l2_coef / 2 * weights @ weights, gradient

    return minimize(loss, np.zeros(differences.shape[1]), jac=True, method="L-BFGS-B").x
