"""The help screen: the purpose of the current pane, and every key with its effect."""

from __future__ import annotations

from typing import Callable

from rich.table import Table
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.ui.commands import Command, CommandHost
from dots_tui.ui.panes.base import Pane


class HelpScreen(ModalScreen[None]):
    """The help screen. Esc, ? or q closes it."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 90%; max-width: 92; height: auto; max-height: 90%;
        border: round $border; background: $surface; padding: 1 2;
    }
    HelpScreen Static { height: auto; }
    """
    BINDINGS = [Binding("escape,question_mark,q", "dismiss", "Close", key_display="esc")]

    def __init__(self, pane: Pane, app: App[int], keys: Callable[[Command], str]) -> None:
        super().__init__()
        self._pane = pane
        self._keys = keys
        self._hosts: tuple[CommandHost, ...] = (pane, app)  # type: ignore[assignment]

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(Text.assemble((f"{self._pane.TITLE}\n", "bold"), self._pane.HELP_TEXT))
            for title, host in zip((f"Keys of {self._pane.TITLE}", "Keys everywhere"), self._hosts):
                yield Static(Text(f"\n{title}", style="bold"))
                yield Static(
                    _table([(command, self._keys(command), command.unavailable(host)) for command in host.ACTIONS])
                )


def _table(rows: list[tuple[Command, str, str]]) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(no_wrap=True, min_width=8)
    table.add_column(ratio=1)
    for command, keys, reason in rows:
        text = Text.assemble((command.title, "bold"), f"  {command.help}")
        if reason:
            text.append(f"  (not now: {reason})", "dim italic")
        table.add_row(Text(keys, style="bold"), text)
    return table
