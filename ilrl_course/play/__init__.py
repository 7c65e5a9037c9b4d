"""People at the keyboard: games in the notebook, what is recorded of them, and who stands in for a person."""
