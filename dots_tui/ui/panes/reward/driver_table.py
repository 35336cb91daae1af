"""The table of the drivers in the wind tunnel: the lap of each driver and its reward."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from dots_tui.reward.verdict import cheats, fastest_clean
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style

    from dots_tui.reward.comparison import Comparison
    from dots_tui.reward.episode import DriverEpisode
    from dots_tui.reward.lessons import Learned

_ENDS = {
    "off-track": "off track",
    "wrong-way": "wrong way",
    "stopped": "no lap",
    "immobilized": "ended",
    "crashed": "crash",
}
_SKETCH = ("sketch", "info")
"""The mark of a learned lap."""
_MARK = 9
"""Cells of the longest mark."""
_NAME = 19


class _Column(NamedTuple):
    head: str
    width: int
    value: Callable[[DriverEpisode], str]
    spare: int = 0
    """The column with the highest number goes first when there is no room; 0 never goes."""


def _lap(one: DriverEpisode) -> str:
    return f"{one.lap_time_s:.1f} s" if one.lap_time_s is not None else "-"


def _number(value: float) -> str:
    return f"{value:.4g}"


_COLUMNS = (
    _Column("lap", 8, _lap),
    _Column("steps", 6, lambda one: str(one.steps), 2),
    _Column("reward", 9, lambda one: _number(one.total_reward)),
    _Column("a step", 8, lambda one: _number(one.per_step), 1),
    _Column("a second", 9, lambda one: _number(one.per_second)),
)


def marks_of(drivers: Sequence[DriverEpisode], plain: bool = False) -> dict[str, tuple[str, str]]:
    """Return by driver the mark and its tint: the highest reward, a cheat, or no complete lap."""
    arrow = "<-" if plain else "←"
    marks = {one.name: (_ENDS[one.end], "muted") for one in drivers if not one.finished}
    fastest = fastest_clean(drivers)
    if fastest is not None:
        marks[fastest.name] = ("fastest", "info")
    top = max(drivers, key=lambda one: one.total_reward, default=None)
    if top is not None and len(drivers) > 1:
        marks[top.name] = (f"{arrow} pays", "good")
    for one in cheats(drivers):
        marks[one.name] = (f"{arrow} cheat", "warning")
    for one in drivers:
        if one.unpaid:
            marks[one.name] = ("fails", "bad")
    return marks


class DriverTable(Drawing):
    """A table with one row per driver. A comparison adds the previous rewards."""

    DEFAULT_CSS = """
    DriverTable { height: 9; overflow-x: hidden; }
    """
    _drivers: Sequence[DriverEpisode] = ()
    _comparison: Comparison | None = None
    _learned: Learned | None = None

    def show(
        self, drivers: Sequence[DriverEpisode], comparison: Comparison | None = None, learned: Learned | None = None
    ) -> None:
        """Show these drivers, compared where there is a `comparison`, and below them the lap that was `learned`."""
        if (drivers, comparison, learned) != (self._drivers, self._comparison, self._learned):
            self._drivers, self._comparison, self._learned = drivers, comparison, learned
            self.redraw()

    def draw(self, width: int, height: int) -> list[Text]:  # noqa: ARG002 - what does not fit scrolls
        if not self._drivers:
            return []
        columns = self._columns(width)
        head = Text("driver".ljust(_NAME), end="", no_wrap=True)
        for column in columns:
            head.append(column.head.rjust(column.width))
        head.stylize(self.tint("heading"))
        marks = marks_of(self._drivers, ascii_only(self.app))
        rows = [head, *(self._row(one, columns, marks.get(one.name, ("", ""))) for one in self._drivers)]
        if self._learned is not None:
            rows.append(self._row(self._learned.row, columns, _SKETCH))
        return rows

    def _columns(self, width: int) -> list[_Column]:
        columns = list(_COLUMNS)
        if self._comparison is not None:
            columns = [
                *_COLUMNS[:1],
                _COLUMNS[2],
                _Column("before", 9, self._before, 1),
                _Column("change", 9, self._change),
                _Column("a second", 9, lambda one: _number(one.per_second), 2),
            ]
        while _NAME + sum(column.width for column in columns) + _MARK + 2 > width:
            spare = max(columns, key=lambda column: column.spare)
            if not spare.spare:
                break
            columns.remove(spare)
        return columns

    def _row(self, one: DriverEpisode, columns: Sequence[_Column], mark: tuple[str, str]) -> Text:
        word, tint = mark
        style: Style | str = self.tint(tint) if tint in ("good", "warning", "bad") else ""
        row = Text(f"{one.name:<{_NAME}}"[:_NAME], style, end="", no_wrap=True)
        row = Text(end="", no_wrap=True).append_text(row)
        for column in columns:
            row.append(column.value(one).rjust(column.width))
        if word:
            row.append(f"  {word}", self.tint(tint))
        return row

    def _before(self, one: DriverEpisode) -> str:
        was = self._comparison.driver_before(one.name) if self._comparison is not None else None
        return _number(was.total_reward) if was is not None else "-"

    def _change(self, one: DriverEpisode) -> str:
        was = self._comparison.driver_before(one.name) if self._comparison is not None else None
        if was is None:
            return "-"
        more = one.total_reward - was.total_reward
        return "same" if abs(more) < 1e-9 * max(1.0, abs(was.total_reward)) else f"{more:+.4g}"
