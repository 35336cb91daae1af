"""Finding the calls of boto3 in our sources, without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dots_tui.aws

PACKAGE = Path(dots_tui.aws.__file__).parent
NOT_OPERATIONS = frozenset({"get_paginator", "get_waiter", "upload_file", "upload_fileobj", "copy", "close", "meta"})
"""Methods of a client that are not operations: the uploads and copy are helpers of boto3 made of several."""


@dataclass(frozen=True)
class BotoCall:
    """One call. `parameters` are its keywords; `open_ended` tells whether more come from a `**mapping`."""

    where: str
    service: str
    method: str
    paginated: bool
    parameters: tuple[str, ...]
    open_ended: bool


def boto_calls(folder: Path = PACKAGE) -> Iterator[BotoCall]:
    """All calls of operations on clients in the modules below a folder."""
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from _in_function(function, path)


def _in_function(function: ast.FunctionDef | ast.AsyncFunctionDef, path: Path) -> Iterator[BotoCall]:
    names: dict[str, str] = {}
    pages: dict[str, tuple[str, str]] = {}
    nested = {
        id(node)
        for inner in ast.walk(function)
        if inner is not function and isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(inner)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            service, paginator = _service(node.value, names), _paginator(node.value, names)
            if service:
                names[node.targets[0].id] = service
            if paginator:
                pages[node.targets[0].id] = paginator
    for node in ast.walk(function):
        if id(node) in nested and not names:
            continue  # it is visited with its own function
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found = _call(node, node.func, names, pages)
            if found is not None:
                service, method, paginated = found
                keywords = tuple(one.arg for one in node.keywords if one.arg)
                open_ended = any(one.arg is None for one in node.keywords)
                where = f"{path.relative_to(PACKAGE.parent)}:{node.lineno}"
                yield BotoCall(where, service, method, paginated, keywords, open_ended)


def _call(
    node: ast.Call, function: ast.Attribute, names: dict[str, str], pages: dict[str, tuple[str, str]]
) -> tuple[str, str, bool] | None:
    if function.attr == "paginate":
        found = _paginator(function.value, names)
        if found is None and isinstance(function.value, ast.Name):
            found = pages.get(function.value.id)
        return (*found, True) if found else None
    service = _service(function.value, names)
    return (service, function.attr, False) if service and function.attr not in NOT_OPERATIONS else None


def _service(node: ast.AST, names: dict[str, str]) -> str:
    """The service of an expression that is a client: a name, or `X.client("service")`; "" if it is none."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "client":
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
    return ""


def _paginator(node: ast.AST, names: dict[str, str]) -> tuple[str, str] | None:
    """(service, method) of an expression that is a paginator."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_paginator":
        service, first = _service(node.func.value, names), node.args[0]
        if service and isinstance(first, ast.Constant):
            return service, str(first.value)
    return None
