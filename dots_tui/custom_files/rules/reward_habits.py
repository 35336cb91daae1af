"""Rules about how a reward function ends, what it imports, prints and keeps."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dots_tui.custom_files.facts import Facts
from dots_tui.custom_files.findings import ERROR, INFO, WARNING, Finding, shown
from dots_tui.custom_files.rules.reward_code import Code, about, called, code_of, constant, own_nodes, walked

ACCEPTED = frozenset({"math", "random", "numpy", "scipy", "shapely"})
"""What DeepRacer on AWS lets a reward function import. DRFC does not look."""
_LIMIT = 1e5
_MUTATING = frozenset(
    {"append", "extend", "insert", "add", "update", "pop", "clear", "remove", "setdefault", "appendleft"}
)
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


def reward_ends(facts: Facts) -> Iterator[Finding]:
    """Every way through the function must return a number."""
    code = code_of(facts)
    if code is None:
        return
    returns = [node for node in own_nodes(code.main) if isinstance(node, ast.Return)]
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(code.main)):
        text = "reward_function has a yield, so that it returns a generator and no number; the training ends then."
        yield about(code.main, ERROR, "reward-not-a-number", text, "Return a number.")
        return
    if not returns and _goes_on(code.main.body):
        text = "reward_function never returns anything, which is None and no reward; the training ends then."
        yield about(code.main, ERROR, "reward-none", text, "End it with: return float(reward)")
    elif _goes_on(code.main.body):
        text = "The function can come to its end without a return, which is None and no reward; the training ends then."
        yield about(code.main.body[-1], WARNING, "reward-none", text, "End it with: return float(reward)")
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


def reward_imports(facts: Facts) -> Iterator[Finding]:
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


def reward_prints(facts: Facts) -> Iterator[Finding]:
    """What is printed at every step is in the log 15 times a second, from each worker."""
    code = code_of(facts)
    for function in code.reached if code is not None else ():
        for node in _always(function.body):
            text = "This prints at every step: 15 lines a simulated second and worker, between those of the simulation."
            yield about(node, INFO, "reward-prints", text, "Print now and then: if steps % 100 == 0.")


def reward_state(facts: Facts) -> Iterator[Finding]:
    """What a module keeps stays for all episodes of a worker."""
    code = code_of(facts)
    if code is None or _looks_at_start(code):
        return
    kept = _module_names(code)
    for function in code.reached:
        local = _local_names(function)
        for node in own_nodes(function):
            name = _changed(node)
            if name and (isinstance(node, ast.Global) or (name in kept and name not in local)):
                text = (
                    f"{shown(name)} is kept from step to step. Nothing sets it back when an episode begins, and each "
                    "worker has its own."
                )
                yield about(node, WARNING, "reward-state", text, 'Set it back where params["steps"] <= 2.')
                break


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


def _looks_at_start(code: Code) -> bool:
    """Whether the function asks for steps or progress in a condition: it may set back what it keeps."""
    return any(view.asked & {"steps", "progress"} for view in code.views)


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


def _local_names(function: ast.FunctionDef) -> set[str]:
    arguments = {one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
    return arguments | {
        node.id for node in own_nodes(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _changed(node: ast.AST) -> str:
    """The name whose value a statement changes in place, or declares global; "" for others."""
    if isinstance(node, ast.Global):
        return node.names[0]
    target: ast.AST | None = None
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
        target = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATING:
        target = node.func.value
    while isinstance(target, (ast.Attribute, ast.Subscript)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


RULES = (reward_ends, reward_imports, reward_prints, reward_state)
