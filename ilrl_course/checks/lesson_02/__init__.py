"""The checks of lesson 02, one exercise a file."""
