"""The twelve claims that the course tests, each by experiments of its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """One claim: its id, what it says in plain words, and the lessons that test it."""

    id: str
    text: str
    lessons: tuple[str, ...]


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
        ("02", "05", "06"),
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
        ("03", "09"),
    ),
    Claim(
        "C8",
        "Demonstrations must be varied: with few of them, an imitator fails in situations that it has "
        "not seen.",
        ("03", "04"),
    ),
    Claim(
        "C9", "What demonstrations bring is, above all, faster learning and safer exploration.", ("08", "09")
    ),
    Claim(
        "C10",
        "In games, recorded play greatly shortens the training that it takes to play as well as a human.",
        ("09",),
    ),
    Claim(
        "C11",
        "Too much trust in demonstrations stifles invention: the agent may never find a better way "
        "than its teacher's.",
        ("09",),
    ),
    Claim("C12", "Mixing imitation with RL's exploration gets the best of both.", ("09", "10")),
)

CLAIMS: dict[str, Claim] = {claim.id: claim for claim in _ALL}
