"""A window on the screen, for `render_mode="human"`."""

import numpy as np
from gymnasium.error import DependencyNotInstalled


class Window:
    """Shows frames (H, W, 3) uint8, at most `fps` a second; it opens with the first one."""

    def __init__(self, fps: int):
        self.fps = fps
        self._surface = self._clock = None

    def show(self, frame: np.ndarray) -> None:
        """Show a frame, and wait until the one before has been there for long enough."""
        pygame = _pygame()
        if self._surface is None:
            pygame.display.init()
            self._surface = pygame.display.set_mode(frame.shape[1::-1])
            self._clock = pygame.time.Clock()
        pygame.surfarray.blit_array(self._surface, frame.swapaxes(0, 1))
        pygame.event.pump()
        pygame.display.flip()
        self._clock.tick(self.fps)

    def close(self) -> None:
        """Close the window; another frame opens a new one."""
        if self._surface is not None:
            _pygame().display.quit()
            self._surface = self._clock = None

    def __getstate__(self):
        return {"fps": self.fps, "_surface": None, "_clock": None}  # a copy of a world opens its own window


def _pygame():
    try:
        import pygame
    except ImportError as error:
        raise DependencyNotInstalled("a window needs pygame: install pygame-ce") from error
    return pygame
