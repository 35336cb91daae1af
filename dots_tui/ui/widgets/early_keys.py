"""Keys that come before a dialog is ready for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.widget import Widget


class EarlyKeys(ModalScreen[ScreenResultType]):
    """A screen with a line to type in: what is typed while the screen opens is kept for that line.

    Without it the keys would go to a screen that has nothing focused, and enter would take what nobody chose.
    """

    _early: tuple[events.Key, ...] = ()

    def _forward_event(self, event: events.Event) -> None:
        # Where the app hands over keys in their order. A handler of the screen would come too late: the line may
        # have the focus, and the next key, by then.
        if isinstance(event, events.Key) and self.focused is None and event.key != "escape":
            self._early = (*self._early, event)
        else:
            super()._forward_event(event)

    def watch_focused(self, focused: Widget | None) -> None:
        """Hand over what was kept, before any key that comes later."""
        if focused is None or not self._early:
            return
        early, self._early = self._early, ()
        if not isinstance(focused, Input):
            # Nobody has seen the button that they would press.
            early = tuple(event for event in early if event.key not in ("enter", "space"))
        else:
            # Getting the focus selects all, and comes later than these keys: what they write would be selected.
            focused.select_on_focus = False
            focused.select_all()
        for event in early:
            focused.post_message(events.Key(event.key, event.character))
