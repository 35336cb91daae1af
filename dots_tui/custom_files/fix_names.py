"""Mechanical fixes of names and values: slips, switches, old names, duplicates, two settings in one line.

What to write in the place of a name or a value is in the finding's fix: the rule that found the slip decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Callable, Optional

from dots_tui.custom_files import json_edit
from dots_tui.custom_files.catalogue import RETIRED
from dots_tui.custom_files.env_file import EnvEntry, EnvFile, EnvLine
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.fix_lines import Lines, commented_out, with_value

LineEdits = Mapping[int, tuple[str, ...]]
"""New lines by the number of the line they replace."""
NameFixer = Callable[[FileFacts, EnvFile, EnvLine, Finding], Optional[LineEdits]]

# -- env files: values -------------------------------------------------------------------------------


def _edit(line: EnvLine, lines: Lines) -> LineEdits | None:
    return None if lines is None else {line.number: lines}


def _literal(line: EnvLine) -> EnvEntry | None:
    """The entry of ``line`` when its value is written out, without references."""
    entry = line.entry
    return entry if line.kind == "entry" and entry is not None and "$" not in entry.raw else None


def _given_value(_: FileFacts, __: EnvFile, line: EnvLine, finding: Finding) -> LineEdits | None:
    """The value that the finding's fix names."""
    if _literal(line) is None or finding.fix is None or finding.fix.value is None:
        return None
    return _edit(line, with_value(line, finding.fix.value))


# -- env files: keys ---------------------------------------------------------------------------------


def _renamed(facts: FileFacts, line: EnvLine, new: str) -> LineEdits | None:
    """The line with the key ``new``; None when that is set already."""
    entry = line.entry
    if entry is None or new in facts.effective:
        return None
    start = line.text.index(entry.key, len(entry.indent) + (len("export") if entry.exported else 0))
    return {line.number: (line.text[:start] + new + line.text[start + len(entry.key) :],)}


def _given_name(facts: FileFacts, _: EnvFile, line: EnvLine, finding: Finding) -> LineEdits | None:
    if finding.fix is None or finding.fix.value is None or line.entry is None:
        return None
    return _renamed(facts, line, finding.fix.value)


def _retired_key(facts: FileFacts, _: EnvFile, line: EnvLine, finding: Finding) -> LineEdits | None:
    retired = RETIRED.get(finding.key or "")
    if retired is None:
        return None
    if retired.same_value and retired.instead not in facts.effective:
        return _renamed(facts, line, retired.instead)
    return _edit(line, commented_out(line))


def _commented_out(_: FileFacts, __: EnvFile, line: EnvLine, ___: Finding) -> LineEdits | None:
    return _edit(line, commented_out(line))


def _duplicate_key(_: FileFacts, env: EnvFile, line: EnvLine, __: Finding) -> LineEdits | None:
    """The lines above that set the same key become comments; the last one counts already."""
    edits = {}
    for entry in env.entries:
        if line.entry is not None and entry.key == line.entry.key and not entry.commented and entry.line < line.number:
            if entry.problem:
                return None
            edits[entry.line] = commented_out(env.lines[entry.line - 1])
    return edits or None


def _glued_keys(facts: FileFacts, env: EnvFile, line: EnvLine, finding: Finding) -> LineEdits | None:
    """The second setting on a line of its own. Its key must be set nowhere else: else it is not known which counts."""
    second = finding.fix.value if finding.fix is not None else None
    if second is None or second not in line.text or "$" in line.text:
        return None
    key = second.partition("=")[0]
    if key in facts.effective or any(entry.key == key for entry in env.entries if not entry.commented):
        return None
    first = line.text[: line.text.index(second)].rstrip(" \t;,")
    return {line.number: (first, second)}


SAME_FOR_BASH: Mapping[str, NameFixer] = {"duplicate-key": _duplicate_key}
"""Fixers by code after which bash reads the same."""
KEYS_CHANGE: Mapping[str, NameFixer] = {
    "unknown-key": _given_name,
    "deprecated-key": _retired_key,
    "script-key": _commented_out,
}
"""Fixers after which a key has another name, or is gone."""
VALUES_CHANGE: Mapping[str, NameFixer] = {
    "not-a-switch": _given_value,
    "not-a-number": _given_value,
    "unknown-track": _given_value,
    "unknown-choice": _given_value,
    "glued-keys": _glued_keys,
}
"""Fixers of values that are wrong."""


# -- JSON files --------------------------------------------------------------------------------------


def fix_json(facts: FileFacts, finding: Finding) -> bytes | None:
    """The JSON file of ``finding`` with a misspelt key or choice corrected; None when that is not clear."""
    file, key = facts.json.get(finding.file), finding.key
    if file is None or file.values is None or key is None or key not in file.values or key in file.twice:
        return None
    text = json_edit.to_text(facts.sources[finding.file])
    place = json_edit.member(text, json_edit.top(text), key)
    value = file.values[key]
    if place is None:
        return None
    new = finding.fix.value if finding.fix is not None else None
    if finding.code == "unknown-key":
        start, end = place.key_start, place.key_start + len(json.dumps(key))
        written = text[start:end] == json.dumps(key) and new not in file.values
    elif finding.code == "unknown-choice" and isinstance(value, str):
        start, end = place.start, place.end
        written = True
    else:
        return None
    return (text[:start] + json.dumps(new) + text[end:]).encode() if written and new is not None else None


def move_json(facts: FileFacts, finding: Finding) -> dict[str, bytes] | None:
    """The two JSON files with the member of ``finding`` in the one that is read; None when that is not clear."""
    file, key, home = finding.file, finding.key, finding.fix.value if finding.fix is not None else None
    if key is None or home is None or home not in facts.json or key in facts.json[file].twice:
        return None
    if facts.json[home].values is None or key in (facts.json[home].values or {}):
        return None
    text = json_edit.to_text(facts.sources[file])
    place = json_edit.member(text, json_edit.top(text), key)
    if place is None:
        return None
    value = text[place.start : place.end]
    target = json_edit.to_text(facts.sources[home])
    return {
        file: json_edit.without(text, json_edit.top(text), place).encode(),
        home: json_edit.put(target, key, value).encode(),
    }
