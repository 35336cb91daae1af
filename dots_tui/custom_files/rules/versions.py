"""Rules about versions: the image of the simapp, and what is in which version of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dots_tui.custom_files.catalogue import KEYS, close_names, why_not_read
from dots_tui.custom_files.catalogue.shells import SHELLS_6
from dots_tui.custom_files.facts import Facts
from dots_tui.custom_files.findings import ERROR, INFO, WARNING, Finding, shown
from dots_tui.tracks.catalogue import TRACKS, suggest

_VERSION = "DR_SIMAPP_VERSION"
_SOURCE = "DR_SIMAPP_SOURCE"
_USUAL_SOURCE = "awsdeepracercommunity/deepracer-simapp"
_TAG = re.compile(r"[0-9]+(?:\.[0-9]+){1,2}-(?:cpu|gpu)(?:-[a-z0-9]+)?")
_FIRST = (5, 3)
"""Before this version DRFC took three images, each from a key of its own."""


def is_tag(value: str) -> bool:
    """Whether ``value`` looks like the tags the simapp's images have: 6.0.4-gpu."""
    return _TAG.fullmatch(value) is not None


def image(facts: Facts) -> Iterator[Finding]:
    """The image must be one that exists."""
    value = facts.value(_VERSION)
    if facts.simapp and not is_tag(value):
        number = ".".join(map(str, facts.simapp))
        message = f"{_VERSION} is {shown(value)}; the images are tagged with a version and -cpu or -gpu."
        yield facts.about(_VERSION, WARNING, "simapp-tag", message, f"Write {_VERSION}={number}-gpu")
    elif facts.simapp and facts.simapp < _FIRST:
        message = f"There is no image of version {shown(value)}: simulator and trainer are in one image since 5.3."
        yield facts.about(_VERSION, WARNING, "simapp-too-old", message, f"Write {_VERSION}=6.0.4-gpu")
    source = facts.value(_SOURCE)
    if ":" in source.rpartition("/")[2]:
        message = f"{_SOURCE} is the name of the image without its version."
        fix = f"Write {_SOURCE}={shown(source.rpartition(':')[0])}, and the version as {_VERSION}."
        yield facts.about(_SOURCE, ERROR, "simapp-source", message, fix)
    elif source != _USUAL_SOURCE and close_names(source, (_USUAL_SOURCE,)):
        message = f"{_SOURCE} is {shown(source)}; did you mean {_USUAL_SOURCE}?"
        yield facts.about(_SOURCE, WARNING, "simapp-source", message, f"Write {_SOURCE}={_USUAL_SOURCE}")


def simapp_has_it(facts: Facts) -> Iterator[Finding]:
    """Track and car body must be in the simapp version that is used."""
    if not facts.simapp or facts.simapp[0] not in (5, 6):
        return
    major = facts.simapp[0]
    for file, values in facts.configurations():
        track = TRACKS.get(values.get("DR_WORLD_NAME", ""))
        if track is not None and not (track.simapp6 if major == 6 else track.simapp5):
            message = f"simapp {major} does not have the track {track.name}."
            there = [info.name for info in TRACKS.values() if (info.simapp6 if major == 6 else info.simapp5)]
            others = [name for name in suggest(track.name) if name in there]
            fix = f"Use another track, such as {others[0]}." if others else "Use another track."
            yield facts.in_file(file, "DR_WORLD_NAME", ERROR, "track-not-in-simapp", message, fix)
        shell = values.get("DR_CAR_BODY_SHELL_TYPE", "")
        if major == 5 and shell in SHELLS_6:
            message = f"simapp 5 does not have the car body {shell}."
            key = "DR_CAR_BODY_SHELL_TYPE"
            yield facts.in_file(file, key, WARNING, "shell-not-in-simapp", message, "Use deepracer.")
    for name in facts.effective:
        why = why_not_read(KEYS[name], facts.simapp) if name in KEYS and facts.value(name) else ""
        if why:
            number = ".".join(map(str, facts.simapp))
            message = f"simapp {number} does not read {name}; the key is there {why}."
            yield facts.about(name, INFO, "not-in-simapp", message, "Delete this line.")


RULES = (image, simapp_has_it)
