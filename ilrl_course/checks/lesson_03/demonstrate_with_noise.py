"""The check of demonstrating with noise: what is executed, what is recorded, and how the noise is drawn."""

from collections.abc import Callable, Iterator

import numpy as np
from torch import Tensor

from ilrl_course.algorithms.dart import demonstrate_with_noise
from ilrl_course.checks.edits import text_of
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind, numbers
from ilrl_course.checks.watched.counting_batch import CountingBatch, CountingExpert
from ilrl_course.data import Batch
from ilrl_course.rollout import collect_rollout, derive_seed

LENGTHS, TERMINATES = (2, 4, 30), (True, False, True)
NO_NOISE = 1e-12  # next to nothing; nothing at all comes last
NOISE_STD = 0.2  # the expert stays below 0.1, so that clipping to [-1, 1] changes nothing

OTHER_WORLDS = "it steps worlds of its own. Step the envs that are passed in."
OTHER_EXPERT = "the expert is not asked. Each action should be what it means, disturbed."
OTHER_SEED = "it draws with a seed of its own. Use the seed that is passed in."
OTHER_DATA = "it reads data of the lesson. Record what the expert does now, in the envs that are passed in."
OTHER_ACTOR = "it asks a learner of the lesson. Ask the expert that is passed in."
OTHER_NUMBER = "it reads a number of the lesson. How many steps to make is passed in as num_steps."
FIXED_NOISE = "noise_std has no effect on the noise. It is the standard deviation of what is added."
FIXED_SEED = "the seed has no effect on the noise. Make the generator from the seed that is passed in."
UNREPEATABLE = (
    "the noise cannot be repeated: the same seed gives other noise. Make the generator from the seed."
)
OTHER_ACTIONS = (
    "even without noise the worlds get something else than what the expert means. Ask it about the obs that "
    "your actor gets, all of them, and only add to its answer."
)
NO_ACTION = "the action is replaced by noise. Add the noise to what the expert means."
NOT_DISTURBED = (
    "nothing is disturbed. The worlds should get the actions plus noise: hand collect_rollout the actor that "
    "adds it."
)
NOISY_OBS = "there is noise in the observations of the batch. Disturb the executed actions only."
FLOAT64 = "the batch holds float64, but networks want float32."
UNSEEDED_WORLDS = "the worlds cannot be repeated: the seed does not reach the first envs.reset()."
SAME_WORLDS = "the worlds always start from the same seed. Use the one that is passed in."
SEED_ITSELF = (
    "the worlds start from seed itself, so a test with the same seed would replay them. Give the first reset "
    'derive_seed(seed, "demonstrations").'
)


class Demonstration:
    """An answer's steps in a counting world, and the batch that it makes of them."""

    def __init__(
        self, answer: Callable, num_envs: int, num_steps: int, noise_std: float, seed=5, action_dim=2
    ):
        self.expert = CountingExpert(action_dim)
        self.envs = CountingBatch(num_envs, LENGTHS, action_dim, TERMINATES)
        self.batch = answer(self.expert, self.envs, num_steps, noise_std, seed)
        if not isinstance(self.batch, Batch):
            raise WrongResult(f"it should return a Batch, but it returns {kind(self.batch)}.")
        self.executed = np.array(self.envs.executed)  # (T, N, action_dim)
        self.visited = np.array(self.envs.visited).reshape(-1, 3)
        self.meant = CountingExpert(action_dim)(self.visited)
        self.noise = self.executed - self.meant.reshape(self.executed.shape)  # (T, N, action_dim)
        self._shapes = {"obs": (num_envs * num_steps, 3), "actions": (num_envs * num_steps, action_dim)}

    def unpack(self) -> list[np.ndarray]:
        """Observations (B, 3) and labels (B, action_dim), sorted; raises WrongResult for other shapes."""
        for name in self._shapes:
            if not isinstance(value := getattr(self.batch, name), Tensor):
                raise WrongResult(f"`{name}` of the batch should be a tensor, but it is {kind(value)}.")
        columns = [numbers(getattr(self.batch, n), s, f"`{n}` of the batch") for n, s in self._shapes.items()]
        return [column[_order_of(columns[0])] for column in columns]


def _order_of(obs: np.ndarray) -> np.ndarray:
    """By copy, episode and step; tiny noise changes nothing."""
    return np.lexsort(np.round(obs, 3).T[::-1])


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    return first.shape == second.shape and bool(np.allclose(first, second, atol=1e-4))


def _probe_steps(answer: Callable) -> Iterator[Fact]:
    num_steps = 9
    seen = Demonstration(answer, 3, num_steps, NO_NOISE)
    yield Fact("the worlds that are stepped", bool(seen.envs.executed), True, OTHER_WORLDS)
    yield Fact("who acts", bool(seen.expert.asked), True, OTHER_EXPERT)
    steps = len(seen.envs.executed)
    hint = f"with num_steps = {num_steps} each world should make that many steps, not {steps}."
    yield Fact("steps", steps, num_steps, hint)
    if steps != num_steps:
        return  # the shapes say nothing more
    obs, labels = seen.unpack()
    wanted = [[i, t // LENGTHS[i], t % LENGTHS[i]] for i in range(3) for t in range(num_steps)]
    hint = "the episodes do not go on as they should. Start a new one where one is over, and only there."
    yield Fact("visited", seen.visited[_order_of(seen.visited)], wanted, hint)
    hint = "`obs` should hold the observations in which somebody acted, those and no others."
    yield Fact("obs", obs, wanted, hint)
    replaced = bool(np.abs(seen.executed).max(initial=0.0) < 1e-3)
    yield Fact("replaced", replaced, False, NO_ACTION)
    effect = _effect_of_noise_std(answer, seen)
    hint = OTHER_ACTIONS if effect == "nothing random" else FIXED_NOISE
    yield Fact("noise_std", effect, "the size of the noise", hint)
    hint = "some actions of the batch are not what the expert meant in the situation beside them."
    yield Fact("labels", labels, CountingExpert(2)(obs), hint)
    seeds = [seed for seed in seen.envs.seeds if seed is not None]
    hint = "it uses a seed twice, so that episodes repeat. Seed the worlds in the first reset only."
    yield Fact("new episodes", len(seeds) == len(set(seeds)), True, hint)


def _effect_of_noise_std(answer: Callable, seen: Demonstration) -> str:
    """What becomes of the noise when noise_std grows from next to nothing."""
    if np.abs(seen.noise).max(initial=0.0) < 1e-3:
        return "the size of the noise"
    num_steps = len(seen.executed)
    if _same(Demonstration(answer, 3, num_steps, NO_NOISE, seed=6).executed, seen.executed):
        return "nothing random"
    change = Demonstration(answer, 3, num_steps, NOISE_STD).executed - seen.executed
    if np.ptp(change) > 1e-3:
        return "another noise"
    return "none" if np.abs(change).max() < 1e-3 else "a shift"


def _probe_disturbed(answer: Callable) -> Iterator[Fact]:
    seen = Demonstration(answer, 3, 8, NOISE_STD)
    obs, labels = seen.unpack()
    asked = np.concatenate(seen.expert.asked) if seen.expert.asked else np.zeros(0)
    hint = "the expert sees observations with noise. Show it the true ones: only its action is disturbed."
    yield Fact("asked", bool(np.allclose(asked, np.round(asked))), True, hint)
    yield Fact("true obs", bool(np.allclose(obs, np.round(obs))), True, NOISY_OBS)
    executed = seen.executed.reshape(-1, 2)[_order_of(seen.visited)]
    yield Fact("executed", bool(np.abs(seen.noise).max(initial=0.0) > 0.01), True, NOT_DISTURBED)
    hint = "the labels are the disturbed actions. They should be what the expert meant."
    yield Fact("labels executed", _same(labels, executed), False, hint)
    hint = "there is noise in the labels. They should be what the expert meant."
    yield Fact("labels", _same(labels, CountingExpert(2)(obs)), True, hint)
    for axis, what in enumerate(("step", "copy of the world", "part of the action")):
        differs = seen.noise.ndim == 3 and bool(np.ptp(seen.noise, axis=axis).max() > 1e-4)
        hint = f"the noise is the same for each {what}. Draw it anew."
        yield Fact(f"new for each {what}", differs, True, hint)


def _probe_size(answer: Callable) -> Iterator[Fact]:
    if len(Demonstration(answer, 3, 2, NOISE_STD).executed) != 2:
        return  # what would take too long
    seen = Demonstration(answer, 400, 16, NOISE_STD)
    noise = seen.noise.reshape(-1, 400, 2)
    for part, values in zip(("first", "second"), noise.T, strict=True):
        name = f"standard deviation of the noise in the {part} part of the executed actions"
        yield Fact(name, values.std() if values.size else 0.0, NOISE_STD, tolerance=0.015)
    mean = noise.mean() if noise.size else 0.0
    yield Fact("mean of the noise in the executed actions", mean, 0.0, tolerance=0.03)
    for number, what, share in (
        (2, "two standard deviations", 0.0455),
        (1, "one standard deviation", 0.3173),
    ):
        beyond = float(np.mean(np.abs(noise) > number * NOISE_STD)) if noise.size else 0.0
        hint = f"{beyond:.0%} of the noise is beyond {what}. In Gaussian noise it is {share:.0%}."
        yield Fact(f"beyond {what}", beyond, share, hint, tolerance=0.02 * (3 - number))
    for axis, what in enumerate(("step", "copy of the world", "part of the action")):
        before, after = (np.delete(noise, end, axis) for end in (-1, 0))
        alike = (before * after).mean() / np.square(noise).mean() if noise.any() else 0.0
        hint = f"the noise of one {what} tells that of the next. Draw all of it independently."
        yield Fact(f"independent of the {what} before", alike, 0.0, hint, tolerance=0.15)
    meant = seen.meant.reshape(noise.shape)
    slope = (noise * meant).mean() / np.square(meant).mean() if noise.size else 0.0
    hint = "what is added depends on the action. Execute the action as it is, plus noise."
    yield Fact("independent of what is meant", slope, 0.0, hint, tolerance=0.12)
    distinct = len(np.unique(np.abs(noise).round(6))) / noise.size if noise.size else 0.0
    hint = (
        "the same noise comes again and again. Draw it anew in each step, from a generator that is made once."
    )
    yield Fact("distinct", distinct, 1.0, hint, tolerance=0.05)


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    first, again, other = (Demonstration(answer, 3, 5, NOISE_STD, seed) for seed in (5, 5, 6))
    yield Fact("repeatable", bool(np.array_equal(first.executed, again.executed)), True, UNREPEATABLE)
    yield Fact("seed used", bool(np.array_equal(first.executed, other.executed)), False, FIXED_SEED)
    starts = [run.envs.seeds[0] if run.envs.seeds else None for run in (first, again, other)]
    yield Fact("worlds repeatable", starts[0] is not None and starts[0] == starts[1], True, UNSEEDED_WORLDS)
    yield Fact("worlds seeded", starts[0] != starts[2] or starts[0] is None, True, SAME_WORLDS)


def _probe_slider(answer: Callable) -> Iterator[Fact]:
    """The lesson's slider goes down to no noise at all, and to a single world."""
    seen = Demonstration(answer, 1, 5, 0.0, seed=0, action_dim=3)
    _, labels = seen.unpack()
    hint = "with noise_std = 0, one end of the lesson's slider, what is executed should be what was meant."
    yield Fact("without noise", _same(seen.executed[:, 0], labels), True, hint)
    dtypes = f"{seen.batch.obs.dtype} and {seen.batch.actions.dtype}"
    hint = f"`obs` and `actions` should be float32, which the networks need, but they are {dtypes}."
    yield Fact("dtypes", dtypes, "torch.float32 and torch.float32", FLOAT64 if "float64" in dtypes else hint)
    starts = {derive_seed(0, "demonstrations"): "derived", 0: "seed itself"}
    start = starts.get(seen.envs.seeds[0], "another")
    hint = (
        'the worlds start from a seed of your own. Give the first reset derive_seed(seed, "demonstrations").'
    )
    yield Fact("seed of the worlds", start, "derived", SEED_ITSELF if start == "seed itself" else hint)


def _noise(drawn: str) -> str:
    return f"rng.normal(0.0, noise_std, actions.shape) => {drawn}"


def _labels(labels: str) -> str:
    return f"torch.from_numpy(np.concatenate(intended)) => {labels}"


STEADY = "actions + rng.normal(0.0, noise_std, actions.shape) => actions"
SEES_NOISE = "expert(obs) => expert(obs + rng.normal(0.0, noise_std, obs.shape))"
NOISE_IN_OBS = "return Batch(torch.normal(result.obs, noise_std), result.actions)"
NOISE_IN_LABELS = "return Batch(result.obs, torch.normal(result.actions, noise_std))"
FROM_TORCH = _noise("torch.distributions.Normal(0.0, noise_std).sample(actions.shape).numpy()")
OWN_LOOP = (text_of(collect_rollout), "from ilrl_course.data import Rollout")  # within the answer
RESET = "options={'reset_mask': episode_over} =>"
EVERY_STEP = "episode_over.any() => True"

MISTAKES = {
    "the labels are the disturbed actions. Keep what the expert meant, and beware of `+=`, which changes "
    "that array, too.": [_labels("rollout.actions.flatten(0, 1)")],
    "the noise is in the labels only, and the worlds never feel it. It should be the other way round.": [
        (STEADY, NOISE_IN_LABELS)
    ],
    "the labels have noise of their own. Only what is executed should be disturbed.": [NOISE_IN_LABELS],
    "the noise is added to what the expert sees. Let it see the truth, and disturb its action.": [
        (STEADY, SEES_NOISE),
        SEES_NOISE,
    ],
    NOISY_OBS: [NOISE_IN_OBS, (STEADY, NOISE_IN_OBS)],
    "the labels are one step late or early. Each belongs to the observation that the expert answered to.": [
        "np.concatenate(intended) => np.concatenate(intended[-1:] + intended[:-1])",
        "np.concatenate(intended) => np.concatenate(intended[1:] + intended[:1])",
    ],
    "the observations are those after the step. Record what the expert saw before it acted.": [
        "rollout.obs => rollout.next_obs",
        ("rollout.obs => rollout.next_obs", "return Batch(result.obs, torch.tensor(expert(result.obs)))"),
    ],
    "the labels are for the observations after the step. Ask the expert about those before it.": [
        _labels("torch.from_numpy(expert(rollout.next_obs.flatten(0, 1)))")
    ],
    "observations and labels are swapped. In a Batch the observations come first.": [
        "return Batch(result.actions, result.obs)"
    ],
    "observations and labels are in a different order: one goes step by step, the other copy by copy.": [
        "rollout.obs => rollout.obs.transpose(0, 1)",
        "np.concatenate(intended) => np.concatenate(np.stack(intended, axis=1))",
    ],
    "time and copies are still two axes. Flatten them into one, for observations and labels alike.": [
        ("rollout.obs.flatten(0, 1) => rollout.obs", "concatenate => stack"),
        "rollout.obs.flatten(0, 1) => rollout.obs",
        "concatenate => stack",
    ],
    "one step too many or too few is made. Each copy makes num_steps of them.": [
        "num_steps += 1",
        "num_steps -= 1",
    ],
    "num_steps is shared out among the copies. Each of them makes so many steps.": [
        "num_steps //= envs.num_envs"
    ],
    "the worlds make num_steps steps for each copy. One call of step() moves all of them.": [
        "num_steps *= envs.num_envs"
    ],
    "no new episode is ever started. collect_rollout starts them for you; a loop of your own must.": [
        (*OWN_LOOP, "episode_over.any() => False")
    ],
    "only some of the endings are noticed. An episode is over when it is terminated or truncated.": [
        (*OWN_LOOP, "episode_over = terminated | truncated => episode_over = terminated"),
        (*OWN_LOOP, "episode_over = terminated | truncated => episode_over = truncated"),
    ],
    "when one episode is over, all copies are reset. collect_rollout resets only the ones that ended.": [
        (*OWN_LOOP, RESET)
    ],
    "the worlds are reset at every step. Reset them once at the start, then where an episode is over.": [
        (*OWN_LOOP, EVERY_STEP, RESET),
        (*OWN_LOOP, EVERY_STEP, f"{RESET} seed=seed"),
    ],
    FIXED_NOISE: [_noise(f"rng.normal(0.0, {fixed}, actions.shape)") for fixed in (0.3, 1.0)],
    "noise_std arrived as the mean. The mean is 0, and comes first: normal(0, noise_std, shape).": [
        _noise("rng.normal(noise_std, size=actions.shape)")
    ],
    "each action is moved by exactly noise_std: mean and standard deviation are swapped. The mean comes "
    "first: normal(0, noise_std, shape).": [_noise("rng.normal(noise_std, 0.0, actions.shape)")],
    "the noise has the wrong size. noise_std is a standard deviation, not a variance: neither square it nor "
    "take its root.": [
        _noise("rng.normal(0.0, noise_std**2, actions.shape)"),
        _noise("rng.normal(0.0, np.sqrt(noise_std), actions.shape)"),
    ],
    "the noise is not Gaussian: all values between two bounds are equally likely. Draw from a normal "
    "distribution.": [
        _noise(f"rng.uniform({low} * noise_std, {high} * noise_std, actions.shape)")
        for low, high in ((-1, 1), (-(3**0.5), 3**0.5), (0, 1), (-0.5, 0.5))
    ],
    "the noise goes in one direction only. Its mean should be 0.": [
        _noise("np.abs(rng.normal(0.0, noise_std, actions.shape))"),
        _noise("rng.normal(noise_std, noise_std, actions.shape)"),
    ],
    "the action is multiplied with the noise, so that small actions are hardly disturbed. Add the noise.": [
        _noise("actions * rng.normal(0.0, noise_std, actions.shape)")
    ],
    "some numbers share their noise. Draw one for each copy and each part of the action: the noise has the "
    "shape of the actions.": [
        _noise("rng.normal(0.0, noise_std)"),
        _noise("rng.normal(0.0, noise_std, actions.shape[1])"),
        _noise("rng.normal(0.0, noise_std, (len(actions), 1))"),
    ],
    "the noise has the shape of something else. Draw one number for each number of the actions: "
    "actions.shape.": [
        _noise(f"rng.normal(0.0, noise_std, {shape})")
        for shape in ("obs.shape", "len(actions)", "num_steps", "(len(actions), 2)")
    ],
    "noise_std can be 0, one end of the lesson's slider, but torch's Normal refuses that. Use rng.normal, or "
    "multiply standard normal numbers with noise_std.": [("torch.manual_seed(seed)", FROM_TORCH)],
    "only one part of the action is disturbed. Add noise to all of them.": [
        _noise("rng.normal(0.0, noise_std, actions.shape) * [1, 0]"),
        _noise("rng.normal(0.0, noise_std, actions.shape) * [0, 1]"),
    ],
    "the noise is the same in every step. Draw it anew each time, from a generator made before the first "
    "step.": [_noise("np.random.default_rng(seed).normal(0.0, noise_std, actions.shape)")],
    OTHER_SEED: ["seed = 0"],
    "it seeds the worlds in every reset, so that each episode of a copy is the same one. Use the seed in the "
    "first reset only.": [(*OWN_LOOP, "reset(options => reset(seed=seed, options")],
    "nothing was remembered: the list of labels is empty. Hand collect_rollout an actor of your own, and "
    "append each answer of the expert to the list inside it.": [
        _labels(f"torch.as_tensor({join}([]))")
        for join in ("np.concatenate", "np.stack", "np.array", "torch.cat", "torch.stack")
    ],
    "reset() returns two things, the observations and an info, in this order. Unpack them, and go on with "
    "the observations.": ["obs, _ = envs => obs = envs", "obs, _ = envs => _, obs = envs"],
    "collect_rollout takes the function that acts, not its actions. Hand it over without calling it.": [
        "collect_rollout(shaken, => collect_rollout(shaken(obs),"
    ],
    "collect_rollout() returns two things, the Rollout and the observations to go on from. Unpack them, and "
    "use the Rollout.": ["rollout, _ = collect => rollout = collect"],
}

EXERCISE = Exercise(
    solution=demonstrate_with_noise,
    tested="the worlds feel fresh Gaussian noise, and the labels are what the expert meant.",
    probes=(_probe_steps, _probe_disturbed, _probe_size, _probe_seed, _probe_slider),
    mistakes=MISTAKES,
    leftovers={
        **dict.fromkeys(("gym", "make_batch", "DRIVING"), OTHER_WORLDS),
        "EXPERT": "it asks the expert of the lesson. Ask the one that is passed in.",
        **dict.fromkeys(("SEED", "SEEDS"), OTHER_SEED),
        **dict.fromkeys(("demos", "new", "followed"), OTHER_DATA),
        **dict.fromkeys(("policies", "trained"), OTHER_ACTOR),
        **dict.fromkeys(("HORIZONS", "HAND_OVER", "LONGEST", "NUM_DRIVES"), OTHER_NUMBER),
    },
)
