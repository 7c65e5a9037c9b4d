"""Known wrong losses of behavioral cloning."""

from collections.abc import Callable

from torch.nn.functional import cross_entropy

from ilrl_course.checks.exercise import Mutant

FIRST_ROWS = "only the first rows are used. Use all those that are passed in, however many."
OTHER_DATA = "it reads a variable of the CartPole loop. Use only what is passed in: policy, obs and actions."
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)


def _of_log_probs(reduce: Callable) -> Callable:
    return lambda policy, obs, actions: reduce(policy(obs).log_prob(actions))


def _with_backward(policy, obs, actions):
    loss = -policy(obs).log_prob(actions).mean()
    loss.backward()
    return loss


MUTANTS = (
    Mutant(STEPS_BACK, _with_backward, lambda *inputs: _with_backward(*inputs).item()),
    Mutant(
        FIRST_ROWS,
        *(
            lambda policy, obs, actions, n=n: -policy(obs[:n]).log_prob(actions[:n]).mean()
            for n in (1, 3, 256)
        ),
    ),
    Mutant(
        "abs() is not a minus: where a density is above 1, its logarithm is positive and the loss below 0.",
        _of_log_probs(lambda log_probs: log_probs.abs().mean()),
        _of_log_probs(lambda log_probs: log_probs.mean().abs()),
    ),
    Mutant(
        "the sign is wrong. An optimizer makes the loss small, but the log-probability should become large.",
        _of_log_probs(lambda log_probs: log_probs.mean()),
    ),
    Mutant(
        "this is the sum over the batch. Take the mean, so that the size of the batch does not change "
        "the step.",
        _of_log_probs(lambda log_probs: -log_probs.sum()),
    ),
    Mutant(
        "each step still has a loss of its own. Reduce them to one number.",
        _of_log_probs(lambda log_probs: -log_probs),
    ),
    Mutant(
        "these are probabilities. The likelihood of all the steps is a product, which becomes a sum "
        "only in the logarithm.",
        _of_log_probs(lambda log_probs: -log_probs.exp().mean()),
        _of_log_probs(lambda log_probs: 1 - log_probs.exp().mean()),
    ),
    Mutant(
        "the logarithm is taken too late: of the mean probability. Take it for each step, and then the mean.",
        _of_log_probs(lambda log_probs: -log_probs.exp().mean().log()),
    ),
    Mutant(
        "a very unlikely action gives an infinite loss, because its probability is rounded to 0. Ask the "
        "distribution for the log-probability itself.",
        _of_log_probs(lambda log_probs: -log_probs.exp().log().mean()),
    ),
    Mutant(
        "the policy is judged on its own favorite actions. Judge it on the demonstrated ones.",
        lambda policy, obs, actions: -policy(obs).log_prob(policy(obs).mode).mean(),
    ),
    Mutant(
        "the policy is judged on actions that it drew itself. Judge it on the demonstrated ones.",
        lambda policy, obs, actions: -policy(obs).log_prob(policy(obs).sample()).mean(),
    ),
    Mutant(
        "this counts right and wrong actions. Counting has no gradient: use the log-probability.",
        lambda policy, obs, actions: (policy(obs).mode != actions).float().mean(),
        lambda policy, obs, actions: (policy(obs).mode == actions).float().mean(),
        lambda policy, obs, actions: -(policy(obs).mode == actions).float().mean(),
    ),
    Mutant(
        "this is a squared distance to the action. Actions are numbered, not measured, and a "
        "distribution has more than a mean: use its log-probability.",
        lambda policy, obs, actions: ((policy(obs).mode - actions) ** 2).float().mean(),
        lambda policy, obs, actions: ((policy(obs).mean - actions) ** 2).mean(),
    ),
    Mutant(
        "the value is right, but the loss is cut off from the policy. Return the tensor, without item(), "
        "detach() or no_grad().",
        _of_log_probs(lambda log_probs: -log_probs.mean().detach()),
    ),
    Mutant(
        "the actions got an extra axis. With it, (B, 1) against (B,), every action is compared with "
        "every observation. Pass them as they are.",
        lambda policy, obs, actions: -policy(obs).log_prob(actions.unsqueeze(1)).mean(),
    ),
    Mutant(
        "softmax is applied twice: cross_entropy wants logits, and got probabilities. log_prob needs "
        "neither.",
        lambda policy, obs, actions: cross_entropy(policy(obs).probs, actions),
    ),
    Mutant(
        "it works for discrete actions only. Every distribution has log_prob, also the Gaussian one.",
        lambda policy, obs, actions: cross_entropy(policy(obs).logits, actions),
        lambda policy, obs, actions: cross_entropy(policy.logits(obs), actions),
    ),
    Mutant(
        "this is the entropy of the policy, which the demonstrated actions do not enter.",
        lambda policy, obs, actions: policy(obs).entropy().mean(),
        lambda policy, obs, actions: -policy(obs).entropy().mean(),
    ),
)
