"""Choosing the track: search by name or title, with sizes, directions, and which simapp can train it."""

from __future__ import annotations

from typing import Callable, ClassVar, Optional

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from dots_tui.tracks.catalogue import TrackInfo
from dots_tui.tracks.search import find_tracks, major_of, majors_with, trainable
from dots_tui.widgets.glyphs import ascii_only
from dots_tui.widgets.row_list import RowList
from dots_tui.widgets.track_map import TrackLike, TrackMap

Outline = Callable[[str], Optional[TrackLike]]
"""The geometry of a track by its name, None where it is not known. It must be quick: it is asked at every step."""

DIRECTIONS = {"cw": "clockwise", "ccw": "counter-clockwise", "open": "open, no lap"}
FULL = 62  # cells from which on all columns are shown


class TrackRows(RowList, can_focus=False):
    """The tracks that were found. The keys come from the search line."""

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

    class Moved(Message):
        """The cursor is on another track."""

    class Chosen(Message):
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
        """Show the tracks that match; the cursor goes to the first one."""
        self.found = find_tracks(wanted, self._major)
        self._longest = max((len(track.name) for track in self.found), default=0)
        self.redraw()
        self.cursor = 0 if self.found else -1
        self.post_message(self.Moved())

    def to_current(self) -> None:
        """Put the cursor on the current track, when it is there."""
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
        self.post_message(self.Moved())

    def choose(self, index: int) -> None:  # noqa: ARG002 - it is the row of the cursor
        self.post_message(self.Chosen())


def _names(track: TrackInfo, room: int, muted: Style, longest: int) -> Text:
    """Name and title, as far as there is room, the name in a column of its own."""
    title = track.title if track.title != track.name else ""
    wide = room >= longest + 12
    text = Text(track.name.ljust(longest + 1) if wide else track.name, end="")
    if wide and title:
        text.append(title, muted)
    text.truncate(room - 1, overflow="ellipsis")
    text.pad_right(room - text.cell_len)
    return text


def _columns(track: TrackInfo, full: bool) -> str:
    """The numbers of a track, right of its name, in cells that line up."""
    if not full:
        return f"{track.length_m:5.1f} {track.direction:>4}"
    versions = " ".join(str(major) if major in majors_with(track) else "-" for major in (5, 6))
    return f"{track.length_m:7.2f} {track.width_m:5.2f} {track.direction:>4} {track.waypoints:>4}  {versions}"


HEAD = " length width  dir  pts  simapp"


class TrackPicker(ModalScreen[Optional[str]]):
    """Gives the name of a track for DR_WORLD_NAME, or None when cancelled.

    ``simapp`` is DR_SIMAPP_VERSION; tracks it does not have are marked and come last, but can be chosen. ``outline``
    gives the shape of a track where it is known.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
    DEFAULT_CSS = """
    TrackPicker {
        align: center middle;
        #tracks-box {
            width: 100%; max-width: 140; height: 100%; max-height: 40;
            border: round $primary; border-title-color: $text-primary; background: $surface; padding: 0 1;
        }
        Input { background: $panel; }
        #tracks-head { height: 1; color: $text-muted; text-align: right; padding-right: 1; }
        #tracks-main { height: 1fr; }
        #tracks-side { width: 42; padding-left: 1; }
        #tracks-shape { height: auto; }
        #tracks-line { height: auto; max-height: 3; color: $text-muted; }
        &.-narrow #tracks-side { display: none; }
        &.-wide #tracks-line { display: none; }
        &.-short #tracks-box { border: none; padding: 0; }
        &.-short #tracks-head { display: none; }
        &.-short #tracks-line { max-height: 2; }
        &:ansi #tracks-box { background: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
    ]

    def __init__(self, current: str, simapp: str, outline: Outline | None = None) -> None:
        super().__init__()
        self._current, self._simapp = current, simapp
        self._major = major_of(simapp)
        self._outline = outline

    def compose(self) -> ComposeResult:
        with Vertical(id="tracks-box") as box:
            box.border_title = f"track ─ simapp {self._simapp}" if self._simapp else "track"
            box.border_subtitle = "enter takes it, esc leaves"
            yield Input(placeholder="part of a name or title", compact=True)
            yield Static(id="tracks-head")
            with Horizontal(id="tracks-main"):
                yield TrackRows(self._current, self._major)
                with Vertical(id="tracks-side"):
                    yield Static(id="tracks-details", markup=False)
                    yield TrackMap()
            yield Static(id="tracks-line", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.rows.search("")
        # Once the list has its size, so that the row is in view.
        self.call_after_refresh(self.rows.to_current)

    def on_resize(self) -> None:
        self.call_after_refresh(self._head)

    def _head(self) -> None:
        full = self.rows.page.width >= FULL
        side = 42 if self.has_class("-wide") else 0
        head = self.query_one("#tracks-head", Static)
        head.update(HEAD if full else "length  dir")
        head.styles.padding = (0, side + (0 if full else 1), 0, 0)

    @property
    def rows(self) -> TrackRows:
        """The tracks shown."""
        return self.query_one(TrackRows)

    @on(TrackRows.Moved)
    def _moved(self) -> None:
        track = self.rows.here
        # The line below stands in for the details where there is no room beside the list.
        self.query_one("#tracks-details", Static).update("" if track is None else self._about(track, "\n"))
        self.query_one("#tracks-line", Static).update("" if track is None else self._about(track, "; "))
        shape = self._outline(track.name) if self._outline is not None and track is not None else None
        drawn = self.query_one(TrackMap)
        drawn.empty = "" if track is None else "shape not known here"
        if shape is None:
            drawn.set_track((), (), ())
        else:
            drawn.set_track(shape.centre, shape.inner, shape.outer, shape.closed)

    def _about(self, track: TrackInfo, joint: str) -> str:
        """The track in words, the warning first where there is one."""
        names = track.name if track.title == track.name else f"{track.title} ({track.name})"
        size = f"{track.length_m:.2f} m long, {track.width_m:.2f} m wide, {track.waypoints} waypoints"
        versions = " and ".join(str(major) for major in majors_with(track))
        trained = f"simapp {versions} can train it" if versions else "no simapp can train it"
        parts = [names, size, DIRECTIONS[track.direction], trained]
        if not trainable(track, self._major):
            what = f"simapp {self._simapp}" if versions else "a training"
            parts.insert(0, f"{self._sign()} not there for {what}: it fails at the start")
        return joint.join(parts)

    def _sign(self) -> str:
        return "x" if ascii_only(self.app) else "✗"

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.rows.search(event.value)

    @on(Input.Submitted)
    @on(TrackRows.Chosen)
    def _chosen(self) -> None:
        if self.rows.here is not None:
            self.dismiss(self.rows.here.name)

    def action_move(self, step: int) -> None:
        """Move the cursor of the list."""
        self.rows.action_move(step)

    def action_page(self, step: int) -> None:
        """Move the cursor of the list by a page."""
        self.rows.action_page(step)

    def action_cancel(self) -> None:
        self.dismiss(None)
