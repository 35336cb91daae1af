"""Quitting the app: ask about unsaved files, report a crash in words, and always end within a time limit.

On exit Textual waits without a limit for the thread that writes to the terminal; a terminal that is
closed at that moment can block it forever, and then signals are ignored.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Callable

from rich.markup import escape
from textual import work
from textual.app import App

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dots_tui.app.workspace import Workspace

SECONDS = 10.0
"""Seconds to quit. An orderly end of threads and followed logs takes three at most."""


def end_after(code: int, seconds: float = SECONDS) -> Callable[[], None]:
    """End the process with `code` in `seconds`, unless the returned function is called before."""
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()
    return timer.cancel


class LeavingApp(App[int]):
    """The quit behavior of an app on a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.left: Callable[[], None] | None = None
        """Called after a successful exit; None before."""

    @work(group="quit", exclusive=True)
    async def action_quit_guarded(self) -> None:
        """Quit at once if everything is saved, else ask."""
        unsaved = self.workspace.unsaved()
        if unsaved:
            from dots_tui.ui.quit_guard import may_quit

            if not await may_quit(self, self.workspace, unsaved):
                return
        self.exit(0)

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Exit with the code `result`; force the end after ten seconds if something hangs."""
        if self.left is None and not self.is_headless:
            self.left = end_after(result or return_code)
        super().exit(result, return_code, message)

    def _fatal_error(self) -> None:
        """Replace Textual's method, which prints the traceback: it does not help a racer."""
        from dots_tui.ui.crash import words_for

        error = sys.exc_info()[1] or self._exception
        if error is not None:
            self.panic(escape(words_for(error, self.workspace.folders.state)))

    async def action_quit(self) -> None:
        """Send Textual's own quit commands (its palette entry) through the guard too."""
        self.action_quit_guarded()
