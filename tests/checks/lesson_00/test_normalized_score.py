"""Lesson 00, the scale: right answers and mistakes, written independently of the bank."""

import numpy as np

from tests.checks.answers import promises_of


def right(score, random_score, expert_score):
    distance = expert_score - random_score
    return (score - random_score) / distance


RIGHT = [
    right,
    lambda score, random_score, expert_score: (
        np.polyfit([random_score, expert_score], [0, 1], 1) @ [score, 1]
    ),
    lambda score, random_score, expert_score: 1 - (expert_score - score) / (expert_score - random_score),
    lambda score, random_score, expert_score: np.float32(right(score, random_score, expert_score)),
]
WRONG = {
    "the distance is taken to the score": [lambda s, r, e: s / (e - s) - r / (e - s)],
    "a plus stands": [lambda s, r, e: (s - r) * (1 / (e + r))],
    "the result is rounded": ["return round(result, ndigits=2)", "return float(f'{result:.4f}')"],
    "the random score is not taken": [lambda s, r, e: np.divide(s, e)],
    "random does not become 0": [lambda s, r, e: s / (e - r)],
    "random becomes 0, but": [lambda s, r, e: s / e - r / e, "/ distance =>"],
    "the scale is upside down": ["random_score, expert_score = expert_score, random_score"],
    "the expert becomes 0": ["(score - random_score) => (score - expert_score)"],
    "the sign is lost": ["return np.abs(result)"],
    "the score is cut off at 0 or 1": ["score = max(score, random_score)"],
    "the score is cut off at some bound": ["return min(result, 10)", "return np.clip(result, -1, 2)"],
    "parentheses are missing": [lambda s, r, e: s - (r / e) - r],
    "the fraction loses": ["return np.floor(result)"],
    "a score of 0.25, where random gets 0.0625": ["/ distance => / max(distance, 1)"],
}


TestAnswers = promises_of("normalized_score", right, RIGHT, WRONG)
