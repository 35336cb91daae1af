"""The ways out: asked when something is unsaved, told in words when the program fails, and never without an end.

On the way out Textual waits for the thread that writes to the terminal, without a limit; a terminal that is closed at
that moment can keep it for ever, and then no signal is heard any more.
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
"""What is ended in order (threads, a followed log) takes three at most."""


def end_after(code: int, seconds: float = SECONDS) -> Callable[[], None]:
    """End the process with ``code`` in ``seconds``, unless the function returned is called before."""
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()
    return timer.cancel


class LeavingApp(App[int]):
    """An app on a workspace, as far as leaving it goes."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.left: Callable[[], None] | None = None
        """To be called when leaving went well; None before."""

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
        """Leave with the exit code ``result``; in ten seconds even when something hangs on the way."""
        if self.left is None and not self.is_headless:
            self.left = end_after(result or return_code)
        super().exit(result, return_code, message)

    def _fatal_error(self) -> None:
        """In place of Textual's, which prints the traceback: no racer has any use for that."""
        from dots_tui.ui.crash import words_for

        error = sys.exc_info()[1] or self._exception
        if error is not None:
            self.panic(escape(words_for(error, self.workspace.folders.state)))

    async def action_quit(self) -> None:
        """Textual's own ways to quit (its palette entry) go the guarded way too."""
        self.action_quit_guarded()
