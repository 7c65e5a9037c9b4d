"""What goes wrong with the rows and ends of a block, in value targets and in advantages alike."""

from ilrl_course.checks.slips import Mistakes

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
OTHER_VALUES = (
    "the next value comes from another row. next_values[t] is what follows step t; the row below may belong "
    "to another episode."
)
OF_ALL_WORLDS = "an end in one world ends the episodes of all worlds. Keep them apart: no any() and no all()."
IF = (
    "`if`, `and`, `or` and `not` cannot decide for several worlds at once. Use torch.where, or multiply by "
    "the flags, with &, | and ~."
)
TILDE = (
    "`~` does not mean `not` for numbers: ~0 is -1, and ~1 is -2. Use it on booleans, before you turn them "
    "into numbers."
)
LOOP = "reversed(range(len(rewards)))"
FORWARDS = f"{LOOP} => range(len(rewards))"
TOO_SHORT = f"{LOOP} => reversed(range(len(rewards) - 1))"
A_ROW_LATE = [
    "return torch.cat([result[1:], 0 * result[-1:]])",
    "return torch.cat([result[1:], result[-1:]])",
    "return result.roll(-1, 0)",
]


def flags_are(change: str) -> str:
    """Both kinds of `ends`, (T, N), changed in the same way."""
    return f"terminated, truncated = ({change} for ends in (terminated, truncated))"


IN_COMMON: Mistakes = {
    OTHER_FLAGS: [
        flags_are("torch.cat([ends[1:], ends[-1:]])"),
        flags_are("torch.cat([ends[1:], ends[-1:] & False])"),
        flags_are("torch.cat([ends[:1] & False, ends[:-1]])"),
        flags_are("ends.roll(1, 0)"),
    ],
    OTHER_VALUES: [
        "next_values = torch.cat([next_values[1:], next_values[-1:]])",
        "next_values = next_values[-1:].expand_as(next_values)",
        *(f"next_values = next_values.roll({shift}, 0)" for shift in (-1, 1)),
    ],
    OF_ALL_WORLDS: [
        flags_are("ends.any(1, keepdim=True).expand_as(ends)"),
        *(f"{end} = {end}.any(1, keepdim=True).expand_as({end})" for end in ("terminated", "truncated")),
    ],
    "an end at any time ends all episodes of its world. Look at the flags of row t alone: no any() and no "
    "all().": [
        flags_are("ends.any(0, keepdim=True).expand_as(ends)"),
        "terminated = terminated.any(0, keepdim=True).expand_as(terminated)",
    ],
    BACKWARDS: [FORWARDS],
    LAST_ROW_EMPTY: [TOO_SHORT, "return torch.cat([result[:-1], 0 * result[-1:]])"],
    "the first row stays empty. Where does your loop end? The first row has the index 0.": [
        "return torch.cat([0 * result[:1], result[1:]])"
    ],
    "only the last row is filled: the loop stops after its first round. Does `return` stand within it?": [
        "return torch.cat([0 * result[:-1], result[-1:]])"
    ],
    "only the first row is filled. Store the row of each step within the loop, not after it.": [
        "return torch.cat([result[:1], 0 * result[1:]])"
    ],
    "each row holds what belongs to the row before it. Row t of the result belongs to step t.": [
        "return torch.cat([0 * result[:1], result[:-1]])"
    ],
    "the loop takes as many steps as there are worlds. Time is the first axis: take len(rewards) of them.": [
        f"{LOOP} => reversed(range(rewards.shape[1]))"
    ],
}
