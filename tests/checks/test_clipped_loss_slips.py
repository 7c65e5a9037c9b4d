"""Lesson 07, the clipped loss: mistakes around the clip and beside it, written independently of the bank."""

import pytest
import torch

from tests.checks.answers import hint_for
from tests.checks.test_clipped_loss import of_advantages, right


def of_ratio(objective):
    """The loss whose steps are worth objective(ratio, advantage, clip_coef)."""

    def answer(policy, obs, actions, old_log_probs, advantages, clip_coef):
        ratio = torch.exp(policy(obs).log_prob(actions) - old_log_probs)
        return objective(ratio, advantages, clip_coef).mean().neg()

    return answer


def clipped_to(low, high):
    return of_ratio(
        lambda ratio, a, c: torch.minimum(ratio * a, ratio.clamp_min(low(c)).clamp_max(high(c)) * a)
    )


def with_means_compared(ratio, a, c):
    return torch.minimum((ratio * a).sum(), (ratio.clamp(1 - c, 1 + c) * a).sum()) / len(a)


def with_steps_left_out(ratio, a, c):
    return torch.where(torch.abs(ratio - 1) < c, ratio * a, 0.0)


def with_the_clip_of_data(ratio, a, c):
    clipped = torch.empty_like(ratio)
    clipped.data.copy_(ratio.data.clamp(1 - c, 1 + c))
    return torch.minimum(ratio * a, clipped * a)


def with_python_min(ratio, a, c):
    return min(ratio * a, torch.clamp(ratio, 1 - c, 1 + c) * a)


def with_a_python_if(ratio, a, c):
    return (1 + c) * a if ratio > 1 + c else ratio * a


def loss_of_each(policy, obs, actions, old_log_probs, advantages, clip_coef):
    rows = range(len(obs))
    inputs = obs, actions, old_log_probs, advantages
    return torch.stack([right(policy, *(x[i : i + 1] for x in inputs), clip_coef) for i in rows])


def normalized(advantages):
    return (advantages - torch.mean(advantages)) / (torch.std(advantages) + 1e-5)


def with_entropy(weight):
    return lambda policy, obs, *rest: right(policy, obs, *rest) - weight * policy(obs).entropy().mean()


def with_the_ratio_of_the_figure(policy, obs, actions, old_log_probs, advantages, clip_coef):
    return -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()  # noqa: F821


WRONG = [
    ("min and max are confused", of_ratio(lambda r, a, c: torch.maximum(r * a, r.clamp(1 - c, 1 + c) * a))),
    ("min and max are confused", of_ratio(lambda r, a, c: -torch.min(-r * a, -r.clamp(1 - c, 1 + c) * a))),
    ("the smaller ratio is taken", of_ratio(lambda r, a, c: r.clamp(max=1 + c) * a)),
    ("the smaller ratio is taken", of_ratio(lambda r, a, c: torch.minimum(r, r.clamp(1 - c, 1 + c)) * a)),
    ("the larger ratio is taken", of_ratio(lambda r, a, c: torch.maximum(r, r.clamp(1 - c, 1 + c)) * a)),
    ("only the clipped ratio is used", of_ratio(lambda r, a, c: torch.clip(r, 1 - c, 1 + c) * a)),
    ("nothing is clipped", of_ratio(lambda r, a, c: r * a)),
    ("the ratio is clipped to a range around 0", clipped_to(lambda c: -c, lambda c: c)),
    ("the range begins or ends at 1", clipped_to(lambda c: 1, lambda c: 1 + c)),
    ("the range begins or ends at 1", clipped_to(lambda c: 1 - c, lambda c: 1)),
    ("the ratio is clipped on one side only", clipped_to(lambda c: 0, lambda c: 1 + c)),
    ("the ratio is clipped on one side only", clipped_to(lambda c: 1 - c, lambda c: torch.inf)),
    (
        "the two bounds of the range are swapped",
        of_ratio(lambda r, a, c: torch.min(r * a, r.clamp(1 + c, 1 - c) * a)),
    ),
    (
        "the logarithm of the ratio is clipped",
        clipped_to(lambda c: torch.tensor(-c).exp(), lambda c: torch.tensor(c).exp()),
    ),
    ("the advantages are clipped", of_ratio(lambda r, a, c: torch.minimum(r * a, r * a.clip(1 - c, 1 + c)))),
    (
        "the product is clipped",
        of_ratio(lambda r, a, c: torch.minimum(r * a, torch.clamp(r * a, 1 - c, 1 + c))),
    ),
    (
        "the clipped ratio is not multiplied",
        of_ratio(lambda r, a, c: torch.minimum(r * a, r.clamp(1 - c, 1 + c))),
    ),
    ("the mean is taken too early", of_ratio(with_means_compared)),
    (
        "averages are multiplied",
        of_ratio(lambda r, a, c: torch.minimum(r, r.clamp(1 - c, 1 + c)).mean() * a.mean()),
    ),
    ("averages are multiplied", of_ratio(lambda r, a, c: r.clamp(1 - c, 1 + c) * a.sum() / len(a))),
    ("averages are multiplied", of_ratio(lambda r, a, c: torch.min(r, r.clamp(1 - c, 1 + c)) * a.mean())),
    ("the steps out of the range are left out", of_ratio(with_steps_left_out)),
    ("the clipped ratio is cut off from the policy", of_ratio(with_the_clip_of_data)),
    ("Python's `min`, `max` and `if` cannot decide", of_ratio(with_python_min)),
    ("Python's `min`, `max` and `if` cannot decide", of_ratio(with_a_python_if)),
    ("clip_coef is fixed", lambda *inputs: right(*inputs[:-1], 0.2)),
    ("clip_coef is fixed", lambda *inputs: right(*inputs[:-1], 0.1)),
    ("each step still has a loss of its own", loss_of_each),
    (
        "it should return the loss, a tensor with one number, but it returns a tuple",
        lambda *x: (right(*x), {}),
    ),
    ("the loss is NaN", lambda *inputs: right(*inputs) * torch.nan),
    ("the advantages are normalized here", of_advantages(normalized)),
    ("a bonus for entropy is added", with_entropy(0.01)),
    ("where all advantages are 0, the loss should be 0", with_entropy(0.037)),
    ("it reads a variable of the figure above", with_the_ratio_of_the_figure),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("clipped_loss", function).startswith(hint)


def test_an_unknown_mistake_is_shown_with_the_ratios_and_advantages_that_reveal_it():
    too_wide = of_ratio(lambda r, a, c: torch.minimum(r * a, r.clamp(1 - 2 * c, 1 + 2 * c) * a))
    assert hint_for("clipped_loss", too_wide) == (
        "with clip_coef 0.25 and discrete actions, where the ratios are 1.5, 2 and the advantages 2, 1, the "
        "loss should be about -1.875, but it is -2.25."
    )


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    def half_cut(*inputs):
        loss = right(*inputs)
        return 0.3 * loss + 0.7 * loss.detach()

    assert hint_for("clipped_loss", half_cut).endswith("the loss is right, but its gradient is not.")
