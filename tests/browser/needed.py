"""Only what a cell of a notebook depends on: a demo is tested without the whole lesson."""

import ast
import dis
from collections.abc import Iterator, Sequence
from types import CodeType

CHANGING = ("append", "extend", "update")  # methods that change what a name stands for


def needed(cells: Sequence[str], target: int) -> list[str]:
    """Of the cells, in order, the statements that bind a name which later ones need; and the target."""
    wanted, kept = used(cells[target]), [cells[target]]
    for cell in reversed(cells[:target]):
        statements = []
        for statement in reversed(ast.parse(cell).body):
            if _bound_by(statement) & wanted:
                wanted |= _used_by([statement], frozenset())
                statements.append(ast.unparse(statement))
        if statements:
            kept.append("\n".join(statements[::-1]))
    return kept[::-1]


def used(cell: str) -> set[str]:
    """The names that a cell takes from cells before it."""
    return _used_by(ast.parse(cell).body, frozenset())


def _used_by(statements: list[ast.stmt], own: frozenset[str]) -> set[str]:
    names = set()
    for statement in statements:
        if isinstance(statement, ast.For):  # its variables are there before its body runs
            names |= _used_by([_as_statement(statement.iter)], own)
            names |= _used_by(statement.body, own | _bound_by(_as_statement(statement.target)))
        else:
            code = compile(ast.Module([statement], []), "cell", "exec")
            names |= set(_loaded(code)) - own
        own |= _bound_by(statement)
    return names


def _as_statement(expression: ast.expr) -> ast.stmt:
    return ast.copy_location(ast.Expr(expression), expression)


def _loaded(code: CodeType) -> Iterator[str]:
    """The global names that a piece of code reads, functions within it included."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_NAME", "LOAD_GLOBAL"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _loaded(constant)


def _bound_by(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    nodes = list(ast.walk(statement))
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    calls = (node.func for node in nodes if isinstance(node, ast.Call))
    changing = (call.value for call in calls if isinstance(call, ast.Attribute) and call.attr in CHANGING)
    return names | {owner.id for owner in changing if isinstance(owner, ast.Name)}
