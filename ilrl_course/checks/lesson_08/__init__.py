"""The checks of lesson 08, one exercise a file."""
