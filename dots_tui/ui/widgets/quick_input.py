"""A line to type in that keeps up with a fast typist, or with a slow line that delivers keys in bunches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import NoBinding
from textual.widgets import Input

if TYPE_CHECKING:
    from textual import events


class QuickInput(Input):
    """An Input whose editing keys act at once.

    Textual inserts letters when they arrive, but lets a backspace or an arrow travel up to the app first: in a bunch
    of keys, the letters behind it would overtake it.
    """

    async def on_key(self, event: events.Key) -> None:
        if event.is_printable:
            return
        try:
            bindings = self._bindings.get_bindings_for_key(event.key)
        except NoBinding:
            return
        event.stop()
        event.prevent_default()
        await self.run_action(bindings[0].action)
