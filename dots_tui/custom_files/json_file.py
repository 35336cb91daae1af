"""A JSON file of a run: its content, or where and why it cannot be read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
    text: str = ""

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
            return cls(None, f"is not valid JSON: {error.msg}, column {error.colno}", error.lineno, text=text)
        except (ValueError, RecursionError) as error:
            # A number of thousands of digits, or thousands of brackets in each other.
            return cls(None, f"cannot be read: {error}", text=text)
        if not isinstance(values, dict):
            return cls(None, "must be an object: key and value pairs in braces", 1, text=text)
        return cls(values, twice=tuple(twice), text=text)

    def line(self, key: str) -> int:
        """The line ``key`` is first written in, or 0 when it is not."""
        match = re.search(rf'"{re.escape(key)}"\s*:', self.text)
        return self.text.count("\n", 0, match.start()) + 1 if match else 0
