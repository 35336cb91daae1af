"""The real shape of the track: fetched for rehearsals if only a made-up one is available."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.wind_tunnel import ground_of
from dots_tui.ui.panes.track_shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message_pump import MessagePump

    from dots_tui.app.workspace import Workspace


class MissingShape:
    """The shape of the track of `workspace`. `changed` is called when a fetch begins, goes on, or ends."""

    def __init__(self, host: MessagePump, workspace: Workspace, changed: Callable[[], None]) -> None:
        self._host, self._workspace, self._changed = host, workspace, changed
        self._shapes: Shapes | None = None

    @property
    def fetching(self) -> bool:
        """True while a shape is fetched."""
        return self._shapes is not None and bool(self._shapes.fetching)

    @property
    def progress(self) -> str:
        """The progress of the fetch in words; "" if none is in progress."""
        return self._shapes.words(self._shapes.fetching) if self._shapes is not None and self._shapes.fetching else ""

    @property
    def problem(self) -> str:
        """Why the shape is still missing, in words; "" if it is here."""
        missing = ground_of(self._workspace).wanted
        return self._shapes.words(missing) if missing and self._shapes is not None else ""

    def fetch(self) -> str:
        """Fetch the shape. Return why there is none to fetch, in words, or ""."""
        wanted, store = ground_of(self._workspace).wanted, self._workspace.track_store()
        if store is None:
            return "The cars of the embedded cloud drive made-up shapes."
        if not wanted:
            return "The real shape of this track is available."
        if self._shapes is None:
            self._shapes = Shapes(self._host, store, self._changed, "f")
        self._shapes.fetch(wanted)
        return ""

    def cancel(self) -> None:
        """Cancel the fetch in progress."""
        if self._shapes is not None:
            self._shapes.cancel()
