"""The checks of lesson 03, one exercise a file."""
