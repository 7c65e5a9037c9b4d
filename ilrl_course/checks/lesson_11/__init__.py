"""The check of lesson 11, one exercise a file."""
