"""The commands behind `python3 course.py`; one module each, imported only when called."""

COMMANDS = {
    "lab": "open JupyterLab on the first lesson",
    "test": "run all tests: unit tests, style, every notebook",
    "build": "make the notebooks from the lessons",
    "doctor": "say what is wrong with this installation, and what to do",
    "bench": "measure speed against peers",
    "results": "recompute the statistics that are too long to run live",
}
