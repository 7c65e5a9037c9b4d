"""The checks of lesson 06b, one exercise a file."""
