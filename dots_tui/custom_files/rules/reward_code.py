"""A reward function as code: which names hold ``params``, what they stand for, what is asked before it is used.

Nothing is run. What cannot be told for certain is taken to be right: these rules are read while somebody types.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Union

from dots_tui.custom_files.facts import Facts
from dots_tui.custom_files.findings import Finding, Severity
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.custom_files.rules.python_source import parse

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
NAME = "reward_function"


@dataclass(frozen=True, eq=False)
class Code:
    """A module that parses and defines reward_function as a function."""

    tree: ast.Module
    main: ast.FunctionDef

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The module's own functions, by name."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def reached(self) -> list[ast.FunctionDef]:
        """The functions a call of reward_function may run, itself first."""
        found, names = [self.main], {NAME}
        for function in found:
            for node in walked(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in names:
                    names.add(node.func.id)
                    if node.func.id in self.functions:
                        found.append(self.functions[node.func.id])
        return found

    @cached_property
    def holders(self) -> dict[ast.FunctionDef, set[str]]:
        """The names that hold ``params`` in each function it is handed to."""
        first = _arguments(self.main)
        found: dict[ast.FunctionDef, set[str]] = {self.main: set(first[:1])}
        waiting = [self.main]
        while waiting:
            function = waiting.pop()
            names = found[function] = _with_aliases(function, found[function])
            for callee, name in self._handed_on(function, names):
                if name not in found.setdefault(callee, set()):
                    found[callee].add(name)
                    waiting.append(callee)
        return found

    def _handed_on(self, function: ast.FunctionDef, names: set[str]) -> Iterator[tuple[ast.FunctionDef, str]]:
        for node in walked(function):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            callee = self.functions.get(node.func.id)
            if callee is None:
                continue
            for name, argument in zip(_arguments(callee), node.args):
                if isinstance(argument, ast.Name) and argument.id in names:
                    yield callee, name
            for keyword in node.keywords:
                if keyword.arg and isinstance(keyword.value, ast.Name) and keyword.value.id in names:
                    yield callee, keyword.arg

    @cached_property
    def views(self) -> list[View]:
        """Each function that is handed ``params``."""
        return [View(self, function, frozenset(names)) for function, names in self.holders.items()]


@dataclass(frozen=True, eq=False)
class View:
    """One function that has ``params``, and what its names stand for."""

    code: Code
    function: ast.FunctionDef
    holders: frozenset[str]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All that is in the function; every rule goes through them."""
        return walked(self.function)

    @cached_property
    def values(self) -> dict[str, ast.expr]:
        """What the names that are set once are set to."""
        found: dict[str, ast.expr] = {}
        several: set[str] = set(_arguments(self.function))
        for node in self.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                if node.id in found or node.id in several:
                    several.add(node.id)
                found.setdefault(node.id, node)
        once: dict[str, ast.expr] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                once[node.targets[0].id] = node.value
        return {name: value for name, value in once.items() if name not in several}

    def key(self, node: ast.AST) -> str | None:
        """The key of ``params`` an expression reads, directly or through a name that was set to it."""
        if isinstance(node, ast.Name) and node.id in self.values:
            return self.key(self.values[node.id]) if not isinstance(self.values[node.id], ast.Name) else None
        return self.read(node)

    def read(self, node: ast.AST) -> str | None:
        """The key in ``params["key"]`` or ``params.get("key", ...)``."""
        if isinstance(node, ast.Subscript) and _is_name(node.value, self.holders):
            return _text(node.slice)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            return _text(node.args[0]) if _is_name(node.func.value, self.holders) else None
        return None

    @cached_property
    def asked(self) -> frozenset[str]:
        """Keys and names some condition of this function looks at before anything is done with them."""
        found: set[str] = set()
        for test in _tests(self.nodes):
            for node in ast.walk(test):
                key = self.key(node)
                if key is not None:
                    found.add(key)
                if isinstance(node, ast.Name):
                    found.add(node.id)
        return frozenset(found)

    @cached_property
    def ensured(self) -> frozenset[str]:
        """Keys the function puts into ``params`` itself, looks for first, or is ready to do without."""
        found: set[str | None] = set()
        for node in self.nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                found.add(self.read(node))
            elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                found.add(_text(node.left))
            elif isinstance(node, ast.Try) and node.handlers:
                found |= {self.read(inner) for statement in node.body for inner in ast.walk(statement)}
        return frozenset(key for key in found if key is not None)


def code_of(facts: Facts) -> Code | None:
    """The function of these files; None when it cannot be read, or is no plain function of the module."""
    data = facts.texts.get(REWARD_FUNCTION)
    return _code(data) if data is not None else None


@lru_cache(maxsize=4)
def _code(data: bytes) -> Code | None:
    try:
        tree = parse(data)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError, OverflowError):
        return None
    mains = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == NAME]
    return Code(tree, mains[-1]) if mains else None


def about(node: ast.AST, severity: Severity, code: str, message: str, fix: str) -> Finding:
    """A finding about a place of the reward function."""
    return Finding(REWARD_FUNCTION, getattr(node, "lineno", 0), None, severity, code, message, fix)


# Every rule goes through the same functions while somebody types.
@lru_cache(maxsize=32)
def walked(node: ast.AST) -> tuple[ast.AST, ...]:
    """All that is in a node, itself first."""
    return tuple(ast.walk(node))


@lru_cache(maxsize=32)
def own_nodes(function: Function) -> tuple[ast.AST, ...]:
    """What is in a function, without what is in the functions and classes defined in it."""
    found: list[ast.AST] = list(function.body)
    for node in found:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            found += ast.iter_child_nodes(node)
    return tuple(found)


def constant(node: ast.AST) -> float | None:
    """The number written there, with its sign."""
    sign = 1.0
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -sign, node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        try:
            return sign * float(node.value)
        except OverflowError:
            return sign * float("inf")
    return None


def called(node: ast.AST) -> str:
    """The last name of what is called: "atan2" of math.atan2(...); "" when it is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _tests(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Conditions, and what handles the exception a missing value would raise."""
    for node in nodes:
        if isinstance(node, (ast.If, ast.IfExp, ast.While, ast.Assert)):
            yield node.test
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif isinstance(node, ast.BoolOp):
            yield from node.values[:-1]
        elif isinstance(node, ast.Try) and node.handlers:
            yield from node.body
        elif isinstance(node, ast.For):
            yield node.iter
        elif called(node) in ("max", "min", "len") and isinstance(node, ast.Call):
            yield from node.args


def _with_aliases(function: ast.FunctionDef, names: set[str]) -> set[str]:
    """The names and those set to one of them."""
    found = set(names)
    for node in walked(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in found:
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def _arguments(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]


def _is_name(node: ast.AST, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
