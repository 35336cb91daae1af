"""Words and marks of the Files pane: rows of the form, the file list, details of a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rich.text import Text

from dots_tui.custom_files.catalogue import KEYS, Key, keys_of
from dots_tui.custom_files.comments import KeyNote, comments
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.env_file import EnvEntry, EnvFile
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import worker_number
from dots_tui.custom_files.worker_files import Inherited
from dots_tui.tracks.catalogue import TRACKS
from dots_tui.ui.widgets.form_rows import FormRow

OTHER = "Other keys"
IGNORED = "Ignored in a worker's file"

_RANK = {"error": 3, "warning": 2, "info": 1}
_GLYPHS = {"error": "✗", "warning": "▲", "info": "·", "": " "}


def worst(findings: Iterable[Finding]) -> str:
    """Return the highest severity among `findings`; "" if there are none."""
    return max((finding.severity for finding in findings), key=lambda severity: _RANK.get(severity, 0), default="")


def rows_of(
    name: str, env: EnvFile, findings: Sequence[Finding], taken_over: Mapping[str, Inherited] | None = None
) -> list[FormRow]:
    """Return a row per key of the file `name`: catalogue keys first, in its order, then the racer's own keys.

    `taken_over`: for a worker's file, its inherited values.
    """
    home = keys_of(name)
    entries = {entry.key: entry for entry in env.entries if entry.commented}
    entries.update({entry.key: entry for entry in env.entries if not entry.commented})
    listed = home if worker_number(name) is not None else {key: KEYS[key] for key in KEYS if key in {*home, *entries}}
    marks = marks_of(name, findings)
    rows = [row_of(key, _value(entries.get(name)), marks.get(name, "")) for name, key in listed.items()]
    rows = [_without_line(row, (taken_over or {}).get(row.name)) for row in rows]
    group = IGNORED if worker_number(name) is not None else OTHER
    for key, entry in entries.items():
        if key not in listed:
            own = row_of(KEYS[key], entry.value, "") if key in KEYS else FormRow(key, value=entry.value)
            rows.append(replace(own, group=group, mark=marks.get(key, "")))
    off = {key for key, entry in entries.items() if entry.commented}
    notes = comments(env).of_keys
    return [with_note(replace(row, commented=True) if row.name in off else row, notes.get(row.name)) for row in rows]


def _value(entry: EnvEntry | None) -> str | None:
    return None if entry is None else entry.value


def _without_line(row: FormRow, taken: Inherited | None) -> FormRow:
    """Return `row` with the value inherited by a worker's own file."""
    return row if taken is None else replace(row, default=taken.value, origin=taken.source)


def marks_of(name: str, findings: Iterable[Finding]) -> dict[str, str]:
    """Return the worst severity by key of the file `name`."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.file == name and finding.key:
            found.setdefault(finding.key, []).append(finding)
    return {key: worst(own) for key, own in found.items()}


def with_note(row: FormRow, note: KeyNote | None) -> FormRow:
    """Return `row` with the racer's note about it."""
    return row if note is None else replace(row, above=note.above, behind=note.behind)


def row_of(key: Key, value: str | None, mark: str) -> FormRow:
    """Return the row of a key of the catalogue."""
    return FormRow(
        name=key.name,
        group=key.group,
        kind=key.kind,
        choices=tuple(TRACKS) if key.kind == "track" else key.choices or key.suggested,
        value=value,
        default=key.fallback or key.default,
        unit=key.unit,
        help=key.help,
        mark=mark,
        minimum=key.minimum,
        maximum=key.maximum,
        integer=key.integer,
        open=key.open,
    )


def mark_of(name: str, document: Document | None, findings: Sequence[Finding] | None) -> Text:
    """Return the line of a file in the list: unsaved star, name, worst finding with a count. None: not checked
    yet.
    """
    own = [finding for finding in findings or () if finding.file == name and finding.severity != "info"]
    severity = worst(own)
    star = "*" if document is not None and document.dirty else " "
    count = f" {len(own)}" if own else ""
    shown = name if name.endswith(".env") else name.rpartition(".")[0]
    return Text(
        f"{_GLYPHS[severity] if own else ' ' if findings is None else '✓'}{star}{shown}{count}",
        no_wrap=True,
        overflow="ellipsis",
    )
