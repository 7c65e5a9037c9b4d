"""What stands around the picture of a game: how it is going, and what to do now."""

from ilrl_course.play.game import OVER, READY, Game


def words(game: Game, is_open: bool, error: str) -> dict:
    """The texts and marks that go to the front end with each picture."""
    return {
        "facts": _facts(game),
        "text": _text(game, is_open, error),
        "phase": game.phase if is_open else "closed",
        "person": game.person_acts,
        "kept": game.num_kept,
    }


def _facts(game: Game) -> list[str]:
    steps = len(game.rewards)
    length = f"{steps / game.world.pace:.1f} s" if game.world.pace else f"{steps} turn{'s' * (steps != 1)}"
    facts = [f"score {game.score:.2f}".rstrip("0").rstrip("."), length]
    facts.append(f"attempt {len(game.finished) + (game.phase != OVER)}")
    facts.append(f"{game.num_kept} recorded")
    if game.pilot:
        facts.append(f"{sum(game.labeled)} labels")
    return facts


def _text(game: Game, is_open: bool, error: str) -> str:
    if not is_open:
        return "This game is closed: another one was opened. Run the cell again to play here."
    if error:
        saved = (
            "What is on disk is safe; what is not is saved with the next game, or when the notebook closes."
        )
        return f"Something went wrong ({error}). {saved}"
    if game.phase == OVER:
        how = next((word for word, is_so in game.ended.items() if is_so), "over")
        how = {"crashed": "Crashed", "success": "Made it!", "over": "Over"}[how]
        return f"{how}. Score {game.score:.1f}. Space: the next game."
    if game.pilot and game.world.pace is None:
        return "An arrow says what you would do; then the policy makes its own move. Space: no comment."
    if game.phase == READY:
        return "Space: watch the policy." if game.pilot else "Press an arrow key to begin."
    if game.pilot:
        return "YOU act. Space: hand back." if game.person_acts else "The policy acts. An arrow: take over."
    return ""
