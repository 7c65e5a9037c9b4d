"""Games of the dungeon are counted by how they end, and the passage is seen where the world says so."""

import numpy as np
import pytest

from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.observation import on_passage
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.rollout import make_batch


def wander(obs: np.ndarray) -> np.ndarray:
    """The expert's moves, but every fifth one at random."""
    draws = wander.generator.integers(4, size=len(obs))
    return np.where(wander.generator.random(len(obs)) < 0.2, draws, wander.expert(obs))


@pytest.fixture(autouse=True)
def fresh_wanderer():
    wander.generator, wander.expert = np.random.default_rng(0), DUNGEON.make_demonstrator("expert")


def test_the_expert_always_takes_the_passage_and_the_cautious_one_never():
    expert, cautious = (
        examine_games(DUNGEON.make_demonstrator(kind), 0, 50) for kind in ("expert", "biased")
    )
    assert (expert["success"], expert["passage"], expert["crash_rate"]) == (1, 1, 0)
    assert (cautious["success"], cautious["passage"], cautious["crash_rate"]) == (1, 0, 0)
    assert expert["steps"] < cautious["steps"]


def test_the_return_follows_from_the_steps_where_all_games_succeed():
    outcome = examine_games(DUNGEON.make_demonstrator("biased"), 0, 20)
    assert outcome["return"] == pytest.approx(1 - 0.9 * outcome["steps"] / 100, abs=1e-6)


def test_without_any_success_all_shares_are_zero_and_the_steps_are_the_time_limit():
    outcome = examine_games(lambda obs: np.zeros(len(obs), dtype=np.int64), 0, 10)
    assert (outcome["return"], outcome["success"], outcome["passage"], outcome["steps"]) == (0, 0, 0, 100)


def test_without_options_the_layouts_are_those_meant_for_tests():
    assert examine_games(wander, 0, 20) == wander_again(**DUNGEON.test_options)


def test_options_choose_the_layouts():
    assert examine_games(wander, 0, 20, layout=3) != wander_again(**DUNGEON.test_options)


def wander_again(**options) -> dict[str, float]:
    wander.generator = np.random.default_rng(0)
    return examine_games(wander, 0, 20, **options)


def test_a_walled_up_passage_is_never_used():
    assert examine_games(wander, 0, 20, secret_passage=False)["passage"] == 0


@pytest.mark.parametrize("secret_passage", [True, False])
def test_the_observation_shows_the_hero_in_the_passage_exactly_when_the_world_says_that_he_entered_it(
    secret_passage,
):
    envs = make_batch(DUNGEON.env_id, 32, secret_passage=secret_passage)
    obs, _ = envs.reset(seed=0)
    seen = np.zeros(32, dtype=bool)
    for _ in range(60):
        obs, _, terminated, truncated, info = envs.step(wander(obs))
        seen |= on_passage(obs)
        assert (seen == info["used_passage"]).all()
        if (terminated | truncated).any():
            obs, _ = envs.reset(options={"reset_mask": terminated | truncated})
            seen &= ~(terminated | truncated)


def test_the_wanderer_of_these_tests_uses_the_passage_in_some_games_and_fails_in_others():
    outcome = examine_games(wander, 0, 50)
    assert 0 < outcome["passage"] < 1
    assert 0 < outcome["crash_rate"] < 1
