"""The track picker: search by name or title, with sizes, directions, shape, and the simapp versions that include
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Optional, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from dots_tui.config.settings import tracks_of
from dots_tui.tracks.catalogue import TrackInfo
from dots_tui.tracks.search import major_of, majors_with, trainable
from dots_tui.tracks.sources import TrackStore
from dots_tui.ui.panes.files.track_rows import FULL, HEAD, TrackRows
from dots_tui.ui.panes.track_shapes import Shapes
from dots_tui.ui.widgets.glyphs import ascii_only
from dots_tui.ui.widgets.track_map import TrackMap

if TYPE_CHECKING:
    from dots_tui.ui.panes.base import Host

DIRECTIONS = {"cw": "clockwise", "ccw": "counter-clockwise", "open": "open, no lap"}


class TrackPicker(ModalScreen[Optional[str]]):
    """A dialog that returns the name of a track for DR_WORLD_NAME, or None if cancelled.

    `simapp` is DR_SIMAPP_VERSION; tracks it does not include are marked and come last, but can be
    chosen. `tracks` has the shapes (None: the app's own store); missing shapes can be fetched.
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
        Binding("ctrl+g", "fetch", "Fetch the shape", priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
    ]

    def __init__(self, current: str, simapp: str, tracks: TrackStore | None = None) -> None:
        super().__init__()
        self._current, self._simapp = current, simapp
        self._major = major_of(simapp)
        self._tracks = tracks

    def compose(self) -> ComposeResult:
        with Vertical(id="tracks-box") as box:
            box.border_title = f"track ─ simapp {self._simapp}" if self._simapp else "track"
            yield Input(placeholder="part of a name or title", compact=True)
            yield Static(id="tracks-head")
            with Horizontal(id="tracks-main"):
                yield TrackRows(self._current, self._major)
                with Vertical(id="tracks-side"):
                    yield Static(id="tracks-details", markup=False)
                    yield TrackMap()
            yield Static(id="tracks-line", markup=False)

    def on_mount(self) -> None:
        store = self._tracks
        if store is None:
            workspace = cast("Host", self.app).workspace
            store = tracks_of(workspace.folders, workspace.settings)
        self.shapes = Shapes(self, store, self._moved)
        self.query_one(Input).focus()
        self.rows.search("")
        # After the list has its size, so that the row is in view.
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
        """The displayed tracks."""
        return self.query_one(TrackRows)

    @on(TrackRows.TrackMoved)
    def _moved(self) -> None:
        """Show the track under the cursor and its shape, if available."""
        track = self.rows.here
        shape = self.shapes.known(track.name) if track is not None else None
        words = self.shapes.words(track.name) if track is not None else ""
        # The line below replaces details and map if there is no room beside the list.
        aside = "" if track is None else self._about(track, "\n") + (f"\n{words}" if shape is not None else "")
        self.query_one("#tracks-details", Static).update(aside)
        below = "" if track is None else f"{self._about(track, '; ')}; {words}"
        self.query_one("#tracks-line", Static).update(below)
        drawn = self.query_one(TrackMap)
        drawn.empty = words[:1].upper() + words[1:]
        if shape is None:
            drawn.set_track((), (), ())
        else:
            drawn.set_track(shape.centre, shape.inner, shape.outer, shape.closed)
        fetch = "" if track is None or shape is not None else ", ctrl+g fetches the shape"
        self.query_one("#tracks-box").border_subtitle = f"enter chooses it{fetch}, esc cancels"

    def _about(self, track: TrackInfo, joint: str) -> str:
        """Return the track in words, with a warning first if there is one."""
        names = track.name if track.title == track.name else f"{track.title} ({track.name})"
        size = f"{track.length_m:.2f} m long, {track.width_m:.2f} m wide, {track.waypoints} waypoints"
        versions = " and ".join(str(major) for major in majors_with(track))
        trained = f"simapp {versions} can train it" if versions else "no simapp can train it"
        parts = [names, size, DIRECTIONS[track.direction], trained]
        if not trainable(track, self._major):
            what = f"simapp {self._simapp}" if versions else "any simapp"
            parts.insert(0, f"{self._sign()} not included in {what}: the training fails at the start")
        return joint.join(parts)

    def _sign(self) -> str:
        return "x" if ascii_only(self.app) else "✗"

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.rows.search(event.value)

    @on(Input.Submitted)
    @on(TrackRows.TrackChosen)
    def _chosen(self) -> None:
        if self.rows.here is not None:
            self.dismiss(self.rows.here.name)

    def action_move(self, step: int) -> None:
        """Move the cursor of the list."""
        self.rows.action_move(step)

    def action_page(self, step: int) -> None:
        """Move the cursor of the list by a page."""
        self.rows.action_page(step)

    def action_fetch(self) -> None:
        """Fetch the shape of the track under the cursor, in the background."""
        if self.rows.here is not None:
            self.shapes.fetch(self.rows.here.name)

    def on_unmount(self) -> None:
        self.shapes.cancel()

    def action_cancel(self) -> None:
        self.dismiss(None)
