"""The texts of the wind tunnel: title, state, legend, the state under the pointer. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.problems import ERROR, WARNING
from dots_tui.reward.parameters import PARAMETERS
from dots_tui.ui.widgets.chart import short
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dots_tui.app.wind_tunnel import TunnelResults
    from dots_tui.custom_files.documents import Document
    from dots_tui.reward.lessons import Learned
    from dots_tui.reward.probe import ProbedState
    from dots_tui.reward.report import Report
    from dots_tui.reward.results import FunctionFault
    from dots_tui.tracks.geometry import Track
    from dots_tui.ui.widgets.heat import Scale

MADE_UP = "made up"
_FEW = ("speed", "steering_angle", "heading", "distance_from_center", "all_wheels_on_track", "progress", "steps")
"""The most useful parameters of a call that failed."""


def title(track: Track) -> str:
    """Return the title of the box."""
    return f"wind tunnel ─ {clean(track.name)}{f' ({MADE_UP})' if track.source == 'formula' else ''}"


def tried(report: Report) -> str:
    """Return the extent of the sweep, and how well the return ranks laps by lap time."""
    sweep, ranked = report.sweep, report.ranked
    if sweep is None:
        return ""
    if sweep.along_drives:
        told = f"{sweep.states:,} steps of drives"
    elif not sweep.complete:
        told = f"{sweep.states:,} of {sweep.planned:,} states"
    else:
        told = f"{sweep.states:,} states in {sweep.seconds:.1f} s"
    return told if ranked is None or ranked.spearman is None else f"{told} ─ rank {ranked.spearman:+.2f}"


def subtitle(report: Report | None, note: str, width: int) -> str:
    """Return the extent of the rehearsal and its confinement, and `note`; without room for both, `note`."""
    extent = tried(report) if report is not None else ""
    if extent and report is not None and report.confinement is not None:
        extent = f"{extent}, {report.confinement.held}"
    both = " ─ ".join(filter(None, (extent, note)))
    return both if len(both) <= width else note or extent


def empty(*, made_up: bool) -> str:
    """Return the text before the first rehearsal, as markup."""
    words = "[b]R[/b] rehearses this function on the track and shows what it pays for."
    return f"{words}\n\nThe shape of the track is made up until [b]f[/b] fetches it." if made_up else words


def state(results: TunnelResults, *, stale: bool, hidden: bool) -> str:
    """Return the state of the results with the key for it; `hidden` if there are drivers that are not shown."""
    if results.running:
        return "rehearsing the other version, x cancels" if results.in_other_version else "running, x cancels"
    if stale:
        return "results of an older text or track, R rehearses again"
    return "o shows the drivers" if hidden else ""


def direction(heading: float) -> str:
    """Return a heading relative to the track, in words."""
    if heading == 0.0:
        return "along the track"
    if abs(heading) == 180.0:
        return "against the track"
    return f"{abs(heading):.0f} degrees to the {'left' if heading > 0 else 'right'}"


def side(offset_m: float) -> str:
    """Return a distance from the center line, in words."""
    if abs(offset_m) < 0.005:
        return "center line"
    return f"{abs(offset_m):.2f} m {'left' if offset_m > 0 else 'right'}"


def legend(
    scale: Scale, reading: ProbedState, bar: Sequence[tuple[str, Style | None]], muted: Style, *, keys: bool = False
) -> Text:
    """Return the scale of the map, and heading and speed of its cars; `keys` adds the keys that change them."""
    of_cars = f"{direction(reading.heading)}, {reading.speed:.1f} m/s{'  (h, c: others)' if keys else ''}"
    if scale.differences and scale.high == 0.0:
        return Text(f"no change {of_cars}", muted)
    text = Text("change " if scale.differences else "reward ", muted, end="")
    text = Text(end="").append_text(text).append(f"{short(scale.low)} ")
    for sign, style in bar:
        text.append(sign, style)
    text.append(f" {short(scale.high)}  ")
    return text.append(of_cars, muted)


def here(reading: ProbedState, change: float | None) -> str:
    """Return the state under the pointer, and its change from before."""
    reward = "no number" if reading.reward is None else f"{reading.reward:.4g}"
    beside = side(reading.offset_m) + (", off the track" if reading.off_track else "")
    more = f" ({change:+.4g})" if change is not None else ""
    return f"waypoint {reading.waypoint}, {beside}: {reward}{more}"


def extreme(word: str, reading: ProbedState) -> str:
    """Return the place with the highest or lowest reward, after `word`."""
    return f"{word} {reading.reward:.4g} at wp {reading.waypoint}, {side(reading.offset_m)}".lstrip()


def learned(done: Learned) -> str:
    """Return the description of the row of the learned lap."""
    return f"Learned lap (a sketch, not a prediction): {done.manner}. y shows or hides it on the map."


def with_params(params: Mapping[str, Any]) -> str:
    """Return the most useful parameters of a call, in one line."""
    shown = (f"{name} {_value(params[name])}" for name in _FEW if name in params)
    return ", ".join(shown)


def fault_findings(results: TunnelResults, document: Document | None) -> list[Finding]:
    """Return the faults as findings; those of an older text are warnings without a line."""
    if results.report is None or results.subject is None or document is None:
        return []
    current = results.subject.source == document.data
    return [
        Finding(
            REWARD_FUNCTION,
            (fault.line or 0) if current else 0,
            None,
            ERROR if current else WARNING,
            fault.kind,
            _finding_message(fault) if current else f"Before the last changes: {fault.message}",
            None,
        )
        for fault in results.report.faults
    ]


def _finding_message(fault: FunctionFault) -> str:
    return f"{fault.message} It was called with {with_params(fault.params)}." if fault.params else fault.message


def params_rows(params: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return name, value and meaning of each entry of `params`, in the order of the documentation."""
    known = [name for name in PARAMETERS if name in params]
    names = [*known, *(name for name in params if name not in PARAMETERS)]
    return [
        (name, _with_unit(name, params[name]), PARAMETERS[name].about if name in PARAMETERS else "") for name in names
    ]


def _with_unit(name: str, value: object) -> str:
    unit = PARAMETERS[name].unit if name in PARAMETERS and not isinstance(value, (bool, list, tuple)) else ""
    return f"{_value(value)} {unit}".rstrip()


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) > 1e-9 else "0"
    if isinstance(value, (list, tuple)) and len(value) > 4:
        first = ", ".join(_value(one) for one in value[:2])
        return f"{len(value)} points: {first}, …"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return clean(str(value))
