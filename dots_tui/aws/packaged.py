"""The templates and the instance's scripts that come with dots-tui."""

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
    """The folder on this machine in which all of it is."""
    return Path(str(files("dots_tui.aws") / "templates"))


@cache
def template(name: str) -> str:
    """The text of ``base.yaml`` or ``training.yaml``."""
    return (files("dots_tui.aws") / "templates" / name).read_text(encoding="utf-8")


@cache
def instance_files() -> Mapping[str, bytes]:
    """What is run on an instance: file name -> content, in the order of the names."""
    folder = files("dots_tui.aws") / "templates" / "instance"
    found = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    return {name: found[name] for name in sorted(found)}


@cache
def instance_prefix() -> str:
    """The place of the instance's files in a bucket. Its last part is what the user data verifies: the SHA-256 of the
    output of `sha256sum` for all files. Other content has another place, so running stacks keep theirs.
    """
    listing = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in instance_files().items())
    return f"dots-tui/instance/{hashlib.sha256(listing.encode()).hexdigest()}"


def resource_names(text: str, conditions: Mapping[str, bool]) -> list[str]:
    """The logical ids a template of ours makes when its conditions are as given (a missing one is false).

    Not a YAML parser: it relies on how our templates are written, which a test compares with a parser.
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
