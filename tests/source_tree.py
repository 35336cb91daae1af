"""Measurements of the package's source, for the tests that keep it in shape."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module, by its name below the package (`ui.shell`)."""
    found = {}
    for path in sorted((ROOT / "dots_tui").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "dots_tui").with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return found


def lines_by_file() -> dict[str, int]:
    """Return the number of lines of every file of the package's Python source."""
    return {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in _files()}


def _files() -> Iterator[Path]:
    yield from sorted((ROOT / "dots_tui").rglob("*.py"))


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def class_sizes(trees: Mapping[str, ast.Module]) -> dict[str, int]:
    """Return the lines of every class with those of its own base classes, by name."""
    found = {node.name: node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}

    def chain(name: str, seen: dict[str, int]) -> dict[str, int]:
        if name in found and name not in seen:
            seen[name] = _lines(found[name])
            for base in found[name].bases:
                chain(ast.unparse(base).split("[")[0].rpartition(".")[2], seen)
        return seen

    return {name: sum(chain(name, {}).values()) for name in found}


def function_sizes(trees: Mapping[str, ast.Module]) -> dict[str, int]:
    """Return the lines of every function, by module and name."""
    return {
        f"{module}.{node.name}": _lines(node)
        for module, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS)
    }


def shared_names(trees: Mapping[str, ast.Module]) -> dict[str, int]:
    """Return the number of modules with a class of the same name, for each name that several modules have."""
    homes: dict[str, set[str]] = defaultdict(set)
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name].add(module)
    return {name: len(where) for name, where in homes.items() if len(where) > 1}


def nested_functions(trees: Mapping[str, ast.Module]) -> dict[str, int]:
    """Return the number of functions inside functions, by module."""
    return _counted(
        {
            module: sum(
                isinstance(inner, FUNCTIONS)
                for node in ast.walk(tree)
                if isinstance(node, FUNCTIONS)
                for inner in ast.walk(node)
                if inner is not node
            )
            for module, tree in trees.items()
        }
    )


def screen_callbacks(trees: Mapping[str, ast.Module]) -> dict[str, int]:
    """Return the number of calls of `push_screen` with a callback, by module."""
    return _counted(
        {
            module: sum(
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "push_screen"
                and len(node.args) + len(node.keywords) > 1
                for node in ast.walk(tree)
            )
            for module, tree in trees.items()
        }
    )


def takes_a_pane(trees: Mapping[str, ast.Module]) -> dict[str, int]:
    """Return the number of functions with a pane among their parameters, by module."""
    return _counted(
        {
            module: sum(
                any(_is_pane(argument) for argument in (*node.args.args, *node.args.kwonlyargs))
                for node in ast.walk(tree)
                if isinstance(node, FUNCTIONS)
            )
            for module, tree in trees.items()
        }
    )


def _is_pane(argument: ast.arg) -> bool:
    return (
        argument.arg != "self"
        and argument.annotation is not None
        and ast.unparse(argument.annotation).strip("'\"").rpartition(".")[2].endswith("Pane")
    )


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {module: count for module, count in counts.items() if count}


def imports(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return the modules of the package that each module imports, for types too."""
    found: dict[str, set[str]] = {module: set() for module in trees}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            inside = [name[len("dots_tui.") :] for name in names if name.startswith("dots_tui.")]
            deepest = [name for name in inside if name in trees]
            # `from package import module` imports the module; the package itself only if nothing else matches.
            found[module] |= set(deepest if len(deepest) < 2 else deepest[:-1]) - {module}
    return found


def import_cycles(trees: Mapping[str, ast.Module]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or not."""
    graph = imports(trees)
    reach = {module: _reachable(graph, module) for module in graph}
    groups = {
        tuple(sorted({module, *(other for other in reach[module] if module in reach[other])}))
        for module in graph
        if module in reach[module]
    }
    return [list(group) for group in sorted(groups)]


def _reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(graph[start])
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo += graph[module]
    return seen
