"""Lesson 08, the warm-up of the critic: right answers, mistakes independent of the bank, nonsense."""

import torch

from ilrl_course.algorithms import advantages, finetune  # noqa: F401 (the names that stub and edits need)
from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.checks.diagnosis import STILL_RAISES, examine
from ilrl_course.checks.edits import text_of
from ilrl_course.checks.exercises import exercise_named
from ilrl_course.checks.watched.critic_warm_up import block
from ilrl_course.rollout import collect_rollout, derive_seed
from tests.checks import cells
from tests.checks.answers import hint_for, promises_of

EXERCISE = exercise_named("warm_up_critic")


def warm_up(value_net, actor, envs, config, seed):
    adam = torch.optim.Adam(value_net.parameters(), lr=config.warmup_learning_rate)
    generator = torch.Generator().manual_seed(derive_seed(seed, "warm-up minibatches"))
    obs, _ = envs.reset(seed=derive_seed(seed, "warm-up"))
    size, gamma, env_steps, crashes = config.minibatch_size, config.gamma, 0, 0
    for _ in range(config.num_warmup_iterations):
        rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)
        rewards, died, cut = rollout.rewards, rollout.terminated, rollout.truncated
        seen = rollout.obs.flatten(0, 1)
        for _ in range(config.num_epochs):
            with torch.no_grad():
                after = value_net(rollout.next_obs)
                targets = value_targets(rewards, after, died, cut, gamma)
            aims = targets.flatten()
            order = torch.randperm(len(seen), generator=generator)
            for rows in order.split(size):
                errors = value_net(seen[rows]) - aims[rows]
                loss = (errors**2).mean()
                adam.zero_grad()
                loss.backward()
                adam.step()
        env_steps += len(seen)
        crashes += int(rollout.crashed.sum())
        yield {"value_loss": loss.item(), "env_steps": env_steps, "crashes": crashes}


NO_GRAD, WITH_GRAD = "with torch.no_grad():", "no_grad => enable_grad"
AFTER = "value_net(rollout.next_obs)"
FLAT = "value_net(rollout.next_obs.flatten(0, 1))"
NOW = "value_net(rollout.obs)"
TARGETS = "value_targets(rewards, after, died, cut, gamma)"
AIMS = f"aims = value_targets(rewards, {AFTER}, died, cut, gamma).flatten()"
ERRORS = "value_net(seen[rows]) - aims[rows]"
LOSS = "(errors ** 2).mean()"
ORDER = "torch.randperm(len(seen), generator=generator)"
ROWS = "order.split(size)"
DRAWN = "torch.randint(len(seen), (size,), generator=generator)"
CLOSURE = "adam.zero_grad()\n    loss = F.mse_loss(value_net(seen[rows]), aims[rows])\n    loss.backward()"


def first(line):
    """The line comes first in each epoch."""
    return f"{NO_GRAD} => {line}\n{NO_GRAD}"


def ends(some):
    return f"died, cut, gamma => {some}, gamma"


def by_gae(gae_lambda, plus=NOW):
    gae = f"advantages.compute_gae(rewards, {NOW}, after, died, cut, gamma, {gae_lambda})"
    return f"{TARGETS} => {gae} + {plus}"


RIGHT = [
    warm_up,
    (
        f"after = {AFTER} => pass",
        f"targets = {TARGETS} => pass",
        f"for _ in range(config.num_epochs) => {NO_GRAD}\n    after = {AFTER}\n    targets = {TARGETS}\n"
        "for _ in range(config.num_epochs)",  # once in an iteration
    ),
    f"{LOSS} => F.mse_loss(errors, torch.zeros(len(rows)))",
    f"{ERRORS} => aims[rows] - value_net(seen[rows])",
    f"{LOSS} => errors.pow(2).sum() / len(rows)",
    f"{LOSS} => errors @ errors / errors.numel()",
    (WITH_GRAD, f"{AFTER} => {AFTER}.detach()"),
    (WITH_GRAD, "targets.flatten() => targets.detach().reshape(-1)"),
    "no_grad => inference_mode",
    "targets.flatten() => targets.double().view(-1)",
    f"{AFTER} => {FLAT}.reshape(rewards.shape)",
    f"{AFTER} => {FLAT}.view_as(rewards)",
    f"{AFTER} => torch.stack([value_net(x) for x in rollout.next_obs.unbind(1)], dim=1)",
    by_gae(1.0),
    f"{ROWS} => [order[i:i + size] for i in range(0, len(order), size)]",
    f"{ORDER} => torch.rand(len(seen), generator=generator).argsort()",
    ("rng = np.random.default_rng(seed)", f"{ORDER} => torch.from_numpy(rng.permutation(len(seen)))"),
    (
        f"for rows in {ROWS} => for some, aim in torch.utils.data.DataLoader("
        "torch.utils.data.TensorDataset(seen, aims), size, shuffle=True, generator=generator)",
        f"{ERRORS} => value_net(some) - aim",
    ),
    "value_net(seen[rows]) => value_net(seen)[rows]",
    "value_net(seen[rows]) => value_net.value(seen[rows])[:, 0]",
    ("seen = rollout.obs => seen = rollout.obs.transpose(0, 1)", "targets.flatten() => targets.T.flatten()"),
    "adam.zero_grad() => value_net.zero_grad()",
    ("adam.zero_grad() =>", "adam.step() => adam.step()\nadam.zero_grad()"),
    "zero_grad() => zero_grad(set_to_none=False)",
    ("adam.zero_grad() =>", "errors = => adam.zero_grad()\nerrors ="),
    (
        *("adam.zero_grad() =>", "loss.backward() =>", "adam.step() =>", f"loss = {LOSS} =>"),
        f"errors = {ERRORS} => def closure():\n    {CLOSURE}\n    return loss\nloss = adam.step(closure)",
    ),
    "adam.step() => adam.step()\nprint(loss, value_net(seen).mean(), value_net(rollout.next_obs).mean())",
]

NO_VALUE = "`{}` gets no value in this function"
WRONG_TARGETS = {
    "the targets carry a gradient": [
        WITH_GRAD,
        f"{NO_GRAD} => {NO_GRAD}\n    pass\nif True:",
        f"errors = => {AIMS}\nerrors =",
    ],
    "the rewards themselves are the targets": [f"{TARGETS} => rewards"],
    "the critic's own values": [f"{TARGETS} => {NOW}", "- aims[rows] => - value_net(seen[rows]).detach()"],
    "the next values are the targets": [f"{TARGETS} => after"],
    "the critic's forecast is subtracted from the targets": [f"{TARGETS} => {TARGETS} - {NOW}", by_gae(1, 0)],
    "only one reward is counted": [f"{TARGETS} => rewards + gamma * after * ~died", by_gae(0)],
    "these are the returns of GAE": [by_gae("config.gae_lambda")],
    "every situation is pulled to one and the same target": ["aims[rows] => aims[0]"],
    "truncation is treated as death": [f"{AFTER} => {AFTER} * ~cut"],
    "terminated and truncated are swapped": [ends("cut, died"), ends("*(died, cut)[::-1]")],
    "death is treated as a time limit": [ends("torch.zeros_like(died), died + cut")],
    "an end of episodes is left out": [ends("*[torch.zeros_like(end) for end in (died, cut)]")],
    "an end is turned around by ~": [ends("~died, cut"), ends("~died, ~cut")],
    "a crash is taken for a termination": [ends("rollout.crashed, cut")],
    "value_targets gets too few inputs": [ends("(died, cut)")],
    "rewards and next values are swapped": ["rewards, after => after, rewards"],
    "gamma is fixed": ["config.gamma => 1", "config.gamma => 0.99"],
    "gamma counts twice": ["rewards, after => rewards, gamma * after"],
    "the next values are taken from": [f"{AFTER} => {NOW}\nafter = torch.vstack([after[1:], after[-1:]])"],
    "the critic is not asked what comes after": [f"{AFTER} => torch.zeros(rewards.shape)"],
    "the next values are a row of B numbers": [f"{AFTER} => {FLAT}", f"{AFTER} => {FLAT}.squeeze(-1)"],
    "the next values are folded in the wrong order": [
        f"{AFTER} => {AFTER}.view(envs.num_envs, config.num_steps).T"
    ],
    "all is flattened before value_targets": [
        f"{TARGETS} => value_targets(*map(torch.flatten, (rewards, after, died, cut)), gamma)"
    ],
    "the rows count through all B": ["targets.flatten() => targets", "seen[rows] => rollout.obs[rows]"],
    "targets and observations stand in different orders": [
        "targets.flatten() => targets.T.flatten()",
        f"aims[rows] => aims[{ORDER}[:len(rows)]]",
        "aims[rows] => aims[rows - 1]",
    ],
    "the targets are normalized": [
        "targets.flatten() => ((targets - targets.mean()) / targets.std()).flatten()"
    ],
    "the critic learns what rollout.next_obs is": ["seen[rows] => rollout.next_obs.flatten(0, 1)[rows]"],
    "the targets are computed anew": [f"errors = => {NO_GRAD}\n    {AIMS}\nerrors ="],
    "the targets are those of the untrained critic": [
        ("import copy; cold = copy.deepcopy(value_net)", "after = value_net => after = cold")
    ],
    "the loss pulls the critic to other values": ["targets.flatten() => targets.flatten().clamp(min=0)"],
    "with a single world or a single step in a block": [f"{AFTER} => {AFTER}.squeeze()"],
}
WRONG_LOSSES = {
    "this is the sum over the minibatch": [
        f"{LOSS} => F.mse_loss(value_net(seen[rows]), aims[rows], reduction='sum')"
    ],
    "the sign is wrong": [f"{LOSS} => -torch.mean(errors ** 2)"],
    "these are absolute errors": [
        f"{LOSS} => torch.abs(errors).mean()",
        f"{LOSS} => F.l1_loss(errors, 0 * errors)",
    ],
    "this is the error without its square": ["errors ** 2 => errors"],
    "the mean is taken before the square": [f"{LOSS} => torch.mean(errors) ** 2"],
    "a factor stands before the loss": [f"{LOSS} => config.vf_coef * {LOSS}", f"{LOSS} => 0.5 * {LOSS}"],
    "the gradient of the loss is 0.333 times": [f"{LOSS} => errors.pow(2).sum() / len(seen)"],
    "in later epochs or iterations the loss": [f"{LOSS} => {LOSS} / config.num_epochs"],
    "a root is taken of the loss": [f"{LOSS} => torch.sqrt({LOSS})", f"{LOSS} => errors.norm()"],
    "each step of the minibatch still has a loss": [f"{LOSS} => errors ** 2"],
    "only one situation of each minibatch counts": [f"{LOSS} => (errors ** 2).max()"],
    "the target is added to the forecast": ["- aims => + aims"],
    "the forecast is cut off from the critic": [first("torch.set_grad_enabled(False)")],
    "the loss is made a plain number too early": [f"{LOSS} => {LOSS}.item()"],
    "forecasts (b, 1) meet targets (b,)": ["[rows]) - => [rows])[:, None] -", "- aims => - aims[:, None]"],
    "the minibatch meets the whole block": ["aims[rows] => aims", "seen[rows] => seen"],
    "the forecasts are made before the critic changes": [
        (f"{ORDER} => {ORDER}\nvalues = value_net(seen)", f"{ERRORS} => values[rows] - aims[rows]")
    ],
    "the loss pulls the": [f"{LOSS} => {LOSS} / 0"],
}
WRONG_MINIBATCHES = {
    "each gradient step sees the whole block": [f"{ROWS} => [order]"],
    "the pieces have the wrong size": [
        f"{ROWS} => order.{pieces}"
        for pieces in ("chunk(size)", "split(len(seen) // size)", "split(-len(seen) // -size)")
    ],
    "only one minibatch is used in each epoch": ["adam.step() => adam.step()\nbreak", f"{ROWS} => [{DRAWN}]"],
    "rows are drawn anew for each minibatch": [f"errors = => rows = {DRAWN}\nerrors ="],
    "the first rows come in every minibatch": ["errors = => rows = range(len(rows))\nerrors ="],
    "only the first T rows are gone through": ["len(seen), generator => config.num_steps, generator"],
    "one row of the block is left out": [f"{ROWS} => order[1:].split(size)"],
    "the last, smaller minibatch is left out": [
        f"{ROWS} => [order[i * size:(i + 1) * size] for i in range(max(1, len(order) // size))]"
    ],
    "with minibatch_size = 23 and a block of 24 steps": [f"{ROWS} => [x for x in {ROWS} if len(x) > 1]"],
    "a minibatch holds neighboring steps": [
        f"{ORDER} => torch.arange(len(seen))",
        (
            f"{ORDER} => torch.arange(len(seen))",
            "errors = => rows = rows[torch.randperm(len(rows))]\nerrors =",
        ),
    ],
    "every epoch goes through the rows in the same order": [
        first("generator = torch.Generator().manual_seed(seed)"),
        "=generator => =torch.Generator().manual_seed(0)",
    ],
    "the minibatches cannot be repeated": [
        ", generator=generator =>",
        f"{ORDER} => torch.from_numpy(np.random.permutation(len(seen)))",
    ],
    "the seed has no effect": ["derive_seed(seed, 'warm-up minibatches') => 0"],
    "it uses a global random generator": [("torch.manual_seed(seed)", ", generator=generator =>")],
    "the block is gone through too often": [f"{ROWS} => [*{ROWS}, *{ORDER}.split(size)]"],
}
WRONG_STEPS = {
    "nothing is learned": [
        "loss.backward() =>",
        ("adam.zero_grad() =>", "loss.backward() =>", "adam.step() =>"),
    ],
    "value_net itself is not asked": ["import copy; value_net = copy.deepcopy(value_net)"],
    "the gradients are computed but never used": [
        "adam.step() =>",
        ("loss.backward() =>", "adam.step() => adam.step()\nloss.backward()"),
    ],
    "the gradients of earlier": ["adam.zero_grad() =>", ("adam.zero_grad() =>", first("adam.zero_grad()"))],
    "the gradients are erased before they are used": [
        f"loss.backward() => loss.backward()\nadam.zero_grad(set_to_none={none})" for none in (True, False)
    ],
    "one step is taken in an epoch": [
        (
            *("adam.zero_grad() =>", first("adam.zero_grad()")),
            "adam.step() => if rows[-1] == order[-1]:\n    adam.step()",
        ),
    ],
    "the optimizer steps before": [("adam.step() =>", "adam.zero_grad() => adam.step()\nadam.zero_grad()")],
    "two steps are taken for each minibatch": ["adam.step() => adam.step()\nadam.step()"],
    "the gradients are cut": [
        "adam.step() => nn.utils.clip_grad_norm_(value_net.parameters(), config.max_grad_norm)\nadam.step()"
    ],
    "the optimizer is made anew": [
        first("adam = torch.optim.Adam(value_net.parameters(), lr=config.warmup_learning_rate)")
    ],
    "the critic does not end where the given optimizer takes": ["optim.Adam => optim.AdamW", "Adam => SGD"],
    "a critic with a hidden layer ends": ["(value_net.parameters() => (value_net.value[-1].parameters()"],
}
WRONG_LINES = {
    "there is more acting": [
        first("rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)"),
        first("envs.step(actor(obs))"),
    ],
    "the actor is asked again": [first("actor(seen.numpy())")],
    "the worlds are reset, or a block begins": [
        first("obs, _ = envs.reset(seed=seed)"),
        first("obs = rollout.next_obs[-1].numpy()"),
    ],
    "the worlds do not start from the seed": ["derive_seed(seed, 'warm-up')) => seed)"],
    NO_VALUE.format("loss"): ["loss = => error ="],
    NO_VALUE.format("targets"): ["targets = => target ="],
    NO_VALUE.format("next_values"): ["rewards, after => rewards, next_values"],
    "it reads the settings of the lesson": ["config.minibatch_size => CAREFUL.minibatch_size"],
    "it reads a variable of the lesson": [first("policy(seen)")],
    "it reads the seed of the lesson": [f"{ORDER} => torch.randperm(SEED)"],
    "it should yield a dict with the keys 'value_loss', 'env_steps', 'crashes'": ["'value_loss' => 'loss'"],
    "it should be a generator": ["yield => return"],
    "with num_warmup_iterations = 1 it should yield once, not 0": ["adam.step() => adam.step()\nreturn"],
    "with num_warmup_iterations = 1 it should yield once, not 2 times.": [first("yield {}")],
    "with num_warmup_iterations = 0": ["_iterations) => _iterations or 1)"],
    "'env_steps' in the metrics should": ["env_steps += => env_steps ="],
    "'crashes' in the metrics should": ["rollout.crashed => died"],
    "'value_loss' in the metrics should be": ["loss.item() => 2 * loss.item()"],
}
WRONG = WRONG_TARGETS | WRONG_LOSSES | WRONG_MINIBATCHES | WRONG_STEPS | WRONG_LINES


def stub_with(lines):
    """The half-written stub, with these lines in the place of what students write."""
    given, _, rest = text_of(EXERCISE.solution).partition(f"            {NO_GRAD}\n")
    source = given + lines + rest[rest.index("        env_steps +=") :]
    return cells.run_cell(source, "warm_up_critic", vars(finetune))


RAISE = "            raise NotImplementedError('write warm_up_critic here, then run the next cell')\n"


def test_the_stub_and_comments_in_it_are_not_written_yet():
    for lines in (RAISE, f"            # first the targets\n{RAISE}"):
        assert not examine(EXERCISE, stub_with(lines)).written


def test_code_around_the_line_is_noticed():
    code = "            targets = rollout.rewards\n"
    for both in (code + RAISE, RAISE + code):
        assert hint_for("warm_up_critic", stub_with(both)) == STILL_RAISES


NONSENSE = {
    "return 7": "it should be a generator, which yields, but it returns an int.",
    "yield": "there is less acting than in the given line",
    "yield from ({} for _ in iter(int, 1))": "with num_warmup_iterations = 1 it should yield once, not 6",
    "inputs[0](None)\n    yield {}": "it raised",
    "inputs[0].value = None\n    yield {}": "there is less acting",
    "raise SystemExit\n    yield": "it asks Python to exit",
    "inputs[2].step(None)\n    yield": "it raised",
    "while True: inputs[0](np.zeros(0))\n    yield": "it raised",
    "while True: inputs[3].gamma\n    yield": "it did not finish within 1.5 s.",
    "(inputs[0].value[0].weight * float('nan')).sum().backward()\n    yield {}": "there is less",
}


TestAnswers = promises_of("warm_up_critic", warm_up, RIGHT, WRONG, NONSENSE)


def test_every_kind_of_end_is_watched_with_a_crash_and_without():
    for kind in ("terminated", "truncated"):
        ends = [block(i).crashed[vars(block(i))[kind]] for i in range(4)]
        assert set(torch.cat(ends).tolist()) == {True, False}


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
