"""The templates and instance scripts that are part of the dots-tui package."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

_RESOURCE = re.compile(r"^  (\w+):\s*$", re.MULTILINE)
_CONDITION = re.compile(r"^    Condition: (\w+)\s*$", re.MULTILINE)


def place() -> Path:
    """Return the folder of these files on this machine."""
    return Path(str(files("dots_tui.aws") / "templates"))


@cache
def template(name: str) -> str:
    """Return the text of `base.yaml` or `training.yaml`."""
    return (files("dots_tui.aws") / "templates" / name).read_text(encoding="utf-8")


@cache
def instance_files() -> Mapping[str, bytes]:
    """Return the files for an instance: file name to content, sorted by name."""
    folder = files("dots_tui.aws") / "templates" / "instance"
    found = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    return {name: found[name] for name in sorted(found)}


@cache
def instance_prefix() -> str:
    """Return the prefix of the instance files in a bucket.

    Its last part is the SHA-256 of the output of `sha256sum` for all files, which the user data verifies. Changed
    content gets a new prefix, so running stacks keep their files.
    """
    listing = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in instance_files().items())
    return f"dots-tui/instance/{hashlib.sha256(listing.encode()).hexdigest()}"


def resource_names(text: str, conditions: Mapping[str, bool]) -> list[str]:
    """Return the logical ids of a template of dots-tui under given conditions (a missing one is false).

    This is not a YAML parser: it relies on the style of our templates, and a test compares it with a parser.
    """
    section = text.partition("\nResources:\n")[2]
    end = re.search(r"^\S", section.replace("\n#", "\n "), re.MULTILINE)
    if end:
        section = section[: end.start()]
    starts = list(_RESOURCE.finditer(section))
    names = []
    for here, following in zip(starts, [*starts[1:], None]):
        body = section[here.end() : following.start() if following else len(section)]
        condition = _CONDITION.search(body)
        if condition is None or conditions.get(condition.group(1), False):
            names.append(here.group(1))
    return names
