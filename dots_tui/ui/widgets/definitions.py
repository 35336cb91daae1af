"""Where a name is defined in a Python or env file. Pure, no Textual."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[A-Za-z_]\w*")
_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def word_at(line: str, column: int) -> str:
    """Return the name at or directly before the cursor at `column`; "" if there is none."""
    return next((m.group() for m in _WORD.finditer(line) if m.start() <= column <= m.end()), "")


def find_definition(lines: Sequence[str], at: tuple[int, int], file_name: str) -> tuple[int, int] | str:
    """Return the place (row, column) of the definition of the name at a place, or why there is none, in words."""
    word = word_at(lines[at[0]], at[1])
    if not word:
        return "The cursor is not on a name."
    return definition_of(word, lines, at[0], file_name) or f"{word} is not defined in this file."


def definition_of(name: str, lines: Sequence[str], row: int, file_name: str) -> tuple[int, int] | None:
    """Return the place (row, column), from 0, of the definition of `name` for the code in line `row`, or None.

    The innermost function around `row` that binds the name counts, then the module. A text that Python cannot
    read yet is searched for `def`, `class` and `name =`.
    """
    if not file_name.endswith(".py"):
        return _line_with(rf"\s*(?:export\s+)?({re.escape(name)})=", lines)
    try:
        tree = ast.parse("\n".join(lines) + "\n")
    except (SyntaxError, ValueError, RecursionError):
        word = re.escape(name)
        return _line_with(rf"\s*(?:async\s+)?(?:def|class)\s+({word})\b", lines) or _line_with(
            rf"\s*({word})\s*(?::[^=]+)?=(?!=)", lines
        )
    for scope in (*_functions_around(tree, row + 1), tree):
        bindings = sorted(line for bound, line in _bindings(scope) if bound == name)
        if bindings:
            return _place(name, lines, bindings[0] - 1)
    return None


def _line_with(pattern: str, lines: Sequence[str]) -> tuple[int, int] | None:
    compiled = re.compile(pattern)
    for row, line in enumerate(lines):
        match = compiled.match(line)
        if match is not None:
            return row, match.start(1)
    return None


def _place(name: str, lines: Sequence[str], row: int) -> tuple[int, int]:
    """The place of `name` in `row` or, in a statement of several lines, soon after; its columns are not bytes."""
    for at in range(row, len(lines)):
        match = re.search(rf"\b{re.escape(name)}\b", lines[at])
        if match is not None:
            return at, match.start()
    return row, 0


def _functions_around(tree: ast.AST, line: int) -> list[_Function]:
    """Return the functions that contain `line` (from 1), the innermost first."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, _FUNCTIONS) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return sorted(around, key=lambda node: node.lineno, reverse=True)


def _bindings(scope: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each name that `scope` itself binds, with the line (from 1) where the binding begins."""
    if isinstance(scope, _FUNCTIONS):
        args = scope.args
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if arg is not None:
                yield arg.arg, arg.lineno
    todo = list(ast.iter_child_nodes(scope))
    for node in todo:
        if isinstance(node, _NAMED):
            yield node.name, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0], node.lineno
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name, node.lineno
        if not isinstance(node, (*_NAMED, *_FUNCTIONS)):
            todo.extend(ast.iter_child_nodes(node))  # the loop goes on over what is added
