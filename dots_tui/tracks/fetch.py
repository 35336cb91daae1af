"""Download of route files from the public track data: the only module of this package that uses the network.

A route is checked against its checksum and the catalogue before it is kept. Without a network, one
message reports it, and no download is tried for a while.
"""

from __future__ import annotations

import http.client
import os
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable

from dots_tui import __version__
from dots_tui.problems import SingleCodeProblem
from dots_tui.tracks.catalogue import TRACKS
from dots_tui.tracks.npy import MAX_BYTES, RouteProblem
from dots_tui.tracks.sources import is_name

if TYPE_CHECKING:
    from dots_tui.tracks.geometry import Track
    from dots_tui.tracks.sources import TrackStore

URL = "https://raw.githubusercontent.com/aws-deepracer-community/deepracer-simapp/{tag}/bundle/routes/{name}.npy"
URL_VARIABLE = "DOTS_TUI_TRACKS_URL"
"""Environment variable with another URL template; {tag} is optional, {name} is required."""
TAG, OLDER_TAG = "v6.0.5", "v5.3.3"
"""Versions of the data; the older one has the routes that the newer one no longer includes."""
TIMEOUT_S = 10.0
"""Seconds for each response; `DEADLINE_S` limits the whole download."""
DEADLINE_S = 60.0
OFFLINE_S = 30.0
"""Seconds without a new attempt after the network could not be reached."""
_CHUNK = 4096

Progress = Callable[[int, int], Any]
"""Callback with the received and the expected bytes (0: unknown), called in the downloading thread."""


class FetchProblem(SingleCodeProblem):
    """A track could not be fetched."""

    CODE = "no-route"


class Offline(FetchProblem):
    """The server could not be reached."""


class Cancelled(Exception):
    """The download was cancelled on request."""


class Downloader:
    """A downloader of tracks into a store, one at a time. It blocks: call it from a thread."""

    def __init__(self, store: TrackStore) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._offline: tuple[float, str] | None = None

    def fetch(
        self, name: str, progress: Progress | None = None, cancelled: Callable[[], bool] = lambda: False
    ) -> Track:
        """Fetch the track `name` into the cache and return it. Raise FetchProblem, Cancelled."""
        url = url_of(name)
        with self._lock:
            if cancelled():
                raise Cancelled(name)
            self._not_again_yet()
            try:
                data = download(url, progress, cancelled)
            except Offline as problem:
                self._offline = (time.monotonic(), str(problem))
                raise
        try:
            return self.store.accept(name, data, published=True)
        except RouteProblem as problem:
            raise FetchProblem(f"What came from {_host(url)} is not kept: {problem}.") from problem

    def _not_again_yet(self) -> None:
        if self._offline is None:
            return
        since, message = self._offline
        left = OFFLINE_S - (time.monotonic() - since)
        if left > 0.0:
            raise Offline(f"{message} It is tried again in {left:.0f} s at the earliest.")
        self._offline = None


@lru_cache(maxsize=8)
def downloader(store: TrackStore) -> Downloader:
    """Return the only downloader of a store, so that all callers share the state of the network."""
    return Downloader(store)


def url_of(name: str) -> str:
    """Return the URL of a track's route. Raise FetchProblem."""
    if not is_name(name):
        raise FetchProblem(f"{name!r} cannot be the name of a track.")
    template = os.environ.get(URL_VARIABLE) or URL
    info = TRACKS.get(name)
    tag = TAG if info is None or info.simapp6 else OLDER_TAG
    url = template.replace("{tag}", tag).replace("{name}", urllib.parse.quote(name))
    if "{name}" not in template or urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise FetchProblem(f"{URL_VARIABLE} needs a web address with {{name}} in it, but is {template!r}.")
    return url


def download(url: str, progress: Progress | None, cancelled: Callable[[], bool]) -> bytes:
    """Return the content of `url` (http or https), up to `MAX_BYTES`. Raise FetchProblem, Cancelled."""
    request = urllib.request.Request(url, headers={"User-Agent": f"dots-tui/{__version__}"})  # noqa: S310 - see url_of
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return _read(answer, url, progress, cancelled)
    except urllib.error.HTTPError as error:
        with error:
            raise FetchProblem(_refusal(error.code, url)) from error
    except urllib.error.URLError as error:
        raise _unreachable(url, error.reason) from error
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(url, error) from error


def _read(answer: Any, url: str, progress: Progress | None, cancelled: Callable[[], bool]) -> bytes:
    """Return the body, read chunk by chunk, so that it can be cancelled at any time."""
    told = str(answer.headers.get("Content-Length") or "")
    expected = int(told) if told.isdecimal() else 0
    begun, data = time.monotonic(), bytearray()
    while True:
        if cancelled():
            raise Cancelled(url)
        if max(expected, len(data)) > MAX_BYTES:
            raise FetchProblem(f"{_host(url)} answers with more than {MAX_BYTES:,} bytes: that is no route.")
        if time.monotonic() - begun > DEADLINE_S:
            raise FetchProblem(f"{_host(url)} is too slow: {len(data)} bytes came in {DEADLINE_S:.0f} s.")
        if progress is not None:
            progress(len(data), expected)
        chunk = answer.read1(_CHUNK)
        if not chunk:
            break
        data += chunk
    if len(data) < expected:
        raise FetchProblem(f"The connection to {_host(url)} ended after {len(data)} of {expected} bytes.", "Try again.")
    return bytes(data)


def _refusal(status: int, url: str) -> str:
    if status == http.client.NOT_FOUND:
        return f"{_host(url)} has no route there: {url} (404)."
    return f"{_host(url)} does not give the route now (HTTP {status}). Try again later."


def _unreachable(url: str, reason: object) -> FetchProblem:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return FetchProblem(f"The certificate of {_host(url)} cannot be trusted: {reason.verify_message}.")
    words = "it does not answer in time" if isinstance(reason, TimeoutError) or "timed out" in str(reason) else ""
    words = words or str(getattr(reason, "strerror", "") or reason or type(reason).__name__)
    return Offline(f"{_host(url)} cannot be reached: {words}.")


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc
