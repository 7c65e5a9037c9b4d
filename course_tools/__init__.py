"""What stands behind `python3 course.py`, and no lesson imports; a module for each command."""

# name -> its module, imported only when it is called, and what it is for
COMMANDS = {
    "lab": ("course_tools.lab.lab", "open JupyterLab on the first lesson, or on lesson NN"),
    "test": ("course_tools.test", "run all tests: unit tests, style, every notebook"),
    "build": ("course_tools.build.build", "make the notebooks from the lessons"),
    "site": ("course_tools.site.site", "make the pages of the site, which can be read without Python"),
    "wheel": ("course_tools.build.wheel", "build the package that can be installed without the repository"),
    "doctor": ("course_tools.setup.doctor", "say what is wrong with this installation, and what to do"),
    "worlds": ("course_tools.setup.worlds", "install the worlds of lessons 11 and 12, which others made"),
    "grade": ("course_tools.grading.grade", "grade what students handed in for lesson NN"),
    "hub": ("course_tools.hub.hub", "start JupyterHub for a class, with the accounts of this machine"),
    "recordings": ("course_tools.recordings", "list your recorded games, rename those of a former version"),
    "bench": ("course_tools.records.bench", "measure speed against peers"),
    "results": ("course_tools.records.results", "recompute the statistics that are too long to run live"),
}
