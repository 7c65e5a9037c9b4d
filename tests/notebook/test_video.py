"""Clips are small animated PNGs, and every picture says in words what it shows."""

import io

import gymnasium as gym
import numpy as np
import pytest
from IPython.core.formatters import format_display_data
from PIL import Image

from ilrl_course.notebook import plotting, video


class Corridor(gym.Env):
    """Ends after `length` steps, in the way it is told."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012
    observation_space = gym.spaces.Box(-1, 1, (2,), np.float32)
    action_space = gym.spaces.Box(-1, 1, (1,), np.float32)

    def __init__(self, render_mode=None, length=3, ending="crashed"):
        self.render_mode, self.length, self.ending = render_mode, length, ending

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        return np.zeros(2, np.float32), {}

    def step(self, action):
        self.steps += 1
        over = self.steps == self.length
        late = over and self.ending == "time is up"
        info = {"crashed": over and self.ending == "crashed", "success": over and self.ending == "made it"}
        return np.zeros(2, np.float32), 0.0, over and not late, late, info

    def render(self):
        return np.full((40, 60, 3), 20 * self.steps, dtype=np.uint8)


@pytest.fixture(autouse=True)
def corridor():
    gym.register("Corridor-v0", entry_point=Corridor)
    yield
    gym.registry.pop("Corridor-v0")


def stand_still(obs):
    return np.zeros((len(obs), 1), dtype=np.float32)


def swing(obs):
    return (obs[:, 2] > 0).astype(np.int64)


def open_png(picture):
    return Image.open(io.BytesIO(picture.png))


def test_a_clip_of_150_cartpole_frames_is_an_animated_png_below_300_kilobytes():
    frames = video.record(swing, "CartPole-v1", seed=1)
    while len(frames) < 150:
        frames.extend(video.record(swing, "CartPole-v1", seed=len(frames)))
    clip = video.clip(frames[:150], alt="A pole is balanced.", fps=25)
    image = open_png(clip)
    assert image.is_animated
    assert image.format == "PNG"
    assert image.info["loop"] == 0
    assert len(clip.png) < video.MAX_BYTES
    shown = sum((image.seek(i), image.info["duration"])[1] for i in range(image.n_frames))
    assert shown == pytest.approx(149 * 40 + 1500, abs=1)


def test_a_clip_has_a_frame_for_each_different_picture_and_their_colors():
    frames = [np.full((10, 10, 3), value, dtype=np.uint8) for value in (0, 100, 200)]
    image = open_png(video.clip(frames, alt="It gets lighter.", fps=10))
    assert image.n_frames == 3
    for index, frame in enumerate(frames):
        image.seek(index)
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), frame)


def test_pixels_that_come_and_go_over_a_still_picture_are_exact_in_every_frame():
    colors = np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0], [200, 0, 90]], dtype=np.uint8)
    rng = np.random.default_rng(0)
    frames = [colors[rng.integers(0, 4, (8, 12))]]
    for _ in range(20):
        frames.append(frames[-1].copy())
        frames[-1][rng.integers(8), rng.integers(12)] = colors[rng.integers(4)]
    frames = [frame for i, frame in enumerate(frames) if i == 0 or (frame != frames[i - 1]).any()]
    image = open_png(video.clip(frames, alt="Dots."))
    assert image.n_frames == len(frames)
    for index, frame in enumerate(frames):
        image.seek(index)
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), frame)


def test_a_clip_that_would_be_too_large_skips_frames_and_keeps_speed_and_end():
    noise = np.random.default_rng(0).integers(0, 256, (20, 150, 200, 3), dtype=np.uint8)
    clip = video.clip(list(noise), alt="Noise.", fps=10)
    image = open_png(clip)
    assert len(clip.png) < video.MAX_BYTES
    assert 2 < image.n_frames < 20


def test_a_clip_that_cannot_be_small_says_what_to_do():
    noise = np.random.default_rng(0).integers(0, 256, (2, 800, 800, 3), dtype=np.uint8)
    with pytest.raises(ValueError, match="smaller"):
        video.clip(list(noise), alt="Noise.")


def test_a_clip_of_nothing_is_refused():
    with pytest.raises(ValueError, match="record an episode"):
        video.clip([], alt="Nothing.")


def test_the_description_arrives_in_the_outputs_metadata_and_as_its_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    figure, axis = plotting.panels()
    axis.plot([0, 1])
    assert video.show(figure, alt="A line rises.") is None
    data, metadata = format_display_data(shown[0])
    assert metadata["image/png"]["alt"] == "A line rises."
    assert data["text/plain"] == "A line rises."
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert data["text/html"].count('alt="A line rises."') == 1


def test_a_clip_is_shown_as_the_last_value_of_a_cell_with_its_description():
    clip = video.clip([np.zeros((10, 20, 3), dtype=np.uint8)], alt="A black box.", width=300)
    data, metadata = format_display_data(clip)
    assert metadata["image/png"] == {"alt": "A black box.", "width": 300}
    assert data["text/plain"] == "A black box."


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_picture_without_description_is_refused(alt):
    figure, _ = plotting.panels()
    with pytest.raises(ValueError, match="alt is empty"):
        video.show(figure, alt=alt)


def test_a_dense_figure_stays_below_80_kilobytes():
    figure, axis = plotting.panels()
    runs = np.random.default_rng(0).normal(size=(8, 50)).cumsum(axis=1)
    plotting.learning_curves(axis, range(50), runs, "clone", "clone")
    assert len(video.picture(figure, alt="Curves.").png) < 80_000


def test_descriptions_are_safe_inside_html():
    picture = video.Picture(b"", alt='a < b & "c"', width=5)
    assert 'alt="a &lt; b &amp; &quot;c&quot;"' in picture.to_html()


def test_a_wide_picture_shrinks_to_its_page():
    assert 'width="3000" style="max-width: 100%"' in video.Picture(b"", "a picture", width=3000).to_html()


@pytest.mark.parametrize("ending", ["crashed", "made it", "time is up", "over"])
def test_a_recording_has_a_frame_a_state_and_knows_how_it_ended(ending):
    frames = video.record(stand_still, "Corridor-v0", seed=0, length=4, ending=ending)
    assert [frame[0, 0, 0] for frame in frames] == [0, 20, 40, 60, 80]
    assert frames.ended == ending


def test_a_recording_can_be_cut_short():
    frames = video.record(stand_still, "Corridor-v0", seed=0, max_steps=2)
    assert len(frames) == 3
    assert frames.ended == ""


def test_side_by_side_waits_for_the_longest_and_dims_what_is_over():
    short = video.record(stand_still, "Corridor-v0", seed=0, length=2)
    long = video.record(stand_still, "Corridor-v0", seed=0, length=5, ending="made it")
    film = video.side_by_side({"random": short, "expert": long})
    assert len(film) == len(long) == 6
    assert film[0].shape[1] == 60 + 12 + 60
    assert all(frame.shape == film[0].shape and frame.dtype == np.uint8 for frame in film)
    np.testing.assert_array_equal(film[2][-40:, -60:], long[2])
    np.testing.assert_array_equal(film[2][-40:, :60], short[2])
    assert film[3][-1, 0, 0] > short[2][-1, 0, 0]  # over: paler
    np.testing.assert_array_equal(film[3][-40:, :60], film[5][-40:, :60])


def test_side_by_side_takes_plain_lists_of_frames_of_one_size():
    frames = [np.zeros((40, 60, 3), dtype=np.uint8)]
    assert len(video.side_by_side({"a": frames, "b": frames * 3})) == 3
    with pytest.raises(ValueError, match="different sizes"):
        video.side_by_side({"a": frames, "b": [np.zeros((50, 60, 3), dtype=np.uint8)]})


def test_a_recording_of_every_third_state_still_shows_the_end():
    frames = video.record(stand_still, "Corridor-v0", seed=0, length=5, every=3)
    assert [frame[0, 0, 0] for frame in frames] == [0, 60, 100]
    assert len(video.record(stand_still, "Corridor-v0", seed=0, length=9, every=3, max_steps=6)) == 3
