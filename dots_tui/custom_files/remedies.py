"""The remedies for a finding that one key applies, from the fix of the finding.

Only FIX and SET change the files directly; the others open a choice, or ask before they write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dots_tui.custom_files import env_edits, json_settings
from dots_tui.custom_files.findings import Finding, Remedy
from dots_tui.custom_files.folder import is_env_file, parse_env
from dots_tui.custom_files.words import REFERENCE


class WantedValue(NamedTuple):
    """The value that a finding asks for."""

    file: str
    key: str
    value: str
    line: int = 0
    """The line to change; 0 if no line has the key."""


def remedies(finding: Finding) -> tuple[Remedy, ...]:
    """Return the remedies for `finding`, the best first; empty if the racer must decide.

    A remedy can turn out not to be safe; then the next one applies.
    """
    return finding.fix.remedies if finding.fix is not None else ()


def wanted(finding: Finding) -> WantedValue | None:
    """Return the key and the value that `finding` asks for, None if it names none."""
    fix = finding.fix
    if fix is None or Remedy.SET not in fix.remedies or fix.value is None or finding.key is None:
        return None
    return WantedValue(finding.file, finding.key, fix.value, finding.line)


def set_wanted(sources: Mapping[str, bytes], setting: WantedValue) -> bytes | None:
    """Return the file with the value set; None if it is missing, cannot hold it, or another line takes effect."""
    data = sources.get(setting.file)
    if data is None:
        return None
    try:
        if not is_env_file(setting.file):
            return json_settings.put(setting.file, data, setting.key, setting.value)
        env = parse_env(setting.file, data)
        entry = env.entry(setting.key)
        if setting.line and entry is not None and entry.line != setting.line:
            return None  # another line of the key counts, and stays
        if entry is not None and REFERENCE.search(setting.value):
            # In single quotes bash would not expand it.
            return env_edits.put_raw(env, setting.key, setting.value).data
        return env_edits.put(env, setting.key, setting.value).data
    except ValueError:
        return None
