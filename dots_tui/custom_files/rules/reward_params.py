"""Rules about what a reward function asks of ``params``: keys there are, and what their values can be."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, kind, shown
from dots_tui.custom_files.reward_parameters import PARAMETERS
from dots_tui.custom_files.rules.reward_code import View, about, called, code_of, constant
from dots_tui.problems import ERROR, WARNING

_CAN_BE_ZERO = frozenset(
    {
        "distance_from_center",
        "projection_distance",
        "progress",
        "steering_angle",
        "heading",
        "x",
        "y",
        "all_wheels_on_track",
        "is_left_of_center",
        "is_offtrack",
        "is_crashed",
        "is_reversed",
    }
)
"""Speed, steps, track_width and track_length never are."""
_OBJECTS = frozenset(name for name in PARAMETERS if name.startswith("objects_"))
_FIRST_STEP = 2
_DEEPEST = 20
_NEARLY = 0.72
"""A slip of the fingers is nearer than that; another word ("track_status") is not."""
_SAME_LETTERS = 0.95
"""Letters in common when the underscores are in other places (``is_off_track``)."""
_BEGINNING = 3
"""Letters of the shortest word that stands for a longer one."""


def reward_keys(facts: FileFacts) -> Iterator[Finding]:
    """Keys that no simapp passes: asking for one is a KeyError, or always the default."""
    for view in _views(facts):
        for node in view.nodes:
            key = view.read(node)
            if (
                key is None
                or key in PARAMETERS
                or key in view.ensured
                or view.is_caught(node, "KeyError", "LookupError")
            ):
                continue
            if isinstance(node, ast.Call) and (node in view.alternatives or _falls_back(view, node)):
                continue
            near = _nearest(key)
            fix = f'Write "{near}".' if near else "The Reward pane lists the keys there are."
            if isinstance(node, ast.Subscript):
                text = f'There is no key "{shown(key)}" in params; the training ends when it is asked for.'
                yield about(node, ERROR, "reward-unknown-key", text, fix)
            else:
                text = f'There is no key "{shown(key)}" in params, so this is always the default.'
                yield about(node, WARNING, "reward-unknown-key", text, fix)


def _nearest(key: str) -> str:
    """The key that is meant: one that shortens to it word by word, or is spelt nearly so; "" when none is."""
    words = key.lower().split("_")
    shortened = [name for name in PARAMETERS if _shortens(words, name.split("_"))]
    begun = [name for name in shortened if name.startswith(words[0])]
    for names in (shortened, begun):
        if len(names) == 1:
            return names[0]
    close = difflib.get_close_matches(key, PARAMETERS, n=1, cutoff=_NEARLY)
    return close[0] if close and _is_slip(key.lower(), close[0]) else ""


def _is_slip(key: str, name: str) -> bool:
    """Whether ``key`` is ``name`` misspelt. A word of its own (``next_waypoints``) means another quantity."""
    words = name.split("_")
    if all(difflib.get_close_matches(word, words, n=1, cutoff=_NEARLY) for word in key.split("_")):
        return True
    joined = difflib.SequenceMatcher(None, name.replace("_", ""), key.replace("_", ""))
    return joined.ratio() >= _SAME_LETTERS


def _shortens(short: list[str], words: list[str]) -> bool:
    """Whether ``short`` are beginnings of some of ``words``, in their order."""
    rest = iter(words)
    return all(len(one) >= _BEGINNING and any(word.startswith(one) for word in rest) for one in short)


def _falls_back(view: View, node: ast.Call) -> bool:
    """Whether the default of a get() is a key there is."""
    return any(view.key(inner) in PARAMETERS for argument in node.args[1:] for inner in ast.walk(argument))


def reward_division(facts: FileFacts) -> Iterator[Finding]:
    """Division by what is 0 now and then, with no condition that looks at it first."""
    for view in _views(facts):
        for node in view.nodes:
            divisor = _divisor(node)
            if divisor is None or view.is_caught(node, "ZeroDivisionError", "ArithmeticError"):
                continue
            what = _zero(view, divisor)
            if what:
                text = f"This divides by {what}, which can be 0: the training ends with a ZeroDivisionError then."
                fix = "Look at it first, or add a little: / max(value, 0.001); for directions use math.atan2(dy, dx)."
                yield about(node, WARNING, "reward-division", text, fix)


def _divisor(node: ast.AST) -> ast.expr | None:
    """What is divided by, in ``a / b`` and ``a /= b``."""
    if isinstance(node, ast.AugAssign):
        return node.value if isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod)) else None
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod)):
        return None
    if isinstance(node.op, ast.Mod) and isinstance(node.left, (ast.Constant, ast.JoinedStr)):
        return None  # an old way to format text
    return node.right


def reward_objects(facts: FileFacts) -> Iterator[Finding]:
    """The lists of objects are empty in a time trial."""
    races = {values.get("DR_RACE_TYPE") or "TIME_TRIAL" for _, values in facts.configurations()}
    if races != {"TIME_TRIAL"}:
        return
    for view in _views(facts):
        if any(key.startswith(("objects_", "closest_objects", "object_in")) for key in view.asked_above):
            continue
        for node in view.nodes:
            key = view.key(node.value) if isinstance(node, ast.Subscript) else None
            if view.is_caught(node, "IndexError", "LookupError"):
                continue
            if key in _OBJECTS and isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
                text = f'In a time trial there are no objects: "{key}" is empty, and the training ends here.'
                yield about(node, WARNING, "reward-no-objects", text, "Ask first whether the list has anything in it.")


def reward_comparisons(facts: FileFacts) -> Iterator[Finding]:
    """Values compared with what they never are: progress is percent, and the first call sees step 2."""
    for view in _views(facts):
        for node in view.nodes:
            if not isinstance(node, ast.Compare) or len(node.ops) != 1:
                continue
            key, number, operator = view.key(node.left), constant(node.comparators[0]), node.ops[0]
            if key == "progress" and number == 1.0 and isinstance(operator, (ast.Eq, ast.GtE)):
                text = "progress is a percentage: 1 is the hundredth part of a lap, and 100 a whole one."
                yield about(node, WARNING, "reward-progress-percent", text, "Compare with 100 for a lap.")
            if key == "steps" and number is not None and _never(operator, number) and node not in view.alternatives:
                text = "This is never so: the step a reward is first asked for is the second."
                severity = ERROR if node in _guards_of_state(view) else WARNING
                yield about(node, severity, "reward-first-step", text, 'Write params["steps"] <= 2.')


def _guards_of_state(view: View) -> set[ast.AST]:
    """Conditions of branches that set something up for later steps: without it the function works on nothing."""
    found: set[ast.AST] = set()
    for node in view.nodes:
        if not isinstance(node, ast.If):
            continue
        inside = [inner for statement in node.body for inner in ast.walk(statement)]
        if any(
            isinstance(one, (ast.Attribute, ast.Subscript)) and isinstance(one.ctx, ast.Store) for one in inside
        ) or any(
            isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id in view.shared for one in inside
        ):
            found |= set(ast.walk(node.test))
    return found


def _never(operator: ast.cmpop, number: float) -> bool:
    if isinstance(operator, ast.Eq):
        return number < _FIRST_STEP
    return (isinstance(operator, ast.Lt) and number <= _FIRST_STEP) or (
        isinstance(operator, ast.LtE) and number < _FIRST_STEP
    )


def _zero(view: View, node: ast.expr, depth: int = 0) -> str:
    """What in a divisor can be 0 unasked, in words; "" when nothing is known to be."""
    if depth > _DEEPEST:
        return ""
    if isinstance(node, ast.Call) and called(node) in ("abs", "float", "fabs", "int") and len(node.args) == 1:
        return _zero(view, node.args[0], depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Pow)):
        right = _zero(view, node.right, depth + 1) if isinstance(node.op, ast.Mult) else ""
        return right or _zero(view, node.left, depth + 1)
    if isinstance(node, ast.Name):
        value = view.values.get(node.id)
        return _zero(view, value, depth + 1) if value is not None and node.id not in view.asked_above else ""
    key = view.read(node)
    if key is not None:
        return f'"{key}"' if key in _CAN_BE_ZERO and key not in view.asked_above else ""
    return "the difference of two coordinates" if _difference(node) else ""


def _difference(node: ast.AST) -> bool:
    """``b[0] - a[0]``: two waypoints straight above each other have the same x."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
        return False
    sides = (node.left, node.right)
    indices = [constant(side.slice) for side in sides if isinstance(side, ast.Subscript)]
    return len(indices) == 2 and indices[0] == indices[1] and indices[0] in (0.0, 1.0)


def _views(facts: FileFacts) -> list[View]:
    code = code_of(facts)
    return code.views if code is not None else []


RULES = (reward_keys, reward_division, reward_objects, reward_comparisons)
KINDS = (
    kind(
        "reward-unknown-key",
        "error, warning",
        "No simapp passes this key: asking for it ends the training, or gives the default.",
        "Write the key named.",
    ),
    kind("reward-division", "warning", "A divisor can be 0.", "Look at it first, or add a little."),
    kind("reward-no-objects", "warning", "In a time trial there are no objects.", "Ask for the list's length first."),
    kind("reward-progress-percent", "warning", "progress is a percentage.", "Compare with 100 for a lap."),
    kind(
        "reward-first-step",
        "error, warning",
        "A condition on steps is never so; the first call sees 2.",
        "Write steps <= 2.",
    ),
)
