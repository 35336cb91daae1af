"""Writing an action space into model_metadata.json in the way the file is written.

Only the value of action_space changes, and action_space_type when the kind does. Layout comes of the file itself:
the first action is the pattern of all, numbers that were there keep their spelling.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dots_tui.custom_files import json_edit
from dots_tui.custom_files.action_space import (
    SPEED,
    STEERING,
    Action,
    ActionSpace,
    ActionSpaceProblem,
    Continuous,
    Discrete,
    parse,
)
from dots_tui.custom_files.json_file import JsonFile

_KEY, _TYPE, _INDEX = "action_space", "action_space_type", "index"
_MARGIN = re.compile(r"\r?\n[ \t]*\Z")
_NAMES = (STEERING, SPEED)


def write(data: bytes, space: ActionSpace) -> bytes:
    """``data``, a model_metadata.json, with ``space`` as its action space; unchanged when it has it already.

    Raises ActionSpaceProblem when ``data`` is no JSON object.
    """
    file = JsonFile.parse(data)
    if file.values is None:
        raise ActionSpaceProblem(f"The file {file.problem}. Mend it as text first.")
    try:
        if parse(data) == space:
            return data
    except ActionSpaceProblem:
        pass  # it had none that could be read, and gets one
    text = json_edit.to_text(data)
    old = json_edit.member(text, json_edit.top(text), _KEY)
    value = text[old.start : old.end] if old is not None else ""
    literal = _discrete(text, value, space.actions) if isinstance(space, Discrete) else _ranges(text, value, space)
    text = json_edit.put(text, _KEY, literal)
    kind = "discrete" if isinstance(space, Discrete) else "continuous"
    if str(file.values.get(_TYPE, "discrete")).lower() != kind:
        text = json_edit.put(text, _TYPE, json.dumps(kind), after=_KEY)
    return text.encode()


@dataclass(frozen=True)
class _Spelling:
    """How the numbers of one key are written."""

    known: dict[float, str]
    decimals: bool
    """Whole numbers get a ".0"."""

    @classmethod
    def of(cls, literals: Sequence[str]) -> _Spelling:
        return cls({float(one): one for one in reversed(literals)}, any("." in one for one in literals))

    def write(self, value: float) -> str:
        if value in self.known:
            return self.known[value]
        if value != int(value) or abs(value) >= 1e15:
            return repr(value)
        return f"{value + 0.0:.1f}" if self.decimals else str(int(value))


def _discrete(text: str, value: str, actions: Sequence[Action]) -> str:
    """The list, laid out as the one in ``value``, or as suits the file when that is none."""
    if not actions:
        return "[]"
    there = json_edit.members(value, 0) if value.startswith("[") else []
    objects = [value[one.start : one.end] for one in there if value[one.start] == "{"]
    spelling = {name: _Spelling.of([item for one in objects for item in _numbers(one, name)]) for name in _NAMES}
    if objects and len(objects) == len(there) and _is_pattern(objects[0]):
        opening, closing = value[1 : there[0].start], value[there[-1].end : -1]
        between = value[there[0].end : there[1].start] if len(there) > 1 else "," + (opening or " ")
        pattern = objects[0]
    else:
        margin = _margin(text)
        opening, closing = margin + _unit(margin), margin
        between, pattern = "," + (opening or " "), f'{{"{STEERING}": 0, "{SPEED}": 0}}'
    items = [_filled(pattern, action, index, spelling) for index, action in enumerate(actions)]
    return f"[{opening}{between.join(items)}{closing}]"


def _is_pattern(item: str) -> bool:
    keys = [one.key for one in json_edit.members(item, 0)]
    return len(keys) == len(set(keys)) and set(_NAMES) <= set(keys) <= {*_NAMES, _INDEX}


def _numbers(item: str, key: str) -> list[str]:
    """The number of ``key`` in an action, or in the ends of a range, as it is spelt."""
    found = json_edit.member(item, 0, key)
    literal = item[found.start : found.end] if found is not None else ""
    return [literal] if re.fullmatch(r"-?[0-9][0-9.eE+-]*", literal) and abs(float(literal)) < 1e300 else []


def _filled(pattern: str, action: Action, index: int, spelling: dict[str, _Spelling]) -> str:
    values = {
        STEERING: spelling[STEERING].write(action.steering),
        SPEED: spelling[SPEED].write(action.speed),
        _INDEX: str(index),
    }
    return _replaced(pattern, values)


def _replaced(item: str, values: dict[str, str]) -> str:
    """The object ``item`` with the values of these keys; all of them are in it."""
    for one in reversed(json_edit.members(item, 0)):
        item = item[: one.start] + values.get(one.key, item[one.start : one.end]) + item[one.end :]
    return item


def _ranges(text: str, value: str, space: Continuous) -> str:
    """The ranges, in place when ``value`` has them already."""
    ends = {STEERING: (space.low.steering, space.high.steering), SPEED: (space.low.speed, space.high.speed)}
    there = {one.key: value[one.start : one.end] for one in json_edit.members(value, 0)} if value[:1] == "{" else {}
    if set(there) == set(_NAMES) and all(_is_range(item) for item in there.values()):
        filled = {}
        for name, (low, high) in ends.items():
            item = there[name]
            spelling = _Spelling.of([*_numbers(item, "low"), *_numbers(item, "high")])
            filled[name] = _replaced(item, {"low": spelling.write(low), "high": spelling.write(high)})
        return _replaced(value, filled)
    margin = _margin(text)
    opening = margin + _unit(margin)
    plain = _Spelling({}, decimals=False)
    items = [
        f'"{name}": {{"low": {plain.write(low)}, "high": {plain.write(high)}}}' for name, (low, high) in ends.items()
    ]
    return f"{{{opening}{(',' + (opening or ' ')).join(items)}{margin}}}"


def _is_range(item: str) -> bool:
    return item.startswith("{") and sorted(one.key for one in json_edit.members(item, 0)) == ["high", "low"]


def _margin(text: str) -> str:
    """Newline and indentation of the file's own keys; "" when it is written on one line."""
    match = _MARGIN.search(json_edit.gap_of(text))
    return match.group() if match else ""


def _unit(margin: str) -> str:
    """One step of indentation."""
    return margin.lstrip("\r\n") or ("  " if margin else "")
