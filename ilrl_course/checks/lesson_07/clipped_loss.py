"""The check of the clipped objective: what is compared, what is clipped, and what becomes of it."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course.algorithms.ppo import clipped_loss
from ilrl_course.checks.edits import Wrong
from ilrl_course.checks.exercise import Exercise, Fact, loss_value
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

CLIP_COEF = 0.25  # a value that nobody types by habit
PROBS = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])  # of 3 actions, for two observations
SPREAD = np.array([1.0, 2.0])
CUT_OFF = (
    "the loss is cut off from the policy, so nothing can be learned from it. Take the new log-probabilities "
    "without detach(), no_grad() or item()."
)
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)
BOUNDS = "-clip_coef, clip_coef", "1 - clip_coef, 1 + clip_coef"  # of a range: a wrong one, and the right one


def _discrete(ratios: list[float], advantages: list[float]) -> tuple[Policy, list[Tensor]]:
    """A policy with the probabilities above, and steps with these ratios and advantages."""
    policy = CategoricalPolicy(2, 3, hidden_sizes=())
    _set(policy.logits[0], np.log(PROBS).T)
    actions = torch.tensor([2, 2, 1, 0])[: len(ratios)]
    return policy, _steps(policy, torch.eye(2)[[0, 1, 0, 1]], actions, ratios, advantages)


def _continuous(ratios: list[float], advantages: list[float]) -> tuple[Policy, list[Tensor]]:
    """A Gaussian around 0 with the spreads above, and steps with these ratios and advantages."""
    policy = GaussianPolicy(2, 2, hidden_sizes=())
    _set(policy.mean[0], np.zeros((2, 2)))
    policy.log_std.data = torch.tensor(np.log(SPREAD), dtype=torch.float32)
    actions = torch.tensor([[1.0, 2.0], [0.5, -1.0], [-2.0, 1.0], [1.5, -0.5], [-1.0, -3.0]])
    return policy, _steps(policy, torch.eye(2)[[0, 1, 0, 1, 1]], actions, ratios, advantages)


def _set(layer: nn.Linear, weight: np.ndarray) -> None:
    layer.weight.data = torch.tensor(weight, dtype=torch.float32)
    layer.bias.data = torch.zeros(len(weight))


def _steps(policy: Policy, obs: Tensor, actions: Tensor, ratios: list[float], advantages: list[float]):
    obs = obs[: len(ratios)]
    with torch.no_grad():
        old_log_probs = policy(obs).log_prob(actions) - torch.tensor(ratios).log()
    return [obs, actions, old_log_probs, torch.tensor(advantages)]


def _probe_nothing(answer: Callable) -> Iterator[Fact]:
    """Steps that were neither better nor worse than expected."""
    policy, steps = _discrete([0.5, 0.95, 1.05, 2.0], [0.0] * 4)
    loss = loss_value(answer(policy, *steps, CLIP_COEF))
    hint = (
        f"where all advantages are 0, the loss should be 0, but it is {loss:.4g}. Return the clipped "
        "loss alone: a bonus for entropy, for one, is added elsewhere."
    )
    yield Fact("steps with the advantage 0", loss, 0.0, hint)


def _probe_inside(answer: Callable) -> Iterator[Fact]:
    policy, steps = _discrete([0.85, 0.95, 1.05, 1.15], [3.0, -1.0, 1.5, -2.0])
    obs, actions = steps[0].numpy(), steps[1].numpy()
    products = np.array([[2.55], [-0.95], [1.575], [-2.3]])
    away = np.eye(3)[actions] - obs @ PROBS  # (B, 3): was it this action? less its probability
    gradient = -(products * away).T @ obs / 4  # (3, obs_dim)
    yield from _facts(answer, policy, steps, -(2.55 - 0.95 + 1.575 - 2.3) / 4, policy.logits[0], gradient)


def _probe_outside(answer: Callable) -> Iterator[Fact]:
    """Clipped is what would go further than the range where it pays; a way back into it stays open."""
    for ratios, advantages, value in (
        ([1.5, 2.0], [2.0, 1.0], -1.25 * 3.0 / 2),
        ([1.5, 2.0], [-1.0, -3.0], 7.5 / 2),
        ([0.5, 0.6], [2.0, 1.0], -1.6 / 2),
        ([0.5, 0.6], [-1.0, -3.0], 0.75 * 4.0 / 2),
    ):
        yield from _facts(answer, *_discrete(ratios, advantages), value)


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    policy, steps = _continuous([1.05, 1.5, 1.6, 0.5, 0.6], [1.0, 2.0, -1.0, -1.0, 1.5])
    obs, actions = steps[0].numpy(), steps[1].numpy()
    products = np.array([[1.05], [2.5], [-1.6], [-0.75], [0.9]])
    within_reach = np.array([[1], [0], [1], [0], [1]])  # is there still a gradient?
    gradient = -(within_reach * products * actions / SPREAD**2).T @ obs / 5  # (action_dim, obs_dim)
    yield from _facts(answer, policy, steps, -products.mean(), policy.mean[0], gradient)


def _facts(
    answer: Callable,
    policy: Policy,
    steps: list[Tensor],
    value: float,
    layer: nn.Linear | None = None,
    gradient: np.ndarray | None = None,
) -> Iterator[Fact]:
    """What the loss of these steps is, and its gradient by the weights of a layer."""
    actions, old_log_probs, advantages = steps[1:]
    ratios = (policy(steps[0]).log_prob(actions) - old_log_probs).exp().tolist()
    what = "continuous" if actions.ndim > 1 else "discrete"
    where = (
        f"with clip_coef {CLIP_COEF} and {what} actions, where the ratios are {_in_words(ratios)} and the "
        f"advantages {_in_words(advantages.tolist())}"
    )
    loss = answer(policy, *steps, CLIP_COEF)
    found = loss_value(loss)
    yield Fact(where, found, value, f"{where}, the loss should be about {value:.4g}, but it is {found:.4g}.")
    if layer is None:
        return
    computed = layer.weight.grad is not None
    yield Fact("gradients computed already", computed, False, STEPS_BACK)
    if computed:
        return
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.backward()
    grad = layer.weight.grad
    hint = CUT_OFF if grad is None else f"{where}, the loss is right, but its gradient is not."
    yield Fact(f"gradient {where}", np.zeros_like(gradient) if grad is None else grad.numpy(), gradient, hint)


def _in_words(values: list[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)


def _log_probs(log_probs: str) -> str:
    return f"policy(obs).log_prob(actions) => {log_probs}"


def _ratio(ratio: str) -> str:
    return f"(log_probs - old_log_probs).exp() => {ratio}"


def _clip(clipped: str) -> str:
    return f"ratio.clamp(1 - clip_coef, 1 + clip_coef) => {clipped}"


def _choose(objective: str) -> str:
    return f"torch.min(ratio * advantages, clipped * advantages) => ({objective})"


def _scaled(name: str, correction: int, safe: str = " + 1e-8") -> str:
    return f"{name} = ({name} - {name}.mean()) / ({name}.std(correction={correction}){safe})"


RATIOS: dict[str, list[Wrong]] = {
    STEPS_BACK: ["return result.backward() or result", "return result.backward() or result.item()"],
    CUT_OFF: ["return result.detach()", _log_probs("policy(obs).log_prob(actions).detach()")],
    "the ratio is upside down. It is the new probability by the old one: exp(new - old).": [
        _ratio("(old_log_probs - log_probs).exp()")
    ],
    "the ratio is a difference of logarithms. Turn it into a ratio of probabilities with exp().": [
        _ratio("log_probs - old_log_probs"),
        _ratio("old_log_probs - log_probs"),
    ],
    "one logarithm is divided by the other. The ratio of the probabilities is exp(new - old).": [
        _ratio("log_probs / old_log_probs"),
        _ratio("(log_probs / old_log_probs).exp()"),
        _ratio("old_log_probs / log_probs"),
    ],
    "old_log_probs are logarithms, as their name says, but they are used as probabilities.": [
        _ratio("log_probs.exp() / old_log_probs"),
        _ratio("log_probs.exp() - old_log_probs"),
    ],
    "this is a difference of probabilities. Divide the new one by the old one.": [
        _ratio("log_probs.exp() - old_log_probs.exp()")
    ],
    "old_log_probs have no effect. The ratio says how much likelier an action has become since it was "
    "taken.": [
        _ratio("log_probs.exp()"),
        _ratio("log_probs"),
        "return -(log_probs * advantages).mean()",
    ],
    "the ratio is always 1, because the policy is compared with itself. Compare it with old_log_probs.": [
        "old_log_probs = policy(obs).log_prob(actions)",
        "old_log_probs = policy(obs).log_prob(actions).detach()",
    ],
    "these are the log-probabilities of actions that are drawn anew. Take those of the actions that are "
    "passed in.": ["actions = policy(obs).sample()"],
    "these are the log-probabilities of the likeliest actions. Take those of the actions that are passed "
    "in.": [_log_probs("policy(obs).log_prob(policy(obs).mode)")],
    "the actions got an extra axis, so (B, 1) is compared with (B,). Pass them as they are.": [
        "actions = actions.unsqueeze(1)"
    ],
    "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the advantages of all. Keep "
    "everything (B,).": [
        "advantages = advantages.unsqueeze(1)",
        "old_log_probs = old_log_probs.unsqueeze(1)",
        _log_probs("policy(obs).log_prob(actions).unsqueeze(1)"),
        _ratio("(log_probs - old_log_probs).exp().unsqueeze(1)"),
    ],
    "the log-probabilities of an action's numbers are averaged. Add them up, or ask the distribution for "
    "log_prob: it does.": [
        "log_probs = policy(obs).log_prob(actions) => d = policy(obs)\n"
        "each = d if actions.ndim == 1 else torch.distributions.Normal(d.mean, d.stddev)\n"
        "log_probs = each.log_prob(actions).reshape(len(obs), -1).mean(1)"
    ],
    "it works for discrete actions only. Every distribution has log_prob, also the Gaussian one.": [
        _log_probs("torch.distributions.Categorical(logits=policy(obs).logits).log_prob(actions)"),
        _log_probs("policy(obs).probs.gather(1, actions[:, None])[:, 0].log()"),
        _log_probs("torch.distributions.Categorical(logits=policy.logits(obs)).log_prob(actions)"),
    ],
    "the advantages have no effect. They say which actions should become likelier, and which less so.": [
        _choose("torch.min(ratio, clipped)"),
        _choose("ratio"),
        "return -log_probs.mean()",
    ],
    "the advantages are normalized here. That is done before they are passed in: use them as they are.": [
        *(_scaled("advantages", n) for n in (0, 1)),
        *(_scaled("advantages", n, safe="") for n in (0, 1)),
        "advantages = advantages - advantages.mean()",
    ],
    "a bonus for entropy is added. It is added elsewhere: return the clipped loss alone.": [
        f"return result - {weight} * policy(obs).entropy().mean()"
        for weight in (0.01, 0.001, 0.1, 0.5, 1.0, -0.01)
    ],
    "the sign is wrong. An optimizer makes the loss small, but the mean product should become large.": [
        "return -result"
    ],
    "this is the sum over the batch. Take the mean, so that the size of the batch does not change the "
    "step.": ["mean() => sum()"],
    "each step still has a loss of its own. Reduce them to one number.": [".mean() =>"],
}

CLIPS: dict[str, list[Wrong]] = {
    "min and max are confused. Take the smaller of the two products. With a minus before each, that is the "
    "larger one.": ["torch.min => torch.max"],
    "the smaller ratio is taken before it meets the advantage. Multiply both first: the advantage may be "
    "below 0.": [_choose("torch.min(ratio, clipped) * advantages")],
    "the larger ratio is taken before it meets the advantage. Multiply both first, and take the smaller "
    "product.": [_choose("torch.max(ratio, clipped) * advantages")],
    "only the clipped ratio is used, so a step that went the wrong way too far cannot come back. Take the "
    "smaller of both products.": [_choose("clipped * advantages")],
    "nothing is clipped. Beyond the range of clip_coef around 1, going further should not pay any more.": [
        _choose("ratio * advantages")
    ],
    "the ratio is clipped to a range around 0. It is near 1: clip it to 1 - clip_coef and 1 + clip_coef.": [
        _clip("ratio.clamp(-clip_coef, clip_coef)")
    ],
    "the range begins or ends at 1. It reaches to both sides: from 1 - clip_coef to 1 + clip_coef.": [
        _clip("ratio.clamp(1, 1 + clip_coef)"),
        _clip("ratio.clamp(1 - clip_coef, 1)"),
    ],
    "the ratio is clipped on one side only. The range goes from 1 - clip_coef to 1 + clip_coef.": [
        _clip("ratio.clamp(max=1 + clip_coef)"),
        _clip("ratio.clamp(min=1 - clip_coef)"),
    ],
    "the two bounds of the range are swapped. The lower one, 1 - clip_coef, comes first.": [
        _clip("ratio.clamp(1 + clip_coef, 1 - clip_coef)")
    ],
    "the logarithm of the ratio is clipped. Take exp() first, and clip the ratio itself.": [
        _clip("ratio.log().clamp(-clip_coef, clip_coef).exp()"),
        _clip("ratio.log().clamp(1 - clip_coef, 1 + clip_coef).exp()"),
        (_clip("ratio.log().clamp(-clip_coef, clip_coef).exp()"), _choose("clipped * advantages")),
    ],
    "the advantages are clipped. Clip the ratio: how good an action was is not to be bounded.": [
        *(f"advantages = advantages.clamp({bounds})" for bounds in BOUNDS),
        *(_choose(f"torch.min(ratio * advantages, ratio * advantages.clamp({bounds}))") for bounds in BOUNDS),
    ],
    "the product is clipped. Clip the ratio, and then multiply it by the advantage.": [
        _choose(f"torch.min(ratio * advantages, (ratio * advantages).clamp({bounds}))") for bounds in BOUNDS
    ],
    "the clipped ratio is not multiplied by the advantage. Compare ratio times advantage with clipped ratio "
    "times advantage.": [_choose("torch.min(ratio * advantages, clipped)")],
    "the mean is taken too early. Choose the smaller product for each step, and take the mean at the end.": [
        _choose("torch.min((ratio * advantages).mean(), (clipped * advantages).mean())"),
        _ratio("(log_probs - old_log_probs).mean().exp()"),
    ],
    "averages are multiplied, but each ratio belongs to the advantage of its own step. Multiply them step by "
    "step, and take the mean at the end.": [
        *(
            _choose(f"{ratio}.mean() * advantages.mean()")
            for ratio in ("torch.min(ratio, clipped)", "torch.max(ratio, clipped)", "ratio", "clipped")
        ),
        "advantages = advantages.mean()",
        _choose("torch.min(ratio.mean() * advantages, clipped.mean() * advantages)"),
        _choose("torch.min(ratio.mean(), clipped.mean()) * advantages.mean()"),
        _choose("torch.min(ratio.mean() * advantages.mean(), clipped.mean() * advantages.mean())"),
    ],
    "the steps out of the range are left out. Outside of it the smaller product counts, as it does inside.": [
        _choose("(ratio * advantages)[ratio == clipped]"),
        _choose("ratio * advantages * (ratio == clipped)"),
    ],
    "the clipped ratio is cut off from the policy, which halves the gradient. Clip without detach(), data or "
    "no_grad().": [_clip("ratio.detach().clamp(1 - clip_coef, 1 + clip_coef)")],
    "Python's `min`, `max` and `if` cannot decide for many steps at once. Use torch.min, clamp or "
    "torch.where.": ["torch.min => min"],
    "clip_coef is fixed. Use the one that is passed in.": [f"clip_coef = {c}" for c in (0.1, 0.2, 0.3)],
}

EXERCISE = Exercise(
    solution=clipped_loss,
    tested="values and gradients are right inside the clip range and on both sides of it.",
    probes=(_probe_nothing, _probe_inside, _probe_outside, _probe_continuous),
    mistakes=RATIOS | CLIPS,
    leftovers={
        **dict.fromkeys(
            ("ratio", "clipped", "advantage"),
            "it reads a variable of the figure above. Compute the ratio from obs, actions and old_log_probs.",
        ),
        **dict.fromkeys(
            ("CONFIG", "ONCE"), "it reads the settings of the lesson. Use clip_coef as it is passed in."
        ),
    },
)
