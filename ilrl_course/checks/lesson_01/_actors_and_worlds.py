"""Hints that recording an episode and evaluating share: who acts, in which world, from which seed."""

OTHER_ENV = "it plays in a world of its own. Step the env that is passed in."
OTHER_ACTOR = "it lets somebody else act. Ask the actor that is passed in."
