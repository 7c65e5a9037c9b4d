"""The checks of lesson 00, one exercise a file."""
