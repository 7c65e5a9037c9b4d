"""The check of lesson 13 on the Bradley-Terry loss: how likely are the choices if the reward is right?"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ilrl_course.algorithms.preferences import bradley_terry_loss
from ilrl_course.checks.exercise import Exercise, Fact, Probe
from ilrl_course.checks.lesson_13 import _losses, _pairs
from ilrl_course.checks.lesson_13._pairs import EQUAL, MANY, OBS_DIM, PADDED, SINGLE, Case
from ilrl_course.checks.slips import instead_of, joined
from ilrl_course.networks import ValueNet

SURE = replace(PADDED, scale=150.0), replace(EQUAL, scale=300.0)


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    net = _pairs.with_weights(ValueNet(OBS_DIM, hidden_sizes=()), 3, case.scale)
    weights, bias = (w.detach().numpy() for w in net.parameters())
    pairs = case.pairs()
    sums, lengths = zip(
        *(
            ((side["next_obs"] * side["running"][..., None]).sum(1), side["running"].sum(1))
            for side in _pairs.in_numpy(pairs)
        ),
        strict=True,
    )
    seen, longer = sums[0] - sums[1], lengths[0] - lengths[1]  # (B, obs_dim), (B,)
    right, slope = _pairs.loss_of(seen @ weights[0] + bias[0] * longer, case.prefers_first)
    gradient = np.concatenate([slope @ seen, [slope @ longer]])
    loss = answer(net, pairs)
    yield from _pairs.facts_about_loss(loss, right, net, gradient, case.where, case.scale > 1)


def _probe(*cases: Case) -> Probe:
    return lambda answer: (fact for case in cases for fact in _facts(answer, case))


FIRST, SECOND = (f"learned_return(reward_net, pairs.{side})" for side in ("first", "second"))
LEAD, AGREEMENT = f"{FIRST} - {SECOND}", "torch.where(pairs.prefers_first, lead, -lead)"
lead_is, agreement_is = instead_of(LEAD), instead_of(AGREEMENT)


def _each(worth: str) -> list[str]:
    """An edit: what an episode, which is e, is worth by another rule; `rewards` are the network's, (B, T)."""
    rewards = "reward_net(e.next_obs.flatten(0, 1)).reshape(e.running.shape)"
    of = f"(lambda e: (lambda rewards: {worth})({rewards}))"
    return lead_is(f"{of}(pairs.first) - {of}(pairs.second)")


def _by_step(loss: str) -> list[str]:
    """An edit: the loss by the `lead` of each step, (B, T), where padding earns 0."""
    rewards = "reward_net(e.next_obs.flatten(0, 1)).reshape(e.running.shape) * e.running"
    lead = f"(lambda worth: worth(pairs.first) - worth(pairs.second))(lambda e: {rewards})"
    return _losses.loss_is(f"(lambda lead: {loss})({lead})")


RETURNS = {
    _losses.STEP_BY_STEP: [
        edit
        for over in ("mean()", "sum(1).mean()")
        for choice in ("pairs.prefers_first[:, None]", "pairs.prefers_first")
        for edit in _by_step(f"-logsigmoid(torch.where({choice}, lead, -lead)).{over}")
    ],
    "the padding counts, too. Behind the end of an episode `running` is False: nothing counts there.": _each(
        "rewards.sum(1)"
    ),
    _losses.ONLY_PADDING: _each("(rewards * ~e.running).sum(1)"),
    "the rewards are averaged over the steps of an episode. A return is their sum.": [
        *_each("(rewards * e.running).sum(1) / e.running.sum(1)"),
        *_each("(rewards * e.running).mean(1)"),
        *_each("rewards.mean(1)"),
    ],
    _losses.OVER_THE_PAIRS: [
        edit for axis in ("", "0") for edit in _each(f"(rewards * e.running).sum({axis})")
    ],
    "only one step of each episode counts. A return is the sum over all its steps.": [
        *_each("rewards[:, -1]"),
        *_each("rewards[:, 0]"),
        *_each("rewards.gather(1, e.running.sum(1, keepdim=True) - 1)[:, 0]"),
    ],
    "the network is asked about obs, before each step. A step is worth what it led to: next_obs.": lead_is(
        "(lambda r: r(pairs.first) - r(pairs.second))(lambda e: (reward_net(e.obs.flatten(0, 1))"
        ".reshape(e.running.shape) * e.running).sum(1))"
    ),
    "each episode is worth the exponential of its return here. Take the difference of the returns "
    "themselves.": lead_is(f"{FIRST}.exp() - {SECOND}.exp()"),
    "one return is divided by the other. P depends on their difference: sigmoid(first - second).": [
        *lead_is(f"{FIRST} / {SECOND}"),
        *_losses.loss_is(
            f"-torch.where(pairs.prefers_first, {FIRST} / ({FIRST} + {SECOND}), "
            f"{SECOND} / ({FIRST} + {SECOND})).log().mean()"
        ),
    ],
    "the returns are added. What counts is by how much one is ahead of the other: first minus second.": [
        *lead_is(f"{FIRST} + {SECOND}"),
        *agreement_is(f"{FIRST} + {SECOND}"),
    ],
    "an episode is compared with itself, so the difference is always 0. The second one is pairs.second.": [
        *lead_is(f"{FIRST} - {FIRST}", f"{SECOND} - {SECOND}"),
    ],
    "only one of the two returns counts. P depends on their difference.": [
        *lead_is(FIRST),
        *lead_is(f"-{SECOND}"),
        *agreement_is(f"torch.where(pairs.prefers_first, {FIRST}, {SECOND})"),
    ],
    "one of the two returns is cut off from the network. Both should learn: one goes up, the other down.": [
        *lead_is(f"{FIRST}.detach() - {SECOND}"),
        *lead_is(f"{FIRST} - {SECOND}.detach()"),
    ],
}
CHOICES = {
    _losses.TURNED: [
        *agreement_is("torch.where(pairs.prefers_first, -lead, lead)"),
        *lead_is(f"{SECOND} - {FIRST}"),
    ],
    "prefers_first is used as a number. True should keep the difference, False turn its sign: torch.where, "
    "or 2 * p - 1.": agreement_is("lead - pairs.prefers_first.float()", "lead + pairs.prefers_first.float()"),
    _losses.AXIS: agreement_is(
        "torch.where(pairs.prefers_first[:, None], lead, -lead)",
        "torch.where(pairs.prefers_first, lead[:, None], -lead[:, None])",
    ),
    "`if` cannot decide for many pairs at once. Use torch.where.": agreement_is(
        "lead if pairs.prefers_first else -lead"
    ),
}

EXERCISE = Exercise(
    solution=bradley_terry_loss,
    tested="value and gradient are right, whatever the episodes' lengths, and for impossible choices.",
    probes=(_probe(EQUAL), _probe(PADDED), _probe(*SURE), _probe(*SINGLE), _probe(MANY)),
    mistakes=joined(_losses.LOSSES, _losses.of_the_two(FIRST, SECOND), RETURNS, CHOICES),
    leftovers={
        "choices": "it reads the choices of the lesson. Use the pairs that are passed in.",
        "judge": "it asks the judge of the lesson. Use reward_net, which is passed in.",
    },
)
