"""The checks of lesson 04, one exercise a file."""
