"""How the Files pane words and marks what it shows: rows of the form, the file list, details of a key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text

from dots_tui.custom_files.catalogue import KEYS, Key
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.findings import Finding
from dots_tui.tracks.catalogue import TRACKS, TrackInfo
from dots_tui.widgets.form import Row

_RANK = {"error": 3, "warning": 2, "info": 1}
_GLYPHS = {"error": "✗", "warning": "▲", "info": "·", "": " "}


def worst(findings: Iterable[Finding]) -> str:
    """The highest severity among ``findings``; "" when there are none."""
    return max((finding.severity for finding in findings), key=lambda severity: _RANK.get(severity, 0), default="")


def rows_of(name: str, env: EnvFile, findings: Sequence[Finding]) -> list[Row]:
    """A row per key of the file ``name``: what the catalogue knows first, in its order, then the user's own keys."""
    home = "system.env" if name == "system.env" else "run.env"
    present = {entry.key for entry in env.entries if not entry.commented}
    listed = [key for key in KEYS.values() if key.file == home or key.name in present]
    rows = [_row(key, env, [f for f in findings if f.file == name and f.key == key.name]) for key in listed]
    for entry in env.entries:
        if entry.key not in KEYS and not entry.commented and all(row.name != entry.key for row in rows):
            own = [f for f in findings if f.file == name and f.key == entry.key]
            rows.append(Row(entry.key, "Other keys", "text", (), env.get(entry.key), "", "", "", worst(own)))
    return rows


def _row(key: Key, env: EnvFile, findings: Sequence[Finding]) -> Row:
    choices = tuple(TRACKS) if key.kind == "track" else key.choices
    value = env.get(key.name)
    return Row(
        name=key.name,
        group=key.group,
        kind=key.kind,
        choices=choices,
        value=value,
        default=key.default,
        unit=key.unit,
        help=key.help,
        mark=worst(findings),
        commented=value is None and any(entry.key == key.name for entry in env.entries),
        minimum=key.minimum,
        maximum=key.maximum,
        integer=key.integer,
    )


def mark_of(name: str, document: Document | None, findings: Sequence[Finding] | None) -> Text:
    """The line of a file in the list: unsaved star, name, worst finding with a count. None: not checked yet."""
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


def details_of(name: str, key: Key | None, value: str, findings: Sequence[Finding]) -> Text:
    """What the right column says of a key: help, allowed values, unit, default, and what is wrong with it."""
    text = Text()
    text.append(f"{name}\n", "bold")
    if key is None:
        text.append("\nNot a key that DeepRacer for Cloud is known to read.")
    else:
        text.append(f"\n{key.help}\n")
        if key.choices:
            shown = ", ".join(key.choices[:12])
            text.append(f"\nValues  {shown}{' …' if len(key.choices) > 12 else ''}")
        if key.minimum is not None or key.maximum is not None:
            text.append(f"\nRange   {_bound(key.minimum)} to {_bound(key.maximum)}")
        if key.unit:
            text.append(f"\nUnit    {key.unit}")
        text.append(f"\nDefault {key.default or '(empty)'}")
        if key.kind == "track" and value in TRACKS:
            text.append(f"\n\n{_track_line(TRACKS[value])}")
    for finding in findings:
        text.append(f"\n\n{_GLYPHS.get(finding.severity, '')} {finding.severity}: {finding.message}")
        if finding.fix:
            text.append(f"\n→ {finding.fix}", "italic")
    return text


def _track_line(track: TrackInfo) -> str:
    """A track in a few words: title, length, width, direction, and where it can be trained."""
    versions = [name for name, there in (("6", track.simapp6), ("5", track.simapp5)) if there]
    trained = f"simapp {' and '.join(versions)}" if versions else "in no simapp"
    size = f"{track.length_m:.2f} m · {track.width_m:.2f} m wide · {track.direction}"
    return f"{track.title}\n{size}\n{trained}"


def _bound(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"
