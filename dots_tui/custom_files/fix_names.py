"""Mechanical fixes of names and values: a slip with exactly one name near it, switches, old names, duplicates."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from typing import Callable, Optional

from dots_tui.custom_files import json_edit
from dots_tui.custom_files.catalogue import HYPERPARAMETER_KEYS, KEYS, RETIRED, close_names, keys_of, value_problem
from dots_tui.custom_files.env_file import Entry, EnvFile, Line
from dots_tui.custom_files.facts import Facts
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.fix_lines import Lines, commented_out, with_value
from dots_tui.custom_files.folder import HYPERPARAMETERS
from dots_tui.tracks.catalogue import TRACKS

LineEdits = Mapping[int, tuple[str, ...]]
"""New lines by the number of the line they replace."""
NameFixer = Callable[[Facts, EnvFile, Line, Finding], Optional[LineEdits]]

_SWITCHES = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "on"), "True"),
    **dict.fromkeys(("false", "f", "no", "n", "0", "off"), "False"),
}
STILL_READ = frozenset(name for name, retired in RETIRED.items() if retired.still_read)
"""Retired keys that something does read: taking them away is for the racer to decide."""
_NEAR = 3
_KEYS = tuple(KEYS)
_TRACKS = tuple(TRACKS)


@functools.lru_cache(maxsize=4096)
def only_near(value: str, names: tuple[str, ...]) -> str | None:
    """The one of ``names`` that ``value`` must be a slip of; None when there is none, or several."""
    exact = [name for name in names if name.lower() == value.lower()]
    near = exact or close_names(value, names, _NEAR)
    return near[0] if len(near) == 1 else None


# -- env files: values -------------------------------------------------------------------------------


def _edit(line: Line, lines: Lines) -> LineEdits | None:
    return None if lines is None else {line.number: lines}


def _literal(line: Line) -> Entry | None:
    """The entry of ``line`` when its value is written out, without references."""
    entry = line.entry
    return entry if line.kind == "entry" and entry is not None and "$" not in entry.raw else None


def _switch(_: Facts, __: EnvFile, line: Line, ___: Finding) -> LineEdits | None:
    entry = _literal(line)
    value = _SWITCHES.get(entry.value.lower()) if entry is not None else None
    return _edit(line, with_value(line, value)) if value is not None else None


def _number(_: Facts, __: EnvFile, line: Line, ___: Finding) -> LineEdits | None:
    """Leading zeros, which bash takes for octal."""
    entry = _literal(line)
    if entry is None or entry.key not in KEYS or not re.fullmatch(r"0+[0-9]+", entry.value):
        return None
    value = entry.value.lstrip("0") or "0"
    return _edit(line, with_value(line, value)) if value_problem(KEYS[entry.key], value) is None else None


def _near_value(_: Facts, __: EnvFile, line: Line, ___: Finding) -> LineEdits | None:
    """A misspelt track or choice."""
    entry = _literal(line)
    if entry is None or entry.key not in KEYS:
        return None
    value = only_near(entry.value, _TRACKS if KEYS[entry.key].kind == "track" else KEYS[entry.key].choices)
    return _edit(line, with_value(line, value)) if value is not None else None


# -- env files: keys ---------------------------------------------------------------------------------


def _renamed(facts: Facts, line: Line, new: str) -> LineEdits | None:
    """The line with the key ``new``; None when that is set already."""
    entry = line.entry
    if entry is None or new in facts.effective:
        return None
    start = line.text.index(entry.key, len(entry.indent) + (len("export") if entry.exported else 0))
    return {line.number: (line.text[:start] + new + line.text[start + len(entry.key) :],)}


def _unknown_key(facts: Facts, _: EnvFile, line: Line, finding: Finding) -> LineEdits | None:
    near = only_near(finding.key or "", _KEYS)
    return _renamed(facts, line, near) if near is not None and line.entry is not None else None


def _retired_key(facts: Facts, _: EnvFile, line: Line, finding: Finding) -> LineEdits | None:
    key = finding.key or ""
    retired = RETIRED.get(key)
    if retired is None or key in STILL_READ:
        return None
    if retired.same_value and retired.instead not in facts.effective:
        return _renamed(facts, line, retired.instead)
    return _edit(line, commented_out(line, ()))


def _script_key(_: Facts, __: EnvFile, line: Line, ___: Finding) -> LineEdits | None:
    return _edit(line, commented_out(line, ()))


def _duplicate_key(facts: Facts, env: EnvFile, line: Line, finding: Finding) -> LineEdits | None:
    """The lines above that set the same key become comments; the last one counts already."""
    edits = {}
    for entry in env.entries:
        if entry.key == finding.key and not entry.commented and entry.line < line.number:
            lines = commented_out(env.lines[entry.line - 1], facts.effective)
            if entry.problem or lines is None:
                return None
            edits[entry.line] = lines
    return edits or None


SAME_FOR_BASH: Mapping[str, NameFixer] = {"duplicate-key": _duplicate_key}
"""Fixers by code after which bash reads the same."""
KEYS_CHANGE: Mapping[str, NameFixer] = {
    "unknown-key": _unknown_key,
    "deprecated-key": _retired_key,
    "script-key": _script_key,
}
"""Fixers after which a key has another name, or is gone."""
VALUES_CHANGE: Mapping[str, NameFixer] = {
    "not-a-switch": _switch,
    "not-a-number": _number,
    "unknown-track": _near_value,
    "unknown-choice": _near_value,
}
"""Fixers of values that are wrong."""


# -- JSON files --------------------------------------------------------------------------------------


def fix_json(facts: Facts, finding: Finding) -> bytes | None:
    """The JSON file of ``finding`` with a misspelt key or choice corrected; None when that is not clear."""
    file, key = facts.json.get(finding.file), finding.key
    if file is None or file.values is None or key is None or key not in file.values or key in file.twice:
        return None
    text = json_edit.to_text(facts.sources[finding.file])
    place = json_edit.member(text, json_edit.top(text), key)
    value = file.values[key]
    if place is None:
        return None
    if finding.code == "unknown-key" and finding.file == HYPERPARAMETERS:
        new = only_near(key, tuple(HYPERPARAMETER_KEYS))
        start, end = place.key_start, place.key_start + len(json.dumps(key))
        written = text[start:end] == json.dumps(key) and new not in file.values
    elif finding.code == "unknown-choice" and isinstance(value, str) and key in keys_of(finding.file):
        new = only_near(value, keys_of(finding.file)[key].choices)
        start, end = place.start, place.end
        written = True
    else:
        return None
    return (text[:start] + json.dumps(new) + text[end:]).encode() if written and new is not None else None
