"""A JSON file of a run: its content, or where and why it cannot be read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dots_tui.custom_files.json_fault import JsonFault, fault

_HALVES = re.compile("[\ud800-\udfff]")
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class JsonFile:
    """What is in hyperparameters.json or model_metadata.json."""

    values: Mapping[str, Any] | None
    """The object at the top; None when there is none."""
    problem: str = ""
    """Why ``values`` is None."""
    problem_line: int = 0
    twice: tuple[str, ...] = ()
    """Keys that an object has more than once; the last one counts."""
    halves: tuple[tuple[str, int], ...] = ()
    """Keys with half of a character in them or in their value, made whole, each with its line."""
    text: str = ""
    slip: JsonFault | None = None
    """The fault in words, where it is known."""

    @classmethod
    def parse(cls, data: bytes) -> JsonFile:
        """Read ``data``, whatever it is; a byte order mark is passed over."""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            return cls(None, "is not UTF-8 text", line)
        twice: list[str] = []

        def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
            names = [name for name, _ in items]
            twice.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
            return dict(items)

        try:
            values = json.loads(text, object_pairs_hook=pairs)
        except json.JSONDecodeError as error:
            slip = fault(text)
            if slip is None:
                return cls(None, f"is not valid JSON: {error.msg}, column {error.colno}", error.lineno, text=text)
            return cls(None, f"is not valid JSON: {slip.message}", slip.line, text=text, slip=slip)
        except RecursionError:
            return cls(None, "cannot be read: it is nested too deep", text=text)
        except ValueError as error:
            # A number of thousands of digits.
            return cls(None, f"cannot be read: {error}", text=text)
        if not isinstance(values, dict):
            return cls(None, "must be an object: key and value pairs in braces", 1, text=text)
        try:
            values, halves = _whole(values, text)
        except RecursionError:
            return cls(None, "cannot be read: it is nested too deep", text=text)
        return cls(values, twice=tuple(map(_mended, twice)), halves=halves, text=text)

    def line(self, key: str) -> int:
        """The line ``key`` is first written in, or 0 when it is not."""
        match = re.search(rf'"{re.escape(key)}"\s*:', self.text)
        return self.text.count("\n", 0, match.start()) + 1 if match else 0


def _whole(values: dict[str, Any], text: str) -> tuple[dict[str, Any], tuple[tuple[str, int], ...]]:
    """*values* without halves of characters, and the keys that had some. No program could write those as text."""
    if not _ESCAPED_HALF.search(text):
        return values, ()
    mended = {_mended(key): _mended(value) for key, value in values.items()}
    found = []
    for key, value in values.items():
        if _mended(key) != key or _mended(value) != value:
            escape = next((match for match in _ESCAPED_HALF.finditer(text) if _is_half(text, match.start())), None)
            line = text.count("\n", 0, escape.start()) + 1 if escape else 0
            found.append((_mended(key), line))
    return mended, tuple(found)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _HALVES.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_mended(key): _mended(inner) for key, inner in value.items()}
    return [_mended(inner) for inner in value] if isinstance(value, list) else value


def _is_half(text: str, start: int) -> bool:
    """Whether the escape at *start* stands alone, without the other half beside it."""
    here = int(text[start + 2 : start + 6], 16) if re.fullmatch(r"[0-9a-fA-F]{4}", text[start + 2 : start + 6]) else 0
    after, before = text[start + 6 : start + 9].lower(), text[max(0, start - 6) : start - 3].lower()
    other = after[:2] == "\\u" and after[2:3] == "d" if here < 0xDC00 else before[:2] == "\\u" and before[2:3] == "d"
    return not other
