"""From what students handed in to their points: nbgrader's round trip as one command."""
