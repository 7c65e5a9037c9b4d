"""Known wrong ways in which expert and learner share the steps."""

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_04_mix_coins import COINS
from ilrl_course.checks.lesson_04_mix_parts import acting, by_hand, choosing, with_parts

RESET_FIRST = "it does not begin where the worlds are. Do not reset them: go on from obs, which is passed in."
FAKE_ROWS = (
    "it steps on in worlds whose episode is over, so the block holds rows that never happened. Leave the "
    "stepping to collect_rollout."
)
BROKEN_OFF = (
    "worlds are reset whose episode is not over yet. Leave the stepping to collect_rollout, or reset with a "
    "reset_mask."
)
OVERWRITTEN = "it writes into an array that an actor returned, and may need for itself. Work on a copy."
LESSONS_EXPERT = "it asks the expert of the lesson. Ask the one that is passed in."
LEFTOVERS = {
    "policy": "it reads a variable of the lesson. The learner is passed in: ask learner(obs).",
    "EXPERT": LESSONS_EXPERT,
}


def _change_in_place(expert_acts, expert, learner, obs):
    actions = learner(obs)
    actions[expert_acts] = expert(obs)[expert_acts]
    return actions


def _change_expert_in_place(expert_acts, expert, learner, obs):
    actions = expert(obs)
    actions[~expert_acts] = learner(obs)[~expert_acts]
    return actions


def _assign_all(expert_acts, expert, learner, obs):
    actions = learner(obs).copy()
    actions[expert_acts] = expert(obs)
    return actions


def _average(cast):
    return acting(lambda expert, learner, beta, rng: cast(beta * expert + (1 - beta) * learner, expert.dtype))


SHARING = (
    Mutant(
        "the actions are averaged, which can be worse than both. Choose: each is either the expert's or the "
        "learner's.",
        _average(lambda actions, dtype: actions.astype(dtype)),
        _average(lambda actions, dtype: actions.round().astype(dtype)),
        _average(lambda actions, dtype: actions),
    ),
    Mutant(
        "the expert acts alone. Where the coin says so, it should be the learner.",
        choosing(lambda coins, expert, learner: expert),
    ),
    Mutant(
        "the learner acts alone. Where the coin says so, it should be the expert.",
        choosing(lambda coins, expert, learner: learner),
    ),
    Mutant(
        OVERWRITTEN,
        with_parts(choose=_change_in_place),
        with_parts(choose=_change_expert_in_place),
    ),
    Mutant(
        RESET_FIRST,
        with_parts(begin=lambda envs, obs: envs.reset()[0]),
        with_parts(begin=lambda envs, obs: envs.reset(seed=0)[0]),
    ),
    Mutant(
        "one step is missing, or one is too many. Take num_steps of them.",
        with_parts(length=lambda num_steps: num_steps - 1),
        with_parts(length=lambda num_steps: num_steps + 1),
    ),
    Mutant(
        "the number of steps is fixed. Take num_steps of them.",
        *(with_parts(length=lambda num_steps, fixed=fixed: fixed) for fixed in (1, 10, 20, 50, 100)),
    ),
    Mutant(
        "the last next_obs comes back, which is wrong where an episode ended. Return the observations that "
        "collect_rollout returns.",
        with_parts(result=lambda rollout, obs, start: (rollout, rollout.next_obs[-1].numpy())),
    ),
    Mutant(
        "the observations that the block began with come back. Return those that collect_rollout returns.",
        with_parts(result=lambda rollout, obs, start: (rollout, start)),
    ),
    Mutant(
        "only the block comes back. Return the observations to go on from too, as collect_rollout does.",
        with_parts(result=lambda rollout, obs, start: rollout),
    ),
    Mutant(
        "the two results are swapped. The block comes first.",
        with_parts(result=lambda rollout, obs, start: (obs, rollout)),
    ),
    Mutant(
        FAKE_ROWS,
        by_hand(reset=lambda envs, next_obs, over: next_obs),
    ),
    Mutant(
        BROKEN_OFF,
        by_hand(reset=lambda envs, next_obs, over: envs.reset()[0] if over.any() else next_obs),
    ),
    Mutant(
        "next_obs holds the first observations of new episodes. It should be what step() returned, before a "
        "reset.",
        by_hand(follow=lambda next_obs, obs: obs),
    ),
    Mutant(
        "`if` cannot decide for several worlds at once. Pick rows with the array of coins, or use np.where.",
        choosing(lambda coins, expert, learner: expert if coins else learner),
    ),
    Mutant(
        "only some rows are assigned to, but the expert's answers for all rows are assigned. Pick the same "
        "rows of them.",
        with_parts(choose=_assign_all),
    ),
)
MUTANTS = COINS + SHARING
