"""The connection to the instance: the transport in use, and why the others are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.app.runs.ladder import FAILED, IN_USE
from dots_tui.ui.widgets.glyphs import age, ascii_only, clean, glyph

if TYPE_CHECKING:
    from dots_tui.app.runs.snapshot import MonitorSnapshot

_SIGNS = {IN_USE: "good", FAILED: "error"}


class ConnectionScreen(ModalScreen[None]):
    """The transport ladder at the time of opening; esc closes it."""

    DEFAULT_CSS = """
    ConnectionScreen { align: center middle; }
    ConnectionScreen > VerticalScroll {
        width: 92%; max-width: 110; height: auto; max-height: 90%;
        border: round $border; border-title-color: $text; border-subtitle-color: $text-muted;
        background: $surface; padding: 0 2;
    }
    ConnectionScreen Static { height: auto; }
    """
    BINDINGS = [Binding("escape,enter,d,q", "close", "Close", key_display="esc")]

    def __init__(self, snapshot: MonitorSnapshot) -> None:
        super().__init__()
        self._snapshot = snapshot

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "connection"
            box.border_subtitle = "esc closes"
            yield Static(described(self._snapshot, ascii_only(self.app)), markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss(None)


def described(snapshot: MonitorSnapshot, plain: bool = False) -> Text:
    """Return the connection in full: its state, the transports from best to worst, the instances, the notices."""
    transport = snapshot.transport
    text = Text.assemble((transport.state.upper(), "bold"), f"  {clean(transport.message)}")
    for rung in transport.rungs:
        sign = glyph(_SIGNS.get(rung.state, "waiting"), plain)
        text.append(f"\n\n{sign} {clean(rung.title)}", "bold" if rung.state == IN_USE else "")
        text.append(f"  {rung.state}", "dim")
        for words in filter(None, (rung.reason, rung.advice)):
            text.append(f"\n  {clean(words)}")
    if transport.climb_in_s is not None:
        text.append(f"\n\nA better way is looked for in {age(transport.climb_in_s)}.", "dim")
    if len(snapshot.segments) > 1:
        text.append(
            f"\n\nInstances of this run, one after the other: {', '.join(s.host_id for s in snapshot.segments)}."
        )
    for notice in snapshot.notices:
        text.append(f"\n\n{glyph('warning', plain)} {clean(notice)}")
    return text
