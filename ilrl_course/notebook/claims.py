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
        ("08", "09", "11", "13"),
    ),
    Claim("C2", "That help is worth most where exploring at random is slow or dangerous.", ("09",)),
    Claim(
        "C3",
        "Behavioral cloning copies what the expert does; inverse RL finds out what the expert wants.",
        ("02", "05", "06b", "12"),
        parts={
            "copies": "a clone copies what its teacher does, even a habit that brings no reward",
            "wishes": "an inferred reward serves in places where the demonstrations do not help",
            "answers": "where teachers differ, a clone that can give several answers gets into trouble less "
            "often than one with a single answer",
            "variety": "a clone that can give several answers does what each of its teachers does",
            "plans": "a clone that copies whole plans of actions gets into trouble less often than one that "
            "decides step by step",
            "feedback": "where the world answers in a new way, a clone that decides step by step gets into "
            "trouble less often than one that executes plans",
        },
        meaning="Inverse RL has found out what the expert wants if the inferred reward serves elsewhere: "
        "better than copying, and better than a reward that needs no demonstrations.",
    ),
    Claim(
        "C4",
        "An agent that was first cloned and then trained by RL wastes fewer steps on useless actions, "
        "and goes on improving by its own experience.",
        ("08", "11", "13"),
        parts={
            "fewer": "an agent that was first cloned wastes fewer steps of its training",
            "improves": "by RL it becomes better than the clone that it was",
        },
        meaning="A step is wasted as far as the agent is not yet as good as the expert: what counts is the "
        "score over the whole training.",
    ),
    Claim(
        "C5",
        "A driving agent that starts from demonstrations is spared the worst mistakes, such as leaving "
        "the road.",
        ("08", "11"),
    ),
    Claim("C6", "RL can then teach it to handle the unusual situations that nobody demonstrated.", ("08",)),
    Claim(
        "C7",
        "An imitator is only as good as its teacher: it takes over the teacher's faults and habits.",
        ("02", "09", "11"),
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
        ("03", "04", "11"),
        parts={
            "unseen": "demonstrations from few places leave a clone helpless in new ones",
            "rare": "a clone fails where it gets into states that its teacher never got into",
        },
        meaning="These are two kinds of unseen situations: new places, and the clone's own mishaps.",
    ),
    Claim(
        "C9",
        "What demonstrations bring is, above all, faster learning and safer exploration.",
        ("08", "09", "11"),
        parts={
            "faster": "demonstrations make learning faster",
            "safer": "demonstrations make exploration safer",
        },
        meaning='"Above all" cannot be tested. It is taken to mean that both benefits occur, and matter.',
    ),
    Claim(
        "C10",
        "In games, recorded play greatly shortens the training that it takes to play as well as a human.",
        ("09", "11"),
        parts={"script": "recorded play shortens the training that it takes to play as well as the player"},
        meaning='"Greatly" is taken to mean the smallest effect that matters, as in all other claims. What '
        "counts is the score over the whole training, up to the player's. The player is a script that plays "
        "somewhat like a careful person: about people, this cannot tell.",
    ),
    Claim(
        "C11",
        "Too much trust in demonstrations stifles invention: the agent may never find a better way "
        "than its teacher's.",
        ("09", "13"),
    ),
    Claim(
        "C12",
        "Mixing imitation with RL's exploration gets the best of both.",
        ("09", "10", "11", "13"),
        meaning='"The best of both" is taken to mean that a mixture scores higher, over the whole training, '
        "than the better one of the two alone.",
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

_EARLY = "normalized score over the first 50,000 steps of the training"
_WHOLE = "normalized score over the whole training"
_DRIVES = "PPO from a clone of {} of the expert"
_TRAINED = {"lesson": "08", "record": "fine_tuning", "first_seed": 3000, "num_seeds": 24}
_TRAINED |= {"unit": "points", "planned_effect": 20.0}
_BETTER = _TRAINED | {"claim": "C4", "half": "improves", "more": "the clone after PPO", "less": "the clone"}
_BETTER |= {"quantity": "normalized score at the end of the training", "planned_effect": 15.0}
_AVOIDED = {"unit": "crashes", "planned_effect": 0.75}
_DEPARTURES = _TRAINED | _AVOIDED | {"claim": "C5", "half": ""}
_EDGE = _AVOIDED | {"claim": "C6", "half": "", "lesson": "08", "record": "edge_cases", "first_seed": 3000}
_EDGE |= {"num_seeds": 16, "quantity": "crash rate in that place", "more": "the clone of twenty drives"}
_EDGE |= {"less": "the clone after PPO in that place"}

_PLAYED = {"lesson": "09", "record": "dungeon", "first_seed": 3000, "num_seeds": 24}
_PLAYED |= {"unit": "points", "planned_effect": 20.0}
_GAMES, _HUMAN_LIKE = (
    "PPO from a clone of 100 games of the expert",
    "PPO from a clone of 100 human-like games",
)
_INVENTION = {"claim": "C11", "half": "", "unit": "share", "planned_effect": 0.65}
_INVENTION |= {"quantity": "games that are won by the passage, at the end of the training"}
_INVENTION |= {"more": "PPO without a teacher", "less": "PPO that follows the cautious teacher all the time"}
_MIXED = {"claim": "C12", "half": "", "quantity": _WHOLE, "unit": "points", "planned_effect": 15.0}
_MIXED |= {"more": "PPO with the mixture that pilot runs chose"}
_MIXED |= {"less": "the better one, in pilot runs, of no teacher and one that is followed all the time"}
_ONE = {"lesson": "09", "record": "one_layout", "first_seed": 3000}
_WORLDS = {"open": "the passage is open", "walled up": "the passage is walled up"}

# Lesson 11. A clone of flights or games: LunarLander's flights are those of the pilot that Gymnasium ships.
_ELSEWHERE = {"lesson": "11", "family": "elsewhere", "first_seed": 5000, "num_seeds": 16}
_ELSEWHERE |= {"unit": "points", "planned_effect": 20.0}
_LANDER = _ELSEWHERE | {"record": "elsewhere_lander", "condition": "the world is LunarLander"}
_DOOR = _ELSEWHERE | {"record": "elsewhere_door", "condition": "the world is DoorKey"}
_FLIGHTS = "PPO from a clone of {} of the expert"
_DOORS = "PPO from a clone of twenty games of the expert"
_WINDY = _LANDER | {"condition": "the world is LunarLander, in strong wind", "claim": "C9"}
_CRASHES = _LANDER | _AVOIDED | {"quantity": "crashes in the whole training", "more": "PPO from nothing"}
_LEVEL = "score over the whole training, up to the player's: 0 is chance, 100 the player"
_LABELED = "normalized score in new {}, with {} labels"

# Lesson 13. The score is what the scripted reader thinks of a policy's lines, whoever pays for them.
_TEXT = {"lesson": "13", "family": "text", "record": "text", "first_seed": 6000, "num_seeds": 16}
_TEXT |= {"half": "", "unit": "points", "planned_effect": 15.0}
_LINES = "score of the lines by the reader's own taste, {}: 0 is chance, 100 the corpus"
_READER, _JUDGE = "the reader itself pays for each line", "the judge learned from {} choices"
_NOVEL = _INVENTION | {"more": "PPO without a tie to the imitator", "less": "PPO with a strong tie, beta = 1"}
_NOVEL |= {"quantity": "lines that please the reader more than any of the corpus, at the end of the training"}
_TIED = {"claim": "C12", "quantity": _LINES.format("over the whole training")}
_TIED |= {"more": "PPO with the tie that pilot runs chose"}
_TIED |= {"less": "the better one, in pilot runs, of PPO without a tie and the imitator as it is"}

# Lesson 12. A clone with several answers is a mixture or a flow; a plan holds sixteen
# actions, 1.6 s, of which as many are executed as pilot runs chose for that kind of clone: four, or all.
_WAYS = {"lesson": "12", "family": "many ways", "record": "ways", "claim": "C3"}
_WAYS |= {"first_seed": 7000, "num_seeds": 16}
_WORKS = _WAYS | _AVOIDED | {"quantity": "share of the road works it meets at which it crashes"}
_SINGLE = "clone with squared error, {}"
_SIDES = _WAYS | {"half": "variety", "unit": "share", "planned_effect": 0.75}
_SIDES |= {"quantity": "twice the share of the road works it meets that it passes on the rarer side"}
_PACES = {"step by step": "decides step by step", "in plans": "executes plans"}
_AT_ONCE = {"half": "plans", "more": "clone that decides step by step", "less": "clone that executes plans"}

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
    Planned(
        "head start on the road",
        claim="C1",
        half="",
        condition="the world is Driving",
        quantity=_EARLY,
        more=_DRIVES.format("twenty drives"),
        less="PPO from nothing",
        **_TRAINED,
    ),
    Planned(
        "whole training on the road",
        claim="C4",
        half="fewer",
        condition="the clone is of twenty drives",
        quantity=_WHOLE,
        more=_DRIVES.format("twenty drives"),
        less="PPO from nothing",
        **_TRAINED,
    ),
    Planned("improvement on five drives", condition="the clone is of five drives", **_BETTER),
    Planned("improvement on twenty drives", condition="the clone is of twenty drives", **_BETTER),
    *(
        Planned(
            f"departures, {drives}",
            condition=f"it starts from {drives}",
            quantity="departures from the road in the whole training",
            more="PPO from nothing",
            less=_DRIVES.format(drives),
            **_DEPARTURES,
        )
        for drives in ("one drive", "five drives", "twenty drives")
    ),
    Planned(
        "speed in traffic",
        claim="C9",
        half="faster",
        condition="the world is Driving, with traffic",
        quantity=_WHOLE,
        more=_DRIVES.format("twenty drives in traffic"),
        less="PPO from nothing",
        **_TRAINED,
    ),
    Planned(
        "safety in traffic",
        claim="C9",
        half="safer",
        condition="the world is Driving, with traffic",
        quantity="departures and collisions in the whole training",
        more="PPO from nothing",
        less=_DRIVES.format("twenty drives in traffic"),
        **_TRAINED | _AVOIDED,
    ),
    Planned("wet road", condition="the place is a wet road", **_EDGE),
    Planned("narrow road", condition="the place is a narrow road", **_EDGE),
    Planned("off-center starts", condition="the place is a start off the center", **_EDGE),
    Planned("traffic", condition="the place is a road with traffic", **_EDGE),
    Planned("road works", condition="the place is a road with works", **_EDGE),
    *(
        Planned(
            f"head start, passage {world}",
            claim="C1",
            half="",
            condition=f"the world is the Dungeon and {condition}",
            quantity=_EARLY,
            more=_GAMES,
            less="PPO without games",
            **_PLAYED,
        )
        for world, condition in _WORLDS.items()
    ),
    Planned(
        "help where chance hardly ever wins",
        claim="C2",
        half="",
        condition="exploring is slow",
        quantity="what 100 games of the expert add to the normalized score over the whole training",
        more="passage walled up",
        less="passage open",
        **_PLAYED,
    ),
    Planned(
        "blindness after PPO",
        claim="C7",
        half="faults",
        condition="the world is the Dungeon, even after PPO",
        quantity="successful games that do not use the passage, after PPO",
        more=_HUMAN_LIKE,
        less="PPO without games",
        **_PLAYED | {"unit": "share", "planned_effect": 0.75},
    ),
    *(
        Planned(
            f"slips after PPO, passage {world}",
            claim="C7",
            half="slips",
            condition=f"the world is the Dungeon and {condition}",
            quantity="normalized score, after PPO",
            more=_HUMAN_LIKE,
            less="the human-like player",
            **_PLAYED,
        )
        for world, condition in _WORLDS.items()
    ),
    *(
        Planned(
            f"speed, passage {world}",
            claim="C9",
            half="faster",
            condition=f"the world is the Dungeon and {condition}",
            quantity=_WHOLE,
            more=_GAMES,
            less="PPO without games",
            **_PLAYED,
        )
        for world, condition in _WORLDS.items()
    ),
    *(
        Planned(
            f"deaths, passage {world}",
            claim="C9",
            half="safer",
            condition=f"the world is the Dungeon and {condition}",
            quantity="deaths in the lava in the whole training",
            more="PPO without games",
            less=_GAMES,
            **_PLAYED | _AVOIDED,
        )
        for world, condition in _WORLDS.items()
    ),
    *(
        Planned(
            f"as good as the player, passage {world}",
            claim="C10",
            half="script",
            condition=condition,
            quantity="score over the whole training, up to the player's: 0 is chance, 100 the player",
            more=_HUMAN_LIKE,
            less="PPO without games",
            **_PLAYED,
        )
        for world, condition in _WORLDS.items()
    ),
    Planned("invention on many layouts", condition="there are many layouts", **_PLAYED | _INVENTION),
    Planned("invention on one layout", condition="there is one layout", **_ONE | _INVENTION),
    *(
        Planned(
            f"{teacher} teacher, {layouts.removeprefix('is ').removeprefix('are ')}",
            condition=f"there {layouts} and the teacher is {kind}",
            **place | _MIXED,
        )
        for layouts, place in (("are many layouts", _PLAYED), ("is one layout", _ONE))
        for teacher, kind in (("cautious", "cautious"), ("expert", "an expert"))
    ),
    Planned(
        "head start in LunarLander",
        claim="C1",
        half="",
        quantity=_EARLY,
        more=_FLIGHTS.format("twenty flights"),
        less="PPO from nothing",
        **_LANDER,
    ),
    Planned(
        "head start in DoorKey",
        claim="C1",
        half="",
        quantity=_EARLY,
        more=_DOORS,
        less="PPO from nothing",
        **_DOOR,
    ),
    Planned(
        "whole training in LunarLander",
        claim="C4",
        half="fewer",
        quantity=_WHOLE,
        more=_FLIGHTS.format("twenty flights"),
        less="PPO from nothing",
        **_LANDER,
    ),
    *(
        Planned(
            f"improvement on {flights}",
            claim="C4",
            half="improves",
            quantity="normalized score at the end of the training",
            more="the clone after PPO",
            less="the clone",
            **_LANDER | {"planned_effect": 15.0, "condition": f"the clone is of {flights}"},
        )
        for flights in ("five flights", "twenty flights")
    ),
    *(
        Planned(
            f"crashes, {flights}",
            claim="C5",
            half="",
            less=_FLIGHTS.format(flights),
            **_CRASHES | {"condition": f"it starts from {flights}"},
        )
        for flights in ("five flights", "twenty flights")
    ),
    Planned(
        "landing beside the pad",
        claim="C7",
        half="faults",
        quantity="how far right of the pad's middle flights end",
        more="clone of the biased pilot",
        less="expert",
        **_LANDER | {"unit": "share", "planned_effect": 0.75},
    ),
    Planned(
        "turning right only",
        claim="C7",
        half="faults",
        quantity="share of its turns that are to the right",
        more="clone of the biased demonstrator",
        less="expert",
        **_DOOR | {"unit": "share", "planned_effect": 0.75},
    ),
    Planned(
        "slips in LunarLander",
        claim="C7",
        half="slips",
        quantity="normalized score",
        more="its clone",
        less="the weak pilot, an expert that slips",
        **_LANDER,
    ),
    Planned(
        "starts of flights",
        claim="C8",
        half="unseen",
        quantity="normalized score from new starts",
        more="clone of twenty flights, each from a start of its own",
        less="clone of twenty flights from a single start, in gusts of their own",
        **_LANDER,
    ),
    Planned(
        "layouts of DoorKey",
        claim="C8",
        half="unseen",
        quantity="normalized score in new layouts",
        more="clone of games in layouts drawn from 800",
        less="clone of as many games in five layouts",
        **_DOOR,
    ),
    Planned(
        "own states in LunarLander",
        claim="C8",
        half="rare",
        quantity=_LABELED.format("flights", "1,200"),
        more="DAgger, with as many labels and gradient steps",
        less="clone",
        **_LANDER,
    ),
    Planned(
        "own states in DoorKey",
        claim="C8",
        half="rare",
        quantity=_LABELED.format("games", "80"),
        more="DAgger, with as many labels and gradient steps",
        less="clone",
        **_DOOR,
    ),
    Planned(
        "speed in the wind",
        half="faster",
        quantity=_WHOLE,
        more=_FLIGHTS.format("twenty flights in the wind"),
        less="PPO from nothing",
        **_WINDY,
    ),
    Planned(
        "speed in DoorKey",
        claim="C9",
        half="faster",
        quantity=_WHOLE,
        more=_DOORS,
        less="PPO from nothing",
        **_DOOR,
    ),
    Planned(
        "safety in the wind",
        half="safer",
        less=_FLIGHTS.format("twenty flights in the wind"),
        **_CRASHES | {"condition": _WINDY["condition"], "claim": "C9"},
    ),
    Planned(
        "as good as the player of LunarLander",
        claim="C10",
        half="script",
        quantity=_LEVEL,
        more="PPO from a clone of twenty human-like flights",
        less="PPO from nothing",
        **_LANDER,
    ),
    Planned(
        "as good as the player of DoorKey",
        claim="C10",
        half="script",
        quantity=_LEVEL,
        more="PPO from a clone of twenty human-like games",
        less="PPO from nothing",
        **_DOOR,
    ),
    Planned(
        "mixture in DoorKey",
        **_DOOR | _MIXED | {"condition": "the world is DoorKey, with five games of an expert"},
    ),
    Planned(
        "head start of a writer",
        claim="C1",
        condition=_READER,
        quantity=_LINES.format("over the first 50,000 steps of the training"),
        more="PPO from the imitator",
        less="PPO from nothing",
        **_TEXT | {"planned_effect": 20.0},
    ),
    *(
        Planned(
            f"improvement by {number} choices",
            condition=_JUDGE.format(number),
            claim="C4",
            quantity=_LINES.format("at the end of the training"),
            more="the imitator after PPO, with the tie that pilot runs chose",
            less="the imitator",
            **_TEXT | {"half": "improves"},
        )
        for number in ("a thousand", "ten thousand")
    ),
    *(
        Planned(f"invention, paid by {payer}", condition=condition, **_TEXT | _NOVEL)
        for payer, condition in (
            ("the reader", _READER),
            ("a thousand choices", _JUDGE.format("a thousand")),
        )
    ),
    *(
        Planned(f"tie for {number} choices", condition=_JUDGE.format(number), **_TEXT | _TIED)
        for number in ("a hundred", "a thousand", "ten thousand")
    ),
    *(
        Planned(
            f"{answer}, {pace}",
            half="answers",
            condition=f"the clone is a {answer} and {acts}",
            more=_SINGLE.format(pace),
            less=f"clone that is a {answer}, {pace}",
            **_WORKS,
        )
        for answer in ("mixture", "flow")
        for pace, acts in _PACES.items()
    ),
    *(
        Planned(
            f"{answer}, sides chosen early",
            half="answers",
            condition=f"the clone is a {answer} and can see which side a teacher has chosen",
            more=_SINGLE.format("step by step"),
            less=f"clone that is a {answer}, step by step",
            **_WORKS,
        )
        for answer in ("mixture", "flow")
    ),
    *(
        Planned(
            f"both sides by a {answer}, {pace}",
            condition=f"the clone is a {answer} and {acts}",
            more=f"clone that is a {answer}, {pace}",
            less=_SINGLE.format(pace),
            **_SIDES,
        )
        for answer in ("mixture", "flow")
        for pace, acts in _PACES.items()
    ),
    *(
        Planned(
            f"plans of a {answer}",
            condition=f"its teachers differ and it is a {answer}",
            **_WORKS | _AT_ONCE,
        )
        for answer in ("mixture", "flow")
    ),
    Planned("plans after late drivers", condition="its teachers react late", **_WORKS | _AT_ONCE),
    Planned("plans after agreeing drivers", condition="its teachers agree", **_WORKS | _AT_ONCE),
    Planned(
        "plans on a slippery road",
        half="feedback",
        condition="the road is more slippery than that of its teachers",
        more="clone that executes plans",
        less="clone that decides step by step",
        **_WORKS,
    ),
)


def plan(name: str) -> Planned:
    """The planned comparison of this name; raises ValueError where none was planned."""
    for planned in PLANS:
        if planned.name == name:
            return planned
    raise ValueError(f"no comparison {name!r} was planned: {', '.join(p.name for p in PLANS)}")
