"""What the tests of the widgets share: an app around some widgets, and what a drawn widget shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.app import App

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from textual.app import ComposeResult
    from textual.message import Message
    from textual.pilot import Pilot
    from textual.scroll_view import ScrollView
    from textual.widget import Widget


class Stage(App[None]):
    """An app with the given widgets below each other; it keeps what they post."""

    ENABLE_COMMAND_PALETTE = False
    ascii_only = False

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.widgets = widgets
        self.posted: list[Message] = []
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def run_here(self, width: int = 80, height: int = 24) -> AbstractAsyncContextManager[Pilot[None]]:
        """The app, running without a terminal."""
        return self.run_test(size=(width, height), message_hook=self._keep)

    def seen(self, kind: type[Any]) -> list[Any]:
        """The messages of this kind, oldest first."""
        return [message for message in self.posted if isinstance(message, kind)]

    def _keep(self, message: Message) -> None:
        if not any(message is known for known in self.posted):
            self.posted.append(message)


def shown(widget: ScrollView) -> list[str]:
    """The lines a drawn widget shows, without its frame and without trailing blanks."""
    height = widget.scrollable_content_region.height
    return [widget.render_line(y).text.rstrip() for y in range(height)]


@pytest.fixture
def stage() -> type[Stage]:
    return Stage


@pytest.fixture
def lines() -> Callable[[ScrollView], list[str]]:
    return shown
