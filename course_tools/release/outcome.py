"""What came of one part of the release's test."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """Counts of what was tried, and sentences about what a reader of the log should know."""

    passed: int
    failed: int
    skipped: int = 0
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0
    was_tried: bool = True  # not where this machine lacks what it takes

    @property
    def is_green(self) -> bool:
        """Did all that was tried pass, and was there anything? A skip is no pass."""
        return (self.failed == self.skipped == 0 and self.passed > 0) or not self.was_tried
