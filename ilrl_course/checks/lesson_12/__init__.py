"""The checks of lesson 12, one exercise a file."""
