"""The form for predictions, and the table of what was predicted."""

import html

import ipywidgets as widgets
from IPython.display import HTML

from ilrl_course.measures.evidence import Planned
from ilrl_course.notebook import journal
from ilrl_course.notebook.claims import CLAIMS, PLANS
from ilrl_course.notebook.quiet import Quiet

WIDE = widgets.Layout(width="100%")


class PredictionForm(Quiet):
    """One question for each claim; every answer is saved at once, and shown again next time."""

    hint = "Every answer you chose is kept. To see them and go on, run the cells above and then this one."

    def __init__(self):
        saved = journal.load_predictions()
        self.status = widgets.HTML(f"{len(saved)} of {len(CLAIMS)} predictions are saved.")
        self.answers = {
            claim.id: widgets.ToggleButtons(
                options=journal.ANSWERS, value=saved.get(claim.id), style={"button_width": "11em"}
            )
            for claim in CLAIMS.values()
        }
        rows = []
        for claim_id, buttons in self.answers.items():
            _tick(buttons)
            buttons.observe(self._save, names="value")
            text = f"<b>{claim_id}</b>&ensp;{html.escape(CLAIMS[claim_id].text)}"
            rows.append(widgets.VBox([widgets.HTML(text, layout=WIDE), buttons]))
        super().__init__([*rows, self.status], self.status)

    def __repr__(self) -> str:
        claims = "\n".join(f"{claim.id:4}{claim.text}" for claim in CLAIMS.values())
        return (
            f"(In a running notebook there is a form here, with a row of buttons for each claim.)\n{claims}"
        )

    def _save(self, change) -> None:
        _tick(change["owner"])
        predictions = {claim_id: b.value for claim_id, b in self.answers.items() if b.value is not None}
        try:
            journal.save_predictions(predictions)
            self.status.value = f"Saved: {len(predictions)} of {len(CLAIMS)} predictions."
        except OSError as error:
            self.status.value = f"<b>Not saved:</b> {html.escape(str(error))}. Is the folder writable?"


def _tick(buttons: widgets.ToggleButtons) -> None:
    """Put a check mark on the chosen answer, since a shade alone is easily overlooked."""
    buttons.icons = tuple("check" if option == buttons.value else "" for option in buttons.options)


def prediction_form() -> PredictionForm:
    """The form on which a student predicts what the course will find about every claim."""
    return PredictionForm()


def predictions_table() -> HTML:
    """What the student predicted in the first lesson, as a table."""
    predictions = journal.load_predictions()
    if not predictions:
        return HTML("<p>No predictions are saved yet: fill in the form of lesson 00.</p>")
    head = "".join(f"<th style='text-align: left'>{title}</th>" for title in ("claim", "you predicted"))
    rows = "".join(
        f"<tr><td><b>{c.id}</b></td><td style='text-align: left'>{html.escape(c.text)}</td>"
        f"<td style='text-align: left; white-space: nowrap'>{predictions.get(c.id, '–')}</td></tr>"
        for c in CLAIMS.values()
    )
    return HTML(f"<table><tr><th></th>{head}</tr>{rows}</table>")


def plans_table(family: str = "home") -> HTML:
    """What claims are taken to mean, and which comparisons of a family will decide, as a table."""
    titles = ("world", "lesson", "this arm should have more", "than this arm", "of this", "by at least")
    rows = []
    for claim in CLAIMS.values():
        plans = [planned for planned in PLANS if (planned.claim, planned.family) == (claim.id, family)]
        if not plans and (family != "home" or not claim.meaning):
            continue
        meaning = f"{html.escape(claim.text)} <i>{html.escape(claim.meaning)}</i>"
        rows.append(f"<td colspan='6' style='text-align: left'><b>{claim.id}</b> {meaning}</td>")
        rows += [_row(planned) for planned in plans]
    head = "".join(f"<th style='text-align: left'>{title}</th>" for title in titles)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return HTML(f"<table><tr>{head}</tr>{body}</table>")


def _row(planned: Planned) -> str:
    smallest = {
        "points": f"{planned.smallest_effect:.0f} points",
        "crashes": f"{planned.smallest_effect:.0%} of the crashes",
        "share": f"{planned.smallest_effect:.0%} of the teacher's deviation",
    }[planned.unit]
    world = planned.condition.removeprefix("the world is ").removeprefix("the ")
    texts = (f"{world}", planned.lesson, planned.more, planned.less, planned.quantity, smallest)
    return "".join(f"<td style='text-align: left'>{html.escape(text)}</td>" for text in texts)
