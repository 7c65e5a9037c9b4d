"""The checks of lesson 10, one exercise a file."""
