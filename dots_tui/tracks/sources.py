"""The sources of track geometry: a folder of the user, else the cache. No network access.

The formula-made tracks of `dots_tui.tracks.builtin` are stand-ins of the right size and not a
source: this module returns none of them for a real track. `dots_tui.tracks.fetch` fills the cache,
or `TrackStore.accept` with bytes read from an instance.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Optional

from dots_tui.bounded_files import replace_file
from dots_tui.tracks.catalogue import TRACKS
from dots_tui.tracks.geometry import Track
from dots_tui.tracks.npy import RouteProblem, read_route, track_of
from dots_tui.tracks.verify import verified

FOLDER, CACHE = "folder", "cache"
"""`Track.source` of a track from the user's folder, and of one from the cache."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")

_Signature = Optional[tuple[int, int, int]]


class _Known(NamedTuple):
    """The result of reading files with a given signature."""

    signatures: tuple[_Signature, ...]
    track: Track | None
    problem: str


class TrackStore:
    """The tracks with available geometry. Thread-safe."""

    def __init__(self, cache: Path, folder: Path | None = None) -> None:
        """`cache` need not exist yet; `folder` holds route files of the user, `<world>.npy`."""
        self.cache = cache
        self.folder = folder
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def known(self, name: str) -> Track | None:
        """Return the geometry of the track `name`, or None. Fast: a file is read again only after a change.

        An unusable file counts as missing; `problem` gives the reason.
        """
        return self._look(name).track

    def problem(self, name: str) -> str:
        """Return the problem with a file of this track, in words; "" if there is none."""
        return self._look(name).problem

    def all_known(self) -> Iterator[Track]:
        """Yield every published track with available geometry. Slow the first time: each file is read."""
        for name in TRACKS:
            track = self.known(name)
            if track is not None:
                yield track

    def accept(self, name: str, data: bytes, *, published: bool = False) -> Track:
        """Store the bytes of a route file in the cache, after checking them against the catalogue.

        With `published` they must equal the published file. Raise RouteProblem.
        """
        if not is_name(name):
            raise RouteProblem(f"{name!r} cannot be the name of a track")
        track = verified(data, name, CACHE, published=published)
        path = self._path(self.cache, name)
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            replace_file(path, data, durable=False)
        except OSError as error:
            raise RouteProblem(f"{path} cannot be written: {error.strerror or error}") from error
        return track

    def _look(self, name: str) -> _Known:
        if not is_name(name):
            return _Known((), None, "")
        paths = [(self._path(self.cache, name), CACHE)]
        if self.folder is not None:
            paths.insert(0, (self._path(self.folder, name), FOLDER))
        signatures = tuple(_signature(path) for path, _ in paths)
        with self._lock:
            known = self._known.get(name)
        if known is None or known.signatures != signatures:
            known = _Known(signatures, *_first(paths, name))
            with self._lock:
                self._known[name] = known
        return known

    @staticmethod
    def _path(folder: Path, name: str) -> Path:
        return folder / f"{name}.npy"


@lru_cache(maxsize=8)
def store(cache: Path, folder: Path | None = None) -> TrackStore:
    """Return the only store of these folders, so that all callers share the files already read."""
    return TrackStore(cache, folder)


def is_name(name: str) -> bool:
    """Return True if `name` is a valid track name: not a path, not hidden."""
    return _NAME.fullmatch(name) is not None


def _first(paths: list[tuple[Path, str]], name: str) -> tuple[Track | None, str]:
    """Return the first usable track, and the problems of the files before it."""
    problems: list[str] = []
    for path, source in paths:
        try:
            data = read_route(path)
            # A user's own file is not verified; a cached file was verified, and is verified again.
            read = verified if source == CACHE else track_of
            return read(data, name, source, str(path)), " ".join(problems)
        except FileNotFoundError:
            continue
        except RouteProblem as problem:
            problems.append(f"{problem}.")
    return None, " ".join(problems)


def _signature(path: Path) -> _Signature:
    """Return a signature that changes with the file; None if there is no file."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
