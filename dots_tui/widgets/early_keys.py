"""Keys that come before a dialog is ready for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.widget import Widget


class EarlyKeys:
    """A mixin for screens with a line to type in: what is typed while the screen opens is kept for that line.

    Without it the keys would go to a screen that has nothing focused, and enter would take what nobody chose.
    """

    _early: tuple[events.Key, ...] = ()

    def on_key(self, event: events.Key) -> None:
        """Keep the key, unless there is somebody to have it."""
        focused: Any = getattr(self, "focused", None)
        if focused is None and event.key != "escape":
            self._early = (*self._early, event)
            event.stop()
            event.prevent_default()

    def watch_focused(self, focused: Widget | None) -> None:
        """Hand over what was kept, before any key that comes later."""
        early, self._early = self._early, ()
        if focused is None or not early:
            return
        if isinstance(focused, Input):
            # Getting the focus selects all, and comes later than these keys: what they write would be selected.
            focused.select_on_focus = False
            focused.select_all()
        for event in early:
            focused.post_message(events.Key(event.key, event.character))
