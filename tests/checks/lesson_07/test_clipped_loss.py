"""The clipped loss: right answers pass, and mistakes written independently of the bank get their hints."""

import torch
from torch.distributions import Categorical, Independent, Normal

from ilrl_course.checks.edits import edited
from tests.checks.answers import hint_for, promises_of


def right(policy, obs, actions, old_log_probs, advantages, clip_coef):
    own = policy(obs)
    ratio = torch.exp(own.log_prob(actions) - old_log_probs)
    limited = torch.clip(ratio, min=1 - clip_coef, max=1 + clip_coef)
    products = torch.minimum(ratio * advantages, limited * advantages)
    return products.mean().neg()


def by_the_sign_of_the_advantage(policy, obs, actions, old_log_probs, advantages, clip_coef):
    ratio = torch.exp(policy(obs).log_prob(actions) - old_log_probs)
    allowed = torch.where(advantages >= 0, ratio.clamp(max=1 + clip_coef), ratio.clamp(min=1 - clip_coef))
    return -(allowed * advantages).mean()


def by_the_larger_loss(policy, obs, actions, old_log_probs, advantages, clip_coef):
    ratio = policy(obs).log_prob(actions).sub(old_log_probs).exp()
    return torch.maximum(-advantages * ratio, -advantages * ratio.clip(1 - clip_coef, 1 + clip_coef)).mean()


def with_distributions_of_torch(policy, obs, actions, old_log_probs, advantages, clip_coef):
    own = policy(obs)
    if hasattr(own, "logits"):
        distribution = Categorical(logits=own.logits)
    else:
        distribution = Independent(Normal(own.mean, own.stddev), 1)
    ratio = distribution.log_prob(actions).exp() / old_log_probs.exp()
    bound = advantages + clip_coef * advantages.abs()  # (1 + c) A for a good action, (1 - c) A for a bad one
    return torch.minimum(ratio * advantages, bound).sum().neg() / obs.shape[0]


def step_by_step(policy, obs, actions, old_log_probs, advantages, clip_coef):
    losses = []
    for i in range(len(obs)):
        ratio = (policy(obs[i : i + 1]).log_prob(actions[i : i + 1])[0] - old_log_probs[i]).exp()
        good = advantages[i] > 0
        too_far = ratio > 1 + clip_coef if good else ratio < 1 - clip_coef
        bound = 1 + clip_coef if good else 1 - clip_coef
        losses.append(-advantages[i] * (torch.tensor(bound) if too_far else ratio))
    return torch.stack(losses).mean()


def clipped_as_a_logarithm(policy, obs, actions, old_log_probs, advantages, clip_coef):
    log_ratio = policy.forward(obs).log_prob(actions) - old_log_probs
    low, high = torch.log(torch.tensor([1 - clip_coef, 1 + clip_coef]))
    products = torch.stack([log_ratio.exp(), log_ratio.clamp(low, high).exp()]) * advantages.detach()
    return -products.min(dim=0).values.mean()


def with_a_look_at_it(policy, obs, actions, old_log_probs, advantages, clip_coef):
    print(right(policy, obs, actions, old_log_probs, advantages, clip_coef).item())
    return right(policy, obs, actions, old_log_probs, advantages, clip_coef).double()


RIGHT = [
    *(right, by_the_sign_of_the_advantage, by_the_larger_loss, with_distributions_of_torch),
    *(step_by_step, clipped_as_a_logarithm, with_a_look_at_it),
]


def log_probs(text):
    return f"own.log_prob(actions) => {text}"


def by_hand(mean, spread, numbers="sum(1)"):
    """Log-probabilities of continuous actions by a Gaussian for each of their numbers."""
    continuous = f"Normal({mean}, {spread}).log_prob(actions).{numbers}"
    return log_probs(f"(own.log_prob(actions) if actions.ndim == 1 else {continuous})")


def ratio(text):
    return f"torch.exp(own.log_prob(actions) - old_log_probs) => {text}"


def limits(low, high):
    return f"min=1 - clip_coef, max=1 + clip_coef => {low}, {high}"


def products(text):
    return f"torch.minimum(ratio * advantages, limited * advantages) => {text}"


OF_PROBS = "own.probs[torch.arange(len(obs)), actions].log()"
WRONG = {
    "backward() is called within the loss": ["return torch.autograd.backward(result) or result"],
    "the loss is cut off from the policy": [
        "own = policy(obs) => with torch.no_grad():\n    own = policy(obs)"
    ],
    "the ratio is upside down": [ratio("torch.exp(old_log_probs) / torch.exp(own.log_prob(actions))")],
    "the ratio is a difference of logarithms": [ratio("torch.sub(own.log_prob(actions), old_log_probs)")],
    "one logarithm is divided by the other": [ratio("torch.div(own.log_prob(actions), old_log_probs)")],
    "old_log_probs are logarithms": [ratio("torch.exp(own.log_prob(actions)) / old_log_probs")],
    "this is a difference of probabilities": [ratio("own.log_prob(actions).exp() - old_log_probs.exp()")],
    "old_log_probs have no effect": ["return -(own.log_prob(actions) * advantages).mean()"],
    "the ratio is always 1": ["with torch.no_grad():\n    old_log_probs = policy(obs).log_prob(actions)"],
    "these are the log-probabilities of actions that are drawn": [log_probs("own.log_prob(own.sample())")],
    "these are the log-probabilities of the likeliest": [log_probs("own.log_prob(own.mode)")],
    "the actions got an extra axis": [log_probs("own.log_prob(actions[:, None])")],
    "an axis too many makes": ["limited = torch => ratio = ratio[:, None]\nlimited = torch"],
    "log_prob is summed or averaged over the batch": [
        log_probs(f"own.log_prob(actions).sum({axis})") for axis in (-1, "dim=1")
    ],
    "the log-probabilities of an action's numbers are averaged": [
        by_hand("own.mean", "own.stddev", "mean(1)")
    ],
    "only the first number of each action counts": [by_hand("own.mean", "own.stddev", "select(1, 0)")],
    "the spread of the Gaussian is ignored": [by_hand("own.mean", "torch.ones(2)")],
    "a part of the distribution is cut off": [by_hand("own.mean", "own.stddev.data")],
    "the gradient is NaN where an action has become very unlikely": [
        log_probs(f"(own.log_prob(actions) if actions.ndim > 1 else {OF_PROBS})")
    ],
    "it works for discrete actions only": [
        log_probs("torch.log_softmax(own.logits, dim=1)[range(len(obs)), actions]")
    ],
    "the actions are clipped": ["actions = actions.clip(-1, 1) if actions.is_floating_point() else actions"],
    "the advantages have no effect": ["return -own.log_prob(actions).sum() / len(obs)"],
    "the sign of the advantages is lost": ["advantages = torch.relu(advantages)"],
    "only one of the two products has a minus": [
        products("torch.min(ratio * advantages, -limited * advantages)")
    ],
    "the loss is multiplied by a constant": ["return 0.5 * result"],
    "this is the sum over the batch": ["return result * len(obs)"],
    "some steps are left out": [f"products.mean() => products[{rows}].mean()" for rows in ("1:", ":-1", "0")],
    "min and max are confused": [products("-torch.min(-ratio * advantages, -limited * advantages)")],
    "the smaller ratio is taken": [products("ratio.clamp(max=1 + clip_coef) * advantages")],
    "the larger ratio is taken": [products("torch.maximum(ratio, limited) * advantages")],
    "only the clipped ratio is used": [
        products("torch.where(torch.abs(ratio - 1) < clip_coef, ratio, limited) * advantages")
    ],
    "nothing is clipped": [products("ratio * advantages")],
    "the ratio is clipped to a range around 0": [limits("-clip_coef", "clip_coef")],
    "the range begins or ends at 1": [limits("1", "1 + clip_coef"), limits("1 - clip_coef", "1")],
    "the ratio is clipped on one side only": [limits("0", "1 + clip_coef")],
    "the lower end of the range is 1 / (1 + clip_coef)": [limits("1 / (1 + clip_coef)", "1 + clip_coef")],
    "the clip of a bad action is on the wrong side": [
        products(
            "torch.where(advantages > 0, ratio.clamp(max=1 + clip_coef), ratio.clamp(max=1 - clip_coef))"
            " * advantages"
        )
    ],
    "the unclipped product is bounded as well": [
        "products.mean() => products.max(torch.where(advantages < 0, 3 * advantages, products)).mean()"
    ],
    "the two bounds of the range are swapped": [limits("1 + clip_coef", "1 - clip_coef")],
    "the logarithm of the ratio is clipped": [limits("np.exp(-clip_coef)", "np.exp(clip_coef)")],
    "the advantages are clipped": [
        products("torch.min(ratio * advantages, ratio * advantages.clip(1 - clip_coef, 1 + clip_coef))")
    ],
    "the product is clipped": [
        products("torch.minimum(ratio * advantages, (ratio * advantages).clip(1 - clip_coef, 1 + clip_coef))")
    ],
    "the clipped ratio is not multiplied": ["limited * advantages => limited"],
    "the mean is taken too early": [
        products("torch.minimum((ratio * advantages).sum(), (limited * advantages).sum()) / len(obs)")
    ],
    "averages are multiplied": [products("limited * advantages.sum() / len(obs)")],
    "the steps out of the range are left out": [
        products("torch.where(torch.abs(ratio - 1) < clip_coef, ratio * advantages, 0.0)")
    ],
    "the clipped ratio is cut off from the policy": ["products = => limited = limited.data\nproducts ="],
    "the unclipped ratio is cut off from the policy": [
        products("torch.min(ratio.data * advantages, limited * advantages)")
    ],
    "clamp_() with an underscore": ["limited = => ratio.clamp_(1 - clip_coef, 1 + clip_coef)\nlimited ="],
    "Python's `min`, `max` and `if` cannot decide": [
        products("(1 + clip_coef) * advantages if ratio > 1 + clip_coef else ratio * advantages")
    ],
    "each step still has a loss of its own": ["products.mean() => products"],
    "it should return the loss, a tensor with one number, but it returns a tuple": ["return (result, {})"],
    "the loss is NaN": ["return result * torch.nan"],
    "the advantages are normalized here": [
        "advantages = (advantages - torch.mean(advantages)) / (torch.std(advantages) + 1e-5)"
    ],
    "a bonus for entropy is added": ["return result - 0.01 * own.entropy().mean()"],
    "where all advantages are 0, the loss should be 0": ["return result - 0.037 * own.entropy().mean()"],
    "it reads a variable of the figure above": ["return -torch.min(ratio * advantage, clipped).mean()"],
}

NONSENSE = {
    "return 'low'": "it should return the loss, a tensor with one number, but it returns a str.",
    "return 0.0": "with clip_coef 0.25 and discrete",
    "return inputs[4][:3]": "the loss should be a single number, but it has the shape (3,).",
    "inputs[4].zero_()\n    return inputs[4].sum()": "it changes its inputs in place",
    "return inputs[0](inputs[1])": "it should return the loss, a tensor with one number",
    "return inputs[0](None)": "it raised",
    "return CONFIG.clip_coef * inputs[4].mean()": "it reads the settings of the lesson",
    "return -clipped.mean()": "it reads a variable of the figure above",
}

TestAnswers = promises_of("clipped_loss", right, RIGHT, WRONG, NONSENSE)


def test_an_unknown_mistake_is_shown_with_the_ratios_and_advantages_that_reveal_it():
    too_wide = edited(right, limits("1 - 2 * clip_coef", "1 + 2 * clip_coef"))
    assert hint_for("clipped_loss", too_wide) == (
        "with clip_coef 0.25 and discrete actions, where the ratios are 1.5, 2 and the advantages 2, 1, the "
        "loss should be about -1.875, but it is -2.25."
    )


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    half_cut = edited(right, "return 0.3 * result + 0.7 * result.detach()")
    assert hint_for("clipped_loss", half_cut).endswith("the loss is right, but its gradient is not.")
