"""Lesson 08, the warm-up of the critic: right answers, mistakes independent of the bank, nonsense."""

import pytest
import torch

from ilrl_course.algorithms import finetune  # the names that the stub needs
from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.checks import check
from ilrl_course.checks.diagnosis import STILL_RAISES, examine, facts_about
from ilrl_course.checks.edits import text_of, wrong_answer
from ilrl_course.checks.exercises import exercise_named
from ilrl_course.rollout import collect_rollout, derive_seed
from tests.checks import cells
from tests.checks.answers import hint_for, written, wrong_answers

EXERCISE = exercise_named("warm_up_critic")


def warm_up(value_net, actor, envs, config, seed):
    adam = torch.optim.Adam(value_net.parameters(), lr=config.warmup_learning_rate)
    generator = torch.Generator().manual_seed(derive_seed(seed, "warm-up minibatches"))
    obs, _ = envs.reset(seed=derive_seed(seed, "warm-up"))
    size, gamma, env_steps, crashes = config.minibatch_size, config.gamma, 0, 0
    for _ in range(config.num_warmup_iterations):
        rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)
        rewards, terminated, truncated = rollout.rewards, rollout.terminated, rollout.truncated
        seen = rollout.obs.flatten(0, 1)
        for _ in range(config.num_epochs):
            with torch.no_grad():
                after = value_net(rollout.next_obs)
                targets = value_targets(rewards, after, terminated, truncated, gamma)
            aims = targets.flatten()
            order = torch.randperm(len(seen), generator=generator)
            for rows in order.split(size):
                values = value_net(seen[rows])
                errors = values - aims[rows]
                loss = (errors**2).mean()
                adam.zero_grad()
                loss.backward()
                adam.step()
        env_steps += len(seen)
        crashes += int(rollout.crashed.sum())
        yield {"value_loss": loss.item(), "env_steps": env_steps, "crashes": crashes}


NO_GRAD = "with torch.no_grad():"
AFTER = "value_net(rollout.next_obs)"
FLAT_AFTER = "value_net(rollout.next_obs.flatten(0, 1))"
NOW = "value_net(rollout.obs)"
TARGETS = "value_targets(rewards, after, terminated, truncated, gamma)"
AIMS = f"value_targets(rewards, {AFTER}, terminated, truncated, gamma).flatten()"
LOSS = "(errors ** 2).mean()"
ORDER = "torch.randperm(len(seen), generator=generator)"
ROWS = "order.split(size)"
ANEW = "torch.randint(len(seen), (size,), generator=generator)"
WITH_GRAD = "no_grad => enable_grad"


def first(line):
    """The line comes first in each epoch."""
    return f"{NO_GRAD} => {line}\n{NO_GRAD}"


def ends(some):
    return f"terminated, truncated, gamma => {some}, gamma"


RIGHT = {
    "as expected": (),
    "once in an iteration": (
        f"after = {AFTER} => pass",
        f"targets = {TARGETS} => pass",
        f"for _ in range(config.num_epochs) => {NO_GRAD}\n    after = {AFTER}\n    targets = {TARGETS}\n"
        "for _ in range(config.num_epochs)",
    ),
    "mse_loss": f"{LOSS} => F.mse_loss(values, aims[rows])",
    "the other way around": "values - aims[rows] => aims[rows] - values",
    "a sum, divided": f"{LOSS} => errors.pow(2).sum() / len(rows)",
    "detached targets": (WITH_GRAD, f"{AFTER} => {AFTER}.detach()"),
    "detached at the end": (WITH_GRAD, "targets.flatten() => targets.detach().flatten()"),
    "inference mode": "no_grad => inference_mode",
    "folded": f"{AFTER} => {FLAT_AFTER}.reshape(rewards.shape)",
    "folded in another way": f"{AFTER} => {FLAT_AFTER}.view_as(rewards)",
    "reshaped": "targets.flatten() => targets.reshape(-1)",
    "one world at a time": f"{AFTER} => torch.stack([value_net(x) for x in rollout.next_obs.unbind(1)], 1)",
    "by GAE with lambda 1": f"{TARGETS} => "
    f"finetune.compute_gae(rewards, {NOW}, after, terminated, truncated, gamma, 1.0)\n"
    f"targets += {NOW}",
    "counted by hand": f"{ROWS} => [order[i:i + size] for i in range(0, len(order), size)]",
    "sorted by random numbers": f"{ORDER} => torch.rand(len(seen), generator=generator).argsort()",
    "shuffled by NumPy": (
        "shuffler = np.random.default_rng(seed)",
        f"{ORDER} => torch.from_numpy(shuffler.permutation(len(seen)))",
    ),
    "a data loader": (
        f"for rows in {ROWS} => for some, aim in torch.utils.data.DataLoader("
        "torch.utils.data.TensorDataset(seen, aims), size, shuffle=True, generator=generator)",
        "values - aims[rows] => value_net(some) - aim",
        "values = value_net(seen[rows]) =>",
    ),
    "all forecasts, some of them used": "value_net(seen[rows]) => value_net(seen)[rows]",
    "zeroed by the critic": "adam.zero_grad() => value_net.zero_grad()",
    "zeroed afterwards": ("adam.zero_grad() =>", "adam.step() => adam.step()\nadam.zero_grad()"),
    "set to zero": "zero_grad() => zero_grad(set_to_none=False)",
    "zeroed at first": ("adam.zero_grad() =>", "values = => adam.zero_grad()\nvalues ="),
}

NO_VALUE = "`{}` gets no value in this function"
WRONG_TARGETS = {
    "the targets carry a gradient": [
        WITH_GRAD,
        f"{NO_GRAD} => {NO_GRAD}\n    pass\nif True:",
        f"values = => aims = {AIMS}\nvalues =",
    ],
    "the rewards themselves are the targets": [f"{TARGETS} => rewards"],
    "the critic's own values are the targets": [f"{TARGETS} => {NOW}", "aims[rows] => values.detach()"],
    "the next values are the targets": [f"{TARGETS} => after"],
    "the critic's forecast is subtracted from the targets": [f"{TARGETS} => {TARGETS} - {NOW}"],
    "only one reward is counted": [f"{TARGETS} => rewards + gamma * after * ~terminated"],
    "these are the returns of GAE": [
        f"{TARGETS} => finetune.compute_gae("
        f"rewards, {NOW}, after, terminated, truncated, gamma, config.gae_lambda)\ntargets += {NOW}"
    ],
    "truncation is treated as death": [
        ends("terminated | truncated, truncated"),
        ends("torch.logical_or(terminated, truncated), torch.zeros_like(truncated)"),
    ],
    "terminated and truncated are swapped": [
        ends("truncated, terminated"),
        ends("*(terminated, truncated)[::-1]"),
    ],
    "death is treated as a time limit": [ends("torch.zeros_like(terminated), terminated + truncated")],
    "an end of episodes is left out": [
        ends("terminated, torch.zeros_like(terminated)"),
        ends("*[torch.zeros_like(end) for end in (terminated, truncated)]"),
    ],
    "value_targets gets too few inputs": [
        ends("(terminated, truncated)"),
        "terminated, truncated, gamma => (terminated, truncated), gamma=gamma",
        "truncated, gamma => truncated",
        "rewards, after => rewards",
    ],
    "rewards and next values are swapped": ["rewards, after => after, rewards"],
    "gamma is fixed": ["config.gamma => 1", "config.gamma => 0.99"],
    "gae_lambda is taken for gamma": ["config.gamma => config.gae_lambda"],
    "the next values are those of rollout.obs": ["rollout.next_obs => rollout.obs"],
    "the next values are taken from the row below": [
        f"{AFTER} => {NOW}\nafter = torch.vstack([after[1:], after[-1:]])"
    ],
    "the critic is not asked what comes after": [f"{AFTER} => torch.zeros(rewards.shape)"],
    "the next values are a row of B numbers": [
        f"{AFTER} => {FLAT_AFTER}",
        f"{AFTER} => {FLAT_AFTER}.squeeze(-1)",
    ],
    "the next values are folded in the wrong order": [
        f"{AFTER} => {AFTER}.reshape(envs.num_envs, -1)",
        f"{AFTER} => {AFTER}.view(envs.num_envs, config.num_steps).T",
    ],
    "all is flattened before value_targets": [
        f"{TARGETS} => value_targets(*(x.flatten() for x in (rewards, after, terminated, truncated)), gamma)"
    ],
    "the rows count through all B": ["targets.flatten() => targets", "seen[rows] => rollout.obs[rows]"],
    "targets and observations stand in different orders": [
        "targets.flatten() => targets.T.flatten()",
        f"aims[rows] => aims[{ORDER}[:len(rows)]]",
    ],
    "the targets are normalized": [
        "targets.flatten() => (targets.flatten() - targets.mean()) / targets.std()"
    ],
    "the critic learns what rollout.next_obs is worth": [
        "seen[rows] => rollout.next_obs.flatten(0, 1)[rows]"
    ],
    "the targets are computed anew for each minibatch": [
        f"values = => {NO_GRAD}\n    aims = {AIMS}\nvalues ="
    ],
}
WRONG_LOSSES = {
    "this is the sum over the minibatch": [
        f"{LOSS} => errors.pow(2).sum()",
        f"{LOSS} => F.mse_loss(values, aims[rows], reduction='sum')",
    ],
    "the sign is wrong": [f"{LOSS} => -torch.mean(errors ** 2)"],
    "these are absolute errors": [
        "errors ** 2 => torch.abs(errors)",
        f"{LOSS} => F.l1_loss(values, aims[rows])",
    ],
    "this is the error without its square": ["errors ** 2 => errors"],
    "the mean is taken before the square": [f"{LOSS} => torch.mean(errors) ** 2"],
    "a factor stands before the loss": [f"{LOSS} => config.vf_coef * {LOSS}", f"{LOSS} => 0.5 * {LOSS}"],
    "a root is taken of the loss": [f"{LOSS} => torch.sqrt({LOSS})"],
    "each step of the minibatch still has a loss": [f"{LOSS} => errors ** 2"],
    "the forecast is cut off from the critic": [
        "values - => values.detach() -",
        first("torch.set_grad_enabled(False)"),
    ],
    "the loss is made a plain number too early": [f"{LOSS} => {LOSS}.item()"],
    "forecasts (b, 1) meet targets (b,)": ["values - => values[:, None] -"],
    "the minibatch meets the whole block": ["aims[rows] => aims", "seen[rows] => seen"],
}
WRONG_MINIBATCHES = {
    "each gradient step sees the whole block": [
        ("aims[rows] => aims", "seen[rows] => seen"),
        f"{ROWS} => [order]",
        f"{ROWS} => order.split(512)",
    ],
    "the pieces have the wrong size": [
        f"{ROWS} => order.{pieces}"
        for pieces in ("chunk(size)", "split(len(seen) // size)", "split(-len(seen) // -size)")
    ],
    "only one minibatch is used in each epoch": [
        f"{ROWS} => {ROWS}[:1]",
        (f"{ORDER} => [{ANEW}]", f"{ROWS} => order"),
    ],
    "rows are drawn anew for each minibatch": [
        (f"{ORDER} => [{ANEW} for _ in range(len(seen) // size)]", f"{ROWS} => order")
    ],
    "the first rows come in every minibatch": [
        ("aims[rows] => aims[:len(rows)]", "seen[rows] => seen[:len(rows)]")
    ],
    "only the first T rows are gone through": ["len(seen), generator => config.num_steps, generator"],
    "the last, smaller minibatch is left out": ["values = => if len(rows) < size:\n    break\nvalues ="],
    "a minibatch holds neighboring steps": [f"{ORDER} => torch.arange(len(seen))"],
    "every epoch goes through the rows in the same order": [
        first("generator = torch.Generator().manual_seed(seed)"),
        "=generator => =torch.Generator().manual_seed(0)",
    ],
    "the minibatches cannot be repeated": [
        ", generator=generator =>",
        f"{ORDER} => torch.from_numpy(np.random.permutation(len(seen)))",
    ],
    "the block is gone through too often": [f"{ROWS} => [*{ROWS}, *torch.randperm(len(seen)).split(size)]"],
}
WRONG_STEPS = {
    "nothing is learned": [
        "loss.backward() =>",
        ("adam.zero_grad() =>", "loss.backward() =>", "adam.step() =>"),
    ],
    "the gradients are computed but never used": [
        "adam.step() =>",
        ("loss.backward() =>", "adam.step() => adam.step()\nloss.backward()"),
    ],
    "the gradients of earlier minibatches pile up": [
        "adam.zero_grad() =>",
        ("adam.zero_grad() =>", first("adam.zero_grad()")),
    ],
    "the gradients are erased before they are used": [
        ("adam.zero_grad() =>", "loss.backward() => loss.backward()\nadam.zero_grad()")
    ],
    "one step is taken in an epoch": [
        (
            "adam.zero_grad() =>",
            first("adam.zero_grad()"),
            "adam.step() => if rows[-1] == order[-1]:\n    adam.step()",
        )
    ],
    "the optimizer steps before the gradients are there": [
        ("adam.step() =>", "adam.zero_grad() => adam.step()\nadam.zero_grad()")
    ],
    "two steps are taken for each minibatch": ["adam.step() => adam.step()\nadam.step()"],
    "the gradients are cut": [
        "adam.step() => torch.nn.utils.clip_grad_norm_(value_net.parameters(), 0.5)\nadam.step()"
    ],
    "the critic does not end where the given optimizer takes it": [
        "Adam(value_net.parameters() => AdamW(value_net.parameters(), weight_decay=1.0"
    ],
}
WRONG_LINES = {
    "there is more acting than in the given line": [
        first("rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)"),
        first("envs.step(actor(obs))"),
    ],
    "the actor is asked again": [first("actor(seen.numpy())")],
    "the worlds are reset, or a block begins": [
        first("obs, _ = envs.reset(seed=seed)"),
        first("obs = rollout.next_obs[-1].numpy()"),
    ],
    NO_VALUE.format("loss"): ["loss = => error ="],
    NO_VALUE.format("targets"): ["targets = => target ="],
    NO_VALUE.format("next_values"): ["rewards, after => rewards, next_values"],
    "it reads the settings of the lesson": ["config.minibatch_size => CAREFUL.minibatch_size"],
    "it reads a variable of the lesson": [first("policy(seen)")],
    "it reads the seed of the lesson": [f"{ORDER} => torch.randperm(SEED)"],
    "it should yield a dict with the keys 'value_loss', 'env_steps', 'crashes'": ["'value_loss' => 'loss'"],
    "it should be a generator": ["yield {'value_loss' => return {'value_loss'"],
    "with num_warmup_iterations = 1 it should yield once": [
        "yield {'value_loss' => yield from {} and {'value_loss'"  # none
    ],
    "with num_warmup_iterations = 1 it should yield once, not 2 times.": [first("yield {}")],
    "'env_steps' in the metrics: expected about": ["env_steps += => env_steps ="],
    "'value_loss' in the metrics should be": ["loss.item() => 2 * loss.item()"],
    "the loss pulls the": [f"{LOSS} => {LOSS} / 0"],
}
WRONG = WRONG_TARGETS | WRONG_LOSSES | WRONG_MINIBATCHES | WRONG_STEPS | WRONG_LINES


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """The first update of a process is slow."""
    facts_about(EXERCISE.probes, EXERCISE.solution)


@pytest.mark.parametrize("edits", RIGHT.values(), ids=RIGHT)
def test_unusual_right_answers_pass(edits):
    assert hint_for("warm_up_critic", wrong_answer(warm_up, edits)) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(warm_up, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("warm_up_critic", function).startswith(hint)


RAISE = "            raise NotImplementedError('write warm_up_critic here, then run the next cell')\n"


def stub_with(lines):
    """The half-written stub, with these lines in the place of what students write."""
    given, _, rest = text_of(EXERCISE.solution).partition(f"            {NO_GRAD}\n")
    source = given + lines + rest[rest.index("        env_steps +=") :]
    return cells.run_cell(source, "warm_up_critic", vars(finetune))


def test_the_stub_and_comments_in_it_are_not_written_yet():
    for lines in (RAISE, f"            # first the targets\n{RAISE}"):
        assert not examine(EXERCISE, stub_with(lines)).written


def test_code_around_the_line_is_noticed():
    code = "            targets = rollout.rewards\n"
    for both in (code + RAISE, RAISE + code):
        assert hint_for("warm_up_critic", stub_with(both)) == STILL_RAISES


NONSENSE = [
    ("return None", "it returned nothing"),
    ("return 7", "it should be a generator, which yields, but it returns an int."),
    ("yield", "there is more acting than in the given line"),
    ("yield from ({} for _ in iter(int, 1))", "with num_warmup_iterations = 1 it should yield once, not 6"),
    ("inputs[0](None)\n    yield {}", "it raised"),
    ("inputs[0].value = None\n    yield {}", "there is more acting"),
    ("raise SystemExit\n    yield", "it asks Python to exit"),
    ("inputs[2].step(None)\n    yield", "it raised"),
    ("while True: inputs[0](__import__('torch').zeros(2, 3))\n    yield", "it did not finish within 1.5 s."),
    (
        "inputs[0](__import__('torch').full((2, 3), float('nan'))).sum().backward()\n    yield {}",
        "there is more",
    ),
]


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("body", "hint"), NONSENSE)
def test_nonsense_gets_a_calm_answer(body, hint, capsys):
    check(written("warm_up_critic", body))
    assert capsys.readouterr().out.startswith(f"❌ warm_up_critic: {hint}")


def test_the_numbers_of_a_watched_config_cannot_be_taken_for_one_another():
    configs = []

    def answer(value_net, actor, envs, config, seed):
        configs.append(config)
        yield from EXERCISE.solution(value_net, actor, envs, config, seed)

    assert examine(EXERCISE, answer).passed
    for config in configs:
        discounts = config.gamma, config.gae_lambda, config.vf_coef, config.clip_coef
        sizes = config.num_steps, config.minibatch_size, config.num_iterations, 4, 24  # N, and B = T * N
        assert len(set(discounts)) == len(discounts)
        assert len(set(sizes)) == len(sizes)
