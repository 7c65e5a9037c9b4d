"""The algorithms, one a file, each with the same four parts: config, loss, update, training generator."""
