"""The shapes behind the track picker: the available ones, and the one that is being fetched."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable

from dots_tui.tracks.sources import FOLDER
from dots_tui.ui.background import Job, in_background

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    from dots_tui.tracks.geometry import Track
    from dots_tui.tracks.sources import TrackStore


class Shapes:
    """Track shapes from the store or the network, and their status in words. Only for the loop of `host`."""

    def __init__(
        self, host: MessagePump, store: TrackStore, changed: Callable[[], object], key: str = "ctrl+g"
    ) -> None:
        """`changed` is called when there is something new to show; `key` is the fetch key."""
        self._host, self._store, self._changed, self._key = host, store, changed, key
        self._job: Job | None = None
        self._fetching = ""
        self._arrived = (0, 0)
        self._failed: dict[str, str] = {}

    def known(self, name: str) -> Track | None:
        """Return the geometry of a track, if available."""
        return self._store.known(name)

    @property
    def fetching(self) -> str:
        """The track whose shape is being fetched; "" if there is none."""
        return self._fetching

    def words(self, name: str) -> str:
        """Return the status of a track's shape in words."""
        if name == self._fetching:
            here, whole = self._arrived
            return f"fetching the shape: {here:,} of {whole:,} bytes" if whole else "fetching the shape …"
        shape, problem = self._store.known(name), self._store.problem(name)
        if shape is not None:
            words = f"shape of {self._store.folder}" if shape.source == FOLDER else "shape verified against the catalog"
        else:
            words = self._failed.get(name, f"shape not fetched yet: {self._key} fetches it")
        return f"{words} ({problem})" if problem else words

    def fetch(self, name: str) -> None:
        """Fetch a missing shape; cancel another fetch in progress."""
        if name == self._fetching or self._store.known(name) is not None:
            return
        self.cancel()
        self._fetching, self._arrived = name, (0, 0)
        self._job = in_background(
            self._host,
            lambda job: self._work(name, job),
            lambda problem: self._ended(name, problem),
            name="fetch-track",
        )
        self._changed()

    def cancel(self) -> None:
        """Cancel the fetch in progress."""
        if self._job is not None:
            self._job.cancel()
        self._job, self._fetching = None, ""

    def _work(self, name: str, job: Job) -> str:
        """Fetch in the thread. Return the reason for a failure, in words."""
        # ssl and http take time to import: they are imported only when needed.
        from dots_tui.tracks.fetch import FetchProblem, downloader

        try:
            progress = partial(self._host.call_later, self._came, name)
            downloader(self._store).fetch(name, progress, job.cancelled)
        except FetchProblem as problem:
            return str(problem)
        return ""

    def _came(self, name: str, here: int, whole: int) -> None:
        if name == self._fetching:
            self._arrived = here, whole
            self._changed()

    def _ended(self, name: str, problem: str) -> None:
        self._job, self._fetching = None, ""
        self._failed.pop(name, None)
        if problem:
            self._failed[name] = f"{problem} {self._key} tries again."
        self._changed()
