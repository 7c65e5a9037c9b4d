"""From lessons, solutions, documents and docstrings to the site, which works without a network."""
