"""A reward function as code: which names hold ``params``, what they stand for, what is asked before it is used.

Nothing is run. What cannot be told for certain is taken to be right: these rules are read while somebody types.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dots_tui.custom_files import findings
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.custom_files.reward_parameters import PARAMETERS
from dots_tui.custom_files.rules.python_source import parse
from dots_tui.custom_files.rules.reward_calls import Call, CallGraph, Function, Scope, arguments, catches, caught
from dots_tui.problems import Severity

NAME = "reward_function"


@dataclass(frozen=True, eq=False)
class Code:
    """A module that parses and defines reward_function."""

    tree: ast.Module
    graph: CallGraph
    main: Function
    filled: int = 0
    """How many of its arguments are filled already: 1 when it is a method of an object."""

    @cached_property
    def reached(self) -> list[Function]:
        """The functions a call of reward_function may run, itself first."""
        return self.graph.reached_from(self.main)

    @cached_property
    def flow(self) -> Flow:
        """Where `params` goes."""
        return Flow(self)

    @cached_property
    def _holding(self) -> list[View]:
        return [View(self, function, frozenset(names)) for function, names in self.flow.holders.items()]

    @cached_property
    def views(self) -> list[View]:
        """Each function that is handed ``params``, or a value of it."""
        given = dict.fromkeys(function for function, _ in self.handed if function not in self.flow.holders)
        return [*self._holding, *(View(self, function, frozenset()) for function in given)]

    @cached_property
    def handed(self) -> dict[tuple[Function, str], str]:
        """By function and argument, the key of ``params`` whose value every call hands to it."""
        keys: dict[tuple[Function, str], set[str | None]] = {}
        for view in self._holding:
            for call in self.graph.calls(view.function):
                given = dict(_given(call))
                for name in arguments(call.callee)[call.skipped :]:
                    key = view.own_key(given[name]) if name in given else None
                    keys.setdefault((call.callee, name), set()).add(key)
        return {
            (function, name): key
            for (function, name), found in keys.items()
            for key in found
            if len(found) == 1 and key is not None and name not in _stored(self.graph.own(function))
        }

    @cached_property
    def attributes(self) -> dict[tuple[str, str], str]:
        """By class and attribute, the key of ``params`` that the attribute is set to, and to nothing else."""
        keys: dict[tuple[str, str], set[str | None]] = {}
        for view in self._holding:
            if self.graph.name(view.function) == "__init__":
                continue
            for node in view.nodes:
                for target in node.targets if isinstance(node, ast.Assign) else ():
                    owner = (
                        self.graph.class_of(target.value, view.scope)[0] if isinstance(target, ast.Attribute) else ""
                    )
                    if owner and isinstance(target, ast.Attribute) and isinstance(node, ast.Assign):
                        keys.setdefault((owner, target.attr), set()).add(view.read(node.value))
        return {place: key for place, found in keys.items() if len(found) == 1 for key in found if key is not None}


class Flow:
    """Which names and attributes hold ``params`` in each function it gets to."""

    def __init__(self, code: Code) -> None:
        self._graph = code.graph
        self.holders: dict[Function, set[str]] = {}
        self.attributes: set[tuple[str, str]] = set()
        self.guards: dict[Function, frozenset[str]] = {}
        """Exceptions that are caught round a call of the function."""
        self.callers: dict[Function, set[Function]] = {}
        self._waiting: list[Function] = []
        first = arguments(code.main)[code.filled :][:1]
        self._add(code.main, first)
        while self._waiting:
            self._follow(self._waiting.pop())
        for function in code.reached:
            if any(self._holds(node, function) for node in self._graph.own(function)):
                self.holders.setdefault(function, set())

    def _add(self, function: Function, names: Iterable[str]) -> None:
        there = self.holders.get(function)
        new = set(names) - (there or set())
        if there is None or new:
            self.holders[function] = (there or set()) | new
            self._waiting.append(function)

    def _follow(self, function: Function) -> None:
        names = self.holders[function] = _with_aliases(self._graph.own(function), self.holders[function])
        scope = self._graph.scopes[function]
        for node in self._graph.own(function):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in names:
                for target in node.targets:
                    owner = self._graph.class_of(target.value, scope)[0] if isinstance(target, ast.Attribute) else ""
                    if owner and isinstance(target, ast.Attribute):
                        self.attributes.add((owner, target.attr))
        tried = caught(self._graph.own(function))
        for call in self._graph.calls(function):
            self.callers.setdefault(call.callee, set()).add(function)
            self.guards[call.callee] = self.guards.get(call.callee, frozenset()) | tried.get(call.node, frozenset())
            handed = set(_handed_on(call, names))
            if handed:
                self._add(call.callee, handed)
        # What is defined within a function sees its names.
        for inner, own in self._graph.scopes.items():
            if own.parent is scope:
                seen = names - set(arguments(inner))
                used = {node.id for node in self._graph.own(inner) if isinstance(node, ast.Name)}
                if seen & used:
                    self._add(inner, seen & used)

    def _holds(self, node: ast.AST, function: Function) -> bool:
        return self.is_attribute(node, self._graph.scopes[function])

    def is_attribute(self, node: ast.AST, scope: Scope) -> bool:
        """Whether ``node`` is an attribute that was set to ``params``."""
        if not isinstance(node, ast.Attribute) or not self.attributes:
            return False
        return (self._graph.class_of(node.value, scope)[0], node.attr) in self.attributes


def _given(call: Call) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of the callee, and what the call hands to each."""
    yield from zip(arguments(call.callee)[call.skipped :], call.node.args)
    for keyword in call.node.keywords:
        if keyword.arg:
            yield keyword.arg, keyword.value


def _handed_on(call: Call, names: set[str]) -> Iterator[str]:
    """The arguments of the callee that get ``params``."""
    return (name for name, value in _given(call) if isinstance(value, ast.Name) and value.id in names)


def _stored(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that are set somewhere in these."""
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


@dataclass(frozen=True, eq=False)
class View:
    """One function that has ``params``, and what its names stand for."""

    code: Code
    function: Function
    holders: frozenset[str]

    @cached_property
    def scope(self) -> Scope:
        """The names it defines."""
        return self.code.graph.scopes[self.function]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All that is in the function; every rule goes through them."""
        return self.code.graph.own(self.function)

    @cached_property
    def values(self) -> dict[str, ast.expr]:
        """What the names that are set once are set to."""
        found: dict[str, ast.expr] = {}
        several: set[str] = set(arguments(self.function))
        for node in self.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                if node.id in found or node.id in several:
                    several.add(node.id)
                found.setdefault(node.id, node)
        once: dict[str, ast.expr] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                once.update(_pairs(node.targets[0], node.value))
        return {name: value for name, value in once.items() if name not in several}

    def key(self, node: ast.AST) -> str | None:
        """The key of ``params`` an expression reads: directly, through a name set to it, or as an argument."""
        if isinstance(node, ast.Name) and (self.function, node.id) in self.code.handed:
            return self.code.handed[self.function, node.id]
        return self.own_key(node)

    def own_key(self, node: ast.AST) -> str | None:
        """The key of ``params`` an expression reads, of what the function asks for itself."""
        if isinstance(node, ast.Name) and node.id in self.values:
            return self.own_key(self.values[node.id]) if not isinstance(self.values[node.id], ast.Name) else None
        if isinstance(node, ast.Attribute):
            owner = self.code.graph.class_of(node.value, self.scope)[0]
            return self.code.attributes.get((owner, node.attr)) if owner else None
        return self.read(node)

    def read(self, node: ast.AST) -> str | None:
        """The key in ``params["key"]`` or ``params.get("key", ...)``."""
        if isinstance(node, ast.Subscript) and self._is_params(node.value):
            return _text(node.slice)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            return _text(node.args[0]) if self._is_params(node.func.value) else None
        return None

    def _is_params(self, node: ast.AST) -> bool:
        return _is_name(node, self.holders) or self.code.flow.is_attribute(node, self.scope)

    @cached_property
    def shared(self) -> frozenset[str]:
        """The names that the function declares as the module's, or as those of a function round it."""
        return frozenset(
            name for node in self.nodes if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names
        )

    def is_caught(self, node: ast.AST, *exceptions: str) -> bool:
        """Whether one of ``exceptions``, raised at ``node``, is caught here or round a call of the function."""
        here = self._caught.get(node, frozenset()) | self.code.flow.guards.get(self.function, frozenset())
        return catches(here, *exceptions)

    @cached_property
    def _caught(self) -> dict[ast.AST, frozenset[str]]:
        return caught(self.nodes)

    @cached_property
    def alternatives(self) -> frozenset[ast.AST]:
        """What has another way out behind an `or`: everything in it but the last."""
        return frozenset(
            inner
            for node in self.nodes
            if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)
            for value in node.values
            for inner in ast.walk(value)
        )

    @cached_property
    def asked_above(self) -> frozenset[str]:
        """Keys that this function, or one that calls it, looks at in a condition."""
        found, waiting, seen = set(self.asked), [self.function], {self.function}
        views = {view.function: view for view in self.code.views}
        while waiting:
            for caller in self.code.flow.callers.get(waiting.pop(), ()):
                if caller not in seen and caller in views:
                    seen.add(caller)
                    waiting.append(caller)
                    found |= {name for name in views[caller].asked if name in PARAMETERS}
        return frozenset(found)

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


def code_of(facts: FileFacts) -> Code | None:
    """The function of these files; None when it cannot be read, or is no plain function of the module."""
    data = facts.texts.get(REWARD_FUNCTION)
    return _code(data) if data is not None else None


@lru_cache(maxsize=4)
def _code(data: bytes) -> Code | None:
    try:
        tree = parse(data)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError, OverflowError):
        return None
    graph = CallGraph(tree)
    for statement in reversed(tree.body):
        if isinstance(statement, ast.FunctionDef) and statement.name == NAME:
            return Code(tree, graph, statement)
        if isinstance(statement, ast.Assign) and any(_is_name(one, frozenset({NAME})) for one in statement.targets):
            if isinstance(statement.value, ast.Lambda):
                return Code(tree, graph, statement.value)
            target = graph.resolve(statement.value, graph.module)
            return Code(tree, graph, *target) if target is not None else None
    return None


def about(node: ast.AST, severity: Severity, code: str, message: str, fix: str) -> Finding:
    """A finding about a place of the reward function."""
    return findings.found(REWARD_FUNCTION, getattr(node, "lineno", 0), None, severity, code, message, fix)


# Every rule goes through the same module while somebody types.
@lru_cache(maxsize=32)
def walked(node: ast.AST) -> tuple[ast.AST, ...]:
    """All that is in a node, itself first."""
    return tuple(ast.walk(node))


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


def _with_aliases(nodes: Iterable[ast.AST], names: set[str]) -> set[str]:
    """The names and those set to one of them."""
    found = set(names)
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in found:
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def _pairs(target: ast.expr, value: ast.expr) -> dict[str, ast.expr]:
    """Names and values of ``a = b`` and of ``a, b = c, d``."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        pairs = zip(target.elts, value.elts)
        return {name.id: one for name, one in pairs if isinstance(name, ast.Name)}
    return {}


def _is_name(node: ast.AST, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
