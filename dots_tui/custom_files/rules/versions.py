"""Rules about versions: the image of the simapp, and what is in which version of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dots_tui.custom_files.catalogue import KEYS, close_names, why_not_read
from dots_tui.custom_files.catalogue.shells import SHELLS_6
from dots_tui.custom_files.catalogue.system_env import SIMAPP_TAGS
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, Fix, Remedy, kind, set_value, shown, write_value
from dots_tui.custom_files.rules.spoilt_values import spoilt
from dots_tui.problems import ERROR, INFO, WARNING
from dots_tui.tracks.catalogue import TRACKS, suggest

_VERSION = "DR_SIMAPP_VERSION"
_SOURCE = "DR_SIMAPP_SOURCE"
_USUAL_SOURCE = "awsdeepracercommunity/deepracer-simapp"
_TAG = re.compile(r"[0-9]+(?:\.[0-9]+){1,2}[a-z]?-(?:cpu|gpu)(?:-[a-z0-9]+)?")
_FIRST = (5, 3)
"""Before this version DRFC took three images, each from a key of its own."""


def is_tag(value: str) -> bool:
    """Whether ``value`` looks like the tags the simapp's images have: 6.0.4-gpu."""
    return _TAG.fullmatch(value) is not None


def nearest_tag(value: str) -> str:
    """The tag of an image that exists which ``value`` most likely means: the same version, else one of its line."""
    numbers = re.findall(r"\d{1,6}", value)[:3]
    kind_of = "cpu" if "cpu" in value.lower() else "gpu"
    tags = [tag for tag in SIMAPP_TAGS if tag.endswith(kind_of)]
    for length in range(len(numbers), 0, -1):
        start = ".".join(numbers[:length])
        same = [tag for tag in tags if re.match(rf"{re.escape(start)}(?![0-9a-z])", tag)]
        if same:
            return same[0]
    return KEYS[_VERSION].default


def image(facts: FileFacts) -> Iterator[Finding]:
    """The image must be one that exists."""
    value = facts.value(_VERSION)
    entry = facts.effective[_VERSION][1] if _VERSION in facts.effective else None
    near, numbers = nearest_tag(value), re.match(r"[vV]?(\d{1,6})\.(\d{1,6})", value)
    if not value or value in SIMAPP_TAGS or "$" in value or (entry is not None and (entry.problem or spoilt(entry))):
        pass
    elif "-dev" in value:
        message = f"{_VERSION} is {shown(value)}, an image made for development; the releases are tested."
        yield facts.about(_VERSION, INFO, "unlisted-value", message, write_value(_VERSION, near))
    elif numbers is not None and (int(numbers[1]), int(numbers[2])) < _FIRST:
        message = f"There is no image of version {shown(value)}: simulator and trainer are in one image since 5.3."
        yield facts.about(_VERSION, WARNING, "simapp-too-old", message, write_value(_VERSION, KEYS[_VERSION].default))
    elif is_tag(value):
        message = f"{_VERSION} is {shown(value)}, which dots-tui does not know."
        yield facts.about(_VERSION, INFO, "unlisted-value", message, Fix(f"Known images are {', '.join(SIMAPP_TAGS)}."))
    elif numbers is not None or close_names(value, SIMAPP_TAGS):
        message = f"{_VERSION} is {shown(value)}; the images are tagged with a version and -cpu or -gpu."
        yield facts.about(_VERSION, WARNING, "simapp-tag", message, write_value(_VERSION, near))
    else:
        message = f"{_VERSION} is {shown(value)}, which dots-tui does not know."
        yield facts.about(_VERSION, INFO, "unlisted-value", message, Fix("Check the spelling."))
    yield from _source(facts)


def _source(facts: FileFacts) -> Iterator[Finding]:
    source = facts.value(_SOURCE)
    if ":" in source.rpartition("/")[2]:
        message = f"{_SOURCE} is the name of the image without its version."
        name = source.rpartition(":")[0]
        fix = set_value(f"Write {_SOURCE}={shown(name)}, and the version as {_VERSION}.", name)
        yield facts.about(_SOURCE, ERROR, "simapp-source", message, fix)
    elif source != _USUAL_SOURCE and close_names(source, (_USUAL_SOURCE,)):
        message = f"{_SOURCE} is {shown(source)}; did you mean {_USUAL_SOURCE}?"
        yield facts.about(_SOURCE, WARNING, "simapp-source", message, write_value(_SOURCE, _USUAL_SOURCE))


def simapp_has_it(facts: FileFacts) -> Iterator[Finding]:
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
            advice = f"Use another track, such as {others[0]}." if others else "Use another track."
            fix = Fix(advice, (Remedy.CHOOSE,))
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
KINDS = (
    kind("simapp-tag", "warning", "The version is no tag of an image.", "Write the tag that the finding names."),
    kind("simapp-too-old", "warning", "There is no image of this version.", "Write a version from 5.3 on."),
    kind("simapp-source", "error, warning", "The name of the image is not right.", "Write the usual name."),
    kind(
        "track-not-in-simapp", "error", "This version of the simapp does not have the track.", "Choose another track."
    ),
    kind("shell-not-in-simapp", "warning", "This version of the simapp does not have the car body.", "Use deepracer."),
    kind("not-in-simapp", "info", "This version of the simapp does not read the key.", "Delete the line."),
)
