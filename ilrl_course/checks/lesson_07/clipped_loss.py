"""The check of the clipped objective: what is compared, what is clipped, and what becomes of it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import torch
from torch import Tensor

from ilrl_course.algorithms.ppo import clipped_loss
from ilrl_course.checks.exercise import Exercise, Fact, Probe, loss_value
from ilrl_course.checks.slips import Mistakes, instead_of
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

CLIP_COEF = 0.25  # a value that nobody types by habit
OBS = torch.tensor([[0.5, -1.0], [2.0, 0.25], [-1.5, 0.75], [0.3, 0.8], [1.2, -0.4]])
WEIGHT = torch.tensor([[0.4, -0.3], [0.2, 0.5], [-0.6, 0.1]])
CUT_OFF = (
    "the loss is cut off from the policy, so nothing can be learned from it. Take the new log-probabilities "
    "without detach(), no_grad() or item()."
)
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)
OF_THE_FIGURE = (
    "it reads a variable of the figure above. Compute the ratio from obs, actions and old_log_probs."
)
OF_THE_LESSON = "it reads the settings of the lesson. Use clip_coef as it is passed in."
ROUNDED_TO_0 = (
    "the gradient is NaN where an action has become very unlikely: its probability is rounded to 0, and then "
    "log() is infinite. Ask the distribution for log_prob."
)


def _discrete() -> tuple[Policy, Tensor]:
    """A policy with 3 actions, and what was done where OBS was seen."""
    policy = CategoricalPolicy(2, 3, hidden_sizes=())
    _set(policy, WEIGHT, torch.tensor([0.1, -0.2, 0.3]))
    return policy, torch.tensor([2, 2, 1, 0, 1])


def _continuous() -> tuple[Policy, Tensor]:
    """A policy whose actions are two numbers, and what was done where OBS was seen."""
    policy = GaussianPolicy(2, 2, hidden_sizes=())
    _set(policy, torch.tensor([0.0, 0.7]), WEIGHT[:2], torch.tensor([0.1, -0.2]))
    return policy, torch.tensor([[1.0, 2.0], [0.5, -1.0], [-2.0, 1.0], [1.5, -0.5], [-1.0, -3.0]])


def _set(policy: Policy, *values: Tensor) -> None:
    for parameter, value in zip(policy.parameters(), values, strict=True):
        parameter.data = value.clone()


def _steps(
    make: Callable, ratios: Sequence[float], advantages: Sequence[float]
) -> tuple[Policy, list[Tensor]]:
    """A policy, and a minibatch for the loss: obs, actions, old_log_probs and advantages."""
    policy, actions = make()
    obs, actions = OBS[: len(ratios)], actions[: len(ratios)]
    with torch.no_grad():
        old_log_probs = policy(obs).log_prob(actions) - torch.tensor(ratios).log()
    return policy, [obs, actions, old_log_probs, torch.tensor(advantages)]


def _probe_nothing(answer: Callable) -> Iterator[Fact]:
    """Steps that were neither better nor worse than expected."""
    policy, steps = _steps(_discrete, [0.5, 0.95, 1.05, 2.0], [0.0] * 4)
    loss = loss_value(answer(policy, *steps, CLIP_COEF))
    hint = (
        f"where all advantages are 0, the loss should be 0, but it is {loss:.4g}. Return the clipped "
        "loss alone: a bonus for entropy, for one, is added elsewhere."
    )
    yield Fact("steps with the advantage 0", loss, 0.0, hint)


def _probe(
    make: Callable, *cases: tuple[Sequence[float], Sequence[float]], clip_coef: float = CLIP_COEF
) -> Probe:
    """A probe that shows minibatches with these (ratios, advantages) to an answer."""

    def probe(answer: Callable) -> Iterator[Fact]:
        for ratios, advantages in cases:
            yield from _facts(answer, *_steps(make, ratios, advantages), clip_coef)

    return probe


def _probe_what_became_unlikely(answer: Callable) -> Iterator[Fact]:
    """Actions whose probability is now too small for a float."""
    policy, (obs, actions, _, advantages) = _steps(_discrete, [1.0] * 3, [1.0, -2.0, 0.5])
    old_log_probs = torch.tensor([-0.7, -1.6, -0.9])
    yield from _facts(answer, policy, [300 * obs, actions, old_log_probs, advantages])


def _facts(
    answer: Callable, policy: Policy, steps: list[Tensor], clip_coef: float = CLIP_COEF
) -> Iterator[Fact]:
    """What the loss of these steps is, and its gradient by all that the policy has learned."""
    obs, actions, old_log_probs, advantages = steps
    log_probs = policy(obs).log_prob(actions)
    ratios = (log_probs - old_log_probs).exp().detach()
    allowed = torch.where(advantages > 0, ratios.clamp(max=1 + clip_coef), ratios.clamp(min=1 - clip_coef))
    value = -(allowed * advantages).mean().item()
    weights = ratios * advantages * (allowed == ratios)  # beyond the bound there is no gradient
    right = torch.autograd.grad(-(weights * log_probs).mean(), policy.parameters())
    where = (
        f"with clip_coef {clip_coef} and {'continuous' if actions.ndim > 1 else 'discrete'} actions, where "
        f"the ratios are {_in_words(ratios)} and the advantages {_in_words(advantages)}"
    )
    loss = answer(policy, *steps, clip_coef)
    found = loss_value(loss)
    digits = 4 if f"{found:.4g}" != f"{value:.4g}" else 7
    hint = f"{where}, the loss should be about {value:.{digits}g}, but it is {found:.{digits}g}."
    yield Fact(where, found, value, hint)
    computed = any(parameter.grad is not None for parameter in policy.parameters())
    yield Fact("gradients computed already", computed, False, STEPS_BACK)
    if computed:
        return
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.backward()
    grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in policy.parameters()]
    flat, right = (torch.cat([part.flatten() for part in parts]) for parts in (grads, right))
    hint = f"{where}, the loss is right, but its gradient is not."
    if all(parameter.grad is None for parameter in policy.parameters()):
        hint = CUT_OFF
    elif flat.isnan().any():
        hint = ROUNDED_TO_0
    yield Fact(f"gradient {where}", flat.numpy(), right.numpy(), hint)


def _in_words(values: Tensor) -> str:
    return ", ".join(f"{value:.3g}" for value in values.tolist())


BOUNDS = "-clip_coef, clip_coef", "1 - clip_coef, 1 + clip_coef"  # of a range: wrong ones, and the right ones
OF_PROBS = "policy(obs).probs.gather(1, actions[:, None])[:, 0].log()"


_log_probs = instead_of("policy(obs).log_prob(actions)")
_ratio = instead_of("(log_probs - old_log_probs).exp()")
_clip = instead_of("ratio.clamp(1 - clip_coef, 1 + clip_coef)")
_products = instead_of("torch.min(ratio * advantages, clipped * advantages)")


def _gaussian(mean_and_spread: str, numbers: str = ".sum(1)") -> str:
    """Log-probabilities by the distribution of each number of a continuous action."""
    return (
        "log_probs = policy(obs).log_prob(actions) => d = policy(obs)\n"
        f"each = d if actions.ndim == 1 else torch.distributions.Normal({mean_and_spread})\n"
        f"log_probs = each.log_prob(actions).reshape(len(obs), -1){numbers}"
    )


RATIOS: Mistakes = {
    STEPS_BACK: ["return result.backward() or result", "return result.backward() or result.item()"],
    CUT_OFF: ["return result.detach()", *_log_probs("policy(obs).log_prob(actions).detach()")],
    "the ratio is upside down. It is the new probability by the old one: exp(new - old).": _ratio(
        "(old_log_probs - log_probs).exp()"
    ),
    "the ratio is a difference of logarithms. Turn it into a ratio of probabilities with exp().": _ratio(
        "log_probs - old_log_probs", "old_log_probs - log_probs"
    ),
    "one logarithm is divided by the other. The ratio of the probabilities is exp(new - old).": _ratio(
        "log_probs / old_log_probs", "(log_probs / old_log_probs).exp()", "old_log_probs / log_probs"
    ),
    "old_log_probs are logarithms, as their name says, but they are used as probabilities.": _ratio(
        "log_probs.exp() / old_log_probs", "log_probs.exp() - old_log_probs"
    ),
    "this is a difference of probabilities. Divide the new one by the old one.": _ratio(
        "log_probs.exp() - old_log_probs.exp()"
    ),
    "old_log_probs have no effect. The ratio says how much likelier an action has become since it was "
    "taken.": [*_ratio("log_probs.exp()", "log_probs"), *_products("log_probs * advantages")],
    "the ratio is always 1, because the policy is compared with itself. Compare it with old_log_probs.": [
        f"old_log_probs = policy(obs).log_prob(actions){end}" for end in ("", ".detach()")
    ],
    "these are the log-probabilities of actions that are drawn anew. Take those of the actions that are "
    "passed in.": ["actions = policy(obs).sample()"],
    "these are the log-probabilities of the likeliest actions. Take those of the actions that are passed "
    "in.": _log_probs("policy(obs).log_prob(policy(obs).mode)"),
    "the actions got an extra axis, so (B, 1) is compared with (B,). Pass them as they are.": [
        "actions = actions.unsqueeze(1)"
    ],
    "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the advantages of all. Keep "
    "everything (B,).": [
        "old_log_probs = old_log_probs.unsqueeze(1)",
        *_log_probs("policy(obs).log_prob(actions).unsqueeze(1)"),
        *_ratio("(log_probs - old_log_probs).exp().unsqueeze(1)"),
    ],
    "log_prob is summed or averaged over the batch. It is (B,) already: one number for each step, however "
    "many numbers its action has.": _log_probs(
        *(f"policy(obs).log_prob(actions).{over}" for over in ("sum()", "sum(1)", "mean()", "mean(1)"))
    ),
    "the log-probabilities of an action's numbers are averaged. Add them up, or ask the distribution for "
    "log_prob: it does.": [_gaussian("d.mean, d.stddev", ".mean(1)")],
    "only the first number of each action counts. Add up the log-probabilities of all of them, or ask the "
    "distribution for log_prob.": [_gaussian("d.mean, d.stddev", "[:, 0]")],
    "the spread of the Gaussian is ignored. Ask the distribution for log_prob: it knows mean and spread.": [
        _gaussian("d.mean, 1.0")
    ],
    "a part of the distribution is cut off, so it does not learn. Mean and spread both need their gradient: "
    "no detach().": [_gaussian("d.mean.detach(), d.stddev"), _gaussian("d.mean, d.stddev.detach()")],
    ROUNDED_TO_0: _log_probs(f"policy(obs).log_prob(actions) if actions.ndim > 1 else {OF_PROBS}"),
    "it works for discrete actions only. Every distribution has log_prob, also the Gaussian one.": _log_probs(
        "torch.distributions.Categorical(logits=policy(obs).logits).log_prob(actions)",
        "torch.distributions.Categorical(logits=policy.logits(obs)).log_prob(actions)",
        OF_PROBS,
    ),
    "obs and actions are swapped. The policy is asked about obs, its answer about actions.": [
        "obs, actions = actions, obs"
    ],
    "old_log_probs and advantages are swapped. In the order of the arguments, old_log_probs come first.": [
        "old_log_probs, advantages = advantages, old_log_probs"
    ],
    "the actions are clipped. Ask for the log-probabilities of what was drawn, not of what was done in the "
    "world.": [f"actions = actions.clamp(-{b}, {b}) if actions.ndim > 1 else actions" for b in (1, 2)],
    "the advantages have no effect. They say which actions should become likelier, and which less "
    "so.": _products("torch.min(ratio, clipped)", "ratio", "log_probs"),
    "the advantages are normalized here. That is done before they are passed in: use them as they are.": [
        *(
            f"advantages = {centered} / (advantages.std(correction={n}){safe})"
            for centered in ("(advantages - advantages.mean())", "advantages")
            for n in (0, 1)
            for safe in (" + 1e-8", "")
        ),
        "advantages = advantages - advantages.mean()",
        "advantages = advantages / advantages.abs().max()",
    ],
    "the sign of the advantages is lost. What went worse than expected should become rarer: use them as they "
    "are.": [
        *(f"advantages = advantages.{change}" for change in ("abs()", "clamp(min=0)", "sign()")),
        *_products("torch.min(ratio * advantages, clipped * advantages)[advantages > 0]"),
    ],
    "a bonus for entropy is added. It is added elsewhere: return the clipped loss alone.": [
        f"return result - {weight} * policy(obs).entropy().mean()"
        for weight in (0.01, 0.001, 0.1, 0.5, 1.0, -0.01)
    ],
    "the sign is wrong. An optimizer makes the loss small, but the mean product should become large.": [
        "return -result"
    ],
    "the loss is multiplied by a constant. Return the negative mean as it is.": [
        "return 2 * result",
        "return result / 2",
    ],
    "this is the sum over the batch. Take the mean, so that the size of the batch does not change the "
    "step.": ["mean() => sum()"],
    "each step still has a loss of its own. Reduce them to one number.": [".mean() =>"],
    "some steps are left out. The mean is over all B of them.": _products(
        *(f"torch.min(ratio * advantages, clipped * advantages)[{rows}]" for rows in (":-1", "1:", ":1"))
    ),
}

CLIPS: Mistakes = {
    "min and max are confused. Take the smaller of the two products. With a minus before each, that is the "
    "larger one.": ["torch.min => torch.max"],
    "the smaller ratio is taken before it meets the advantage. Multiply both first: the advantage may be "
    "below 0.": _products("torch.min(ratio, clipped) * advantages"),
    "the larger ratio is taken before it meets the advantage. Multiply both first, and take the smaller "
    "product.": _products("torch.max(ratio, clipped) * advantages"),
    "only the clipped ratio is used, so a step that went the wrong way too far cannot come back. Take the "
    "smaller of both products.": _products("clipped * advantages"),
    "nothing is clipped. Beyond the range of clip_coef around 1, going further should not pay any "
    "more.": _products("ratio * advantages"),
    "the ratio is clipped to a range around 0. It is near 1: clip it to 1 - clip_coef and 1 + "
    "clip_coef.": _clip("ratio.clamp(-clip_coef, clip_coef)"),
    "the range begins or ends at 1. It reaches to both sides: from 1 - clip_coef to 1 + clip_coef.": _clip(
        "ratio.clamp(1, 1 + clip_coef)", "ratio.clamp(1 - clip_coef, 1)"
    ),
    "the ratio is clipped on one side only. The range goes from 1 - clip_coef to 1 + clip_coef.": _clip(
        "ratio.clamp(max=1 + clip_coef)", "ratio.clamp(min=1 - clip_coef)"
    ),
    "the lower end of the range is 1 / (1 + clip_coef). It should be 1 - clip_coef.": _clip(
        "ratio.clamp(1 / (1 + clip_coef), 1 + clip_coef)"
    ),
    "the clip of a bad action is on the wrong side. There is nothing to gain where its ratio falls below "
    "1 - clip_coef: use clamp(min=...).": _products(
        "torch.min(ratio, 1 + clip_coef * advantages.sign()) * advantages"
    ),
    "the unclipped product is bounded as well, so from far away there is no way back. It counts as it is, "
    "however large or small.": _ratio(
        *(f"(log_probs - old_log_probs).exp().clamp(max={bound})" for bound in (2, 3, 5, 10)),
        *(f"(log_probs - old_log_probs).clamp(-{bound}, {bound}).exp()" for bound in (1, 2)),
    ),
    "the two bounds of the range are swapped. The lower one, 1 - clip_coef, comes first.": _clip(
        "ratio.clamp(1 + clip_coef, 1 - clip_coef)"
    ),
    "the logarithm of the ratio is clipped. Take exp() first, and clip the ratio itself.": [
        *_clip(*(f"ratio.log().clamp({bounds}).exp()" for bounds in BOUNDS)),
        (*_clip("ratio.log().clamp(-clip_coef, clip_coef).exp()"), *_products("clipped * advantages")),
    ],
    "the advantages are clipped. Clip the ratio: how good an action was is not to be bounded.": [
        *(f"advantages = advantages.clamp({bounds})" for bounds in BOUNDS),
        *_products(*(f"torch.min(ratio * advantages, ratio * advantages.clamp({b}))" for b in BOUNDS)),
    ],
    "the product is clipped. Clip the ratio, and then multiply it by the advantage.": _products(
        *(f"torch.min(ratio * advantages, (ratio * advantages).clamp({bounds}))" for bounds in BOUNDS)
    ),
    "the clipped ratio is not multiplied by the advantage. Compare ratio times advantage with clipped ratio "
    "times advantage.": _products("torch.min(ratio * advantages, clipped)"),
    "the mean is taken too early. Choose the smaller product for each step, and take the mean at the end.": [
        *_products("torch.min((ratio * advantages).mean(), (clipped * advantages).mean())"),
        *_ratio("(log_probs - old_log_probs).mean().exp()"),
    ],
    "averages are multiplied, but each ratio belongs to the advantage of its own step. Multiply them step by "
    "step, and take the mean at the end.": [
        "advantages = advantages.mean()",
        *_products(
            *(
                f"{ratio}.mean() * advantages.mean()"
                for ratio in ("torch.min(ratio, clipped)", "torch.max(ratio, clipped)", "ratio", "clipped")
            ),
            "torch.min(ratio.mean() * advantages, clipped.mean() * advantages)",
            "torch.min(ratio.mean(), clipped.mean()) * advantages.mean()",
            "torch.min(ratio.mean() * advantages.mean(), clipped.mean() * advantages.mean())",
        ),
    ],
    "the steps out of the range are left out. Outside of it the smaller product counts, as it does "
    "inside.": _products("(ratio * advantages)[ratio == clipped]", "ratio * advantages * (ratio == clipped)"),
    "the clipped ratio is cut off from the policy, which halves the gradient. Clip without detach(), data or "
    "no_grad().": _clip("ratio.detach().clamp(1 - clip_coef, 1 + clip_coef)"),
    "the unclipped ratio is cut off from the policy, so no gradient leads back into the range. Multiply "
    "without detach().": _products("torch.min(ratio.detach() * advantages, clipped * advantages)"),
    "only one of the two products has a minus. Put a single one before the mean of the smaller "
    "product.": _products(
        "torch.min(ratio * advantages, -clipped * advantages)",
        "torch.min(-ratio * advantages, clipped * advantages)",
        "-torch.min(-ratio * advantages, clipped * advantages)",
    ),
    "clamp_() with an underscore changes the ratio itself, in place. Use clamp(), which returns a new one.": [
        "ratio.clamp( => ratio.clamp_("
    ],
    "Python's `min`, `max` and `if` cannot decide for many steps at once. Use torch.min, clamp or "
    "torch.where.": ["torch.min => min"],
    "clip_coef is fixed. Use the one that is passed in.": [f"clip_coef = {c}" for c in (0.1, 0.2, 0.3)],
}

EXERCISE = Exercise(
    solution=clipped_loss,
    tested="values and gradients are right inside the clip range and on both sides of it.",
    probes=(
        _probe_nothing,
        _probe(_discrete, ([0.85, 0.95, 1.05, 1.15], [3.0, -1.0, 1.5, -2.0])),
        _probe(_discrete, *product(([1.5, 2.0], [0.5, 0.6]), ([2.0, 1.0], [-1.0, -3.0]))),
        _probe(_continuous, ([1.05, 1.5, 1.6, 0.5, 0.6], [1.0, 2.0, -1.0, -1.0, 1.5])),
        _probe(_discrete, ([12.0, 0.05, 7.0, 0.1], [-1.5, 2.5, 0.5, -0.75]), clip_coef=0.1),
        _probe(_discrete, ([1.4], [-1.25])),
        _probe(_continuous, ([1.4], [-1.25])),
        _probe_what_became_unlikely,
    ),
    mistakes=RATIOS | CLIPS,
    leftovers=dict.fromkeys(("ratio", "clipped", "advantage"), OF_THE_FIGURE)
    | dict.fromkeys(("ONE_PASS", "WITHOUT_CRITIC", "TEN_PASSES", "CONFIG"), OF_THE_LESSON),
)
