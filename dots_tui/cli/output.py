"""Everything that the commands print passes through here: foreign text cannot reach the terminal raw.

Names out of logs, file names, exception texts of a reward function and answers of AWS may hold escape sequences. The
streams are wrapped, so that no `print`, no parser error and no traceback can forget to clean.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterable


class CleanStream:
    """A text stream that writes harmless text only. Everything else is as with the stream within."""

    def __init__(self, stream: TextIO) -> None:
        self.within = stream

    def write(self, text: str) -> int:
        """Write `text`, cleaned. Returns the number of characters given."""
        from dots_tui.plain_text import harmless_text  # not before something is printed: the splash does not wait

        self.within.write(harmless_text(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts, cleaned."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # the way round this
            raise AttributeError(name)
        return getattr(self.within, name)


def clean_streams() -> None:
    """From now on standard output and standard error are clean."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, CleanStream):
            setattr(sys, name, cast("TextIO", CleanStream(stream)))


def raw_streams() -> None:
    """Undo that, for the app, which cleans what it draws by itself."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, CleanStream):
            setattr(sys, name, stream.within)
