"""The checks of lesson 09, one exercise a file."""
