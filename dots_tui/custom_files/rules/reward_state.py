"""The rule about what a reward function keeps from step to step: does anything set it back for a new episode?

A module lives as long as its worker. A warning needs evidence: something is kept, it is written at steps, and nothing
looks like setting it back - no condition on steps or progress, no jump that only a new episode can make, no reset in
a branch, no table that is made once of what never changes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, kind, shown
from dots_tui.custom_files.rules.reward_calls import Function, arguments
from dots_tui.custom_files.rules.reward_code import Code, View, about, called, code_of, constant
from dots_tui.problems import WARNING

_MUTATING = frozenset(
    {"append", "extend", "insert", "add", "update", "pop", "clear", "remove", "setdefault", "appendleft"}
)
_SAME_ALL_RUN = frozenset({"waypoints", "track_length", "track_width", "is_reversed"})
"""What is the same in every episode: a table made of it need not be set back."""
_RESETS = ("reset", "clear", "init", "start", "begin", "new")
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.NotEq)

Kept = str
"""What is kept: the name of a module's value or class, or an attribute as "self.name"."""


def reward_state(facts: FileFacts) -> Iterator[Finding]:
    """What a module keeps stays for all episodes of a worker."""
    code = code_of(facts)
    if code is None:
        return
    memory = _Memory(code)
    if memory.looks_at_start:
        return
    for function in code.reached:
        writes = [(kept, node) for kept, node in memory.writes(function) if not memory.is_set_back(kept)]
        for kept, node in writes[:1]:
            text = (
                f"{shown(kept)} is kept from step to step. Nothing sets it back when an episode begins, and each "
                "worker has its own."
            )
            yield about(node, WARNING, "reward-state", text, 'Set it back where params["steps"] <= 2.')


class _Memory:
    """What a reward function's module keeps, and how it is written."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._names = _module_names(code)
        self._writes = {function: list(self._found(function)) for function in code.reached}

    @property
    def looks_at_start(self) -> bool:
        """Whether some condition asks for steps or progress: it may set back what is kept."""
        return any(view.asked & {"steps", "progress"} or _asks_attribute(view) for view in self._code.views)

    def writes(self, function: Function) -> list[tuple[Kept, ast.AST]]:
        """What ``function`` writes, and where."""
        return self._writes[function]

    def is_set_back(self, kept: Kept) -> bool:
        """Whether something looks like setting ``kept`` back, or nothing needs to."""
        every = [
            (function, node) for function in self._code.reached for name, node in self._writes[function] if name == kept
        ]
        return (
            self._made_once(kept, every)
            or any(self._compared(kept, function) for function in self._code.reached)
            or any(self._reset_in_branch(kept, function) for function in self._code.reached)
            or all(self._beside_reset(kept, function, node) for function, node in every)
        )

    def _found(self, function: Function) -> Iterator[tuple[Kept, ast.AST]]:
        nodes = self._code.graph.own(function)
        declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
        local = set(arguments(function)) | {
            node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in declared:
                yield node.id, node
                continue
            name = _root(node)
            if name and name in self._names and (name in declared or name not in local):
                yield name, node
        yield from self._own_attributes(function, nodes)

    def _own_attributes(self, function: Function, nodes: tuple[ast.AST, ...]) -> Iterator[tuple[Kept, ast.AST]]:
        """Attributes that a method of an object of the module reads before it writes them."""
        owner = self._code.graph.scopes[function].owner
        lasting = {*self._code.graph.module.objects.values()}
        if owner is None or owner.name not in lasting or self._code.graph.name(function) == "__init__":
            return
        me = arguments(function)[:1]
        read: dict[str, int] = {}
        for node in nodes:
            own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and [node.value.id] == me
            if own and isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                read[node.attr] = min(node.lineno, read.get(node.attr, node.lineno))
        for node in nodes:
            target = node.target if isinstance(node, ast.AugAssign) else node
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and [target.value.id] == me:
                before = isinstance(node, ast.AugAssign) or read.get(target.attr, 1 << 30) < target.lineno
                if before and isinstance(target.ctx, ast.Store):
                    yield f"{me[0]}.{target.attr}", node

    def _made_once(self, kept: Kept, writes: list[tuple[Function, ast.AST]]) -> bool:
        """Whether it is only written where it is not there yet, and of what is the same in every episode."""
        for function, node in writes:
            branches = [one for one in self._code.graph.own(function) if isinstance(one, ast.If)]
            inside = [one for one in branches if any(node in ast.walk(statement) for statement in one.body)]
            if not any(_mentions(one.test, kept) for one in inside):
                return False
            if any(self._read_in(function, one.body) - _SAME_ALL_RUN for one in inside):
                return False
        return True

    def _read_in(self, function: Function, body: list[ast.stmt]) -> set[str]:
        view = next((view for view in self._code.views if view.function is function), None)
        if view is None:
            return set()
        keys = (view.key(node) for statement in body for node in ast.walk(statement))
        return {key for key in keys if key is not None}

    def _compared(self, kept: Kept, function: Function) -> bool:
        """Whether a condition compares it, or what was worked out of it: a jump only a new episode can make."""
        nodes = self._code.graph.own(function)
        derived = {kept}
        for _ in range(3):  # a value of a value of a value
            for node in nodes:
                if isinstance(node, ast.Assign) and any(_mentions(node.value, one) for one in derived):
                    derived |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        tests = [node.test for node in nodes if isinstance(node, (ast.If, ast.IfExp, ast.While))]
        compares = (inner for test in tests for inner in ast.walk(test) if isinstance(inner, ast.Compare))
        return any(
            isinstance(compare.ops[0], _ORDERED) and any(_mentions(compare, one) for one in derived)
            for compare in compares
        )

    def _beside_reset(self, kept: Kept, function: Function, node: ast.AST) -> bool:
        """Whether it is written where something else is set back, as a count of episodes is."""
        others = {name for name, _ in self._writes[function]} - {kept}
        for branch in self._code.graph.own(function):
            if not isinstance(branch, ast.If):
                continue
            inside = [inner for statement in branch.body for inner in ast.walk(statement)]
            fresh = [one for one in inside if isinstance(one, ast.Assign) and _is_fresh(one.value)]
            targets = [target for one in fresh for target in one.targets]
            if node in inside and any(_mentions(target, other) for target in targets for other in others):
                return True
        return False

    def _reset_in_branch(self, kept: Kept, function: Function) -> bool:
        """Whether a branch gives it a constant, or calls something named like a reset."""
        for node in self._code.graph.own(function):
            if not isinstance(node, ast.If):
                continue
            inside = [inner for part in (*node.body, *node.orelse) for inner in ast.walk(part)]
            if any(called(inner).lower().lstrip("_").startswith(_RESETS) for inner in inside):
                return True
            fresh = [one for one in inside if isinstance(one, ast.Assign) and _is_fresh(one.value)]
            targets = [target for one in fresh for target in one.targets]
            if not _mentions(node.test, kept) and any(_mentions(target, kept) for target in targets):
                return True
        return False


def _asks_attribute(view: View) -> bool:
    """Whether a method asks for steps or progress through an attribute that holds it."""
    tests = [node.test for node in view.nodes if isinstance(node, (ast.If, ast.IfExp))]
    attributes = (inner for test in tests for inner in ast.walk(test) if isinstance(inner, ast.Attribute))
    return any(view.key(attribute) in ("steps", "progress") for attribute in attributes)


def _is_fresh(value: ast.expr) -> bool:
    """Whether ``value`` knows nothing of earlier steps: a number, None, an empty list, a new object."""
    if isinstance(value, ast.Constant) or constant(value) is not None:
        return True
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return all(_is_fresh(one) for one in value.elts)
    if isinstance(value, ast.Dict):
        return all(_is_fresh(one) for one in value.values)
    return isinstance(value, ast.Call) and not value.keywords and all(_is_fresh(one) for one in value.args)


def _mentions(node: ast.AST, kept: Kept) -> bool:
    """Whether ``kept`` is in ``node``; of "self.name", the attribute."""
    _, dot, attribute = kept.partition(".")
    if dot:
        return any(isinstance(inner, ast.Attribute) and inner.attr == attribute for inner in ast.walk(node))
    return any(isinstance(inner, ast.Name) and inner.id == kept for inner in ast.walk(node))


def _module_names(code: Code) -> set[str]:
    """Names of the module's own values and classes."""
    found: set[str] = set()
    for node in code.tree.body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _root(node: ast.AST) -> str:
    """The name whose value a statement changes in place; "" for others."""
    target: ast.AST | None = None
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
        target = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATING:
        target = node.func.value
    while isinstance(target, (ast.Attribute, ast.Subscript)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


RULES = (reward_state,)
KINDS = (
    kind(
        "reward-state",
        "warning",
        "A value is kept from step to step, and nothing sets it back when an episode begins.",
        'Set it back where params["steps"] <= 2.',
    ),
)
