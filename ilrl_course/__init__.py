"""The helper package of the course on imitation learning; importing it does no work."""
