"""The templates in docs/templates keep what they promise: a lesson that builds, a world that is one."""

import shutil

import nbformat
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from course_tools.build.build import build, paths, problems_of
from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT
from ilrl_course.clones import clone_demonstrator
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.play.letting_go import new_game
from ilrl_course.rollout import make_batch
from tests import test_lessons
from tests.envs import test_registry, test_vector_conventions

TEMPLATES = ROOT / "docs" / "templates"
OF_EVERY_ID = [
    test_registry.test_gymnasium_accepts_every_id_and_its_pictures,
    test_registry.test_the_time_limit_that_an_id_names_is_the_world_s_own,
    test_registry.test_a_batch_of_every_id_never_resets_by_itself_and_tells_of_crashes_and_success,
    test_registry.test_what_a_step_returned_is_never_written_to_by_a_later_reset_or_step,
    test_vector_conventions.test_a_reset_with_a_seed_gives_the_same_episodes_again,
]
OF_EVERY_LESSON = [value for name, value in vars(test_lessons).items() if name.startswith("test_")]


def named(test):
    return test.__name__


@pytest.fixture(scope="module")
def world():
    return load_script(TEMPLATES, "world")


@pytest.mark.parametrize("test", OF_EVERY_ID, ids=named)
@pytest.mark.filterwarnings("ignore:.*Box observation space (minimum|maximum) value is")
def test_the_world_passes_what_every_world_of_the_course_passes(test, world):
    test(world.FERRY.env_id)


def test_its_actors_fit_its_batch(world):
    test_registry.test_every_actor_of_a_world_gives_actions_that_fit_its_batch(world.FERRY)


@pytest.mark.parametrize("options", [{}, {"strongest": 0.3}, {"max_episode_steps": 7}])
@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_its_batched_and_single_episodes_agree_step_by_step(mode, options, world):
    agree = test_vector_conventions.test_batched_and_single_episodes_agree_step_by_step
    agree(world.FERRY.env_id, options, mode)


def test_its_expert_lands_whatever_the_current_and_chance_does_not(world):
    ferry = world.FERRY
    ways = {kind: ferry.make_demonstrator(kind) for kind in ("expert", "weak", "biased")}
    scores = {
        kind: evaluate(actor, ferry.env_id, 100, seed=0)
        for kind, actor in {**ways, "random": ferry.make_random_actor(0)}.items()
    }
    assert scores["expert"].success.all()
    assert scores["expert"].mean_return == 1
    assert scores["random"].mean_return < scores["weak"].mean_return < 1
    assert not (scores["random"].crashed & scores["random"].success).any()
    hard = evaluate(ferry.make_demonstrator("expert", strongest=0.3), ferry.env_id, 100, 0, strongest=0.3)
    assert hard.success.mean() > 0.9


def test_its_biased_demonstrator_lands_to_the_right_of_the_expert(world):
    envs = make_batch(world.FERRY.env_id, 50)
    places = {}
    for kind in ("expert", "biased"):
        actor = world.FERRY.make_demonstrator(kind)
        obs, _ = envs.reset(seed=0)
        for _ in range(world.FERRY.max_steps):
            obs, *_ = envs.step(actor(obs))
        places[kind] = 5 * obs[:, 1].mean()  # m
    assert places["biased"] - places["expert"] == pytest.approx(0.4, abs=0.15)


def test_it_refuses_what_makes_no_sense(world):
    with pytest.raises(ValueError, match="strongest is 2"):
        make_batch(world.FERRY.env_id, 1, strongest=2)
    with pytest.raises(ValueError, match="no option wind"):
        world.FERRY.make_demonstrator("expert", wind=1)
    with pytest.raises(ValueError, match="choose 'expert', 'weak' or 'biased'"):
        world.FERRY.make_demonstrator("captain")


def test_it_is_drawn_played_and_cloned(world):
    ferry = world.FERRY
    envs = make_batch(ferry.env_id, 1, render_mode="rgb_array")
    envs.reset(seed=0)
    before = envs.render()[0].copy()
    envs.step(np.array([world.AHEAD]))
    assert (envs.render()[0] != before).any()
    game = new_game(ferry, 0)
    game.press("ArrowLeft")
    game.advance(1 / ferry.pace)
    assert list(game.actions) == [world.LEFT]
    clone, _ = clone_demonstrator(ferry, "expert", num_episodes=20, seed=0, num_updates=800)
    assert evaluate(clone.act, ferry.env_id, 50, seed=1).mean_return > 0.8


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """The template, where a lesson lies in a course; its exercise is lifted from the package there."""
    root = tmp_path_factory.mktemp("course")
    needed = {"lessons": TEMPLATES / "lesson.py", "ilrl_course": ROOT / "ilrl_course" / "data.py"}
    for folder, source in needed.items():
        (root / folder).mkdir()
        shutil.copy(source, root / folder)
    return (root / "lessons" / "lesson.py").rename(root / "lessons" / "99_template.py")


@pytest.mark.parametrize("test", OF_EVERY_LESSON, ids=named)
def test_the_lesson_keeps_the_rules_of_every_lesson(test, lesson):
    test(lesson)


def test_the_lesson_builds_with_its_numbers_and_its_exercise_is_blank_for_students(lesson):
    root = lesson.parents[1]
    build(lesson, root)
    assert problems_of(lesson, root) == []
    student, solution = (nbformat.read(path, as_version=4) for path in paths(lesson, root))
    assert "write discounted_return here" in str(student.cells)
    outputs = [output for cell in solution.cells for output in cell.get("outputs", [])]
    said = "".join(output.get("text", "") for output in outputs)
    assert "✅ discounted_return passed" in said
    assert "from best to worst: expert, " in said
    figures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(figures) == 1
    assert not any("{{" in cell.source for cell in (*student.cells, *solution.cells))


def test_the_documents_name_the_templates():
    text = (ROOT / "docs" / "maintaining.md").read_text(encoding="utf-8")
    assert all(f"(templates/{path.name})" in text for path in TEMPLATES.glob("*.py"))
