"""Output of the commands: it is cleaned, so that foreign text cannot reach the terminal raw.

Names from logs, file names, exception texts of a reward function and responses of AWS can contain
escape sequences. The streams are wrapped, so that no `print`, parser error or traceback can bypass
the cleaning.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterable


class CleanStream:
    """A text stream that writes only harmless text. Everything else is delegated to the inner stream."""

    def __init__(self, stream: TextIO) -> None:
        self.within = stream

    def write(self, text: str) -> int:
        """Write `text`, cleaned. Return the number of characters given."""
        from dots_tui.plain_text import harmless_text  # imported late: the splash does not wait for it

        self.within.write(harmless_text(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts, cleaned."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # would bypass the cleaning
            raise AttributeError(name)
        return getattr(self.within, name)


def clean_streams() -> None:
    """Wrap standard output and standard error in clean streams."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, CleanStream):
            setattr(sys, name, cast("TextIO", CleanStream(stream)))


def raw_streams() -> None:
    """Remove the wrapping, for the app, which cleans its own drawing."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, CleanStream):
            setattr(sys, name, stream.within)
