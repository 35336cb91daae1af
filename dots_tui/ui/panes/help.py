"""The help screen: the purpose of the current pane, and every key with its effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.ui.commands import Command, CommandHost


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

    def __init__(self, title: str, text: str, hosts: Sequence[CommandHost], keys: Callable[[Command], str]) -> None:
        """`hosts` are the pane and the app; `keys` returns the keys of a command."""
        super().__init__()
        self._title, self._text, self._hosts, self._keys = title, text, hosts, keys

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(Text.assemble((f"{self._title}\n", "bold"), self._text))
            for heading, host in zip((f"Keys of {self._title}", "Keys everywhere"), self._hosts):
                yield Static(Text(f"\n{heading}", style="bold"))
                rows = [(command, self._keys(command), command.unavailable(host)) for command in host.ACTIONS]
                yield Static(_table(rows))


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
