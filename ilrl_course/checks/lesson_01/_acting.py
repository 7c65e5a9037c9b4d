"""What the checks of recording and of evaluating share: who acts, and in which world."""

OTHER_ENV = "it plays in a world of its own. Step the env that is passed in."
OTHER_ACTOR = "it lets somebody else act. Ask the actor that is passed in."
FIRST_OBS = "the actor always sees the first observation. Go on from the one that step() returned."
EXPERT = (
    "from ilrl_course.envs import DRIVING\nactor = DRIVING.make_demonstrator('expert')"  # the lesson's own
)
LEFTOVERS = {"gym": OTHER_ENV, "DRIVING": OTHER_ENV, "expert": OTHER_ACTOR}
