"""A function of a notebook becomes a file that runs by itself: with all that it uses, and nothing else."""

import ast
import sys

import pytest

from ilrl_course.algorithms.bc import bc_loss as COURSES_BC_LOSS
from ilrl_course.checks.sources import CannotBeKept, module_of, only_defines, source_of
from tests.checks.cells import Notebook


def revived(text):
    """What the module defines, in names of its own."""
    assert only_defines(ast.parse(text))
    names = {"__name__": "__main__"}
    exec(compile(text, "<kept>", "exec", dont_inherit=True), names)
    return names


def body_of(text):
    """The module without its head."""
    head, future, body = text.partition("from __future__ import annotations\n")
    assert head.startswith("# Your answer to f, as check() kept it when it passed.")
    assert future
    return body.lstrip("\n")


def kept(*cells):
    """The module of `f`, without its head."""
    return body_of(module_of(Notebook(*cells)["f"]))


def result_of(*cells):
    """What `f()` gives in the notebook, and what in its module."""
    notebook = Notebook(*cells)
    in_the_notebook, text = notebook["f"](), module_of(notebook["f"])
    assert revived(text)["f"]() == in_the_notebook
    return in_the_notebook


# The text


def test_a_function_is_kept_as_it_was_typed():
    source = 'def f(x, *, y=2):\n    """Words.\n\n    More."""\n\n    # why\n    return x  +  y  # (B,)\n'
    assert kept(source) == source


def test_decorators_and_odd_layouts_are_kept():
    source = "@torch.no_grad()\ndef f(\n  x,\n): return (x\n   + 1)\n"
    assert kept(f"import torch\nx = 3\n{source}z = 4") == f"import torch\n\n\n{source}"


def test_a_function_within_an_if_loses_its_indent_only():
    assert kept("if True:\n    def f():\n        return 1") == "def f():\n    return 1\n"


def test_the_order_is_imports_constants_helpers_answer():
    text = kept(
        "import numpy as np\nfrom math import floor\nHALF = 0.5\ndef g():\n    return floor(HALF)",
        "unused = np.ones(3)\ndef unused_helper():\n    return 1\nimport json",
        "def f():\n    return np.pi * g()",
    )
    assert text == (
        "import numpy as np\nfrom math import floor\n\nHALF = 0.5\n\n\n"
        "def g():\n    return floor(HALF)\n\n\ndef f():\n    return np.pi * g()\n"
    )


def test_the_text_is_the_same_every_time():
    cells = ["A, B, C = {'x', 'y', 'z'}, 1, 2\ndef g():\n    return A\ndef h():\n    return B, C, g()"]
    cells += ["def f():\n    return h(), C"]
    assert len({kept(*cells) for _ in range(3)}) == 1
    assert "A = {'x', 'y', 'z'}" in kept(*cells)


# Imports


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("import math", "math.pi"),
        ("import numpy as np", "np.pi"),
        ("import torch.nn.functional as F", "F.relu.__name__"),
        ("from torch.nn import functional as F", "F.relu.__name__"),
        ("from torch import nn", "nn.Linear.__name__"),
        ("from torch import Tensor", "Tensor.__name__"),
        ("from torch import stack", "stack.__name__"),
        ("from torch.nn.functional import logsigmoid as smooth", "smooth.__name__"),
        ("from numpy.random import default_rng", "default_rng(0).random()"),
        ("from math import inf", "inf"),
        ("from collections.abc import Callable", "Callable.__name__"),
        ("from ilrl_course.data import Actor", "str(Actor)"),
        ("from ilrl_course.envs import CARTPOLE as WORLD", "WORLD.name"),
        ("from ilrl_course.stats import compare_paired", "compare_paired.__name__"),  # a former name
        ("import scipy.special", "scipy.special.__name__"),
        ("import os.path", "os.path.join('a', 'b')"),
    ],
)
def test_an_import_is_kept_as_it_stands_in_the_notebook(line, use):
    if line == "from math import inf":  # a number is kept as a number
        assert kept(line, "def f():\n    return inf").startswith("inf = 1e999\n")
    else:
        assert kept(f"if 3:\n    {line}", f"def f():\n    return {use}").startswith(f"{line}\n\n\ndef f")
    result_of(line, f"def f():\n    return {use}")


def test_of_several_things_in_one_import_only_what_is_used_is_kept():
    text = kept("import math, json as j\nfrom os import sep, path as p, name", "def f():\n    return p, j")
    assert text.startswith("import json as j\nfrom os import path as p\n\n\n")


def test_a_package_comes_with_the_parts_that_were_imported_through_it():
    text = kept("import scipy.stats\nimport scipy.special", "def f():\n    return scipy.stats.norm")
    assert text.startswith("import scipy.special\nimport scipy.stats\n\n\n")


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("import numpy\nnum = numpy", "import numpy as num"),
        ("import torch\nmean = torch.mean", "from torch import mean"),
        ("import torch\naverage = torch.mean", "from torch import mean as average"),
        ("from ilrl_course.networks import *\nP = Policy", "from ilrl_course.networks import Policy as P"),
        ("total = sum", "from builtins import sum as total"),
        ("def g(x): return 1\nfrom ilrl_course.algorithms.bc import bc_loss as g", "bc import bc_loss as g"),
    ],
)
def test_what_the_notebook_imports_in_another_way_is_found_by_what_it_is(cell, line):
    name = line.split()[-1]
    text = kept(cell, f"def f():\n    return {name}")
    assert text.splitlines()[0].endswith(line)


def test_an_import_that_no_longer_gives_what_the_name_stands_for_is_not_taken():
    text = kept("from math import floor as g", "from math import ceil as g", "def f():\n    return g(0.5)")
    assert text.startswith("from math import ceil as g\n\n\n")


def test_cells_that_failed_or_are_no_python_are_passed_over():
    notebook = Notebook("import math as m", "def f():\n    return m.pi")
    notebook["In"].insert(2, "import no_such_module as m")
    notebook["In"].insert(2, "from .nowhere import m")
    notebook["In"].insert(2, "import math as m\nthis is no python")
    notebook["In"].insert(2, None)
    assert body_of(module_of(notebook["f"])).startswith("import math as m\n\n\n")


# Constants


CONSTANTS = """
0; -3; 2.5; -1e-8; True; None; 'it''s'; 'ü\\n"'; b'x'; range(1, 9, 2); 10**30; (); (1,); [[1], [2, None]]; {}
{'a': (1, {2})}; set(); {1}; {(1, 2): [True]}; float('inf'); [-float('inf')]; 'inf'
np.float32(0.1); np.int64(3); [np.float64(2)]
"""


@pytest.mark.parametrize("value", CONSTANTS.strip().replace("\n", "; ").split("; "))
def test_constants_are_kept_as_what_they_are(value):
    found = result_of(f"import numpy as np\nA = {value}", "def f():\n    return A")
    text = module_of(Notebook(f"import numpy as np\nA = {value}", "def f():\n    return A")["f"])
    again = revived(text)["f"]()
    assert (type(again), repr(again)) == (type(found), repr(found))
    assert ("import numpy as np" in text) == ("np." in value)


def test_values_are_those_at_the_check_and_not_those_at_the_definition():
    cells = ["A = 1\ndef g():\n    return 'old'", "def f():\n    return A, g()", "A = 2"]
    assert result_of(*cells, "def g():\n    return 'new'") == (2, "new")


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("import torch\nA = torch.ones(2)", "a Tensor"),
        ("import numpy as np\nA = np.ones(2)", "a ndarray"),
        ("import numpy as np\nA = [np.ones(2)]", "a list"),
        ("import numpy as np\nA = np.nan", "a float"),
        ("from torch import nn\nA = nn.Linear(1, 1)", "a Linear"),
        ("from torch import nn\nclass Net(nn.Module):\n    pass\nA = Net()", "a Net"),
        ("from functools import partial\nA = partial(max, 1)", "a partial"),
        ("A = (i for i in range(3))", "a generator"),
        ("class T(tuple):\n    pass\nA = T((1, 2))", "a T"),
        ("A = {'a': object()}", "a dict"),
        ("A = (lambda: 1,)", "a tuple"),
        ("A = [1].append", "a builtin_function_or_method"),
    ],
)
def test_what_no_file_can_hold_is_named(cell, what):
    expected = f"`f` uses `A`, {what}, and only imports, constants, functions and classes can be kept"
    with pytest.raises(CannotBeKept) as error:
        kept(cell, "def f():\n    return A")
    assert str(error.value) == expected


def test_a_long_table_of_numbers_is_no_constant():
    with pytest.raises(CannotBeKept, match="`f` uses `A`, a list that is too long to be kept"):
        kept("A = list(range(10_000))", "def f():\n    return A")


@pytest.mark.parametrize(
    "lines", ["A = lambda x: x", "A = max([abs], key=\n  lambda x: 0) and (\n lambda x: x)"]
)
def test_a_lambda_is_told_to_be_a_function(lines):
    with pytest.raises(CannotBeKept, match="`f` uses `A`, a lambda, instead of a function with `def`"):
        kept(lines, "def f():\n    return A")


def test_the_helper_that_needs_it_is_named():
    with pytest.raises(CannotBeKept, match="`g` uses `A`, an object"):
        kept("A = object()\ndef g():\n    return A", "def f():\n    return g()")


# Which names a function uses


def test_names_of_its_own_are_not_taken_for_those_of_the_notebook():
    source = (
        "def f(a, *b, c=1, **d):\n"
        "    import math as e\n"
        "    g = [h for h in range(3)]\n"
        "    with open(a) as i:\n        pass\n"
        "    for j, (k, *l) in g:\n        pass\n"
        "    try:\n        pass\n    except ValueError as m:\n        pass\n"
        "    def n(o):\n        nonlocal g\n        p = o\n        return lambda q: (p, q, a)\n"
        "    class R:\n        s = 1\n        def t(self):\n            return super().__init__()\n"
        "    if (u := 3):\n        return n, R, u, x.y, {'z': 0}['z']\n"
    )
    names = [chr(code) for code in range(ord("a"), ord("z") + 1) if chr(code) not in "fx"] + ["R", "self"]
    cell = f"{' = '.join(names)} = object()\nx = 5"
    assert kept(cell, source) == f"x = 5\n\n\n{source}"


@pytest.mark.parametrize(
    "source",
    [
        "def f(a=A):\n    return a",
        "def f(*, a=[A]):\n    return a[0]",
        "def f():\n    return [A for _ in range(1)][0]",
        "def f():\n    return (lambda: A)()",
        "def f():\n    def g(a=A):\n        return a\n    return g()",
        "def f():\n    class G:\n        a = A\n    return G.a",
        "def f():\n    A_ = 1\n    return f'{A:{A_}}'",
        "def f():\n    global A\n    A = A + 0\n    return A",
        "def f():\n    class G:\n        A = 2\n        def g(self): return A\n    return G().g()",
        "import functools\n@functools.lru_cache(A)\ndef f():\n    return f.cache_info().maxsize",
        "class G:\n    a = A\ndef f():\n    return G.a",
        "class G:\n    def g(self, a=A):\n        return a\ndef f():\n    return G().g()",
    ],
)
def test_a_name_counts_wherever_it_stands(source):
    result_of("A = 7", source)
    assert "\nA = 7\n" in f"\n{kept('A = 7', source)}"


def test_names_that_python_has_and_names_that_are_nowhere_are_left_alone():
    assert kept("def f():\n    return len('') or nowhere or __name__") == (
        "def f():\n    return len('') or nowhere or __name__\n"
    )
    assert "from builtins" not in kept("def f():\n    return sum([])")


def test_a_name_of_pythons_own_that_the_notebook_has_given_anew_is_the_notebooks():
    assert result_of("def sum(x):\n    return 'mine'", "def f():\n    return sum([1])") == "mine"


# Annotations


def test_names_in_annotations_are_imported_for_readers():
    cell = "from torch import Tensor\nfrom collections.abc import Callable"
    text = kept(
        cell,
        "from ilrl_course.networks import Policy",
        "def f(a: Policy, *b: 'Unknown') -> Callable[[Tensor], int]:\n    c: Tensor = 1",
    )
    assert text.splitlines()[:3] == [
        "from collections.abc import Callable",
        "from ilrl_course.networks import Policy",
        "from torch import Tensor",
    ]


@pytest.mark.parametrize("kind", ["int | None", "Callable[..., int]", "object()", "Other.Inner", "lambda: 1"])
def test_an_annotation_that_cannot_be_kept_is_not_needed(kind):
    cell = (
        f"from collections.abc import Callable\nclass Other:\n    class Inner:\n        pass\nKind = {kind}"
    )
    text = kept(cell, "def f(a: Kind = None) -> Kind:\n    b: Kind = 1\n    return b")
    assert text.startswith("def f(a: Kind")
    revived(f"from __future__ import annotations\n{text}")


def test_where_an_annotation_leads_to_something_that_cannot_be_kept_nothing_of_it_is_kept():
    cell = "import json\nz = object()\ndef g():\n    return json\nclass Kind:\n    x = g() and z"
    assert kept(cell, "def f(a: Kind):\n    return a") == "def f(a: Kind):\n    return a\n"


def test_what_stands_in_an_annotation_and_elsewhere_is_needed():
    with pytest.raises(CannotBeKept, match="`f` uses `Kind`"):
        kept("Kind = int | None", "def f(a: Kind):\n    return isinstance(a, Kind)")


def test_classes_whose_annotations_name_each_other_end():
    cell = (
        "class G:\n    def g(self, h: H):\n        pass\nclass H:\n    def h(self, g: G, h: H):\n        pass"
    )
    text = kept(f"from __future__ import annotations\n{cell}", "def f(g: G):\n    return g")
    assert (text.count("class G"), text.count("class H")) == (1, 1)


# Helpers


def test_helpers_of_helpers_come_before_what_uses_them():
    cells = ["A = 2\ndef h():\n    return A", "def g(x=h()):\n    return x + h()", "def f():\n    return g()"]
    assert result_of(*cells) == 4
    text = kept(*cells)
    assert text.index("def h") < text.index("def g") < text.index("def f")


def test_functions_that_call_themselves_and_each_other_are_kept_once():
    cell = "def g(n):\n    return n and f(n - 1)\ndef f(n=5):\n    return n and g(n - 1)"
    assert result_of(cell) == 0
    assert (kept(cell).count("def g"), kept(cell).count("def f")) == (1, 1)
    assert result_of("def f(n=3):\n    return n and f(n - 1)") == 0


def test_a_helper_with_two_names_is_kept_under_both():
    cells = ["def g():\n    return 1\nh = g", "def f():\n    return h(), g()"]
    assert result_of(*cells) == (1, 1)
    assert kept(*cells).count("def g") == 1
    assert "\nh = g\n" in kept(*cells)


def test_a_helper_that_has_only_another_name_left_is_kept():
    assert result_of("def g():\n    return 1\nh = g\ndel g", "def f():\n    return h()") == 1


def test_one_name_for_two_things_is_told():
    cells = ["def g():\n    return 1\nh = g", "def g():\n    return 2", "def f():\n    return h(), g()"]
    with pytest.raises(CannotBeKept, match="`g` stands for two different things in it"):
        kept(*cells)


def test_classes_are_kept_with_bases_and_decorators():
    cells = [
        "from dataclasses import dataclass, field\nSIZE = 3",
        "class Base:\n    def get(self):\n        return self.size",
        "@dataclass\nclass Config(Base):\n    size: int = SIZE\n    all: list = field(default_factory=list)",
        "def f():\n    return Config().get(), repr(Config(4))",
    ]
    assert result_of(*cells) == (3, "Config(size=4, all=[])")
    assert "@dataclass\nclass Config(Base):\n" in kept(*cells)


def test_of_a_class_that_was_written_twice_the_one_in_use_is_kept():
    first, second = (f"class G:\n    def g(self):\n        return {number}" for number in (1, 2))
    notebook = Notebook(first, "def f():\n    return G().g()")
    old = notebook["G"]
    notebook.run(second)
    assert "return 2" in module_of(notebook["f"])
    notebook.names["G"] = old
    assert "return 1" in module_of(notebook["f"])


def test_of_a_class_without_methods_the_newest_is_kept():
    cells = ["class G:\n    a = 1", "class G:\n    a = 2", "def f():\n    return G.a"]
    assert result_of(*cells) == 2


def test_a_class_whose_text_is_nowhere_is_told():
    with pytest.raises(CannotBeKept, match="`f` uses the class `G`, whose text is not at hand"):
        kept("G = type('G', (), {'__module__': '__main__'})", "def f():\n    return G")


def test_a_decorator_of_ones_own_is_kept():
    decorator = "from functools import wraps\ndef twice(g):\n    return wraps(g)(lambda: (g(), g()))"
    assert result_of(decorator, "@twice\ndef f():\n    return 1") == (1, 1)
    cells = [decorator, "@twice\ndef g():\n    return 1\nh = g", "def f():\n    return h()"]
    assert result_of(*cells) == (1, 1)


@pytest.mark.parametrize("name", ["g", "h"])
def test_a_function_that_was_decorated_later_on_is_told(name):
    cells = [f"import functools\ndef g():\n    return 1\n{name} = functools.cache(g)"]
    with pytest.raises(CannotBeKept, match=f"`f` uses `{name}`, which was made of `g`"):
        kept(*cells, f"def f():\n    return {name}()")


def test_a_function_that_remembers_another_ones_variables_is_told():
    cell = "def make(n):\n    def g():\n        return n\n    return g\nh = make(3)"
    with pytest.raises(CannotBeKept, match="`g` uses variables of the function in which it was defined"):
        kept(cell, "def f():\n    return h()")
    assert result_of("def make(n):\n    return lambda: n", "def f():\n    return make(3)()") == 3


def test_the_course_own_functions_are_imported_and_those_of_the_student_are_kept():
    notebook = Notebook("def f(loss_fn=None):\n    return bc_loss")
    notebook.names["bc_loss"] = COURSES_BC_LOSS
    text = body_of(module_of(notebook["f"]))
    assert text.startswith("from ilrl_course.algorithms.bc import bc_loss\n\n\n")
    notebook.run("def bc_loss():\n    return 1")
    assert body_of(module_of(notebook["f"])).startswith("def bc_loss():")


def test_a_function_that_was_kept_and_revived_is_kept_with_the_same_text():
    cells = [
        "import math\nfrom dataclasses import dataclass\nA = 2",
        "class G:\n    def g(self):\n        return A",
    ]
    text = module_of(Notebook(*cells, "def f():\n    return math.pi, G().g()")["f"])
    again = Notebook(text)
    again.names["In"] = []
    assert module_of(again["f"]) == text


def test_a_function_without_text_is_told():
    names = {"__name__": "__main__"}
    exec(compile("def g():\n    return 1", "<timed exec>", "exec"), names)  # as after %%time
    with pytest.raises(
        CannotBeKept, match="the text of `g` is not at hand; if its cell begins with a line like %%"
    ):
        module_of(names["g"])
    with pytest.raises(CannotBeKept, match="the text of `len` is not at hand"):
        source_of(len)


def test_what_is_called_like_a_function_and_is_none_is_told(monkeypatch):
    notebook = Notebook("class F:\n    __name__ = 'f'\n    def __call__(self):\n        return 1\nf = F()")
    monkeypatch.setattr(sys.modules["__main__"], "f", notebook["f"], raising=False)  # as in a kernel
    with pytest.raises(CannotBeKept, match="`f` uses `f`, a F"):
        module_of(notebook["f"])


def test_writing_it_down_changes_nothing_in_the_notebook_and_loads_nothing():
    notebook = Notebook("import math\nA = [1]", "def f():\n    return math, A")
    before, modules = dict(notebook.names), set(sys.modules)
    module_of(notebook["f"])
    assert notebook.names == before
    assert set(sys.modules) == modules


# Reading


DEFINES = """
x = 1; x = [-1, (None, {'a': {1}})]; x = y; x = y = set(); x = range(3); x = np.float64(1.5)
import os; from os import path; def f(): anything(); class A: x = g(); async def f(): g()
"""
DOES_MORE = """
print(1); 'words'; x = f(); x = np.load('x'); x = [f(1)]; x = {f(): 1}; x = 1 + 1; x += 1; x = lambda: 1
x = [i for i in y]; x: int = f(); x: f() = 1; x = y[f()]; x = (y := f()); x = set(f()); x = np.float64(f())
x = 'a' if f() else 'b'; x = np.random.seed(1); x = f'{g()}'; x[f()] = 1; x.y = 1; x = set.pop(y); del x
if f(): pass; for x in y: pass; with f(): pass; assert f(); x = m.range(3); import os\\nos.system('x')
"""


def statements(texts):
    """Each as text."""
    return [text.replace("\\n", "\n") for text in texts.strip().replace("\n", "; ").split("; ")]


@pytest.mark.parametrize("text", ["", *statements(DEFINES)])
def test_a_module_that_only_defines(text):
    assert only_defines(ast.parse(text))


@pytest.mark.parametrize("text", statements(DOES_MORE))
def test_a_module_that_does_more(text):
    assert not only_defines(ast.parse(text))


def test_what_is_written_only_defines():
    values = ["1", "-1", "{'a': [range(2), set(), (1,)]}", "np.float32(-2)", "float('-inf')"]
    for value in values:
        text = module_of(Notebook(f"import numpy as np\nA = {value}", "def f():\n    return A, np")["f"])
        assert only_defines(ast.parse(text))
