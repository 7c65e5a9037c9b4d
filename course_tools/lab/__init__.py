"""JupyterLab, for students and for tests in a browser."""
