"""The same log told by two sources - followed over SSH, and copied to the bucket - so that each line counts once.

Neither tells where the other is: the bucket's copy has no times. What is known is how many lines the other has let
through; they are passed over by number, and the last thousands by their text, because the two streams of a container
are mixed a little differently each time they are read.
"""

from __future__ import annotations

from collections import Counter, deque

SSH, BUCKET = "ssh", "bucket"
BY_TEXT = 2000
"""Number of lines that are compared by text."""
LONGEST = 512
"""Number of bytes of a line that are compared."""


class Seen:
    """The seen lines of one container. Not thread-safe: only one source is read at a time."""

    def __init__(self) -> None:
        self._ahead = {SSH: _Ahead(), BUCKET: _Ahead()}

    def new(self, source: str, lines: list[bytes]) -> list[int] | None:
        """Return the indexes of `lines` that no source has delivered; None for all of them."""
        new = self._ahead[source].passed(lines)
        told = lines if new is None else [lines[index] for index in new]
        self._ahead[BUCKET if source == SSH else SSH].add(told)
        return new

    def restart(self, source: str) -> None:
        """Reset a source that starts with another log, of which no line was seen."""
        self._ahead[source] = _Ahead()


class _Ahead:
    """Lines from the other source that this source has not reached yet."""

    def __init__(self) -> None:
        self._by_number = 0
        self._last: deque[bytes] = deque(maxlen=BY_TEXT)
        self._by_text: Counter[bytes] | None = None
        self._patience = 0

    def add(self, lines: list[bytes]) -> None:
        """Add lines that the other source has delivered."""
        if self._by_text is not None:
            self._last.extend(self._by_text.elements())
            self._by_text = None
        self._by_number += max(0, len(self._last) + len(lines) - BY_TEXT)
        self._last.extend(line[:LONGEST] for line in lines[-BY_TEXT:])

    def passed(self, lines: list[bytes]) -> list[int] | None:
        """Return the indexes of new `lines`; None for all."""
        if not self._by_number and not self._last and not self._by_text:
            return None
        start = min(self._by_number, len(lines))
        self._by_number -= start
        if start == len(lines):
            return []
        if self._by_text is None:
            self._by_text = Counter(self._last)
            self._last.clear()
            self._patience = 2 * BY_TEXT
        waiting = self._by_text
        new = []
        for index in range(start, len(lines)):
            text = lines[index][:LONGEST]
            if waiting.get(text):
                waiting[text] -= 1
                if not waiting[text]:
                    del waiting[text]
            else:
                new.append(index)
        self._patience -= len(new)
        if self._patience < 0:
            waiting.clear()  # they will not arrive: their container was replaced
        return new
