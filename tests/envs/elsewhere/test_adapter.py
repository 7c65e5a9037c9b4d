"""A borrowed world is a world of the course: same interface, same promises, and still its makers' world."""

import copy
import subprocess
import sys

import cloudpickle
import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils import seeding
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from ilrl_course.envs.elsewhere import PONG, WorldMissingError, borrow
from ilrl_course.envs.elsewhere.adapter import as_a_row
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import collect_trajectories, make_batch
from tests.envs.elsewhere.borrowed import BORROWED, LAKE, PENDULUM, SWING_UP
from tests.envs.test_vector_conventions import assert_alike, pair

each_borrowed = pytest.mark.parametrize("world", BORROWED, ids=lambda world: world.name)
MODES = list(AutoresetMode)


@each_borrowed
@pytest.mark.filterwarnings("ignore:.*Box observation space (minimum|maximum) value is")
def test_gymnasium_accepts_it_and_its_pictures(world):
    check_env(gym.make(world.env_id, render_mode="rgb_array").unwrapped)


@pytest.mark.parametrize("mode", MODES)
@each_borrowed
def test_batched_and_single_episodes_agree_step_by_step_however_they_reset(world, mode):
    ours, theirs = pair(world.env_id, {}, mode)
    assert_alike(ours.reset(seed=3), theirs.reset(seed=3))
    ours.action_space.seed(1)
    ends = 0
    for _ in range(130):
        actions = ours.action_space.sample()
        results = ours.step(actions), theirs.step(actions)
        assert_alike(*results)
        over = results[0][2] | results[0][3]
        ends += over.sum()
        if mode is AutoresetMode.DISABLED and over.any():
            again = [envs.reset(options={"reset_mask": over.copy()})[0] for envs in (ours, theirs)]
            np.testing.assert_array_equal(*again)
    assert ends >= 4


def test_it_is_still_the_world_of_its_makers():
    ours, theirs = gym.make(SWING_UP.env_id), gym.make("Acrobot-v1")
    drawn = int(seeding.np_random(5)[0].integers(2**31))
    np.testing.assert_array_equal(ours.reset(seed=5)[0], theirs.reset(seed=drawn)[0])
    for action in [0, 2, 1, 2, 2, 0] * 5:
        mine, its = ours.step(action), theirs.step(action)
        np.testing.assert_array_equal(mine[0], its[0])
        assert mine[1:4] == its[1:4]


def test_no_two_episodes_of_a_copy_and_no_two_copies_start_alike():
    envs = make_batch(SWING_UP.env_id, 3)
    starts = [envs.reset(seed=0)[0], envs.reset()[0]]
    assert len(np.unique(np.concatenate(starts), axis=0)) == 6


def test_what_has_ended_stands_still_and_is_paid_nothing_until_it_is_reset():
    envs = make_batch(LAKE.env_id, 8)
    envs.reset(seed=0)
    right = np.full(8, 2)
    over, obs = np.zeros(8, dtype=bool), None
    for _ in range(30):
        before = obs
        obs, reward, terminated, truncated, info = envs.step(right)
        np.testing.assert_array_equal(obs[over], before[over] if over.any() else obs[over])
        assert not reward[over].any()
        assert (terminated | truncated)[over].all()
        over |= terminated | truncated
    assert over.all()
    np.testing.assert_array_equal(info["crashed"], ~info["success"])
    mask = np.arange(8) < 3
    obs, info = envs.reset(options={"reset_mask": mask})
    assert not info["crashed"][mask].any()
    assert info["crashed"][~mask].all()


def test_what_the_clock_has_stopped_stands_still_too_though_the_world_could_go_on():
    envs = make_batch(SWING_UP.env_id, 2, max_episode_steps=5)
    envs.reset(seed=0)
    seen = [envs.step(np.array([0, 2]))[0] for _ in range(8)]
    assert (seen[4] != seen[3]).any()
    np.testing.assert_array_equal(seen[7], seen[4])


@each_borrowed
def test_what_a_step_returned_is_never_written_to_by_a_later_reset_or_step(world):
    envs = make_batch(world.env_id, 4)
    returned = [envs.reset(seed=0)]
    copies = copy.deepcopy(returned)
    envs.action_space.seed(0)
    for _ in range(70):
        *step, info = envs.step(envs.action_space.sample())
        mask = step[2] | step[3]
        for results in ((*step, info), envs.reset(options={"reset_mask": mask})):
            returned.append(results)
            copies.append(copy.deepcopy(results))
    np.testing.assert_equal(returned, copies)


def test_crashes_and_successes_are_what_its_rule_says():
    outcome = evaluate(lambda obs: np.full(len(obs), 2), LAKE.env_id, 40, seed=0)
    assert (outcome.success == (outcome.returns > 0)).all()
    assert outcome.crashed.any()
    assert not (outcome.crashed & outcome.success).any()


def test_an_episode_is_truncated_by_our_clock_and_by_the_worlds_own_if_it_is_shorter():
    (trajectory,) = collect_trajectories(SWING_UP.make_demonstrator("expert"), SWING_UP.env_id, 1, 0)
    assert (len(trajectory), trajectory.terminated, trajectory.truncated) == (60, False, True)
    hasty = borrow(
        "TestHasty",
        lambda **options: gym.make("Acrobot-v1", max_episode_steps=7, **options),
        SWING_UP.ending,
        SWING_UP.demonstrator,
        max_steps=60,
    )
    (trajectory,) = collect_trajectories(hasty.make_demonstrator("expert"), hasty.env_id, 1, 0)
    assert (len(trajectory), trajectory.terminated, trajectory.truncated) == (7, False, True)
    envs = make_batch(hasty.env_id, 2)
    envs.reset(seed=0)
    for _ in range(2):  # its clock runs down in every episode
        for step in range(7):
            *_, truncated, _ = envs.step(np.zeros(2, dtype=np.int64))
            assert truncated.all() == (step == 6)
        envs.reset(options={"reset_mask": truncated})


class Gazette(gym.Env):
    """Tells several things at once, and remembers the action that it got."""

    observation_space = gym.spaces.Dict(
        {"place": gym.spaces.Discrete(3), "map": gym.spaces.Box(0, 255, (2, 2), np.uint8)}
    )
    action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)
    last_action = None

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.observation_space.sample(), {}

    def step(self, action):
        type(self).last_action = action
        return self.observation_space.sample(), 1.0, False, False, {}


def gazette(name, make):
    return borrow(name, make, lambda *step: (False, False), full_stop, max_steps=5)


def full_stop(kind, seed=0, **options):
    return lambda obs: np.zeros((len(obs), 2), dtype=np.float32)


def test_whatever_is_observed_becomes_a_row_of_float32_numbers():
    world = gazette("TestGazette", lambda render_mode=None: Gazette())
    envs = make_batch(world.env_id, 2)
    obs, _ = envs.reset(seed=0)
    assert (obs.shape, obs.dtype) == ((2, 7), np.float32)
    assert envs.single_observation_space.dtype == np.float32
    assert (np.sort(obs[:, 4:]) == [0, 0, 1]).all()  # the place; names are in alphabetical order
    assert obs[:, :4].max() > 1


def test_what_is_no_row_of_numbers_is_refused_with_a_way_out():
    endless = Gazette()
    endless.observation_space = gym.spaces.Sequence(gym.spaces.Discrete(2))
    with pytest.raises(ValueError, match="wrap the world in `make`"):
        as_a_row(endless)


def test_actions_beyond_the_bounds_are_clipped_before_the_world_sees_them():
    world = gazette("TestGazette", lambda render_mode=None: Gazette())
    envs = make_batch(world.env_id, 1)
    envs.reset(seed=0)
    envs.step(np.array([[3.0, -0.5]], dtype=np.float32))
    np.testing.assert_array_equal(Gazette.last_action, [1.0, -0.5])
    with pytest.raises(ValueError, match="NaN"):
        envs.step(np.array([[np.nan, 0.0]]))


@pytest.mark.parametrize("name", ["CartPole", "two words", "", "1st", "a/b"])
def test_a_name_that_is_taken_or_makes_no_id_is_refused(name):
    registered = dict(gym.registry)
    with pytest.raises(ValueError, match="choose letters and digits"):
        gazette(name, lambda render_mode=None: Gazette())
    assert gym.registry == registered


def test_a_cell_that_runs_again_replaces_the_world():
    for max_steps in (3, 4):
        world = borrow("TestAgain", SWING_UP.make, SWING_UP.ending, SWING_UP.demonstrator, max_steps)
    assert gym.spec(world.env_id).max_episode_steps == 4
    assert len(collect_trajectories(world.make_demonstrator("expert"), world.env_id, 1, 0)[0]) == 4


def test_an_option_that_the_world_does_not_have_is_refused():
    with pytest.raises(TypeError, match="no_such"):
        make_batch(PENDULUM.env_id, 2, no_such=1)
    assert make_batch(PENDULUM.env_id, 2, g=3.0).copies[1].unwrapped.g == 3.0


def test_a_worker_process_that_gets_the_world_can_make_it():
    sent = cloudpickle.dumps(SWING_UP)
    spec = gym.registry.pop(SWING_UP.env_id)
    try:
        arrived = cloudpickle.loads(sent)
        gym.make(arrived.env_id)
    finally:
        gym.registry[SWING_UP.env_id] = spec
    assert arrived.max_steps == 60


def test_importing_the_room_needs_none_of_its_packages():
    heavy = ("Box2D", "minigrid", "ale_py", "pygame")
    code = (
        "import sys\nfor name in " + repr(heavy) + ": sys.modules[name] = None\n"
        "import gymnasium as gym\nfrom ilrl_course.envs.elsewhere import PONG\n"
        "print('ilrl/Pong-v0' in gym.registry, PONG.missing, PONG.human_keys)\n"
        "try: gym.make('ilrl/Pong-v0')\nexcept ImportError as error: print(type(error).__name__, error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    registered, refused = ran.stdout.splitlines()
    assert registered.startswith("True Pong needs the package ale-py, which is not installed here")
    assert "ArrowUp" in registered
    assert refused.startswith("WorldMissingError Pong needs the package ale-py")
    assert "run `python3 course.py worlds`" in refused


@pytest.mark.parametrize("what", ["a copy", "a demonstrator"])
def test_without_its_package_a_world_says_in_one_sentence_what_to_do(what):
    def fail(*_, **__):
        try:
            raise ModuleNotFoundError("No module named 'box3d'")
        except ImportError as error:
            raise gym.error.DependencyNotInstalled("run `pip install swig`") from error

    world = borrow("TestMissing", fail, fail, fail, 5, package="box3d", imported_as="no_such_module")
    with pytest.raises(WorldMissingError, match=r"box3d, which is not installed here: run `python3"):
        make_batch(world.env_id, 1) if what == "a copy" else world.make_demonstrator("expert")
    assert "needs the package box3d" in world.missing


def test_a_package_that_is_there_and_does_not_work_says_why():
    def fail(**options):
        raise ImportError("libGL.so.1 cannot be opened")

    world = borrow("TestBroken", fail, PENDULUM.ending, PENDULUM.demonstrator, 5, package="box3d")
    with pytest.raises(WorldMissingError, match=r"box3d, which does not work here \(libGL.so.1 cannot"):
        gym.make(world.env_id)


def test_a_world_that_is_not_the_courses_names_what_is_missing_and_not_our_command():
    def make(**options):
        import no_such_module  # noqa: F401

    world = gazette("TestMissing", make)
    with pytest.raises(WorldMissingError, match=r"TestMissing needs a package .*no_such_module") as caught:
        gym.make(world.env_id)
    assert "course.py" not in str(caught.value)
    assert world.missing == ""


def test_the_world_says_how_fast_it_runs():
    assert gym.make(SWING_UP.env_id, render_mode="rgb_array").metadata["render_fps"] == 15
    assert PONG.pace == 15.0
