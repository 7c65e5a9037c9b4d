"""Slips that value targets and advantages have in common: hints, and changed inputs and results."""

import torch

LAST_ROW = (
    "the last row is treated as the end of life, but there only the record stops. Use its next value, unless "
    "it was terminated."
)
LAST_ROW_EMPTY = "the last row stays empty. Where does your loop begin? The last row has the index T - 1."
BACKWARDS = (
    "the loop runs from the first row to the last. What comes after a step is known only from the end: walk "
    "backwards."
)
FLIPPED = "the rows stand in reverse order. The first row of the result belongs to the first step."
OTHER_FLAGS = (
    "the flags of another row are read. terminated[t] and truncated[t] tell whether step t itself was the "
    "last one of its episode."
)
IF = (
    "`if`, `and`, `or` and `not` cannot decide for several worlds at once. Use torch.where, or multiply by "
    "the flags, with &, | and ~."
)
ACROSS_THE_WORLDS = "the loop walks from world to world. Walk from step to step: time is the first axis."
SCALED = "the result is normalized. Leave its scale and its mean as they are: others may do that later."
SQUEEZED = "squeeze() takes one axis too many where there is a single world. Leave it out."


def never(flags):
    """No end anywhere."""
    return torch.zeros_like(flags)


def anywhere(flags):
    """An end in one world is an end in each; flags (T, N)."""
    return flags.any(1, keepdim=True).expand_as(flags)


def below(block, last=lambda row: row):
    """Each row replaced by the one below; the last one by last(it)."""
    return torch.cat([block[1:], last(block[-1:])])


def above(flags):
    """Each row replaced by the one above, the first by no end."""
    return torch.cat([never(flags[:1]), flags[:-1]])


def swapped_axes(inputs):
    """All blocks (T, N) among the inputs as (N, T)."""
    return [value.T if isinstance(value, torch.Tensor) else value for value in inputs]


def scaled(block, correction):
    """Mean 0 and standard deviation 1."""
    return (block - block.mean()) / (block.std(correction=correction) + 1e-8)
