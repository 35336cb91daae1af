"""What the keys mean when system.env and then run.env are sourced: references expanded, later lines win.

This is bash's reading of plain values (DRFC bin/activate.sh loads the files in this order). What bash would
refuse or execute is not imitated; such lines are findings and their text is taken as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dots_tui.custom_files.env_file import Entry, EnvFile
from dots_tui.custom_files.words import REFERENCE

INSTANCE_NAMES = frozenset({"DEEPRACER_REGION", "DEEPRACER_S3_URI", "DR_DIR", "HOME", "USER"})
"""Variables the training instance sets itself; a reference to one stays visible as it is written."""


def references(entry: Entry) -> list[str]:
    """The names ``entry`` refers to without a default, in order."""
    return [
        match["plain"] or match["braced"]
        for part in entry.parts
        if not part.literal
        for match in REFERENCE.finditer(part.text)
        if match["default"] is None
    ]


def expand(files: Iterable[EnvFile]) -> dict[str, str]:
    """The variables after sourcing ``files`` one after the other in a fresh shell.

    A reference to a name not set so far is empty, as in bash: define before use.
    """
    values: dict[str, str] = {}

    def replaced(match: re.Match[str]) -> str:
        name = match["plain"] or match["braced"]
        known = values.get(name)
        default = match["default"]
        if default is not None and (known is None or (default.startswith(":") and not known)):
            return default.lstrip(":")[1:]
        if known is None:
            return match.group() if name in INSTANCE_NAMES else ""
        return known

    for file in files:
        for entry in file.entries:
            if not entry.commented:
                values[entry.key] = "".join(
                    part.text if part.literal else REFERENCE.sub(replaced, part.text) for part in entry.parts
                )
    return values
