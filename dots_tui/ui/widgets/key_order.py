"""The order of keys while the focus moves.

A key that the focused widget does not take travels up to the app, widget by widget. When it moves the focus, or the
focus moves meanwhile, a later key goes straight to the newly focused widget and arrives first: "2000" became "0200".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from textual import events
from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Any

    from textual.app import App
    from textual.dom import DOMNode

_PATIENCE_S = 0.5
"""Seconds after which keys are released although their turn was not announced: a widget on the way is gone."""


class KeysPassed(Message):
    """Travels behind the keys that a widget was sent. When it reaches the app they have reached it too."""


class KeyOrder:
    """Holds keys back while earlier ones are on their way from another widget."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._target: DOMNode | None = None
        self._held: list[events.Key] = []
        self._handing = False

    def holds(self, event: events.Event) -> bool:
        """Return true if the key is kept for `release`."""
        if self._handing or not isinstance(event, events.Key) or event.is_forwarded:
            return False
        if self._held or self._others_on_their_way():
            self._held.append(event)
            return True
        return False

    async def release(self, hand: Callable[[events.Event], Awaitable[None]]) -> None:
        """Pass the kept keys to `hand`, up to one that has to wait again."""
        self._target = None  # all that it was sent has arrived
        while self._held and not self._others_on_their_way():
            event = self._held.pop(0)
            self._handing = True
            try:
                await hand(event)
            finally:
                self._handing = False

    def hand_over(self, event: events.Key) -> None:
        """Give a key that nobody took to the text field that now has the focus: it was typed for that."""
        focused = self._app.focused
        if focused is not None and focused.check_consume_key(event.key, event.character):
            event.prevent_default()
            focused.post_message(events.Key(event.key, event.character))

    def _others_on_their_way(self) -> bool:
        """Note the next key's target; if the last one was another, send a message after the keys it was sent."""
        target: DOMNode = self._app.focused or self._app.screen
        last, self._target = self._target, target
        if last is None or last is target or not last.post_message(KeysPassed()):
            return False
        self._app.set_timer(_PATIENCE_S, self._give_up)
        return True

    def _give_up(self) -> None:
        if self._held:
            self._app.post_message(KeysPassed())
