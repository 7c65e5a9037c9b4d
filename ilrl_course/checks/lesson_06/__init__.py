"""The checks of lesson 06, one exercise a file."""
