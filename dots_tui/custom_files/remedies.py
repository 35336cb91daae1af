"""What can be done about a finding at the press of a key: one table from its code to the remedy.

A remedy is the word that lists show beside a finding. Only "fix" and "set" change the files by themselves; the others
open what there is to choose from, or ask before they write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from dots_tui.custom_files import env_edits, json_settings
from dots_tui.custom_files.catalogue import keys_of
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.fixes import fixable
from dots_tui.custom_files.folder import is_env_file
from dots_tui.custom_files.words import REFERENCE

FIX = "fix"
"""The mechanical fixes of :mod:`~dots_tui.custom_files.fixes`."""
SET = "set"
"""The key gets the one value that the finding names."""
SOLVE = "solve"
"""The solver of the start positions."""
CHOOSE = "choose"
"""The list of tracks."""
CREATE = "create"
"""A file that is missing."""

_REMEDIES: Mapping[str, str] = {
    "round-robin": SOLVE,
    "unknown-track": CHOOSE,
    "track-not-in-simapp": CHOOSE,
    "missing-file": CREATE,
    "worker-file-missing": CREATE,
    "missing-key": SET,
    "not-the-instances": SET,
    "not-in-custom-files": SET,
    "other-file-used": SET,
    "opengl": SET,
    "params-file-dots": SET,
    "sac-workers": SET,
    "simapp-source": SET,
    "simapp-tag": SET,
    "telegraf-port": SET,
}
"""Remedies by code, of findings that :func:`~dots_tui.custom_files.fixes.fixable` does not know."""
_NAMED = re.compile(r"(?:Add|Set|Write) (?P<key>\w+)=(?P<value>[^\s;]*?)(?:,? (?:to|or) .*)?[.,]?")


class Setting(NamedTuple):
    """The value a finding asks for."""

    file: str
    key: str
    value: str


def remedies(finding: Finding) -> tuple[str, ...]:
    """What can be done about ``finding``, the best first; empty when that is left to the racer.

    Quick enough for a list. Sometimes there is no safe fix in the end; then the next remedy counts.
    """
    word = _REMEDIES.get(finding.code, "")
    other = "" if word == SET and wanted(finding) is None else word
    return tuple(filter(None, (FIX if fixable(finding) else "", other)))


def wanted(finding: Finding) -> Setting | None:
    """The key and the value ``finding`` asks for, where it names them."""
    named = _NAMED.fullmatch(finding.fix or "")
    if named is not None and named["key"] == finding.key and named["value"]:
        return Setting(finding.file, named["key"], named["value"])
    known = keys_of(finding.file).get(finding.key or "")
    if finding.code == "missing-key" and known is not None and known.default:
        return Setting(finding.file, known.name, known.default)
    return None


def set_wanted(sources: Mapping[str, bytes], setting: Setting) -> bytes | None:
    """The file with the value given; None when it is not there, or cannot hold the value where it belongs."""
    data = sources.get(setting.file)
    if data is None:
        return None
    try:
        if not is_env_file(setting.file):
            return json_settings.put(setting.file, data, setting.key, setting.value)
        env = EnvFile.parse(data)
        entry = env.entry(setting.key)
        if entry is not None and REFERENCE.search(setting.value):
            # In single quotes bash would not expand it.
            return env_edits.put_raw(env, setting.key, setting.value).data
        return env_edits.put(env, setting.key, setting.value).data
    except ValueError:
        return None
