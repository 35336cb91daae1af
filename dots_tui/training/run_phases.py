"""The phases of a run, which its instance reports to the bucket from the first minute on. Pure.

The object is written on an instance that also runs a racer's code, so it is treated as untrusted:
bounded, cleaned, and tolerant of unknown names. The format is described in docs/architecture.md.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from dots_tui.bounded_files import Damaged, parse_json

MOST_BYTES = 256 * 1024
"""A larger object is not a report of phases."""
MOST_PHASES = 200
_NAME, _MESSAGE, _WORDS, _LINES = 40, 500, 4000, 40
"""Limits: phases, characters of a name, of a message and of last words, and lines of last words."""
_VERSION = 1
_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?Z")

TITLES = {
    "files": "custom files",
    "machine": "machine",
    "x": "X server",
    "pull": "simapp image",
    "start": "DRFC start",
    "simulations": "simulations",
    "trainer": "trainer",
    "training": "training",
    "stopping": "stopping",
    "saved": "model saved",
    "deleted": "stack deletion",
    "failed": "failed",
}
STARTING = ("files", "machine", "x", "pull", "start", "simulations", "trainer", "training")
"""The phases from the boot to the first driven step."""
ENDING = ("stopping", "saved", "deleted")
FAILED = "failed"


@dataclass(frozen=True)
class Phase:
    """The beginning of a phase. `at` is aware (UTC); None if the report contains no valid time.

    `reason` (a code in kebab case) and `last_words` belong to a failure.
    """

    name: str
    at: datetime | None = None
    message: str = ""
    reason: str = ""
    last_words: str = ""

    @property
    def title(self) -> str:
        """The phase in a word or two."""
        return TITLES.get(self.name, self.name)


@dataclass(frozen=True)
class RunPhases:
    """The report of an instance, oldest phase first. There is at least one phase."""

    instance: str
    phases: tuple[Phase, ...]

    @property
    def current(self) -> Phase:
        """The current phase of the run."""
        return self.phases[-1]

    @property
    def failure(self) -> Phase | None:
        """The last failure; None if the run has begun another start since, or never failed."""
        for phase in reversed(self.phases):
            if phase.name == FAILED:
                return phase
            if phase.name in STARTING:
                return None
        return None

    @property
    def starting(self) -> bool:
        """True if the run has not driven its first step yet, and can still do so."""
        return self.failure is None and self.current.name not in (*ENDING, STARTING[-1])

    @property
    def ending(self) -> bool:
        """True if the run is being stopped, saved or deleted."""
        return self.current.name in ENDING

    @property
    def step(self) -> tuple[int, int]:
        """The number of the current phase, and the total: of the end while it ends, else of the start."""
        order = ENDING if self.ending else STARTING
        for phase in reversed(self.phases):
            if phase.name in order:
                return order.index(phase.name) + 1, len(order)
        return 0, len(order)


def read_phases(data: bytes, stack: str, stack_id: str = "") -> RunPhases | None:
    """Return the report in `data`; None if it is invalid, of another version, or of another stack.

    The location of a run can hold the report of an earlier stack, even of one with the same name.
    """
    document = _document(data)
    if document is None or document.get("version") != _VERSION or document.get("stack") != stack:
        return None
    told_id = document.get("stack_id")
    if stack_id and isinstance(told_id, str) and told_id and told_id != stack_id:
        return None
    rows = document.get("phases")
    found = [phase for row in rows[-MOST_PHASES:] if (phase := _phase(row))] if isinstance(rows, list) else []
    return RunPhases(_text(document.get("instance"), _NAME), tuple(found)) if found else None


def _document(data: bytes) -> dict[str, Any] | None:
    if len(data) > MOST_BYTES:
        return None
    try:
        document = parse_json(data)
    except Damaged:
        return None
    return document if isinstance(document, dict) else None


def _phase(row: object) -> Phase | None:
    if not isinstance(row, dict):
        return None
    name = _text(row.get("name"), _NAME)
    if not name:
        return None
    failed = name == FAILED
    return Phase(
        name,
        _time(row.get("at")),
        _text(row.get("message"), _MESSAGE),
        _text(row.get("reason"), _NAME) if failed else "",
        _lines(row.get("last_words")) if failed else "",
    )


def _time(value: object) -> datetime | None:
    match = _STAMP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None


def _text(value: object, most: int) -> str:
    """Return one line without control, format and unassigned characters."""
    if not isinstance(value, str):
        return ""
    kept = "".join(" " if one in "\n\r\t" else one for one in value[: 4 * most] if one in "\n\r\t" or _shown(one))
    return " ".join(kept.split())[:most]


def _lines(value: object) -> str:
    if not isinstance(value, str):
        return ""
    lines = [_text(line, _MESSAGE) for line in value[-_WORDS:].splitlines()]
    return "\n".join([line for line in lines if line][-_LINES:])


def _shown(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" or character == " "
