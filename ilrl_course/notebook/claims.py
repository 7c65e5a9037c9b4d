"""The twelve claims that the course tests, and the comparisons that decide, written down before their runs.

Changing a plan needs fresh seeds, and a line in docs/evidence.md with the old result.
"""

from dataclasses import dataclass, field

from ilrl_course.measures.evidence import Planned


@dataclass(frozen=True)
class Claim:
    """One claim: its id, what it says in plain words, and the lessons that test it."""

    id: str
    text: str
    lessons: tuple[str, ...]
    parts: dict[str, str] = field(default_factory=dict)  # what is tested: name of a part -> in words
    meaning: str = ""  # what the claim is taken to mean, where its words leave that open


_ALL = (
    Claim(
        "C1",
        "Demonstrations can give an agent a head start, so that it need not begin by pure trial and error.",
        ("08", "09"),
    ),
    Claim("C2", "That help is worth most where exploring at random is slow or dangerous.", ("08", "09")),
    Claim(
        "C3",
        "Behavioral cloning copies what the expert does; inverse RL finds out what the expert wants.",
        ("02", "05", "06b"),
        parts={
            "copies": "a clone copies what its teacher does, even a habit that brings no reward",
            "wishes": "an inferred reward serves in places where the demonstrations do not help",
        },
        meaning="Inverse RL has found out what the expert wants if the inferred reward serves elsewhere: "
        "better than copying, and better than a reward that needs no demonstrations.",
    ),
    Claim(
        "C4",
        "An agent that was first cloned and then trained by RL wastes fewer steps on useless actions, "
        "and goes on improving by its own experience.",
        ("08",),
    ),
    Claim(
        "C5",
        "A driving agent that starts from demonstrations is spared the worst mistakes, such as leaving "
        "the road.",
        ("08",),
    ),
    Claim("C6", "RL can then teach it to handle the unusual situations that nobody demonstrated.", ("08",)),
    Claim(
        "C7",
        "An imitator is only as good as its teacher: it takes over the teacher's faults and habits.",
        ("02", "09"),
        parts={
            "faults": "a teacher's systematic faults are inherited",
            "slips": "a teacher's random slips are averaged out",
        },
        meaning="These are two claims, which pull in opposite directions, so they are judged apart: Is a "
        "systematic fault inherited? And is a clone better than its own teacher if that teacher only slips?",
    ),
    Claim(
        "C8",
        "Demonstrations must be varied: with few of them, an imitator fails in situations that it has "
        "not seen.",
        ("03", "04"),
        parts={
            "unseen": "demonstrations from few places leave a clone helpless in new ones",
            "rare": "a clone fails where it gets into states that its teacher never got into",
        },
        meaning="These are two kinds of unseen situations: new places, and the clone's own mishaps.",
    ),
    Claim(
        "C9",
        "What demonstrations bring is, above all, faster learning and safer exploration.",
        ("08", "09"),
        meaning='"Above all" cannot be tested. It is taken to mean that both benefits occur, and matter.',
    ),
    Claim(
        "C10",
        "In games, recorded play greatly shortens the training that it takes to play as well as a human.",
        ("09",),
        meaning='"Greatly" is taken to mean the smallest effect that matters, as in all other claims.',
    ),
    Claim(
        "C11",
        "Too much trust in demonstrations stifles invention: the agent may never find a better way "
        "than its teacher's.",
        ("09",),
    ),
    Claim(
        "C12",
        "Mixing imitation with RL's exploration gets the best of both.",
        ("09", "10"),
        meaning='"The best of both" is taken to mean that some mixture scores higher than either alone.',
    ),
)

CLAIMS: dict[str, Claim] = {claim.id: claim for claim in _ALL}

_COPIED = {"lesson": "02", "record": "what_is_copied"}
_HABIT = _COPIED | {"claim": "C3", "half": "copies", "unit": "share", "planned_effect": 0.75}
_FAULT = _COPIED | {"claim": "C7", "half": "faults", "unit": "share", "planned_effect": 0.75}
_SLIPS = _COPIED | {"claim": "C7", "half": "slips", "unit": "points", "planned_effect": 20.0}
_SLIPS |= {"quantity": "normalized score", "more": "its clone", "less": "an expert that slips"}
_WISHES = {"claim": "C3", "half": "wishes", "unit": "points", "planned_effect": 20.0}
_PLANNED = _WISHES | {"lesson": "05", "record": "inferred_reward"}
_PLANNED |= {
    "quantity": "games in new dungeons that go as the demonstrator wishes",
    "more": "planner with the inferred reward",
    "less": "the better one of a clone and a planner with the world's own reward",
}
_TAUGHT = _WISHES | {
    "lesson": "06b",
    "record": "reward_transfer",
    "first_seed": 2000,
    "num_seeds": 24,
    "planned_effect": 30.0,
}
_TAUGHT |= {
    "quantity": "points in the changed world: 100 is the demonstrator at home",
    "more": "learner from nothing, paid by AIRL's reward",
    "less": "the better one of the clone and a learner from nothing, paid for being alive",
}
_UNSEEN = {"claim": "C8", "half": "unseen", "lesson": "03", "record": "variety"}
_RARE = {"claim": "C8", "half": "rare", "lesson": "04", "record": "own_states"}

PLANS: tuple[Planned, ...] = (
    Planned(
        "position on the track",
        condition="the world is CartPole",
        quantity="how far right of the middle the cart is",
        more="clone of the biased player",
        less="expert",
        **_HABIT,
    ),
    Planned(
        "side of the road",
        condition="the world is Driving",
        quantity="how far left of the middle the car is",
        more="clone of the biased driver",
        less="expert",
        **_HABIT,
    ),
    Planned(
        "slowness",
        condition="the world is Driving",
        quantity="how much slower than the expert the car is",
        more="clone of the biased driver",
        less="expert",
        **_FAULT,
    ),
    Planned(
        "blindness to the passage",
        condition="the world is the Dungeon",
        quantity="successful games that do not use the passage",
        more="clone of the biased hero",
        less="expert",
        **_FAULT,
    ),
    Planned("slips in CartPole", condition="the world is CartPole", **_SLIPS),
    Planned("slips in Driving", condition="the world is Driving", **_SLIPS),
    Planned("slips in the Dungeon", condition="the world is the Dungeon", **_SLIPS),
    Planned("reward from one layout", condition="the games come from one layout", **_PLANNED),
    Planned("reward from five layouts", condition="the games come from five layouts", **_PLANNED),
    Planned("reward for a longer pole", condition="the world is CartPole", **_TAUGHT),
    Planned("reward for a wet road", condition="the world is Driving", **_TAUGHT),
    Planned(
        "roads",
        condition="the world is Driving",
        quantity="crash rate on new roads",
        more="clone of drives on a single road",
        less="clone of as many drives, on roads drawn from 800",
        unit="crashes",
        planned_effect=0.75,
        **_UNSEEN,
    ),
    Planned(
        "layouts",
        condition="the world is the Dungeon",
        quantity="normalized score in new layouts",
        more="clone of games in layouts drawn from 800",
        less="clone of as many games in five layouts",
        unit="points",
        planned_effect=20.0,
        **_UNSEEN,
    ),
    Planned(
        "own states in Driving",
        condition="the world is Driving",
        quantity="crash rate on new roads",
        more="clone",
        less="DAgger, with as many labels and gradient steps",
        unit="crashes",
        planned_effect=0.75,
        **_RARE,
    ),
    Planned(
        "own states in the Dungeon",
        condition="the world is the Dungeon",
        quantity="normalized score in new layouts",
        more="DAgger, with as many labels and gradient steps",
        less="clone",
        unit="points",
        planned_effect=20.0,
        **_RARE,
    ),
)


def plan(name: str) -> Planned:
    """The planned comparison of this name; raises ValueError where none was planned."""
    for planned in PLANS:
        if planned.name == name:
            return planned
    raise ValueError(f"no comparison {name!r} was planned: {', '.join(p.name for p in PLANS)}")
