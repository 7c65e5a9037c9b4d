"""The checks of lesson 05, one exercise a file."""
