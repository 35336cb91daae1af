"""Search for a track by any part of its name or title, trainable tracks first."""

from __future__ import annotations

import re

from dots_tui.tracks.catalogue import TRACKS, TrackInfo


def major_of(simapp: str) -> int | None:
    """Return the major version of a simapp ("6.0.5-gpu" is 6), or None if the text does not begin with one."""
    match = re.match(r"\s*(\d{1,3})(?![0-9])", simapp)
    return int(match.group(1)) if match else None


def majors_with(track: TrackInfo) -> tuple[int, ...]:
    """Return the major versions that include the track; the catalogue knows 5.3.3 and 6.0.5."""
    return tuple(major for major, there in ((5, track.simapp5), (6, track.simapp6)) if there)


def trainable(track: TrackInfo, major: int | None) -> bool:
    """Return True if the track can be trained with that simapp, as far as known.

    For a version that the catalogue does not know, any version with the track counts.
    """
    return major in majors_with(track) if major in (5, 6) else bool(majors_with(track))


def find_tracks(wanted: str, major: int | None = None) -> list[TrackInfo]:
    """Return the tracks with every word of `wanted` in their name or title, regardless of case.

    Trainable tracks come first; among them those whose name or title begins with `wanted`, then by
    name.
    """
    key = " ".join(wanted.lower().split())
    words = key.split()

    def rank(track: TrackInfo) -> tuple[bool, bool]:
        begins = track.name.lower().startswith(key) or track.title.lower().startswith(key)
        return not trainable(track, major), not begins

    found = [track for track in TRACKS.values() if all(word in f"{track.name} {track.title}".lower() for word in words)]
    return sorted(found, key=rank)
