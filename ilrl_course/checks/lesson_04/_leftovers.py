"""Hints about names of lesson 04 that take the place of an argument."""

LESSONS_EXPERT = "it asks the expert of the lesson. Ask the one that is passed in."
