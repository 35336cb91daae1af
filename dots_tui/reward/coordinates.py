"""Places written into a reward function: tables of coordinates and waypoint numbers, and whether they fit the track.

The text is only read, never run. A table counts when its points follow each other as those of a path do, so that tables
of actions or weights are left alone.
"""

from __future__ import annotations

import ast
import math
import statistics
from typing import TYPE_CHECKING, NamedTuple, Optional

from dots_tui.reward.results import RehearsalNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Callable

    from dots_tui.tracks.geometry import Point, Track

FEWEST_POINTS = 12
_STEP_M = (0.02, 2.0)
"""Between points of a path, as a rule."""
_JUMPS = 0.1
"""Share of the steps that may be far longer: a table may have only some bends."""
_LEAST_M, _LEAST_WIDE_M = 3.0, 0.5
_SMOOTH = math.radians(50.0)
_BESIDE_M = 0.2
"""Points may lie so far beside the road."""
_ALONG = 0.6
"""A piece of a line goes along the track when it gets on by so much of its length."""
_ELSEWHERE, _NAMED = 0.5, 0.9
"""Share of the points on the road: below the first a table is of another track; from the second on that is named."""

Row = Optional["tuple[float, ...]"]


class Table(NamedTuple):
    """Coordinates in the text."""

    points: tuple[Point, ...]
    line: int
    certain: bool
    """Whether it must be coordinates: rows of a table, or two lists whose names say x and y."""


def place_notes(
    source: bytes, track: Track, shapes: Callable[[], Iterable[Track]], *, made_up: bool = False
) -> Iterator[RehearsalNote]:
    """What is to be said of the places in a text on *track*. *shapes* gives the other tracks whose shape is at hand.

    With *made_up* the track only has the size of the one the cars drive on.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    found = tables(tree)
    if made_up:
        yield from _on_made_up(tree, found, track)
        return
    shares = [_share_on(track, one.points) for one in found]
    if not found or max(shares) > _ELSEWHERE:
        return
    table = max(found, key=lambda one: len(one.points))
    belongs = _fitting(table.points, track, shapes())
    if belongs is None and not table.certain:
        return
    on = f"{_share_on(track, table.points):.0%} of its {len(table.points)} points do"
    words = f"The table of coordinates (line {table.line}) does not lie on the track {track.name} ({on})"
    words += f": it belongs to {belongs.name}." if belongs is not None else ": it belongs to another track."
    yield RehearsalNote(
        "other-track", f"{words} A car trained with it follows a line that does not exist here.", table.line
    )


def tables(tree: ast.AST) -> list[Table]:
    """The tables of coordinates in a text."""
    found: list[Table] = []
    flat: list[tuple[str, tuple[float, ...], int]] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) >= FEWEST_POINTS:
            points = _points([_row(one) for one in node.elts])
            if points and _is_path(points):
                found.append(Table(points, node.lineno, certain=True))
        elif isinstance(node, ast.Dict) and len(node.values) >= FEWEST_POINTS:
            points = _points([_row(one) for one in node.values])
            if points and _is_path(points):
                found.append(Table(points, node.lineno, certain=True))
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            numbers = _row(_unwrapped(node.value))
            if numbers is not None and len(numbers) >= FEWEST_POINTS:
                flat.append((node.targets[0].id, numbers, node.lineno))
    for (name, xs, line), (other, ys, _) in zip(flat, flat[1:]):
        points = tuple(zip(xs, ys))
        if len(xs) == len(ys) and _is_path(points):
            certain = name.lower().replace("x", "y") == other.lower() and "x" in name.lower()
            found.append(Table(points, line, certain))
    return found


def waypoint_numbers(tree: ast.AST) -> int | None:
    """The line in which a waypoint's number is compared with numbers of the text; None where none is."""
    reader = _WaypointReader()
    for _ in range(2):  # a name may be used above where it is given its meaning
        reader.visit(tree)
    return min(reader.lines, default=None)


def _on_made_up(tree: ast.AST, found: Sequence[Table], track: Track) -> Iterator[RehearsalNote]:
    line = found[0].line if found else waypoint_numbers(tree)
    if line is None:
        return
    what = "a table of coordinates" if found else "numbers of waypoints"
    yield RehearsalNote(
        "needs-shape",
        f"The function has {what} (line {line}), and the shape of {track.name} is not available: on a made-up "
        "shape it cannot be judged. Fetch the shape first: f in the Reward pane, or --tracks DIR with its route file.",
        line,
    )


def _fitting(points: Sequence[Point], track: Track, shapes: Iterable[Track]) -> Track | None:
    """The other track on whose road the points lie."""
    best: tuple[float, float, Track] | None = None
    for other in shapes:
        if other.name == track.name:
            continue
        share = _share_on(other, points)
        # Of tracks of a family the one whose middle is nearest.
        if share >= _NAMED:
            away = statistics.fmean(abs(other.locate(x, y).offset_m) for x, y in points)
            if best is None or (share, -away) > (best[0], -best[1]):
                best = share, away, other
    return best[2] if best is not None else None


def _share_on(track: Track, points: Sequence[Point]) -> float:
    """The share of the points that lie on the road and go along it: a way across it may lie on it by chance."""
    places = []
    hint: int | None = None
    for x, y in points:
        place = track.locate(x, y, hint)
        hint = place.index
        places.append(place)
    ways: list[float] = []
    for (a, b), one, other in zip(zip(points, points[1:]), places, places[1:]):
        on = all(abs(at.offset_m) <= track.width_at(at.distance_m) / 2.0 + _BESIDE_M for at in (one, other))
        way = other.distance_m - one.distance_m
        if track.closed:
            way = math.remainder(way, track.length_m)
        ways.append(way if on and abs(way) >= _ALONG * math.dist(a, b) else 0.0)
    onward, back = sum(way > 0.0 for way in ways), sum(way < 0.0 for way in ways)
    return max(onward, back) / len(ways)


def _points(rows: Sequence[Row]) -> tuple[Point, ...]:
    """x and y of the rows: the first two columns, or those after a column that counts."""
    if any(row is None or len(row) < 2 for row in rows):
        return ()
    full = [row for row in rows if row is not None]
    counted = all(len(row) >= 3 for row in full) and all(b[0] - a[0] == 1.0 for a, b in zip(full, full[1:]))
    first = 1 if counted else 0
    return tuple((row[first], row[first + 1]) for row in full)


def _is_path(points: Sequence[Point]) -> bool:
    """Whether points follow each other as those of a way on a track do."""
    steps = [math.dist(a, b) for a, b in zip(points, points[1:])]
    moved = [step for step in steps if step > 1e-6]
    if len(moved) < FEWEST_POINTS - 1 or not all(math.isfinite(step) for step in moved):
        return False
    usual = statistics.median(moved)
    if not _STEP_M[0] <= usual <= _STEP_M[1]:
        return False
    if sum(step > 4.0 * usual + 0.5 for step in moved) > _JUMPS * len(moved) + 1:
        return False
    xs, ys = zip(*points)
    wide = sorted((max(xs) - min(xs), max(ys) - min(ys)))
    if (
        sum(moved) < _LEAST_M
        or wide[1] < _LEAST_M / 2.0
        or (wide[0] < _LEAST_WIDE_M and wide[0] > 0.0 and len(points) < 20)
    ):
        return False
    turns = [
        abs(math.remainder(math.atan2(c[1] - b[1], c[0] - b[0]) - math.atan2(b[1] - a[1], b[0] - a[0]), 2.0 * math.pi))
        for a, b, c in zip(points, points[1:], points[2:])
        if a != b and b != c
    ]
    return (
        bool(turns) and statistics.median(turns) < _SMOOTH / 2.0 and sum(t > _SMOOTH for t in turns) < 0.2 * len(turns)
    )


def _row(node: ast.expr) -> Row:
    """The numbers of a list or tuple; None when it has anything else."""
    if not isinstance(node, (ast.List, ast.Tuple)):
        return None
    values = [_number(one) for one in node.elts]
    return None if None in values else tuple(value for value in values if value is not None)


def _number(node: ast.expr) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _number(node.operand)
        return None if value is None else (-value if isinstance(node.op, ast.USub) else value)
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return float(node.value)
    return None


def _unwrapped(node: ast.expr) -> ast.expr:
    """The list in ``np.array([...])``."""
    return node.args[0] if isinstance(node, ast.Call) and len(node.args) >= 1 else node


class _WaypointReader(ast.NodeVisitor):
    """Looks for comparisons of a waypoint's number with numbers of the text."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        self._pairs: set[str] = set()
        """Names of ``closest_waypoints``."""
        self._numbers: set[str] = set()
        """Names of one of the two."""
        self._lists: set[str] = set()
        """Names of lists of whole numbers in the text."""

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._learn(target.id, node.value)
            elif isinstance(target, ast.Tuple) and self._is_pair(node.value):
                self._numbers.update(one.id for one in target.elts if isinstance(one, ast.Name))
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        if any(self._is_number(side) for side in sides) and any(self._is_written(side) for side in sides):
            self.lines.append(node.lineno)
        self.generic_visit(node)

    def _learn(self, name: str, value: ast.expr) -> None:
        if self._is_pair(value):
            self._pairs.add(name)
        elif self._is_number(value):
            self._numbers.add(name)
        elif _whole_numbers(value):
            self._lists.add(name)

    def _is_pair(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self._pairs
        named = node.slice if isinstance(node, ast.Subscript) else None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            named = node.args[0]
        return isinstance(named, ast.Constant) and named.value == "closest_waypoints"

    def _is_number(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self._numbers
        if isinstance(node, ast.Subscript):
            return self._is_pair(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("int", "min", "max"):
            return any(self._is_number(one) or self._is_pair(one) for one in node.args)
        return False

    def _is_written(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self._lists
        number = _number(node)
        return (number is not None and number >= 2.0 and number == int(number)) or _whole_numbers(node)


def _whole_numbers(node: ast.expr) -> bool:
    """Whether a value is a list of whole numbers, or a range or sum of such."""
    if isinstance(node, ast.BinOp):
        return _whole_numbers(node.left) and _whole_numbers(node.right)
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "range":
            numbers = [_number(one) for one in node.args]
            return None not in numbers and any(number not in (None, 0.0, 1.0) for number in numbers)
        return name in ("list", "set", "tuple", "frozenset", "sorted") and any(_whole_numbers(one) for one in node.args)
    if isinstance(node, ast.Dict):
        return len(node.keys) > 1 and all(key is not None and _is_whole(_number(key)) for key in node.keys)
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        numbers = [_number(one) for one in node.elts]
        return all(map(_is_whole, numbers)) and any(number is not None and number >= 2.0 for number in numbers)
    return False


def _is_whole(number: float | None) -> bool:
    return number is not None and number == int(number)
