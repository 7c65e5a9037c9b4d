"""What goes wrong with the rows and ends of a block, in value targets and in advantages alike."""

from ilrl_course.checks.edits import Wrong

LAST_ROW = (
    "the last row is treated as the end of life, but there only the record stops. Use its next value, unless "
    "it was terminated."
)
LAST_ROW_EMPTY = "the last row stays empty. Where does your loop begin? The last row has the index T - 1."
BACKWARDS = (
    "the loop runs from the first row to the last. What comes after a step is known only from the end: walk "
    "backwards."
)
OTHER_FLAGS = (
    "the flags of another row are read. terminated[t] and truncated[t] tell whether step t itself was the "
    "last one of its episode."
)
IF = (
    "`if`, `and`, `or` and `not` cannot decide for several worlds at once. Use torch.where, or multiply by "
    "the flags, with &, | and ~."
)
FORWARDS = "reversed(range(len(rewards))) => range(len(rewards))"
TOO_SHORT = "reversed(range(len(rewards))) => reversed(range(len(rewards) - 1))"


def flags_are(change: str) -> str:
    """Both kinds of `ends`, (T, N), changed in the same way."""
    return f"terminated, truncated = ({change} for ends in (terminated, truncated))"


OF_THE_FLAGS: dict[str, list[Wrong]] = {
    OTHER_FLAGS: [
        flags_are("torch.cat([ends[1:], ends[-1:]])"),
        flags_are("torch.cat([ends[1:], ends[-1:] & False])"),
        flags_are("torch.cat([ends[:1] & False, ends[:-1]])"),
    ],
    "an end in one world ends the episodes of all worlds. Keep them apart: no any() and no all().": [
        flags_are("ends.any(1, keepdim=True).expand_as(ends)")
    ],
}
