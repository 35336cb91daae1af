"""Verification of a route: by size against the catalogue, and by checksum."""

from __future__ import annotations

import hashlib

from dots_tui.tracks.catalogue import TRACKS
from dots_tui.tracks.checksums import SHA256
from dots_tui.tracks.geometry import Track
from dots_tui.tracks.npy import RouteProblem, track_of

TOLERANCE_M = 0.002
"""The catalogue is in millimeters; every published route is within half a millimeter."""


def verified(data: bytes, name: str, source: str, where: str = "", *, published: bool = False) -> Track:
    """Return the track in the bytes of a route file if it has the size in the catalogue. Raise RouteProblem.

    With `published` it must equal the published file byte for byte. A name that is not in the
    catalogue cannot be compared: any readable route is accepted.
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
    """Return the differences from the catalogue, in words; "" if there are none or the track is not in it."""
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
