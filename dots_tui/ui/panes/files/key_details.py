"""The displayed details of a key: its purpose, its value for each reader, its findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from dots_tui.custom_files.catalogue import Key
from dots_tui.custom_files.comments import KeyNote
from dots_tui.custom_files.findings import Finding
from dots_tui.tracks.catalogue import TrackInfo
from dots_tui.ui.widgets.findings import TINTS
from dots_tui.ui.widgets.glyphs import ascii_only, clean
from dots_tui.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.custom_files.lens_words import SeenValue
    from dots_tui.tracks.geometry import Track

_MOST_CHOICES = 12
_SHAPE_LINES = 8
_LARGE = 1e5  # larger numbers are easier to read with separators than as a power of ten
_NARROWEST = 16
"""Minimum columns; before the layout is done there are none."""


@dataclass(frozen=True)
class About:
    """The details of one key of one file."""

    name: str
    key: Key | None = None
    track: TrackInfo | None = None
    shape: Track | None = None
    seen: tuple[SeenValue, ...] = ()
    """The values that the readers of an env file see; empty if the file does not set the key."""
    differs: bool = False
    """True if the readers differ, or do more than reading, and another notation would avoid it."""
    note: KeyNote | None = None
    findings: tuple[Finding, ...] = ()


class Details(LinesView, can_focus=True):
    """The details of a key; long details scroll."""

    _about: About | None = None
    _lines: tuple[Text, ...] = ()

    def show(self, wanted: About | None) -> None:
        """Show these details, unless they are already shown."""
        if wanted == self._about:
            return
        same = wanted is not None and self._about is not None and wanted.name == self._about.name
        self._about = wanted
        self.redraw()
        if not same:
            self.scroll_home(animate=False)

    @property
    def text(self) -> str:
        """The displayed content as plain text."""
        return "\n".join(line.plain.rstrip() for line in self._lines)

    def redraw(self) -> None:
        width = self.page.width
        self._lines = tuple(self._paint(width)) if self._about is not None and width >= _NARROWEST else ()
        super().redraw()
        more = len(self._lines) > self.page.height > 0
        self.border_subtitle = "tab and ↓ for more" if more and not ascii_only(self.app) else "more" if more else ""

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.call_after_refresh(self.redraw)

    def line_count(self) -> int:
        return len(self._lines)

    def line_text(self, index: int, width: int) -> Text:
        text = self._lines[index].copy()
        text.truncate(width)
        return text

    # -- what is said -----------------------------------------------------------------------------

    def _paint(self, width: int) -> Iterator[Text]:
        shown = self._about
        assert shown is not None
        muted = self.tint("muted")
        yield from self._wrap(Text(clean(shown.name), "bold"), width)
        if shown.key is None:
            yield from self._wrap(Text("dots-tui knows no reader of this key."), width)
        else:
            yield from self._wrap(Text(shown.key.help), width)
        if shown.seen:
            yield from self._readers(shown.seen, shown.differs, width)
        if shown.track is not None:
            yield from self._track(shown.track, shown.shape, width)
        for finding in shown.findings:
            yield from self._finding(finding, width)
        if shown.note is not None:
            yield Text()
            yield Text("Your notes", muted)
            for line in shown.note.lines:
                yield from self._wrap(Text(f"  {clean(line)}"), width, 2)
        if shown.key is not None:
            yield Text()
            for label, fact in _facts(shown.key):
                text = Text.assemble((f"{label:<8}", muted), clean(fact))
                yield from self._wrap(text, width, 8)

    def _finding(self, finding: Finding, width: int) -> Iterator[Text]:
        tint = self.tint(TINTS.get(finding.severity, "info"))
        sign = self.glyph(finding.severity if finding.severity in TINTS else "info")
        yield Text()
        yield from self._wrap(Text.assemble((f"{sign} {finding.severity}  ", tint), clean(finding.message)), width, 2)
        if finding.advice:
            yield from self._wrap(Text(f"  {clean(finding.advice)}", "italic"), width, 2)

    def _track(self, track: TrackInfo, shape: Track | None, width: int) -> Iterator[Text]:
        versions = [name for name, there in (("5", track.simapp5), ("6", track.simapp6)) if there]
        trained = f"simapp {' and '.join(versions)}" if versions else "in no simapp"
        yield Text()
        if track.title != track.name:
            yield from self._wrap(Text(track.title), width)
        for line in (f"{track.length_m:.2f} m · {track.width_m:.2f} m wide · {track.direction}", trained):
            yield from self._wrap(Text(line, self.tint("muted")), width)
        if shape is not None:
            from dots_tui.ui.widgets.track_map import draw_map, outline

            styles = (self.tint("info"), self.tint("accent"), self.tint("bad"), self.tint("muted"))
            yield from draw_map(outline(shape, width, _SHAPE_LINES), (), (), styles, ascii_only(self.app))

    def _readers(self, seen: Sequence[SeenValue], differs: bool, width: int) -> Iterator[Text]:
        muted, warning = self.tint("muted"), self.tint("warning")
        yield Text()
        if len(seen) == 1:
            text = Text.assemble(("All readers see ", muted), clean(seen[0].value))
            yield from self._wrap(text, width, 2)
        else:
            sign = (f" {self.glyph('warning')}", warning) if differs else ""
            yield Text.assemble(("What readers see", muted), sign)
            names = [", ".join(one.readers) for one in seen]
            column = max(map(len, names))
            beside = column + 4 + max(len(one.value) for one in seen) <= width
            for one, who in zip(seen, names):
                if beside:
                    yield Text.assemble((f"  {who:<{column}}  ", muted), clean(one.value))
                else:
                    yield from self._wrap(Text(f"  {who}", muted), width, 2)
                    yield from self._wrap(Text(f"    {clean(one.value)}"), width, 4)
        for effect in (effect for one in seen for effect in one.effects):
            yield from self._wrap(Text(f"  {self.glyph('warning')} {clean(effect)}", warning), width, 4)

    def _wrap(self, text: Text, width: int, indent: int = 0) -> Iterator[Text]:
        """Return `text` in lines; lines after the first one are indented."""
        lines = text.wrap(self.app.console, width)
        yield from lines[:1]
        if len(lines) > 1 and indent:
            rest = text[len(lines[0].plain) :]
            rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
            for line in rest.wrap(self.app.console, width - indent):
                yield Text(" " * indent).append_text(line)
        else:
            yield from lines[1:]


def _facts(key: Key) -> Iterator[tuple[str, str]]:
    """Yield the catalogue's facts about a key besides its purpose: a heading and a text."""
    if key.choices:
        yield "Values", ", ".join(key.choices[:_MOST_CHOICES]) + (" …" if len(key.choices) > _MOST_CHOICES else "")
    if key.minimum is not None or key.maximum is not None:
        yield "Range", f"{_bound(key.minimum)} to {_bound(key.maximum)}"
    if key.sensible is not None:
        yield "Usual", f"{_bound(key.sensible[0])} to {_bound(key.sensible[1])}"
    if key.unit:
        yield "Unit", key.unit
    yield "Default", key.default or "(empty)"
    if key.fallback and key.fallback != key.default:
        yield "Missing", f"counts as {key.fallback}"
    for label, fact in (
        ("Since", key.since),
        ("Until", key.until),
        ("Instead", key.replaced_by),
        ("Read by", key.read_by),
    ):
        if fact:
            yield label, fact


def _bound(value: float | None) -> str:
    if value is None:
        return "any"
    return f"{value:,.0f}" if value >= _LARGE else f"{value:g}"
