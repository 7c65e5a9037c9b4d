"""The checks of lesson 07, one exercise a file."""
