"""The details of the key under the cursor, collected from the files for the details column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dots_tui.config.settings import tracks_of
from dots_tui.custom_files.catalogue import KEYS, keys_of
from dots_tui.custom_files.comments import comments
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import is_env_file, parse_env
from dots_tui.custom_files.json_file import JsonFile
from dots_tui.custom_files.words import REFERENCE
from dots_tui.tracks.catalogue import TRACKS
from dots_tui.ui.panes.files.form import row_for
from dots_tui.ui.panes.files.key_details import About, Details

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.lens import KeyReading
    from dots_tui.ui.panes.files.view import FileView

_MOVED_SECONDS = 0.1
"""Pause before the details follow the cursor of the text."""


class Readings:
    """The values that the readers see, computed once for each state of the env files."""

    def __init__(self) -> None:
        self._sources: Mapping[str, bytes] | None = None
        self._found: Mapping[str, Mapping[str, KeyReading]] = {}

    def of(self, sources: Mapping[str, bytes], file: str, key: str) -> KeyReading | None:
        """Return the readings of `key` in `file`; None if nothing sets it."""
        env = {name: data for name, data in sources.items() if is_env_file(name)}
        if env != self._sources:
            from dots_tui.custom_files.lens import lens

            self._sources, self._found = env, lens(env)
        return self._found.get(file, {}).get(key)


def key_on_line(file: str, data: bytes, number: int) -> str:
    """Return the key that line `number` (from 1) of a file sets, commented out or not; "" if there is none."""
    if is_env_file(file):
        lines = parse_env(file, data).lines
        entry = lines[number - 1].entry if 1 <= number <= len(lines) else None
        return entry.key if entry is not None else ""
    known = keys_of(file)
    if not known:
        return ""
    parsed = JsonFile.parse(data)
    return next((name for name in known if "." not in name and parsed.line(name) == number), "")


def about(file: str, name: str, sources: Mapping[str, bytes], findings: Sequence[Finding], readings: Readings) -> About:
    """Return the details of the key `name` of `file`, without the shape of a track."""
    own = tuple(one for one in findings if one.file == file and one.key and row_for(file, one.key) == name)
    if not is_env_file(file):
        return About(name, keys_of(file).get(name), findings=own)
    from dots_tui.custom_files.lens_words import grouped, names_for

    env = parse_env(file, sources[file])
    entry = env.entry(name)
    key = KEYS.get(name)
    reading = readings.of(sources, file, name) if entry is not None else None
    seen = tuple(grouped(reading, names_for(file))) if reading is not None else ()
    value = seen[0].value if seen else ""
    return About(
        name,
        key,
        track=TRACKS.get(value) if key is not None and key.kind == "track" else None,
        seen=seen,
        differs=reading is not None and not reading.agree and (bool(reading.effects) or not _unlike_anyway(env, name)),
        note=comments(env).of_keys.get(name),
        findings=own,
    )


def _unlike_anyway(env: EnvFile, name: str) -> bool:
    """Return True if readers disagree in any notation: a reference, or positions of objects."""
    entry = env.entry(name)
    positions = entry is not None and ";" in entry.value and entry.raw == f'"{entry.value}"'
    return positions or (entry is not None and REFERENCE.search(entry.value) is not None)


class KeyFacts:
    """Shows the details of the key under the cursor of `view` in `details`."""

    def __init__(self, workspace: Workspace, view: FileView, details: Details) -> None:
        self._workspace, self._view, self._details = workspace, view, details
        self._readings = Readings()
        self._due = False

    @property
    def key(self) -> str:
        """The key under the cursor, in the form or in the text; "" for none."""
        document, view = self._view.document, self._view
        if document is None:
            return ""
        return key_on_line(document.name, document.data, view.text.line) if view.shows_text else view.form.key

    def show(self) -> None:
        """Show the details of the key under the cursor."""
        self._due = False
        self._details.show(self._about())

    def show_soon(self) -> None:
        """Show them after a pause: typing moves the cursor with every key."""
        if not self._due:
            self._due = True
            self._details.set_timer(_MOVED_SECONDS, self.show)

    def _about(self) -> About | None:
        document, key, workspace = self._view.document, self.key, self._workspace
        if document is None or not key:
            return None
        found = about(document.name, key, workspace.sources(), self._view.findings, self._readings)
        if found.track is None:
            return found
        return replace(found, shape=tracks_of(workspace.folders, workspace.settings).known(found.track.name))
