"""Things to click in a notebook: the form for predictions, demos that answer to sliders, games to play.

Without a front end (in tests, in an export, on a code host) a widget shows nothing. So a lesson shows what
matters as a picture of its own, and goes on without what a reader might have clicked.
"""

from ilrl_course.live.form import PredictionForm, prediction_form, predictions_table
from ilrl_course.live.screen import Play, correct, play
from ilrl_course.live.sliders import RUNNING, Demo, demo

__all__ = [
    "RUNNING",
    "Demo",
    "Play",
    "PredictionForm",
    "correct",
    "demo",
    "play",
    "prediction_form",
    "predictions_table",
]
