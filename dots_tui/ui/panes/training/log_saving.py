"""Log lines into files: what is copied, and what is saved under a name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.ui.background import Job, in_background
from dots_tui.ui.widgets.dialogs import Choose, Prompt
from dots_tui.ui.widgets.log_save import save_lines, write_private
from dots_tui.ui.widgets.log_sieve import Sieve

if TYPE_CHECKING:
    from textual.widget import Widget

    from dots_tui.spool.store import Spool

COPY = "log-copy.txt"
"""In the state folder: what was copied last."""
_SHOWN, _ALL = "shown", "all"


def keep_copy(host: Widget, text: str) -> None:
    """The terminal has been sent `text`; keep it in a file as well, because nobody can know whether it took it."""
    path: Path = host.app.workspace.folders.state / COPY  # type: ignore[attr-defined]
    count = len(text.splitlines())
    lines = f"{count} line{'' if count == 1 else 's'}"

    def kept(_: None) -> None:
        host.notify(f"{lines} sent to the terminal's clipboard, and kept in {path}", title="Copied")

    def failed(error: Exception) -> None:
        host.notify(
            f"{lines} sent to the terminal's clipboard. The file {path} could not be written: {_why(error)}.",
            title="Copied",
            severity="warning",
        )

    in_background(host, lambda _: write_private(path, text), kept, failed, name="copy")


def ask_and_save(host: Widget, spool: Spool, sieve: Sieve) -> None:
    """Ask for a name, and before that, when lines are filtered, whether all lines are meant; then save."""

    def named(which: Sieve) -> None:
        def answered(value: str | None) -> None:
            if value:
                _save(host, spool, which, Path(value).expanduser())

        label = "File for all lines of the log" if which.open else "File for the lines the filters show"
        host.app.push_screen(Prompt("Save the log", label, _free_name(), wrong_name, yes="Save"), answered)

    def chosen(value: str | None) -> None:
        if value is not None:
            named(sieve if value == _SHOWN else Sieve())

    if sieve.open:
        named(sieve)
        return
    options = [(_SHOWN, "The lines the filters show"), (_ALL, "All lines of the log")]
    host.app.push_screen(Choose("Save the log", options, current=_SHOWN), chosen)


def wrong_name(value: str) -> str:
    """Why this is no name for a new file; "" when it is one."""
    if not value.strip():
        return "Type the name of a file."
    path = Path(value).expanduser()
    if path.is_dir():
        return "That is a folder. Add a name."
    if path.exists():
        return "There is a file of that name, and it is not overwritten. Type another name."
    return "" if path.parent.is_dir() else f"There is no folder {path.parent}."


def _free_name() -> str:
    """A name in the working folder that is not taken."""
    number, path = 1, Path("training-log.txt")
    while path.exists():
        number += 1
        path = Path(f"training-log-{number}.txt")
    return str(path.absolute())


def _save(host: Widget, spool: Spool, sieve: Sieve, path: Path) -> None:
    def work(job: Job) -> int:
        return save_lines(spool, sieve, path, job.cancelled)

    def saved(count: int) -> None:
        host.notify(f"{count:,} line{'' if count == 1 else 's'} in {path}", title="Log saved")

    def failed(error: Exception) -> None:
        host.notify(f"{path} could not be written: {_why(error)}.", title="Log not saved", severity="error", timeout=10)

    host.notify(f"Writing {path}", timeout=2)
    in_background(host, work, saved, failed, name="save-log")


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
