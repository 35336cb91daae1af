"""The known tracks: names usable as DR_WORLD_NAME, with size, direction and the simapp versions that include
them.

Names are case-sensitive. The data is in `dots_tui.tracks.catalogue_rows`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dots_tui.tracks.catalogue_rows import ROWS


@dataclass(frozen=True)
class TrackInfo:
    """The data of one track, without its geometry."""

    name: str
    title: str
    """The common name; the technical name if there is no other."""
    direction: str
    """"cw", "ccw", or "open" for a line that is not a circuit."""
    length_m: float
    width_m: float
    """Mean distance between the inner and the outer border."""
    waypoints: int
    simapp6: bool
    """True if simapp 6.0.5 includes it; a run on a version without it fails at the start."""
    simapp5: bool
    """True if simapp 5.3.3 includes it."""


def _read(row: str) -> TrackInfo:
    name, title, direction, length, width, waypoints, simapps = row.split("|")
    return TrackInfo(
        name=name,
        title=title or name,
        direction=direction,
        length_m=float(length),
        width_m=float(width),
        waypoints=int(waypoints),
        simapp6="6" in simapps,
        simapp5="5" in simapps,
    )


TRACKS: Mapping[str, TrackInfo] = MappingProxyType({info.name: info for info in map(_read, ROWS.splitlines())})
"""Every known track by name, in case-insensitive alphabetical order."""

_SUGGESTIONS = 3
_YEAR = re.compile(r"20[12]\d")
_NO_LETTERS = re.compile(r"[^a-z]")


def _of_the_year(wanted: str, trainable: Iterable[TrackInfo]) -> list[str]:
    """Return tracks with the year in `wanted` in their name or title, and similar letters: "reInvent2018_track"."""
    years = set(_YEAR.findall(wanted))
    letters = _NO_LETTERS.sub("", wanted)
    if not years or len(letters) < 4:
        return []
    found = []
    for info in trainable:
        for text in (info.name.lower(), info.title.lower()):
            own = _NO_LETTERS.sub("", text)
            alike = own in letters or letters in own or difflib.SequenceMatcher(None, own, letters).ratio() >= 0.7
            if years <= set(_YEAR.findall(text)) and len(own) >= 4 and alike:
                found.append(info.name)
    return list(dict.fromkeys(found))


def suggest(name: str) -> list[str]:
    """Return up to three names of trainable tracks similar to `name`, the likeliest first.

    `name` may be misspelled, in the wrong case, a part of a name, or a title ("Smile Speedway").
    """
    wanted = name.strip().lower()
    if not wanted:
        return []
    trainable = [info for info in TRACKS.values() if info.simapp6 or info.simapp5]
    of_year = _of_the_year(wanted, trainable)
    if of_year and wanted not in {info.name.lower() for info in trainable}:
        return of_year[:_SUGGESTIONS]
    found = [info.name for info in trainable if wanted in (info.name.lower(), info.title.lower())]
    if len(wanted) >= 4:
        found += [info.name for info in trainable if info.name.lower().startswith(wanted)]
    titles = {info.title.lower(): info.name for info in reversed(trainable)}
    found += [titles[close] for close in difflib.get_close_matches(wanted, titles, 1, 0.8)]
    names = {info.name.lower(): info.name for info in trainable}
    found += [names[close] for close in difflib.get_close_matches(wanted, names, _SUGGESTIONS, 0.6)]
    return list(dict.fromkeys(found))[:_SUGGESTIONS]
