"""A screen in a frame over the pane, for what is looked at for a while: a title, and a line that says what keys do."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class BoxScreen(ModalScreen[Answer]):
    """Its container has the class "screen-box", the line below its contents "screen-hint"."""

    DEFAULT_CSS = """
    BoxScreen {
        align: center middle;
        .screen-box {
            border: round $primary; border-title-color: $text-primary; border-title-style: bold;
            background: $surface; padding: 0 1;
        }
        .screen-hint { height: auto; color: $text-muted; }
        &:ansi .screen-box { background: $background; }
    }
    """
