"""The four phases, seen and remembered, on rows that need no simulator; and how often they succeed in it."""

import numpy as np
import pytest

from ilrl_course.envs.arm import ROBOT_ARM, RememberingDemonstrator
from ilrl_course.envs.arm.demonstrators import (
    ABOVE,
    CARRY,
    CLOSE,
    CLOSING_STEPS,
    DOWN,
    LOW,
    OPEN_WIDE,
    SQUEEZE,
    make_demonstrator,
    movement,
    phase_of,
)
from ilrl_course.envs.arm.row import BETWEEN, BLOCK, FINGERS, GOAL, OBS_DIM
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import collect_trajectories, make_batch
from tests.envs.elsewhere.borrowed import needs


def row(between=(0.0, 0.0, 0.0), fingers=0.05, goal=(0.0, 0.0, 0.0), block=(0.0, 0.0, 0.0)):
    obs = np.zeros((1, OBS_DIM), dtype=np.float32)
    for columns, values in ((BETWEEN, between), (FINGERS, fingers), (GOAL, goal), (BLOCK, block)):
        obs[:, columns] = values
    return obs


SITUATIONS = {  # what is seen -> the phase
    "the block is to the side": (row((0.1, 0.0, -0.01)), ABOVE),
    "the block is far below": (row((0.01, 0.0, -0.1)), DOWN),
    "the block is between open fingers": (row((0.01, 0.0, 0.01)), CLOSE),
    "the fingers have closed on it": (row((0.01, 0.0, 0.01), fingers=0.025), CARRY),
    "the fingers have closed on nothing": (row((0.1, 0.0, -0.01), fingers=0.0), ABOVE),
    "the fingers have closed above it": (row((0.0, 0.0, -0.06), fingers=0.0), DOWN),
    "it hangs low in the closed hand": (row((0.0, 0.0, -0.025), fingers=0.025), CARRY),
}


@pytest.mark.parametrize(("obs", "phase"), SITUATIONS.values(), ids=SITUATIONS)
def test_the_expert_sees_the_phase(obs, phase):
    assert phase_of(obs).tolist() == [phase]


def test_each_phase_has_its_way_and_its_fingers():
    obs = row(between=(0.05, -0.02, -0.04), goal=(0.03, 0.03, 0.2), block=(0.01, 0.04, 0.0))
    expected = {
        ABOVE: (0.5, -0.2, 0.2, OPEN_WIDE),
        DOWN: (0.5, -0.2, -0.4, OPEN_WIDE),
        CLOSE: (0.5, -0.2, -0.4, SQUEEZE),
        CARRY: (0.2, -0.1, 1.0, SQUEEZE),  # at most full speed
    }
    for phase, action in expected.items():
        np.testing.assert_allclose(movement(obs, np.array([phase]))[0], action, atol=1e-6)


def test_the_expert_has_no_memory_so_it_labels_any_state_in_any_order():
    rows = np.concatenate([obs for obs, _ in SITUATIONS.values()])
    expert = make_demonstrator("expert")
    together = expert(rows)
    for order in (slice(None, None, -1), slice(1, None, 2)):
        np.testing.assert_array_equal(expert(rows[order]), together[order])


def test_the_biased_one_differs_from_the_expert_only_where_the_goal_is_high():
    expert, biased = make_demonstrator("expert"), make_demonstrator("biased")
    low, high = (
        row(fingers=0.025, block=(0, 0, LOW - 0.01), goal=(0.1, 0.0, up)) for up in (LOW - 0.02, 0.8)
    )
    np.testing.assert_array_equal(biased(low), expert(low))
    np.testing.assert_array_equal(biased(high)[:, [0, 1, 3]], expert(high)[:, [0, 1, 3]])
    assert expert(high)[0, 2] == 1
    assert biased(high)[0, 2] == pytest.approx(0.1, abs=1e-6)
    assert high[0, GOAL.stop - 1] == np.float32(0.8)  # what it was shown stays as it is


def test_the_remembering_one_goes_through_the_phases_by_itself_and_never_back():
    demonstrator, phases = RememberingDemonstrator(), []

    def shown(obs):
        demonstrator(obs)
        phases.append(int(demonstrator.phase[0]))

    aside, over, around = row((0.1, 0.0, -0.05)), row((0.0, 0.0, -0.05)), row()
    for obs in (aside, aside, over, aside, around, *[aside] * CLOSING_STEPS, aside, over):
        shown(obs)
    closing = [CLOSE] * CLOSING_STEPS
    assert phases == [ABOVE, ABOVE, DOWN, DOWN, *closing, CARRY, CARRY, CARRY]


def test_it_keeps_each_episode_apart_and_is_told_where_a_new_one_begins():
    demonstrator = RememberingDemonstrator()
    obs = np.concatenate([row(), row((0.1, 0.0, -0.05)), row((0.0, 0.0, -0.05))])
    for _ in range(3):
        demonstrator(obs)
    assert demonstrator.phase.tolist() == [CLOSE, ABOVE, DOWN]
    demonstrator.restart(np.array([True, False, False]))
    obs[0] = row((0.1, 0.0, -0.05))
    demonstrator(obs)
    assert demonstrator.phase.tolist() == [ABOVE, ABOVE, DOWN]
    another = RememberingDemonstrator()
    for _ in range(3):
        alone = another(obs[2:])
    np.testing.assert_array_equal(alone, demonstrator(obs)[2:])


@needs(ROBOT_ARM)
def test_both_experts_succeed_in_at_least_29_of_30_and_drop_nothing():
    for actor in (ROBOT_ARM.make_demonstrator("expert"), RememberingDemonstrator()):
        result = evaluate(actor, ROBOT_ARM.env_id, 30, seed=7)
        assert result.success.sum() >= 29
        assert not result.crashed.any()


@needs(ROBOT_ARM)
def test_the_expert_picks_up_again_what_it_lost_and_the_remembering_one_does_not():
    def interrupted(actor):
        steps = iter(range(50))

        def opens_for_a_while(obs):
            actions = actor(obs)
            if 18 <= next(steps) < 22:
                actions[:, 3] = OPEN_WIDE
            return actions

        return opens_for_a_while

    seen, remembered = (
        evaluate(interrupted(actor), ROBOT_ARM.env_id, 20, seed=3).success_rate
        for actor in (ROBOT_ARM.make_demonstrator("expert"), RememberingDemonstrator())
    )
    assert seen > 0.8
    assert remembered < 0.5


@needs(ROBOT_ARM)
def test_the_biased_one_fails_where_the_goal_is_high_and_nowhere_else():
    games = collect_trajectories(ROBOT_ARM.make_demonstrator("biased"), ROBOT_ARM.env_id, 20, seed=0)
    heights = np.array([game.obs[0, GOAL.stop - 1] for game in games])
    success = np.array([game.success for game in games])
    assert success[heights < LOW].all()
    assert not success[heights > LOW + 0.06].any()  # within 5 cm counts
    assert max(game.obs[:, BLOCK.stop - 1].max() for game in games) < LOW + 0.3


@needs(ROBOT_ARM)
def test_an_expert_that_is_asked_in_mid_episode_acts_as_the_one_that_played():
    actor = ROBOT_ARM.make_demonstrator("expert")
    (game,) = collect_trajectories(actor, ROBOT_ARM.env_id, 1, seed=1)
    np.testing.assert_array_equal(ROBOT_ARM.make_demonstrator("expert")(game.obs[:-1]), game.actions)
    envs = make_batch(ROBOT_ARM.env_id, 2)
    obs, _ = envs.reset(seed=0)
    assert actor(obs) in envs.action_space
