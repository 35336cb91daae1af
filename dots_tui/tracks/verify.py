"""Whether a route is that of the track it is said to be: measured against the catalogue, and by checksum."""

from __future__ import annotations

import hashlib

from dots_tui.tracks.catalogue import TRACKS
from dots_tui.tracks.checksums import SHA256
from dots_tui.tracks.geometry import Track
from dots_tui.tracks.npy import RouteProblem, track_of

TOLERANCE_M = 0.002
"""The catalogue has millimetres; every published route is within half of one."""


def verified(data: bytes, name: str, source: str, where: str = "", *, published: bool = False) -> Track:
    """The track in the bytes of a route file, which has the size the catalogue says. Raises RouteProblem.

    With *published* it must be the published file to the byte. A name that is not in the catalogue has nothing to
    be compared with: any route that can be read is taken.
    """
    where = where or f"{name}.npy"
    track = track_of(data, name, source, where)
    different = differences(track)
    if different:
        raise RouteProblem(f"{where} is not the track {name}: {different}")
    if published and name in SHA256 and hashlib.sha256(data).hexdigest() != SHA256[name]:
        raise RouteProblem(f"{where} is not the published route of {name}: its checksum is another one")
    return track


def differences(track: Track) -> str:
    """What is not as the catalogue has it, in words; "" when nothing is, or when it has no such track."""
    info = TRACKS.get(track.name)
    if info is None:
        return ""
    found = []
    for what, here, there in (("length", track.length_m, info.length_m), ("width", track.width_m, info.width_m)):
        if abs(here - there) > TOLERANCE_M:
            found.append(f"{what} {here:.3f} m instead of {there:.3f} m")
    if len(track.centre) != info.waypoints:
        found.append(f"{len(track.centre)} waypoints instead of {info.waypoints}")
    if track.direction != info.direction:
        found.append(f"direction {track.direction} instead of {info.direction}")
    return ", ".join(found)
