"""Text as a world: what is seen of a line, how it ends, what it pays, and how it looks."""

import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.data import stack_steps
from ilrl_course.envs.text import HUMAN_KEYS, TEXT
from ilrl_course.envs.text.alphabet import (
    END,
    LETTERS,
    MAX_LENGTH,
    NUM_CHARACTERS,
    OBS_DIM,
    WINDOW,
    as_demonstration,
    decode,
    encode,
    lines_of,
)
from ilrl_course.envs.text.corpus import training_lines
from ilrl_course.envs.text.rendering import draw
from ilrl_course.envs.text.world import NUM_REMEMBERED, TextVectorEnv
from ilrl_course.rollout import collect_trajectories, make_batch

FULL = "abcdefghijklmnop"  # 16 characters, without an end


def write(envs, *lines):
    """Write a line in each copy; the rewards that were paid (T, N), and the last step's flags and info."""
    rows = [[*encode(line), *[END] * MAX_LENGTH] for line in lines]
    paid = []
    for actions in list(zip(*rows, strict=False))[: max(len(encode(line)) for line in lines)]:
        obs, reward, terminated, truncated, info = envs.step(np.array(actions))
        paid.append(reward)
    return np.array(paid), obs, terminated, truncated, info


def in_letters(obs):
    """The characters that an observation (224,) shows, "." for the end and "" for a blank."""
    marks = [*LETTERS, "."]
    return "".join(marks[row.argmax()] for row in obs.reshape(WINDOW, NUM_CHARACTERS) if row.any())


def test_what_is_seen_are_the_last_eight_characters_the_newest_last():
    envs = TextVectorEnv(1)
    obs, _ = envs.reset(seed=0)
    assert not obs.any()
    line = "low rinhervis"
    for place, action in enumerate(encode(line)):
        assert in_letters(obs[0]) == line[max(0, place - WINDOW) : place]
        assert obs.sum() == min(place, WINDOW)
        obs, *_ = envs.step(np.array([action]))
    assert in_letters(obs[0]) == "nhervis."
    assert obs in envs.observation_space
    assert obs.shape == (1, OBS_DIM)


def test_the_newest_character_stands_last():
    envs = TextVectorEnv(1)
    envs.reset(seed=0)
    obs, *_ = envs.step(encode("c")[:1])
    assert np.flatnonzero(obs[0]).tolist() == [OBS_DIM - NUM_CHARACTERS + 2]


def test_a_line_ends_with_its_end_or_when_it_is_full():
    envs = make_batch(TEXT.env_id, 2)
    envs.reset(seed=0)
    *_, terminated, truncated, info = write(envs, "abcdefghijklmno", FULL)
    assert terminated.tolist() == truncated.tolist() == [True, True]  # the end comes with the last character
    assert info["success"].tolist() == [True, False]
    assert info["crashed"].tolist() == [False, True]
    envs.reset(seed=0)
    *_, terminated, truncated, info = write(envs, "ab", "cd")
    assert (terminated.tolist(), truncated.tolist()) == ([True, True], [False, False])
    assert envs.lines == ["ab", "cd"]


def test_a_shorter_clock_truncates_and_pays_nothing():
    envs = make_batch(TEXT.env_id, 1, taste="short", max_episode_steps=3)
    envs.reset(seed=0)
    for _ in range(3):
        _, reward, terminated, truncated, info = envs.step(np.array([0]))
    assert (terminated[0], truncated[0], reward[0]) == (False, True, 0)
    assert not info["crashed"][0]
    assert not info["success"][0]


@pytest.mark.parametrize(
    ("taste", "expected"),
    [(None, [0, 0]), ("short", [-2, -4]), (lambda lines: np.array([len(set(x)) for x in lines]), [2, 3])],
)
def test_the_taste_is_paid_once_for_the_whole_line_at_its_end(taste, expected):
    envs = make_batch(TEXT.env_id, 2, taste=taste)
    envs.reset(seed=0)
    paid, *_ = write(envs, "ab", "abca")
    assert paid[[2, 4], [0, 1]].tolist() == expected
    assert paid.sum() == sum(expected)
    assert paid.dtype == np.float32


def test_a_taste_is_asked_about_finished_lines_only_and_once_about_each():
    asked = []

    def taste(lines):
        asked.extend(lines)
        return np.zeros(len(lines))

    envs = make_batch(TEXT.env_id, 3, taste=taste)
    envs.reset(seed=0)
    write(envs, "a", "bcd", FULL)
    assert asked == ["a", "bcd", FULL]


def test_where_nothing_resets_what_is_written_after_the_end_is_not_written():
    envs = make_batch(TEXT.env_id, 1)
    envs.reset(seed=0)
    _, before, *_ = write(envs, "ab")
    for _ in range(20):
        after, *_ = envs.step(np.array([7]))
    np.testing.assert_array_equal(before, after)
    assert envs.lines == ["ab"]


@pytest.mark.parametrize("taste", ["loud", 3, ["short"]])
def test_an_unknown_taste_is_refused_single_and_batched(taste):
    with pytest.raises(ValueError, match="choose from melodious, short"):
        gym.make(TEXT.env_id, taste=taste)
    with pytest.raises(ValueError, match="choose from melodious, short"):
        make_batch(TEXT.env_id, 2, taste=taste)


@pytest.mark.parametrize("line", ["", "a", "low rinhervis", "abcdefghijklmno", FULL])
def test_a_line_survives_encoding_and_its_demonstration_is_the_world_s_own_episode(line):
    assert decode(encode(line)) == line
    actions = iter(encode(line))
    (played,) = collect_trajectories(lambda obs: np.array([next(actions)]), TEXT.env_id, 1, seed=0)
    demonstrated = as_demonstration(line)
    for name, value in vars(played).items():
        np.testing.assert_array_equal(value, getattr(demonstrated, name))
    assert lines_of([played]) == [line]


def test_the_columns_of_demonstrations_have_the_types_of_the_course():
    steps = stack_steps(map(as_demonstration, ["a", "bc"]))
    assert steps.obs.shape == (5, OBS_DIM)
    assert str(steps.obs.dtype) == "torch.float32"
    assert steps.actions.tolist() == [0, END, 1, 2, END]


@pytest.mark.parametrize("line", ["A", "a.b", "ä", "abcdefghijklmnopq"])
def test_a_line_that_nobody_can_write_here_is_refused(line):
    with pytest.raises(ValueError, match="at most 16 small letters and spaces"):
        encode(line)


def test_the_keys_of_a_person_write_every_character_and_leave_space_to_the_game():
    assert sorted(HUMAN_KEYS.values()) == list(range(NUM_CHARACTERS))
    assert " " not in HUMAN_KEYS


def test_a_process_that_has_not_imported_the_world_finds_it_by_its_module():
    code = "import gymnasium as gym; print(gym.make('ilrl_course.envs.text:ilrl/Text-v0').spec.id)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "ilrl/Text-v0\n"


def test_the_three_worlds_do_not_import_it():
    code = "import sys, ilrl_course.envs, ilrl_course.clones; print('ilrl_course.envs.text' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_every_character_of_a_growing_line_changes_the_picture():
    env = gym.make(TEXT.env_id, render_mode="rgb_array")
    env.reset(seed=0)
    frames = [env.render()]
    for action in encode("low rinhervis"):
        env.step(action)
        frames.append(env.render())
    assert all(frame.shape == (400, 720, 3) and frame.dtype == np.uint8 for frame in frames)
    assert len({frame.tobytes() for frame in frames}) == len(frames)


def test_a_line_without_an_end_looks_different_and_each_letter_is_drawn():
    pictures = {letter: draw(np.array([LETTERS.index(letter), *[-1] * 15]), []) for letter in LETTERS}
    assert len({picture.tobytes() for picture in pictures.values()}) == len(LETTERS)
    open_end = np.array([0] * MAX_LENGTH)
    ended = np.array([0] * (MAX_LENGTH - 1) + [END])
    right = np.s_[250:370, -60:]
    assert (draw(open_end, [])[right] != draw(ended, [])[right]).any()


def test_the_picture_remembers_the_last_lines_of_each_copy():
    envs = make_batch(TEXT.env_id, 2, render_mode="rgb_array")
    envs.reset(seed=0)
    for line in training_lines()[: NUM_REMEMBERED + 2]:
        write(envs, line, "a")
        envs.reset(options={"reset_mask": np.array([True, False])})
    assert envs.earlier[0] == training_lines()[2 : NUM_REMEMBERED + 2]
    first, second = envs.render()
    assert (first != second).any()
