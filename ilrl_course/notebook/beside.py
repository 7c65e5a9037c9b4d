"""What was found at home beside what was found elsewhere: effects in one figure, and outcomes in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from ilrl_course.measures.evidence import FAILS, HOLDS, SMALLEST_EFFECTS, Judged, combine
from ilrl_course.notebook import plotting
from ilrl_course.notebook.claims import CLAIMS, PLANS
from ilrl_course.notebook.palette import INK, PAPER
from ilrl_course.notebook.verdicts import judged_parts, judgements
from ilrl_course.storage.files import load_results

HOME, ELSEWHERE, PONG = "home", "elsewhere", "Pong"
COLORS = {HOME: "#0072B2", ELSEWHERE: "#B34E00", PONG: "#882255"}  # dark enough for type
PANELS = (  # of the figure, two rows of two: a unit, and whose effects
    (("points", ("C1", "C4")), ("points", ("C9", "C10", "C12"))),
    (("points", ("C7", "C8")), ("share", tuple(CLAIMS))),
)
REACH = {"points": (-30, 100), "share": (-0.6, 1.1)}  # of an axis, at least
ROW = 0.31  # inches
SMALL = 12.5  # type of the rows' names


@dataclass(frozen=True)
class Effect:
    """One comparison in the figure."""

    claim: str
    part: str
    name: str
    where: str  # HOME, ELSEWHERE or PONG
    unit: str  # "points" or "share"
    difference: float
    low: float
    high: float
    holds: bool


@dataclass(frozen=True)
class Carried:
    """A part of a claim, and its outcomes at home and elsewhere."""

    claim: str
    part: str
    home: str
    elsewhere: str

    @property
    def sentence(self) -> str:
        """What the part says, in words."""
        return CLAIMS[self.claim].parts.get(self.part, CLAIMS[self.claim].text).removesuffix(".")

    @property
    def words(self) -> str:
        """Did it carry over?"""
        if not self.home.startswith(HOLDS):
            return "as at home" if self.home == self.elsewhere else "other than at home"
        if self.elsewhere.startswith(HOLDS):
            return "carried over" if self.elsewhere == HOLDS else "carried over in part"
        return "did not carry over" if self.elsewhere == FAILS else "cannot tell whether it carries over"


def carried_over() -> list[Carried]:
    """For each part of a claim that was tested in both places, how it came out."""
    found = []
    for claim in CLAIMS:
        home, elsewhere = judged_parts(claim, HOME), judged_parts(claim, ELSEWHERE)
        found += [
            Carried(claim, part, combine(home[part]), combine(those))
            for part, those in elsewhere.items()
            if part in home
        ]
    return found


def print_carried_over() -> None:
    """A line for each part, without digits but the claim's: first those that did not carry over."""
    found = carried_over()
    for words in ("did not carry over", *dict.fromkeys(one.words for one in found)):
        for one in [one for one in found if one.words == words]:
            found.remove(one)
            print(f"{one.claim} {words}: {one.sentence} (home: {one.home}; elsewhere: {one.elsewhere}).")


def replicated(claim_id: str, record: str = "elsewhere_pong", world: str = PONG) -> None:
    """Print whether a world's runs, too few for a verdict, point where the claim says.

    The first line has no digits. Raises ValueError where the record has no comparison about the claim.
    """
    compared = load_results(record)["compared"]
    those = {name: effect for name, effect in compared.items() if effect["claim"] == claim_id}
    if not those:
        raise ValueError(f"no comparison about {claim_id} was made in {record}")
    others = [name for name, effect in those.items() if effect["difference"] <= 0]
    where = f"elsewhere in: {', '.join(others)}" if others else "where the claim does, in every comparison"
    print(f"{world} (a replication, without a verdict) points {where}.")
    for name, effect in those.items():
        (low, high), number = effect["interval"], len(effect["values"]["more"])
        print(
            f"  {name}: {effect['difference']:+.3g} [{low:+.3g}, {high:+.3g}] in {effect['quantity']}; "
            f"{effect['seeds with its sign']} of {number} seeds have this sign"
        )


def effects() -> list[Effect]:
    """All comparisons about what was tested in both places: at home, elsewhere, and in Pong.

    Raises FileNotFoundError where Pong's runs are not recorded.
    """
    tested = {(planned.claim, planned.half) for planned in PLANS if planned.family == ELSEWHERE}
    found = [
        _effect(one, where)
        for where in (HOME, ELSEWHERE)
        for one in judgements(where).values()
        if (one.planned.claim, one.planned.half) in tested
    ]
    for name, one in load_results("elsewhere_pong")["compared"].items():
        unit = "share" if one["half"] == "faults" else "points"
        numbers = one["difference"], *one["interval"]
        found.append(Effect(one["claim"], one["half"], name, PONG, unit, *numbers, holds=False))
    return found


def _effect(one: Judged, where: str) -> Effect:
    planned, effect = one.planned, one.effect
    unit = "points" if planned.unit == "points" else "share"  # of crashes, or of a teacher's deviation
    numbers = effect.difference, effect.low, effect.high
    return Effect(planned.claim, planned.half, planned.name, where, unit, *numbers, one.outcome == HOLDS)


def figure_of(found: Sequence[Effect]):
    """Effects with 95 % intervals, a row for each, below the part of the claim that they test.

    A filled dot is a comparison that holds. The dotted line is the smallest effect that matters.
    """
    filled = [
        [_rows([e for e in found if e.unit == unit and e.claim in claims]) for unit, claims in row]
        for row in PANELS
    ]
    tall = [max(map(len, row)) for row in filled]  # rows of names, in each row of panels
    figure, axes = plotting.panels(
        columns=2, rows=2, width=16, height=ROW * sum(tall) + 3, height_ratios=tall
    )
    for row, rows, height, panels in zip(axes, filled, tall, PANELS, strict=True):
        for axis, names, (unit, _) in zip(row, rows, panels, strict=True):
            _draw(axis, names, unit)
            axis.set_ylim(height - 0.4, -0.8)
    axes[0, 0].set_title("At home (blue), elsewhere (brown), in Pong (purple)")
    axes[1, 1].set_title("The same for crashes and faults")
    return figure


def _rows(column: Sequence[Effect]) -> list[Effect | str]:
    """Effects in the order of the claims, under a headline for each part: home, elsewhere, Pong."""
    rows: list[Effect | str] = []
    for claim in CLAIMS:
        for part in dict.fromkeys([one.part for one in column if one.claim == claim]):
            rows.append(f"{claim} {part}".strip())
            of_part = [one for one in column if (one.claim, one.part) == (claim, part)]
            rows += [one for where in COLORS for one in of_part if one.where == where]
    return rows


@plotting.course_style()
def _draw(axis, rows: Sequence[Effect | str], unit: str) -> None:
    drawn = [one for one in rows if isinstance(one, Effect)]
    axis.axvline(0, color=INK, linewidth=1)
    axis.axvline(SMALLEST_EFFECTS[unit], color=INK, linewidth=1, linestyle=":")
    for height, one in enumerate(rows):
        if isinstance(one, str):
            continue
        color = COLORS[one.where]
        axis.plot([one.low, one.high], [height, height], color=color, linewidth=2.5)
        face = color if one.holds else PAPER
        marker = "D" if one.where == PONG else "o"
        axis.plot(one.difference, height, marker, color=color, mfc=face, mew=2, markersize=7)
    names = [one if isinstance(one, str) else one.name for one in rows]
    axis.set_yticks(range(len(rows)), names, fontsize=SMALL)
    for text, one in zip(axis.get_yticklabels(), rows, strict=True):
        is_headline = isinstance(one, str)
        text.set(color=INK if is_headline else COLORS[one.where])
        text.set_fontweight("bold" if is_headline else "normal")
    low, high = REACH[unit]
    low, high = min([low, *(one.low for one in drawn)]), max([high, *(one.high for one in drawn)])
    axis.set(xlim=(low, high + (high - low) / 20))
    axis.set_xlabel("points" if unit == "points" else "share avoided, or copied")
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
