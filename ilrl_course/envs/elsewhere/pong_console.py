"""One Atari for all games of Pong in this process: a copy of the world only keeps its place in the game.

Loading the game takes as long as playing hundreds of steps, swapping its state half a step. So the hundred
copies of an evaluation start at once.
"""

from functools import cache
from typing import Any, Protocol

import numpy as np


class Player(Protocol):
    """Whoever plays at the console, and keeps the state of the game while others do."""

    state: Any


class Console:
    """An emulator (`ale_py`) with Pong in it, in the state of the `player` who had it last."""

    def __init__(self):
        from ale_py import ALEInterface, LoggerMode, roms

        ALEInterface.setLoggerMode(LoggerMode.Error)
        self.emulator = ALEInterface()
        # Buttons stick by the world's own random numbers: the emulator's begin anew only with a new load.
        self.emulator.setFloat("repeat_action_probability", 0.0)
        self.emulator.loadROM(roms.get_rom_path("pong"))
        self.emulator.reset_game()
        self.first_state, self.first_screen = self.emulator.cloneState(), self.emulator.getScreenRGB()
        self.player: Player | None = None

    def hand_to(self, player: Player):
        """The emulator, in the state of this player's game."""
        if self.player is not player:
            if self.player is not None:
                self.player.state = self.emulator.cloneState()
            self.emulator.restoreState(player.state)
            self.player = player
        return self.emulator

    def begin(self, player: Player) -> np.ndarray:
        """Put a player's game back to its first frame; returns the screen, (210, 160, 3) uint8."""
        player.state = self.first_state
        if self.player is player:
            self.player = None
        return self.first_screen


@cache
def console() -> Console:
    """The one console."""
    return Console()
