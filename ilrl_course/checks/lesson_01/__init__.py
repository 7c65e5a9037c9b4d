"""The checks of lesson 01, one exercise a file."""
