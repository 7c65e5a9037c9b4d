"""From lessons in text to notebooks."""
