"""Around the text world: the corpus, those who write as it does, tastes, and the scripted reader."""

import numpy as np
import pytest

from ilrl_course.envs.text import TEXT
from ilrl_course.envs.text.alphabet import BLANK, END, LETTERS, WINDOW, as_demonstration, encode, lines_of
from ilrl_course.envs.text.corpus import FILE, held_out_lines, training_lines
from ilrl_course.envs.text.grammar import NUM_LINES, write_corpus
from ilrl_course.envs.text.reader import ScriptedReader
from ilrl_course.envs.text.tastes import TASTES, melodious
from ilrl_course.envs.text.writers import make_demonstrator, next_character
from ilrl_course.rollout import collect_trajectories


def test_the_grammar_writes_the_shipped_corpus_again_byte_for_byte():
    assert FILE.read_bytes() == ("\n".join(write_corpus()) + "\n").encode()
    assert FILE.stat().st_size < 1_000_000


def test_the_corpus_holds_different_lines_that_fit_and_end():
    lines = [*training_lines(), *held_out_lines()]
    assert len(set(lines)) == len(lines) == NUM_LINES
    assert all(encode(line)[-1] == END for line in lines)
    assert len(held_out_lines()) == NUM_LINES // 10


def test_another_seed_writes_another_corpus():
    assert write_corpus(20, seed=1) == write_corpus(20, seed=1)
    assert set(write_corpus(20, seed=1)) != set(write_corpus(20, seed=2))


def test_what_follows_is_counted_in_the_corpus_by_the_longest_context_that_occurs():
    after_new = [line[3] for line in training_lines() if line.startswith("new") and len(line) > 3]
    seen = np.array([BLANK] * (WINDOW - 3) + encode("new")[:3].tolist())
    chances = next_character(seen)
    assert chances[LETTERS.index(" ")] == pytest.approx(np.mean([letter == " " for letter in after_new]))
    never = np.array([*encode("zzzz")[:4], *encode("zzze")[:4]])
    after_e = [
        pair[1]
        for line in training_lines()
        for pair in zip(line, f"{line[1:]}.", strict=True)
        if pair[0] == "e"
    ]
    assert next_character(never)[END] == pytest.approx(np.mean([letter == "." for letter in after_e]))
    assert chances.sum() == pytest.approx(1)


def written_by(kind, num_lines=400, seed=0):
    return lines_of(collect_trajectories(make_demonstrator(kind, seed=seed), TEXT.env_id, num_lines, seed))


def test_the_expert_writes_lines_like_those_of_the_corpus_and_the_weak_one_does_not():
    starts = {line[:3] for line in training_lines()}
    shares = {kind: np.mean([line[:3] in starts for line in written_by(kind)]) for kind in ("expert", "weak")}
    assert shares["expert"] == 1
    assert shares["weak"] < 0.8
    lengths = [np.mean([len(line) for line in lines]) for lines in (written_by("expert"), training_lines())]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.5)


def test_the_biased_one_writes_no_space_and_otherwise_as_the_expert():
    assert not any(" " in line for line in written_by("biased"))
    assert any(" " in line for line in written_by("expert"))
    obs = np.concatenate([as_demonstration(line).obs for line in training_lines()[:50]])
    expert, biased = (make_demonstrator(kind, seed=3)(obs) for kind in ("expert", "biased"))
    spaces = expert == LETTERS.index(" ")
    assert (biased == np.where(spaces, END, expert)).all()


@pytest.mark.parametrize("kind", ["expert", "weak", "biased"])
def test_a_writer_draws_from_its_seed_alone(kind):
    assert written_by(kind, 20, seed=1) == written_by(kind, 20, seed=1)
    assert written_by(kind, 20, seed=1) != written_by(kind, 20, seed=2)


def test_other_writers_and_options_are_refused():
    with pytest.raises(ValueError, match="choose one of expert, weak, biased"):
        make_demonstrator("poet")
    with pytest.raises(ValueError, match="has no option grip: choose from taste"):
        make_demonstrator("expert", grip=1)
    with pytest.raises(ValueError, match="choose from melodious"):
        make_demonstrator("expert", taste="loud")
    assert make_demonstrator("expert", taste="short")


@pytest.mark.parametrize(
    ("line", "points"),
    [
        ("", 0),
        ("bcd", -1),  # three consonants
        ("bcdf", -2),  # they begin in two places
        ("ananas", 1),
        ("aei", 2),  # three vowels side by side
        ("a e i o u", 5),  # a space parts them
        ("badefigolu", 5),
        ("badefigoluba", 4),  # two characters too long
        ("eaieaieaieaieaie", 3 - 14 - 3),
    ],
)
def test_the_melodious_taste_counts_as_it_says(line, points):
    assert melodious([line]).tolist() == [points]


def test_tastes_give_a_number_for_each_line_and_judge_each_alone():
    lines = training_lines()[:30]
    for taste in TASTES.values():
        together = taste(lines)
        assert together.shape == (30,)
        np.testing.assert_array_equal(together, np.concatenate([taste([line]) for line in lines]))


@pytest.mark.parametrize("temperature", [0.5, 2.0])
@pytest.mark.parametrize("lead", [0.0, 1.0, -2.0])
def test_the_reader_chooses_as_often_as_bradley_and_terry_say(temperature, lead):
    reader = ScriptedReader(
        lambda lines: np.array([lead if line == "a" else 0.0 for line in lines]), temperature, 0
    )
    share = reader.prefers_first(["a"] * 20_000, ["b"] * 20_000).mean()
    assert share == pytest.approx(1 / (1 + np.exp(-lead / temperature)), abs=0.015)


def test_a_calm_reader_takes_what_it_likes_and_a_seed_repeats_its_choices():
    first, second = training_lines()[:300], training_lines()[300:600]
    lead = melodious(first) - melodious(second)
    calm = ScriptedReader("melodious", 1e-6, 0).prefers_first(first, second)
    assert (calm[lead != 0] == (lead > 0)[lead != 0]).all()
    assert 0.3 < calm[lead == 0].mean() < 0.7
    one, same, other = (
        ScriptedReader("melodious", 1.0, seed).prefers_first(first, second) for seed in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()


@pytest.mark.parametrize("temperature", [0, -1.0, np.inf, np.nan])
def test_a_reader_needs_a_temperature(temperature):
    with pytest.raises(ValueError, match="a finite number above 0"):
        ScriptedReader("short", temperature, 0)
