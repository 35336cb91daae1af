"""The text of the lines of the settings form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from dots_tui.ui.widgets.findings import TINTS
from dots_tui.ui.widgets.form_rows import FormLine, FormRow
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from dots_tui.ui.widgets.painted_view import PaintedView

NAME_SHARE = 0.55
"""Maximum part of the width for the names."""


def name_width(names: int, width: int) -> int:
    """Return the cells of the column of names: `names` are needed, `width` is the whole line."""
    return max(4, min(names, int(width * NAME_SHARE)))


class FormPainter:
    """Writes lines of the form in the colors and signs of `view`."""

    def __init__(self, view: PaintedView) -> None:
        self._view = view

    def heading(self, line: FormLine, width: int) -> Text:
        """Return a heading or a comment."""
        if line.kind == "heading":
            return Text(clean(line.text), style=self._view.tint("heading"))
        text = Text(f"# {clean(line.text)}", style=self._view.tint("comment"))
        text.truncate(max(1, width), overflow="ellipsis")
        return text

    def row(self, row: FormRow, names: int, width: int) -> Text:
        """Return a row: name, value, comment, and the signs for a list and for the worst finding."""
        view, muted = self._view, self._view.tint("muted")
        text = Text(end="", no_wrap=True)
        name = Text(clean(row.label or row.name), style=muted if row.unset else "")
        name.truncate(names - 1, overflow="ellipsis", pad=True)
        text.append_text(name).append(" ")
        value = self._value(row)
        value.truncate(max(1, width - names - 4), overflow="ellipsis", pad=True)
        text.append_text(value)
        text.append(f" {view.glyph('choice')}" if row.picked else "  ", muted)
        if row.mark:
            text.append(f" {view.glyph(row.mark)}", view.tint(TINTS[row.mark]))
        return text

    def _value(self, row: FormRow) -> Text:
        muted = self._view.tint("muted")
        text = Text("[x] on" if row.on else "[ ] off") if row.kind == "switch" else Text(clean(row.shown))
        if row.unit and row.shown and row.kind != "switch":
            text.append(f" {row.unit}", muted)
        if row.unset:
            gap = " " if text.plain else ""
            text.append(f"{gap}{self._view.glyph('dot')} {'commented' if row.commented else row.origin}")
            text.stylize(muted)
        if row.behind:
            text.append(f"  # {clean(row.behind)}", self._view.tint("comment"))
        return text
