"""Figures carry their labels apart from each other, in colors that can be read, and change nothing global."""

import io
import subprocess
import sys
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from ilrl_course.notebook import palette, plotting

RNG = np.random.default_rng(0)
SCORES = {"expert": RNG.normal(400, 20, 50), "weak": RNG.normal(200, 40, 50)}


def end_labels(axis):
    return {text.get_text(): text for text in axis.texts if text.get_gid() == "end label"}


def test_importing_the_module_changes_no_setting_and_no_backend():
    code = (
        "import matplotlib as m; before = dict(m.rcParams.copy())\n"
        "import sys, ilrl_course.notebook.plotting\n"
        "assert dict(m.rcParams.copy()) == before and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_style_ends_with_its_block():
    before = mpl.rcParams["font.size"]
    with plotting.course_style():
        assert mpl.rcParams["font.size"] == palette.STYLE["font.size"]
    assert mpl.rcParams["font.size"] == before


def test_curves_show_every_seed_a_band_the_mean_and_a_label():
    _, axis = plotting.panels()
    runs = RNG.normal(size=(8, 5))
    assert plotting.learning_curves(axis, range(5), runs, "clone of the expert", "clone") is axis
    assert len(axis.lines) == 8 + 1
    assert len(axis.collections) == 1
    np.testing.assert_allclose(axis.lines[-1].get_ydata(), runs.mean(axis=0))
    assert list(end_labels(axis)) == ["clone of the expert"]


def test_a_single_run_gets_no_band():
    _, axis = plotting.panels()
    plotting.learning_curves(axis, range(5), np.arange(5.0), "training", "training")
    assert (len(axis.lines), len(axis.collections)) == (1, 0)


def test_runs_of_another_length_are_refused():
    _, axis = plotting.panels()
    with pytest.raises(ValueError, match="5 columns but x has 4"):
        plotting.learning_curves(axis, range(4), np.zeros((8, 5)), "clone", "clone")


def test_labels_at_line_ends_never_cover_each_other_and_keep_their_order():
    figure, axis = plotting.panels()
    heights = {"expert": 1.0, "weak": 0.99, "biased": 0.985, "clone": 0.98, "random": 0.0}
    for name, height in heights.items():
        plotting.reference_line(axis, height, name, name)
    plotting.png(figure)
    figure.draw_without_rendering()  # boxes in the figure's own resolution
    boxes = [end_labels(axis)[name].get_window_extent() for name in heights]
    assert all(lower.y1 <= upper.y0 for upper, lower in pairwise(boxes))
    assert end_labels(axis)["random"].xyann[1] == pytest.approx(0)  # nothing near it: it stays


@pytest.mark.parametrize("draw", [plotting.strip, plotting.distributions])
def test_rows_are_labeled_by_group_in_the_groups_color(draw):
    _, axis = plotting.panels()
    assert draw(axis, SCORES) is axis
    assert [text.get_text() for text in axis.get_yticklabels()] == ["expert", "weak"]


def test_a_group_of_one_value_or_of_equal_values_can_be_drawn():
    figure, axis = plotting.panels()
    plotting.strip(axis, {"expert": [500.0], "weak": [500.0, 500.0]})
    plotting.distributions(axis, {"expert": [500.0, 500.0]})
    assert plotting.png(figure).startswith(b"\x89PNG")


def test_roles_color_groups_that_are_named_freely():
    _, axis = plotting.panels()
    plotting.strip(axis, {"my net": [1.0, 2.0]}, roles={"my net": "clone"})
    assert axis.lines[0].get_color() == palette.COLORS["clone"]


def test_densities_and_maps_of_visits_can_be_drawn():
    figure, axes = plotting.panels(2)
    picture = np.zeros((20, 30, 3), dtype=np.uint8)
    plotting.density(axes[0], RNG.normal(size=(100, 2)), "expert", extent=((-1, 1), (-1, 1)))
    plotting.visit_map(axes[1], np.zeros((2, 3)), picture, "weak")
    assert plotting.png(figure).startswith(b"\x89PNG")


def test_few_visits_can_be_told_from_none_and_hardly_any_count_as_none():
    _, axis = plotting.panels()
    plotting.visit_map(axis, [[3000.0, 6.0, 1.0, 0.0]], np.zeros((20, 30, 3), dtype=np.uint8), "you")
    most, few, hardly_any, none = axis.images[1].get_alpha().ravel()
    assert 0.9 < most <= 1
    assert few > 0.3
    assert hardly_any == none == 0


@pytest.mark.parametrize(("number", "above"), [(8, True), (300, False)])
def test_an_interval_hides_no_dot_of_a_few_and_is_hidden_by_none_of_many(number, above):
    _, axis = plotting.panels()
    plotting.strip(axis, {"clone": RNG.normal(size=number)})
    dots, interval, mean = axis.lines
    assert (dots.get_zorder() > interval.get_zorder()) is above
    assert interval.get_zorder() == mean.get_zorder()


def test_titles_set_by_hand_get_the_courses_style():
    figure, axis = plotting.panels()
    axis.set_title("Scores")
    plotting.png(figure)
    assert axis.get_title(loc="left") == "Scores"


def test_the_same_figure_gives_the_same_bytes_on_opaque_paper():
    def draw():
        _, axis = plotting.panels()
        return plotting.png(plotting.strip(axis, SCORES).figure)

    assert draw() == draw()
    corner = Image.open(io.BytesIO(draw())).convert("RGBA").getpixel((1, 1))
    assert corner == (*(round(255 * part) for part in to_rgb(palette.PAPER)), 255)


@pytest.mark.parametrize("role", palette.COLORS)
def test_every_label_can_be_read_on_the_paper(role):
    _, axis = plotting.panels()
    plotting.reference_line(axis, 0, role, role)
    assert palette.contrast(to_rgb(axis.texts[0].get_color()), to_rgb(palette.PAPER)) >= 4.5
