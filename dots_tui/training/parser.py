"""Log bytes, in whatever pieces they arrive, to records.

Markers are searched for in whole chunks instead of looking at each line, because most of a log is noise
(prints of the reward function, ROS chatter) and the rest is read by one expression per row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dots_tui.training.lines import LINES, STEP, STEP_MARKER, Line, step

if TYPE_CHECKING:
    from dots_tui.training.records import Record

LONGEST_LINE = 64 * 1024
"""Bytes of a line that are looked at. The rest is dropped, so an endless line costs no memory."""

_REACH = 400
"""How far before its marker a line's expression may begin."""

# Real escape sequences, and how CloudWatch writes them.
_COLOURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|#033\[[0-9;]*m")


class Parser:
    """Reads the log of one container. One parser for each; the pieces must come in order."""

    def __init__(self) -> None:
        self.failures = 0
        """Lines that looked like records but could not be read."""
        self._carry = b""  # the beginning of a line whose end has not come yet

    def feed(self, chunk: bytes) -> list[Record]:
        """The records that are complete with this piece of the log, in their order."""
        found: list[Record] = []
        for start in range(0, len(chunk), LONGEST_LINE):
            text = self._whole_lines(chunk[start : start + LONGEST_LINE])
            if text:
                found += self._read(text)
        return found

    def close(self) -> list[Record]:
        """The record in a last line that has no newline: a file ends like that, a stream only pauses."""
        text, self._carry = self._carry, b""
        return self._read(text) if text else []

    def _whole_lines(self, piece: bytes) -> bytes:
        """The lines that end in this piece; what follows the last newline waits for the next one."""
        last = piece.rfind(b"\n")
        if last < 0:
            self._carry = (self._carry + piece)[:LONGEST_LINE]
            return b""
        if self._carry:
            first = piece.find(b"\n")
            text = (self._carry + piece[:first])[:LONGEST_LINE] + piece[first : last + 1]
        else:
            text = piece[: last + 1]
        self._carry = piece[last + 1 :]
        return text

    def _read(self, text: bytes) -> list[Record]:
        if b"\x1b" in text or b"#033[" in text:
            text = _COLOURS.sub(b"", text)
        if b"\r" in text:
            text = text.replace(b"\r", b"\n")
        steps, others = self._steps(text), self._others(text)
        if not others:
            return [record for _, record in steps]
        return [record for _, record in sorted(steps + others, key=_place)]

    def _steps(self, text: bytes) -> list[tuple[int, Record]]:
        found: list[tuple[int, Record]] = []
        for match in STEP.finditer(text):
            try:
                found.append((match.start(), step(match)))
            except ValueError:
                continue
        self.failures += text.count(STEP_MARKER) - len(found)
        return found

    def _others(self, text: bytes) -> list[tuple[int, Record]]:
        found: list[tuple[int, Record]] = []
        for line in LINES:
            place = text.find(line.marker)
            while place >= 0:
                record = self._one(text, place, line)
                if record is not None:
                    found.append((place, record))
                place = text.find(line.marker, place + len(line.marker))
        return found

    def _one(self, text: bytes, place: int, line: Line) -> Record | None:
        """The record whose marker stands at *place*, if the line has it."""
        start = max(text.rfind(b"\n", 0, place) + 1, place - _REACH)
        end = text.find(b"\n", place)
        match = line.pattern.search(text, start, end if end >= 0 else len(text))
        try:
            if match is not None and match.start() <= place < match.end():
                return line.make(match)
        except (ValueError, RecursionError):  # the latter from JSON that is nested without end
            pass
        if line.sure:
            self.failures += 1
        return None


def _place(pair: tuple[int, object]) -> int:
    return pair[0]
