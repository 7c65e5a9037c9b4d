"""What is too long for every change, run before a version is released; its log stands in docs/."""
