"""The checks of lesson 13, one exercise a file."""
