"""What can be done about a finding at the press of a key, from the finding's own fix.

Only FIX and SET change the files by themselves; the others open what there is to choose from, or ask before they
write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dots_tui.custom_files import env_edits, json_settings
from dots_tui.custom_files.findings import Finding, Remedy
from dots_tui.custom_files.folder import is_env_file, parse_env
from dots_tui.custom_files.words import REFERENCE


class WantedValue(NamedTuple):
    """The value a finding asks for."""

    file: str
    key: str
    value: str
    line: int = 0
    """The line that is to change; 0 when the key is in none."""


def remedies(finding: Finding) -> tuple[Remedy, ...]:
    """What can be done about ``finding``, the best first; empty when that is left to the racer.

    Sometimes there is no safe fix in the end; then the next remedy counts.
    """
    return finding.fix.remedies if finding.fix is not None else ()


def wanted(finding: Finding) -> WantedValue | None:
    """The key and the value ``finding`` asks for, where it names them."""
    fix = finding.fix
    if fix is None or Remedy.SET not in fix.remedies or fix.value is None or finding.key is None:
        return None
    return WantedValue(finding.file, finding.key, fix.value, finding.line)


def set_wanted(sources: Mapping[str, bytes], setting: WantedValue) -> bytes | None:
    """The file with the value given; None when it is not there, cannot hold it, or another line counts."""
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
