"""The parameters of one reward function call, with units and meanings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.ui.panes.reward.tunnel_words import params_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class ParamsScreen(ModalScreen[None]):
    """Closed by esc, p or q."""

    DEFAULT_CSS = """
    ParamsScreen { align: center middle; }
    ParamsScreen > VerticalScroll {
        width: 95%; max-width: 110; height: auto; max-height: 95%;
        border: round $border; border-title-color: $text-primary; border-title-style: bold;
        background: $surface; padding: 0 1;
    }
    ParamsScreen Static { height: auto; }
    """
    BINDINGS = [Binding("escape,p,q", "dismiss", "Close", key_display="esc")]

    def __init__(self, heading: str, params: Mapping[str, Any]) -> None:
        super().__init__()
        self._heading, self._params = heading, params

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = Text(self._heading)
            box.border_subtitle = "esc closes"
            yield Static(self._table())

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=2)
        table.add_column(ratio=3)
        for name, value, about in params_rows(self._params):
            table.add_row(Text(name, style="bold"), Text(value), Text(about, style="dim"))
        return table
