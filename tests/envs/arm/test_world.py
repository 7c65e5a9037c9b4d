"""The arm is its makers' world behind the course's interface, and what falls is seen."""

import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils import seeding
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from course_tools.setup import install
from course_tools.setup.worlds import wanted
from course_tools.workplace import ROOT
from ilrl_course.envs import DEMONSTRATORS
from ilrl_course.envs.arm import ROBOT_ARM, reference_scores, rendering_backend
from ilrl_course.envs.arm import world as arm
from ilrl_course.envs.arm.row import BETWEEN, BLOCK, FINGERS, GOAL, GRIPPER, RESTING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.play.hands import Hands
from ilrl_course.rollout import collect_trajectories, collect_trajectory, make_batch
from tests.envs.elsewhere.borrowed import needs
from tests.envs.test_vector_conventions import assert_alike, pair

ID = ROBOT_ARM.env_id
is_here = needs(ROBOT_ARM)
can_draw = pytest.mark.skipif(not ROBOT_ARM.missing and not rendering_backend(), reason="nothing draws here")


class Script(gym.Env):
    """Shows one scripted observation after another: (height of the block above its place, its distance)."""

    observation_space = action_space = gym.spaces.Box(-1, 1, (1,))

    def __init__(self, *shown):
        self.shown = iter(shown)

    def reset(self, *, seed=None, options=None):
        return self._observe(0.0, 0.3), {}

    def step(self, action):
        return self._observe(*next(self.shown)), -1.0, False, False, {"is_success": np.float32(0)}

    def _observe(self, height, distance):
        theirs = np.zeros(25)
        theirs[5], theirs[6] = RESTING + height, distance
        return {"observation": theirs, "desired_goal": np.zeros(3)}


HANDS = {  # what happens to the block -> has it fallen?
    "it lies on the table": ([(0.0, 0.3)] * 3, False),
    "it is carried": ([(0.0, 0.01), (0.05, 0.01), (0.3, 0.02)], False),
    "it slips out of the hand in the air": ([(0.05, 0.01), (0.1, 0.01), (0.05, 0.06)], True),
    "it hangs by a corner, and is still held": ([(0.1, 0.01), (0.1, 0.04), (0.1, 0.01)], False),
    "it is set down and let go": ([(0.1, 0.01), (0.01, 0.01), (0.0, 0.1)], False),
    "it tilts while the hand is around it": ([(0.01, 0.01), (0.0, 0.06)], False),
    "it is thrown up by a blow, and was never held": ([(0.1, 0.08), (0.0, 0.1)], False),
    "it is pushed off the table": ([(0.0, 0.04), (-0.2, 0.3)], True),
    "it fell, and is carried again": ([(0.1, 0.01), (0.0, 0.2), (0.1, 0.01)], True),
}


@pytest.mark.parametrize(("shown", "fell"), HANDS.values(), ids=HANDS)
def test_a_block_has_fallen_out_of_the_hand_or_off_the_table(shown, fell):
    env = arm.ArmRow(Script(*shown))
    _, info = env.reset()
    assert info["fell"] is False
    for _ in shown:
        *_, info = env.step(np.zeros(1))
    assert info["fell"] is fell
    assert arm.ending(-1.0, False, info) == (fell, False)


def test_a_new_episode_begins_with_nothing_held_and_nothing_fallen():
    env = arm.ArmRow(Script((0.1, 0.01), (0.0, 0.2), (0.1, 0.01), (0.1, 0.06)))
    env.reset()
    for _ in range(3):
        env.step(np.zeros(1))
    assert env.fell
    assert env.is_held
    env.reset()
    *_, info = env.step(np.zeros(1))
    assert info["fell"] is False


def test_success_is_what_the_makers_call_it_whether_something_fell_or_not():
    for fell in (False, True):
        for reached in (0.0, 1.0):
            said = arm.ending(0.0, False, {"fell": fell, "is_success": np.float32(reached)})
            assert said == (fell, bool(reached))


def test_importing_the_arm_imports_no_package_of_others():
    code = "import sys; import ilrl_course.envs.arm; print(*{name.split('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"mujoco", "gymnasium_robotics", "glfw"} & set(ran.stdout.split())


def test_the_arm_has_no_options():
    with pytest.raises(ValueError, match="RobotArm has no option grip"):
        ROBOT_ARM.make_demonstrator("expert", grip=0.5)
    with pytest.raises(ValueError, match="choose 'expert', 'weak' or 'biased'"):
        ROBOT_ARM.make_demonstrator("master")


@is_here
def test_the_version_of_mujoco_that_the_code_wants_is_the_one_that_is_installed():
    from ilrl_course.envs.arm.simulation import MUJOCO

    text = (ROOT / install.WORLDS).read_text(encoding="utf-8")
    lines = {line.name: str(line.specifier) for line, _ in wanted(text)}
    assert lines["mujoco"] == f"=={MUJOCO}"


@is_here
@can_draw
@pytest.mark.filterwarnings("ignore:.*Box observation space (minimum|maximum) value is")
def test_gymnasium_accepts_it_and_its_pictures():
    check_env(gym.make(ID, render_mode="rgb_array").unwrapped)


@is_here
def test_it_is_still_the_world_of_its_makers():
    ours, theirs = gym.make(ID), gym.make("FetchPickAndPlace-v4")  # registered when ours was imported
    drawn = int(seeding.np_random(5)[0].integers(2**31))
    np.testing.assert_array_equal(ours.reset(seed=5)[0], arm.as_row(theirs.reset(seed=drawn)[0]))
    ours.action_space.seed(0)
    for step in range(50):
        action = ours.action_space.sample()
        mine, its = ours.step(action), theirs.step(action)
        np.testing.assert_array_equal(mine[0], arm.as_row(its[0]))
        assert mine[1:4] == its[1:4]
        assert mine[3] == (step == 49)


@is_here
def test_the_row_says_where_hand_block_and_goal_are():
    env = gym.make(ID)
    obs, _ = env.reset(seed=3)
    made = env.unwrapped.batch.copies[0].unwrapped
    np.testing.assert_allclose(obs[BETWEEN], obs[BLOCK] - obs[GRIPPER], atol=1e-6)
    np.testing.assert_allclose(obs[BLOCK], made.data.site("object0").xpos, atol=1e-6)
    np.testing.assert_allclose(obs[GOAL], made.goal, atol=1e-6)
    assert obs[BLOCK.stop - 1] == pytest.approx(RESTING, abs=1e-3)


@pytest.mark.parametrize("mode", list(AutoresetMode))
@is_here
def test_batched_and_single_episodes_agree_step_by_step(mode):
    ours, theirs = pair(ID, {"max_episode_steps": 15}, mode, num_envs=2)
    assert_alike(ours.reset(seed=3), theirs.reset(seed=3))
    ours.action_space.seed(1)
    for _ in range(40):
        actions = ours.action_space.sample()
        results = ours.step(actions), theirs.step(actions)
        assert_alike(*results)
        over = results[0][2] | results[0][3]
        if mode is AutoresetMode.DISABLED and over.any():
            again = [envs.reset(options={"reset_mask": over.copy()})[0] for envs in (ours, theirs)]
            np.testing.assert_array_equal(*again)


@is_here
@can_draw
def test_one_seed_is_one_episode_alone_or_in_company_and_watched_or_not():
    actor = ROBOT_ARM.make_demonstrator("expert")
    alone = collect_trajectory(gym.make(ID), actor, seed=4)
    watched = gym.make(ID, render_mode="rgb_array")
    watched.reset(seed=9)
    watched.step(np.ones(4, dtype=np.float32))
    obs, _ = watched.reset(seed=4)
    for step, action in enumerate(alone.actions):
        np.testing.assert_array_equal(obs, alone.obs[step])
        if step < 12:
            watched.render()
        obs, *_ = watched.step(action)
    envs = make_batch(ID, 2)
    obs, _ = envs.reset(seed=3)
    assert not np.array_equal(obs[0], obs[1])
    for expected in alone.obs[1:]:
        obs, *_ = envs.step(actor(obs))
        np.testing.assert_array_equal(obs[1], expected)


@is_here
def test_every_actor_gives_actions_that_fit_and_the_weak_one_is_random_by_its_seed_alone():
    envs = make_batch(ID, 6)
    obs, _ = envs.reset(seed=0)
    for actor in (*map(ROBOT_ARM.make_demonstrator, DEMONSTRATORS), ROBOT_ARM.make_random_actor(0)):
        assert actor(obs) in envs.action_space
    obs = np.repeat(obs, 10, axis=0)
    first, same, other = (ROBOT_ARM.make_demonstrator("weak", seed=seed)(obs) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()
    for kind in ("expert", "biased"):
        np.testing.assert_array_equal(*(ROBOT_ARM.make_demonstrator(kind, seed=s)(obs) for s in (1, 2)))


@is_here
@can_draw
def test_its_picture_is_large_enough_follows_the_arm_and_shows_each_copy_its_own():
    envs = gym.make_vec(ID, num_envs=2, render_mode="rgb_array", vectorization_mode="vector_entry_point")
    envs.reset(seed=0)
    first, second = envs.render()
    assert first.dtype == np.uint8
    assert min(first.shape[:2]) >= 350
    assert (first != second).any()
    np.testing.assert_array_equal(first, envs.render()[0])
    for _ in range(5):
        envs.step(np.stack([ROBOT_ARM.keys["w"], ROBOT_ARM.idle]))
    assert (first != envs.render()[0]).any()


@is_here
@can_draw
def test_the_red_ball_stands_where_the_goal_is():
    env = gym.make(ID, render_mode="rgb_array")
    env.reset(seed=0)
    made = env.unwrapped.batch.copies[0].unwrapped
    places = []
    for up in (0.0, 0.3):
        made.goal = np.array([1.45, 0.95, 0.45 + up])
        picture = env.render().astype(int)
        red = (picture[..., 0] > 150) & (picture[..., 1:].max(axis=2) < 80)
        assert red.sum() > 20
        places.append(np.argwhere(red).mean(axis=0))
    assert places[1][0] < places[0][0] - 50  # higher up in the picture ...
    assert abs(places[1][1] - places[0][1]) < 25  # ... and nowhere else


@is_here
def test_the_keys_move_the_hand_as_they_say_and_close_it_while_they_are_held():
    keys = ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "w", "s", "d"]
    assert list(ROBOT_ARM.human_keys) == keys
    hands, actions = Hands(ROBOT_ARM), []
    for key in keys:
        hands.rest()
        hands.hold([key], 0.01)
        assert hands.space.contains(hands.action())
        actions.append(hands.action())
    hands.rest()
    assert hands.space.contains(hands.action())
    envs = make_batch(ID, 8)
    before, _ = envs.reset(seed=[0] * 8)
    for _ in range(3):
        obs, *_ = envs.step(np.stack([*actions, hands.action()]))
    moved = (obs - before)[:, GRIPPER]
    for row, (axis, sign) in enumerate([(0, 1), (0, -1), (1, 1), (1, -1), (2, 1), (2, -1)]):
        assert moved[row, axis] * sign > 0.05
        assert np.delete(np.abs(moved[row]), axis).max() < 0.02
    assert obs[6, FINGERS].max() < 0.01 < 0.04 < obs[7, FINGERS].min()


@is_here
def test_a_block_that_is_let_go_in_the_air_counts_as_a_crash_of_the_episode():
    expert = ROBOT_ARM.make_demonstrator("expert")

    def lets_go(obs):
        actions = expert(obs)
        actions[:, 3] = np.where(obs[:, BLOCK.stop - 1] > RESTING + 0.1, 1.0, actions[:, 3])
        return actions

    games = collect_trajectories(lets_go, ID, 20, seed=0)
    is_high = np.array([game.obs[0, GOAL.stop - 1] > RESTING + 0.15 for game in games])
    assert 3 < is_high.sum() < 17
    assert all(game.crashed for game, high in zip(games, is_high, strict=True) if high)
    assert not any(
        game.crashed or not game.success for game in games if game.obs[0, GOAL.stop - 1] < RESTING + 0.04
    )


@is_here
def test_the_recorded_scores_are_in_order_and_today_s():
    scores = reference_scores()
    assert scores["random"] < scores["weak"] < scores["expert"]
    assert scores["random"] < scores["biased"] < scores["expert"]
    drawn = evaluate(ROBOT_ARM.make_random_actor(5), ID, 4, seed=5, **ROBOT_ARM.test_options)
    played = evaluate(ROBOT_ARM.make_demonstrator("expert"), ID, 4, seed=5, **ROBOT_ARM.test_options)
    half = (scores["random"] + scores["expert"]) / 2
    assert drawn.mean_return < half < played.mean_return


@is_here
def test_demonstrations_fit_their_containers():
    (game,) = collect_trajectories(ROBOT_ARM.make_demonstrator("weak"), ID, 1, 0, max_episode_steps=5)
    assert [column.dtype for column in (game.obs, game.actions, game.rewards)] == [np.float32] * 3
    assert game.obs.shape == (6, 28)
    assert game.actions.shape == (5, 4)
