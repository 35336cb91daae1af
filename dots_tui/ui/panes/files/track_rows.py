"""The list of the track picker: one line per track, with as many columns as fit."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.message import Message

from dots_tui.tracks.catalogue import TrackInfo
from dots_tui.tracks.search import find_tracks, majors_with, trainable
from dots_tui.ui.widgets.row_list import RowList

FULL = 62  # minimum cells for all columns
HEAD = " length width  dir  pts  simapp"


class TrackRows(RowList, can_focus=False):
    """The matching tracks. The keys come from the search line."""

    DEFAULT_CSS = """
    TrackRows {
        height: 1fr; min-height: 2;
        .lines-view--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
    }
    """

    class TrackMoved(Message):
        """The cursor is on another track."""

    class TrackChosen(Message):
        """The track under the cursor was clicked a second time."""

    def __init__(self, current: str, major: int | None) -> None:
        super().__init__()
        self._current, self._major = current, major
        self.found: list[TrackInfo] = []
        self._longest = 0
        self.empty = "No track has all these words in its name or title."

    @property
    def here(self) -> TrackInfo | None:
        """The track under the cursor."""
        return self.found[self.cursor] if 0 <= self.cursor < len(self.found) else None

    def search(self, wanted: str) -> None:
        """Show the tracks that match; move the cursor to the first one."""
        self.found = find_tracks(wanted, self._major)
        self._longest = max((len(track.name) for track in self.found), default=0)
        self.redraw()
        self.cursor = 0 if self.found else -1
        self.post_message(self.TrackMoved())

    def to_current(self) -> None:
        """Move the cursor to the current track, if it is in the list."""
        names = [track.name for track in self.found]
        if self._current in names:
            self.cursor = names.index(self._current)

    def line_count(self) -> int:
        return len(self.found)

    def line_text(self, index: int, width: int) -> Text:
        track = self.found[index]
        fits = trainable(track, self._major)
        text = Text(end="", no_wrap=True)
        sign = self.glyph("good") if track.name == self._current else " " if fits else self.glyph("error")
        text.append(f"{sign} ", self.tint("good" if fits else "bad"))
        columns = _columns(track, width >= FULL)
        room = max(8, width - 2 - len(columns))
        text.append_text(_names(track, room, self.tint("muted"), self._longest))
        text.append(columns)
        if not fits:
            text.stylize(self.tint("muted"))
        return text

    def highlight(self, index: int) -> None:  # noqa: ARG002 - the screen asks for `here`
        self.post_message(self.TrackMoved())

    def choose(self, index: int) -> None:  # noqa: ARG002 - it is the row of the cursor
        self.post_message(self.TrackChosen())


def _names(track: TrackInfo, room: int, muted: Style, longest: int) -> Text:
    """Return name and title, as far as there is room, with the name in its own column."""
    title = track.title if track.title != track.name else ""
    wide = room >= longest + 12
    text = Text(track.name.ljust(longest + 1) if wide else track.name, end="")
    if wide and title:
        text.append(title, muted)
    text.truncate(room - 1, overflow="ellipsis")
    text.pad_right(room - text.cell_len)
    return text


def _columns(track: TrackInfo, full: bool) -> str:
    """Return the numbers of a track, right of its name, in aligned cells."""
    if not full:
        return f"{track.length_m:5.1f} {track.direction:>4}"
    versions = " ".join(str(major) if major in majors_with(track) else "-" for major in (5, 6))
    return f"{track.length_m:7.2f} {track.width_m:5.2f} {track.direction:>4} {track.waypoints:>4}  {versions}"
