"""Rules about reward_function.py as a file: it is Python and defines the function. What it does is asked elsewhere."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, found, kind, shown
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.custom_files.reward_parameters import PARAMETERS
from dots_tui.custom_files.rules.python_source import SIMAPP_6, TooMuch, is_older_here, newer_than, parse, python_of
from dots_tui.problems import ERROR, INFO

_NAME = "reward_function"
_SIGNATURE = "Define it as: def reward_function(params):"
_SIMAPP_6_ONLY = frozenset(name for name, known in PARAMETERS.items() if known.since >= 6)


def reward_function(facts: FileFacts) -> Iterator[Finding]:
    """It must parse and define reward_function(params). It is not run here."""
    data = facts.texts.get(REWARD_FUNCTION)
    if data is None:
        return
    try:
        tree = parse(data)
    except TooMuch as error:
        message = f"The code is not checked: {error}."
        fix = "Rehearse it, which runs it; or move data that it does not need out of the file."
        yield found(REWARD_FUNCTION, 0, None, INFO, "reward-not-checked", message, fix)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = "The file is not UTF-8 text, which Python takes it for."
        yield found(REWARD_FUNCTION, line, None, ERROR, "syntax-error", message, "Save it as UTF-8.")
    except SyntaxError as error:
        message = f"Python cannot read the file: {shown(error.msg)}."
        fix = "Correct this line, or the one before it."
        if is_older_here(python_of(facts.simapp)):
            here, there = (".".join(map(str, one)) for one in (sys.version_info[:2], python_of(facts.simapp)))
            fix += f" It is read by Python {here} here; the simulation has {there}."
        yield found(REWARD_FUNCTION, error.lineno or 0, None, ERROR, "syntax-error", message, fix)
    except (ValueError, LookupError, RecursionError, MemoryError, OverflowError) as error:
        message = f"Python cannot read the file: {shown(str(error)) or type(error).__name__}."
        yield found(REWARD_FUNCTION, 0, None, ERROR, "syntax-error", message, "Look for very deep nesting.")
    else:
        yield from _definition(tree)
        yield from _of_python(facts, data, tree)
        yield from _of_simapp_6(facts, tree)


def _of_python(facts: FileFacts, data: bytes, tree: ast.Module) -> Iterator[Finding]:
    """What the simulation's Python, older than this one, cannot read or does not have."""
    version = python_of(facts.simapp)
    if version == SIMAPP_6:
        return
    number = ".".join(map(str, version))
    for newer in newer_than(version, data, tree):
        since = f" is from Python {newer.since}," if newer.since else ":"
        message = f"{shown(newer.what)}{since} simapp {facts.simapp[0]} has Python {number}; the training ends there."
        fix = "Write it the older way, or use simapp 6."
        yield found(REWARD_FUNCTION, newer.line, None, ERROR, "reward-python-version", message, fix)


def _definition(tree: ast.Module) -> Iterator[Finding]:
    """The last definition at the top level counts, as when the module is loaded."""
    last: ast.stmt | None = None
    for statement in _top_level(tree.body):
        if _NAME in _bound_names(statement):
            last = statement
    if last is None:
        message = "The file does not define reward_function; the training ends when it looks for it."
        yield found(REWARD_FUNCTION, 0, None, ERROR, "no-reward-function", message, _SIGNATURE)
    elif isinstance(last, ast.AsyncFunctionDef):
        message = "reward_function is asynchronous; the simapp calls it as a plain function."
        yield found(REWARD_FUNCTION, last.lineno, None, ERROR, "reward-signature", message, _SIGNATURE)
    elif isinstance(last, ast.FunctionDef) and not _takes_one(last.args):
        message = "reward_function must take exactly one argument, the dictionary of parameters."
        yield found(REWARD_FUNCTION, last.lineno, None, ERROR, "reward-signature", message, _SIGNATURE)
    yield from _defined_twice(tree)


def _defined_twice(tree: ast.Module) -> Iterator[Finding]:
    """Two functions of the name, the first of which nothing can call."""
    first: ast.FunctionDef | None = None
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == _NAME:
            if first is not None and not statement.decorator_list:
                message = (
                    f"reward_function is defined twice, on lines {first.lineno} and {statement.lineno}: the second "
                    "one trains, the first is never used."
                )
                fix = "Delete one of the two, or give it another name."
                yield found(REWARD_FUNCTION, statement.lineno, None, ERROR, "reward-defined-twice", message, fix)
            first = statement
        elif any(isinstance(node, ast.Name) and node.id == _NAME for node in _loaded(statement)):
            first = None  # something keeps it under another name, or calls it


def _loaded(statement: ast.stmt) -> Iterator[ast.AST]:
    """What a statement uses when the module is loaded."""
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from ast.walk(statement)


def _of_simapp_6(facts: FileFacts, tree: ast.Module) -> Iterator[Finding]:
    """A parameter that came with simapp 6: reading it is an error before."""
    if not facts.simapp or facts.simapp[0] >= 6:
        return
    asked = {
        node.left.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and isinstance(node.left, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _index(node) in asked:
            continue
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _index(node) in _SIMAPP_6_ONLY:
            message = f"simapp 5 does not give {_index(node)} to the function; the training ends when it is asked for."
            fix = "Do without it, or use simapp 6."
            yield found(REWARD_FUNCTION, node.lineno, None, ERROR, "reward-needs-simapp-6", message, fix)


def _index(node: ast.Subscript) -> object:
    return node.slice.value if isinstance(node.slice, ast.Constant) else None


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module that run when it is loaded, those under if, try and with included."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            for field in ("body", "handlers", "orelse", "finalbody"):
                for inner in getattr(statement, field, []):
                    yield from _top_level(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])


def _bound_names(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in statement.names}
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _takes_one(arguments: ast.arguments) -> bool:
    """Whether a call with one positional argument fits."""
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    keywords_required = any(default is None for default in arguments.kw_defaults)
    return required <= 1 and (bool(positional) or arguments.vararg is not None) and not keywords_required


RULES = (reward_function,)
KINDS = (
    kind("reward-not-checked", "info", "The code is too large to be checked while typing.", "Rehearse it."),
    kind("syntax-error", "error", "Python cannot read the file.", "Correct the line named, or the one before it."),
    kind("no-reward-function", "error", "The file does not define reward_function.", "Define it, with one argument."),
    kind("reward-signature", "error", "reward_function cannot be called as the simapp does.", "Give it one argument."),
    kind("reward-defined-twice", "error", "There are two reward_function; the last one trains.", "Delete one of them."),
    kind("reward-python-version", "error", "The simulation's Python cannot read a part.", "Write it the older way."),
    kind("reward-needs-simapp-6", "error", "simapp 5 does not give this parameter.", "Do without it, or use simapp 6."),
)
