"""The figure of both ties shows what its words say."""

from ilrl_course.notebook.plotting import png
from ilrl_course.notebook.tie_figure import ALT, tie_figure, tied_chances


def test_the_forward_tie_gives_the_rare_action_most_of_the_chance_and_the_reverse_one_keeps_it_rare():
    chances = tied_chances()
    assert chances["the clone"][3] == 0.001
    assert chances["forward tie"].argmax() == 3
    assert chances["forward tie"][3] > 0.5
    assert chances["reverse tie"].argmax() == 0
    assert chances["reverse tie"][3] < 0.05


def test_the_rarer_the_action_the_more_the_reverse_tie_holds_back_and_the_forward_one_does_not():
    common, usual, rarest = (
        [chances[3] for chances in tied_chances(rare).values()] for rare in (1e-2, 1e-3, 1e-6)
    )
    assert (common[0], rarest[0]) == (1e-2, 1e-6)
    assert common[1] - rarest[1] < 0.01
    assert common[2] > 5 * usual[2] > 500 * rarest[2]


def test_a_forward_tie_that_is_strong_enough_holds_back_as_well():
    assert tied_chances(beta=3.0)["forward tie"][3] < tied_chances()["reverse tie"][3]


def test_the_covering_curve_is_wide_and_between_and_the_seeking_one_stands_on_the_higher_hill():
    left, _ = tie_figure().axes
    covering, seeking = ((line.get_xdata(), line.get_ydata()) for line in left.lines)
    peaks = [x[y.argmax()] for x, y in (covering, seeking)]
    assert -1.5 < peaks[0] < 0.5
    assert abs(peaks[1] + 2.5) < 0.1
    assert seeking[1].max() > 3 * covering[1].max()
    assert "two hills" in ALT


def test_it_becomes_a_picture():
    assert png(tie_figure()).startswith(b"\x89PNG")
