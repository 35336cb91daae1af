"""The call graph of a reward function: functions, methods, nested functions and named lambdas, who calls whom.

Nothing is run. A call that cannot be resolved for certain is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Union

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
_DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)
_EVERYTHING = frozenset({"Exception", "BaseException", ""})


class Call(NamedTuple):
    """One call of a function of the module."""

    node: ast.Call
    callee: Function
    skipped: int
    """How many of the callee's first arguments the call fills by itself: 1 for a method of an object."""


@dataclass(eq=False)
class Scope:
    """The names that a module, a function or a class defines."""

    parent: Scope | None
    owner: ast.ClassDef | None = None
    """The class whose method the scope is of."""
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    """Names that are set to an object, and the name of its class."""

    def chain(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


class CallGraph:
    """The functions of a module and the calls between them."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.module = Scope(None)
        self.scopes: dict[Function, Scope] = {}
        """The scope of each function's own body."""
        self.methods: dict[str, dict[str, Function]] = {}
        self._bases: dict[str, list[str]] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        """By class, the attributes that hold an object, and its class."""
        self._named: dict[ast.Lambda, str] = {}
        self._read_body(tree.body, self.module)

    # -- definitions -----------------------------------------------------------------------------

    def _read_body(self, body: list[ast.stmt], scope: Scope) -> None:
        waiting: list[ast.AST] = list(body)
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, _DEFS):
                scope.functions[node.name] = node
                self._enter(node, scope, None)
            elif isinstance(node, ast.ClassDef):
                scope.classes[node.name] = node
                self._read_class(node, scope)
            else:
                if isinstance(node, ast.Assign):
                    self._read_assignment(node, scope)
                waiting += [
                    child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.stmt, ast.excepthandler))
                ]

    def _enter(self, function: Function, scope: Scope, owner: ast.ClassDef | None) -> None:
        own = Scope(scope, owner)
        self.scopes[function] = own
        if not isinstance(function, ast.Lambda):
            self._read_body(function.body, own)

    def _read_class(self, node: ast.ClassDef, scope: Scope) -> None:
        table = self.methods.setdefault(node.name, {})
        self._bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
        holders = self._attributes.setdefault(node.name, {})
        for child in node.body:
            if isinstance(child, _DEFS):
                table[child.name] = child
                self._enter(child, scope, node)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Call):
                made = getattr(inner.value.func, "id", "")
                for target in inner.targets:
                    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                        holders[target.attr] = made

    def _read_assignment(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            if not isinstance(target, ast.Name):
                continue
            if isinstance(node.value, ast.Lambda):
                scope.functions[target.id] = node.value
                self._named[node.value] = target.id
                self._enter(node.value, scope, None)
            elif isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
                scope.objects[target.id] = node.value.func.id

    def name(self, function: Function) -> str:
        """The name of a function; of a lambda, the one it was set to."""
        return self._named.get(function, "") if isinstance(function, ast.Lambda) else function.name

    # -- what a name stands for --------------------------------------------------------------------

    def named(self, name: str, scope: Scope) -> Function | None:
        """The function that ``name`` stands for in ``scope``."""
        return next((one.functions[name] for one in scope.chain() if name in one.functions), None)

    def class_of(self, node: ast.expr, scope: Scope) -> tuple[str, bool]:
        """The class of the object ``node``, and whether the node is the class itself; ("", False) when unknown."""
        if isinstance(node, ast.Name):
            owner = scope.owner
            for one in scope.chain():
                owner = owner or one.owner
                if node.id in one.objects and one.objects[node.id] in self.methods:
                    return one.objects[node.id], False
                if node.id in one.classes:
                    return node.id, True
            return (owner.name, False) if owner is not None and node.id in ("self", "cls") else ("", False)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.methods:
            return node.func.id, False
        if isinstance(node, ast.Attribute):
            holder, _ = self.class_of(node.value, scope)
            made = self._attributes.get(holder, {}).get(node.attr, "")
            return (made, False) if made in self.methods else ("", False)
        return "", False

    def method(self, owner: str, name: str, depth: int = 0) -> Function | None:
        """The method ``name`` of the class ``owner`` or of one of its bases."""
        if name in self.methods.get(owner, {}):
            return self.methods[owner][name]
        if depth > 10:
            return None
        found = (self.method(base, name, depth + 1) for base in self._bases.get(owner, ()))
        return next((one for one in found if one is not None), None)

    def resolve(self, node: ast.expr, scope: Scope) -> tuple[Function, int] | None:
        """The function that a call of ``node`` runs, and how many arguments are filled by themselves."""
        if isinstance(node, ast.Name):
            function = self.named(node.id, scope)
            if function is not None:
                return function, 0
            owner, is_class = self.class_of(node, scope)
            made = self.method(owner, "__init__" if is_class else "__call__") if owner else None
            return (made, 1) if made is not None else None
        if not isinstance(node, ast.Attribute):
            return None
        owner, is_class = self.class_of(node.value, scope)
        if not owner and not isinstance(node.value, ast.Constant):
            with_it = [name for name, table in self.methods.items() if node.attr in table]
            owner = with_it[0] if len(with_it) == 1 else ""
        function = self.method(owner, node.attr) if owner else None
        if function is None:
            return None
        return function, self._filled(function, is_class)

    @staticmethod
    def _filled(function: Function, is_class: bool) -> int:
        marks = {getattr(mark, "id", "") for mark in getattr(function, "decorator_list", ())}
        if "staticmethod" in marks:
            return 0
        return 1 if not is_class or "classmethod" in marks else 0

    # -- calls -----------------------------------------------------------------------------------

    def calls(self, function: Function) -> list[Call]:
        """The calls that a function makes itself, of functions of the module."""
        scope = self.scopes[function]
        found = []
        for node in self.own(function):
            if isinstance(node, ast.Call):
                target = self.resolve(node.func, scope)
                if target is not None:
                    found.append(Call(node, target[0], target[1]))
        return found

    def mentioned(self, function: Function) -> list[Function]:
        """The functions that a function names without calling them, as for sorted(key=...)."""
        scope = self.scopes[function]
        names = (node for node in self.own(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
        found = (self.named(node.id, scope) for node in names)
        return [one for one in found if one is not None]

    def own(self, function: Function) -> tuple[ast.AST, ...]:
        """What is in a function's body, without the functions, classes and named lambdas defined in it."""
        if function not in self._own:
            body: list[ast.AST] = [function.body] if isinstance(function, ast.Lambda) else list(function.body)
            nodes = [node for node in body if node not in self.scopes]
            for node in nodes:
                if not isinstance(node, (*_DEFS, ast.ClassDef)):
                    nodes += [child for child in ast.iter_child_nodes(node) if child not in self.scopes]
            self._own[function] = tuple(nodes)
        return self._own[function]

    @cached_property
    def _own(self) -> dict[Function, tuple[ast.AST, ...]]:
        return {}

    def reached_from(self, main: Function) -> list[Function]:
        """The functions that a call of ``main`` may run, itself first."""
        found = [main]
        for function in found:
            for callee in (*(call.callee for call in self.calls(function)), *self.mentioned(function)):
                if callee not in found:
                    found.append(callee)
        return found

    def always_run(self, main: Function) -> list[Function]:
        """The functions that every call of ``main`` runs up to its first way out, itself first."""
        found = [main]
        for function in found:
            if isinstance(function, ast.Lambda):
                continue
            scope = self.scopes[function]
            for statement in unconditional(function.body):
                for node in ast.walk(statement):
                    target = self.resolve(node.func, scope) if isinstance(node, ast.Call) else None
                    if target is not None and target[0] not in found:
                        found.append(target[0])
        return found


def arguments(function: Function) -> list[str]:
    """The names of a function's positional arguments."""
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]


def unconditional(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The plain statements that no condition stands before."""
    for statement in body:
        if isinstance(statement, (ast.For, ast.With)):
            yield from unconditional(statement.body)
        elif isinstance(statement, (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)):
            yield statement


def caught(nodes: tuple[ast.AST, ...]) -> dict[ast.AST, frozenset[str]]:
    """By node, the names of the exceptions that a handler round it catches; "" for all."""
    found: dict[ast.AST, frozenset[str]] = {}
    for node in nodes:
        if not isinstance(node, ast.Try) or not node.handlers:
            continue
        names = frozenset(name for handler in node.handlers for name in _caught_by(handler))
        for statement in node.body:
            for inner in ast.walk(statement):
                found[inner] = found.get(inner, frozenset()) | names
    return found


def catches(names: frozenset[str], *wanted: str) -> bool:
    """Whether handlers for ``names`` catch an exception that is one of ``wanted``."""
    return bool(names & _EVERYTHING or names & set(wanted))


def _caught_by(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return [""]
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [getattr(one, "id", getattr(one, "attr", "?")) for one in kinds]
