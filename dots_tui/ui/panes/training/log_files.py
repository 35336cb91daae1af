"""Log lines written to files: a saved log, and a copy of the text sent to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.blocking import in_thread
from dots_tui.app.runs.saved_log import COPY, count_of_lines, free_name, saved_path, why_not_written, wrong_name
from dots_tui.ui.widgets.dialogs import Choose, Prompt
from dots_tui.ui.widgets.log_save import save_lines, write_private
from dots_tui.ui.widgets.log_sieve import Sieve

if TYPE_CHECKING:
    from pathlib import Path

    from textual.widget import Widget

    from dots_tui.ui.widgets.log_rows import LogRows

_SHOWN, _ALL = "shown", "all"


class LogFiles:
    """Writes files and shows notices on behalf of `host`. The methods run in a worker of `host`."""

    def __init__(self, host: Widget) -> None:
        self._host = host

    async def save(self, rows: LogRows) -> None:
        """Ask for a name, and with filters whether all lines are meant; then save."""
        spool, sieve, app = rows.spool, rows.sieve, self._host.app
        if not sieve.open:
            options = [(_SHOWN, "The lines the filters show"), (_ALL, "All lines of the log")]
            which = await app.push_screen_wait(Choose("Save the log", options, current=_SHOWN))
            if which is None:
                return
            sieve = sieve if which == _SHOWN else Sieve()
        label = "File for all lines of the log" if sieve.open else "File for the lines the filters show"
        name = await app.push_screen_wait(Prompt("Save the log", label, free_name(), wrong_name, yes="Save"))
        if not name:
            return
        path = saved_path(name)
        self._host.notify(f"Writing {path}", timeout=2)
        try:
            count = await in_thread(lambda: save_lines(spool, sieve, path, self._left), name="save-log")
        except OSError as error:
            problem = f"{path} could not be written: {why_not_written(error)}."
            self._host.notify(problem, title="Log not saved", severity="error", timeout=10)
        else:
            self._host.notify(f"{count_of_lines(count)} in {path}", title="Log saved")

    def _left(self) -> bool:
        return not self._host.is_running

    async def keep_copy(self, text: str, state: Path) -> None:
        """Keep copied text in the folder `state` too: the terminal may have refused it."""
        path = state / COPY
        sent = f"{count_of_lines(len(text.splitlines()))} sent to the terminal's clipboard"
        try:
            await in_thread(lambda: write_private(path, text), name="copy")
        except OSError as error:
            problem = f"{sent}. The file {path} could not be written: {why_not_written(error)}."
            self._host.notify(problem, title="Copied", severity="warning")
        else:
            self._host.notify(f"{sent}, and kept in {path}", title="Copied")
