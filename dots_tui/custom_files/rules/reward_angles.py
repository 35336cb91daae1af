"""Rules about degrees and radians in a reward function. ``heading`` and ``steering_angle`` are degrees, and
``objects_heading`` is radians; what trigonometry takes and gives is radians.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, kind
from dots_tui.custom_files.rules.reward_code import View, about, called, code_of, constant
from dots_tui.problems import WARNING

DEGREES, RADIANS = "degrees", "radians"
_TAKES_RADIANS = frozenset({"sin", "cos", "tan"})
_GIVES_RADIANS = frozenset({"atan2", "arctan2", "atan", "arctan", "asin", "acos", "radians", "deg2rad"})
_GIVES_DEGREES = frozenset({"degrees", "rad2deg"})
_SAME = frozenset({"abs", "fabs", "float"})
_WHOLE_TURN = 6.5
_FIX = "Bring both to one: math.radians(heading), or math.degrees(angle)."


def reward_angles(facts: FileFacts) -> Iterator[Finding]:
    """Degrees where radians belong, and the two mixed."""
    code = code_of(facts)
    for view in code.views if code is not None else ():
        for node in view.nodes:
            said = _wrong(view, node)
            if said:
                yield about(node, WARNING, "reward-degrees", said, _FIX)


def _wrong(view: View, node: ast.AST) -> str:
    if isinstance(node, ast.Call) and len(node.args) == 1:
        name, given = called(node), _unit(view, node.args[0])
        if name in _TAKES_RADIANS and given == DEGREES:
            return f"{name}() takes radians, and this is given in degrees."
        if name in ("radians", "deg2rad") and given == RADIANS:
            return "This is in radians already."
        if name in _GIVES_DEGREES and given == DEGREES:
            return "This is in degrees already."
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        mixed = {_unit(view, node.left), _unit(view, node.right)} == {DEGREES, RADIANS}
        return "This mixes degrees and radians." if mixed else ""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        units = {_unit(view, side) for side in sides}
        if units >= {DEGREES, RADIANS}:
            return "This compares degrees with radians."
        largest = max((abs(number) for side in sides if (number := constant(side)) is not None), default=0.0)
        if RADIANS in units and largest > _WHOLE_TURN:
            return f"This compares radians with {largest:g}, which is more than a whole turn."
    return ""


def _unit(view: View, node: ast.AST, depth: int = 0) -> str | None:
    """The unit of an angle; None where it is none or is not known."""
    if depth > 20:
        return None
    if isinstance(node, ast.Name):
        value = view.values.get(node.id)
        return _unit(view, value, depth + 1) if value is not None else None
    key = view.read(node)
    if key in ("heading", "steering_angle"):
        return DEGREES
    if isinstance(node, ast.Subscript) and view.key(node.value) == "objects_heading":
        return RADIANS
    if isinstance(node, ast.Call):
        name = called(node)
        if name in _SAME and len(node.args) == 1:
            return _unit(view, node.args[0], depth + 1)
        return RADIANS if name in _GIVES_RADIANS else DEGREES if name in _GIVES_DEGREES else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return _unit(view, node.operand, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        left, right = _unit(view, node.left, depth + 1), _unit(view, node.right, depth + 1)
        return left if left == right or (right is None and constant(node.right) is not None) else None
    return None


RULES = (reward_angles,)
KINDS = (
    kind("reward-degrees", "warning", "Degrees where radians belong, or the two mixed.", "Bring both to one unit."),
)
