"""Rules about how a reward function ends, what it imports and prints."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, Fix, kind, listed_lines, shown
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.custom_files.rules.reward_code import about, called, code_of, constant, walked
from dots_tui.problems import ERROR, INFO, WARNING

ACCEPTED = frozenset({"math", "random", "numpy", "scipy", "shapely"})
"""What DeepRacer on AWS lets a reward function import. DRFC does not look."""
_LIMIT = 1e5
_NO_NUMBER = (
    ast.JoinedStr,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.Tuple,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.Lambda,
)


def reward_ends(facts: FileFacts) -> Iterator[Finding]:
    """Every way through the function must return a number."""
    code = code_of(facts)
    if code is None:
        return
    main, nodes = code.main, code.graph.own(code.main)
    if isinstance(main, ast.Lambda):
        yield from _of_return(ast.copy_location(ast.Return(main.body), main))
        return
    returns = [node for node in nodes if isinstance(node, ast.Return)]
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes):
        text = "reward_function has a yield, so that it returns a generator and no number; the training ends then."
        yield about(main, ERROR, "reward-not-a-number", text, "Return a number.")
        return
    if not returns and _goes_on(main.body):
        text = "reward_function never returns anything, which is None and no reward; the training ends then."
        yield about(main, ERROR, "reward-none", text, "End it with: return float(reward)")
    elif _goes_on(main.body):
        text = "The function can come to its end without a return, which is None and no reward; the training ends then."
        yield about(main.body[-1], WARNING, "reward-none", text, "End it with: return float(reward)")
    for node in returns:
        yield from _of_return(node)


def _of_return(node: ast.Return) -> Iterator[Finding]:
    value = node.value
    if value is None or (isinstance(value, ast.Constant) and value.value is None):
        text = "This returns None, which is no reward; the training ends then."
        yield about(node, ERROR, "reward-none", text, "Return a number.")
    elif isinstance(value, _NO_NUMBER) or (isinstance(value, ast.Constant) and isinstance(value.value, (str, bytes))):
        yield about(node, ERROR, "reward-not-a-number", "This returns something that is no number.", "Return a number.")
    else:
        number = constant(value)
        if number is not None and abs(number) > _LIMIT:
            text = f"This returns {number:g}; from simapp 6 on a reward beyond -100000 to 100000 ends the training."
            yield about(node, WARNING, "reward-out-of-range", text, "Return smaller numbers; only their ratio matters.")


def reward_imports(facts: FileFacts) -> Iterator[Finding]:
    """DeepRacer on AWS takes five modules; in the simulation there are more, but not all."""
    code = code_of(facts)
    for node in walked(code.tree) if code is not None else ():
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        for name in names:
            if name.split(".")[0] not in ACCEPTED and name != "__future__":
                text = (
                    f"{shown(name)} is not among what DeepRacer on AWS lets a reward function import "
                    f"({', '.join(sorted(ACCEPTED))}). Your own instance takes it if the simulation has it."
                )
                yield about(node, INFO, "reward-import", text, "Do without it if the model is to race on AWS.")


def reward_prints(facts: FileFacts) -> Iterator[Finding]:
    """What is printed at every step is in the log 15 times a second, from each worker."""
    code = code_of(facts)
    if code is None:
        return
    prints = [
        node
        for function in code.graph.always_run(code.main)
        if not isinstance(function, ast.Lambda)
        for node in _always(function.body)
    ]
    if not prints:
        return
    lines = tuple(sorted({node.lineno for node in prints}))
    often = "This prints" if len(prints) == 1 else f"{len(prints)} calls (lines {listed_lines(lines)}) print"
    text = f"{often} at every step: {15 * len(prints)} lines a simulated second and worker in the simulation's log."
    fix = Fix("Print now and then: if steps % 100 == 0.")
    several = lines if len(lines) > 1 else ()
    yield Finding(REWARD_FUNCTION, lines[0], None, INFO, "reward-prints", text, fix, several)


def _goes_on(body: list[ast.stmt]) -> bool:
    """Whether a run through these statements can come out at their end."""
    return not any(_stops(statement) for statement in body)


def _stops(statement: ast.stmt) -> bool:
    """Whether nothing after it is reached."""
    if isinstance(statement, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    while isinstance(statement, ast.If):  # a long chain of elif is nested as deeply as it is long
        if not statement.orelse or _goes_on(statement.body):
            return False
        if len(statement.orelse) > 1 or not isinstance(statement.orelse[0], ast.If):
            return not _goes_on(statement.orelse)
        statement = statement.orelse[0]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return not _goes_on(statement.body)
    if isinstance(statement, ast.Try):
        handled = all(not _goes_on(handler.body) for handler in statement.handlers)
        tried = not _goes_on(statement.body) or (bool(statement.orelse) and not _goes_on(statement.orelse))
        return (tried and handled) or not _goes_on(statement.finalbody)
    if isinstance(statement, ast.While):
        forever = isinstance(statement.test, ast.Constant) and bool(statement.test.value)
        return forever and not any(isinstance(node, ast.Break) for node in ast.walk(statement))
    if type(statement).__name__ == "Match":  # Python 3.10 and newer
        cases = statement.cases  # type: ignore[attr-defined]
        return _takes_all(cases[-1]) and all(not _goes_on(case.body) for case in cases)
    return False


def _takes_all(case: ast.AST) -> bool:
    pattern = getattr(case, "pattern", None)
    return getattr(case, "guard", None) is None and getattr(pattern, "pattern", 0) is None


def _always(body: list[ast.stmt]) -> Iterator[ast.expr]:
    """The print calls that no condition stands before."""
    for statement in body:
        if isinstance(statement, (ast.For, ast.With)):
            yield from _always(statement.body)
        elif isinstance(statement, ast.Expr) and called(statement.value) == "print":
            yield statement.value


RULES = (reward_ends, reward_imports, reward_prints)
KINDS = (
    kind("reward-none", "error, warning", "The function can return None, which ends the training.", "Return a number."),
    kind("reward-not-a-number", "error", "The function returns something that is no number.", "Return a number."),
    kind("reward-out-of-range", "warning", "simapp 6 takes rewards from -100000 to 100000.", "Return smaller numbers."),
    kind(
        "reward-import", "info", "DeepRacer on AWS does not let a reward function import this.", "Do without it there."
    ),
    kind("reward-prints", "info", "The function prints at every step.", "Print now and then."),
)
