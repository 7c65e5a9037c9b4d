"""Cells as a notebook runs them: the source of what they define can be looked up."""

import __future__

import itertools
import linecache

numbers = itertools.count()


def run_cell(source, name, names):
    """What the cell calls `name`; `names` is what is known before it runs."""
    file = f"<cell {next(numbers)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    cell = dict(names)
    exec(compile(source, file, "exec", flags=__future__.annotations.compiler_flag), cell)
    return cell[name]


class Notebook:
    """Cells that share their names, as in a kernel; `In` holds the text of each."""

    def __init__(self, *cells):
        self.names = {"__name__": "__main__", "In": [""]}
        for cell in cells:
            self.run(cell)

    def run(self, source):
        """Run a cell."""
        file = f"<cell {next(numbers)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        self.names["In"].append(source)
        exec(compile(source, file, "exec", dont_inherit=True), self.names)

    def __getitem__(self, name):
        return self.names[name]
