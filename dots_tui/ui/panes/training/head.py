"""The texts of the run line and the gauges line of the Training pane. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from dots_tui.app.durations import clock
from dots_tui.app.runs import snapshot as transport_words
from dots_tui.app.runs.stack_facts import minutes_left
from dots_tui.ui.widgets.chart import EIGHTHS_UP, STEPS_ASCII
from dots_tui.ui.widgets.glyphs import age, glyph

if TYPE_CHECKING:
    from dots_tui.app.runs.snapshot import TransportState
    from dots_tui.aws.stacks import Stack
    from dots_tui.remote.gauges import Gauges
    from dots_tui.training.snapshot import RunSnapshot

_SIGNS = {
    transport_words.CONNECTED: "active",
    transport_words.CONNECTING: "busy",
    transport_words.WAITING: "busy",
    transport_words.UNREACHED: "error",
    transport_words.LOST: "error",
    transport_words.STOPPED: "waiting",
}
BUCKET = "bucket"
"""Name of the rung that reads the copies in the bucket."""
_TRIED = (transport_words.LOST, transport_words.UNREACHED, transport_words.WAITING)
_SHOWN = 0.5
"""Seconds to the next try from which they are shown."""
_FULL = 90.0
"""Percent from which memory and disk are highlighted."""
_GIB = 1 << 30


def headline(
    name: str, run: RunSnapshot | None, stack: Stack | None, now: datetime, room: int, *, ended: bool = False
) -> Text:
    """Return the run in `room` cells: name, machine, track, iteration and times.

    Without room, the least important parts are left out first.
    """
    parts = [(0, name)]
    if stack is not None:
        parts.append((4, " ".join(filter(None, (stack.market, stack.instance_type)))))
    if run is not None and run.world:
        parts.append((3, run.world))
    if run is not None and run.iterations and not all(worker.job for worker in run.workers):
        parts.append((1, _iteration(run)))
    if stack is not None and not ended:
        parts.append((2, _times(stack, now)))
    parts = [(rank, text) for rank, text in parts if text]
    while len(parts) > 1 and len(_joined(parts)) > room:
        parts.remove(max(parts))
    text = Text(_joined(parts), no_wrap=True, overflow="ellipsis")
    text.truncate(max(1, room), overflow="ellipsis")
    text.stylize("bold", 0, len(name))
    return text


def _joined(parts: Sequence[tuple[int, str]]) -> str:
    return " ─ ".join(text for _, text in parts)


def _iteration(run: RunSnapshot) -> str:
    last, wanted = run.iterations[-1], run.settings.get("num_episodes_between_training")
    episodes = f" ({last.episodes_done}/{wanted})" if wanted else ""
    return f"iteration {last.ordinal}{episodes}"


def _times(stack: Stack, now: datetime) -> str:
    """Return the age of the stack and the time left, in hours and minutes."""
    parts = [clock(max(0, int((now - stack.created).total_seconds() // 60)))]
    left = minutes_left(stack, now)
    if left is not None:
        parts.append(f"ends in {clock(left)}" if left >= 0 else "its time is over")
    return ", ".join(parts)


def transport_line(state: TransportState, plain: bool = False, *, short: bool = False) -> str:
    """Return the state of the connection and the age of the newest data, for the status bar, or `short` for the pane.

    `plain` is for terminals with ASCII only.
    """
    sign, way = glyph(_SIGNS.get(state.state, "waiting"), plain), "S3" if state.rung == BUCKET else "ssh"
    if state.state == transport_words.CONNECTED:
        if state.data_age_s is None:
            return f"{way} {sign} no data yet"
        return f"{way} {sign} {age(state.data_age_s)}" if short else f"{way} {sign} data {age(state.data_age_s)} old"
    again = f", next try in {state.retry_in_s:.0f} s" if state.retry_in_s is not None else ""
    if state.state in _TRIED and not (state.retry_in_s or 0.0) >= _SHOWN:
        again = ", trying now"
    return f"ssh {sign} {state.state}{again}"


def gauges_line(gauges: Gauges | None, room: int, plain: bool = False) -> Text:
    """Return GPU, CPU, memory and disk in `room` cells, the most important first; empty without gauges."""
    line = Text(no_wrap=True, end="")
    for words, style in _gauges(gauges, plain) if gauges is not None else ():
        if line.cell_len + len(words) + 2 > room:
            break
        line.append("  " if line else "").append(words, style)
    return line


def _gauges(gauges: Gauges, plain: bool) -> Sequence[tuple[str, str]]:
    parts = []
    for number, gpu in enumerate(gauges.gpus):
        heat = f" {gpu.temperature:.0f} °C" if gpu.temperature is not None else ""
        name = "GPU" if len(gauges.gpus) == 1 else f"GPU {number}"
        parts.append(_gauge(name, gpu.busy, heat, plain))
        parts.append(_share(f"{name} memory", gpu.memory_used, gpu.memory_total, plain))
    parts.append(_gauge("CPU", gauges.cpu, "", plain))
    parts.append(_share("memory", gauges.memory_used, gauges.memory_total, plain))
    parts.append(_share("disk", gauges.disk_used, gauges.disk_total, plain))
    return [part for part in parts if part is not None]


def _share(name: str, used: int | None, total: int | None, plain: bool) -> tuple[str, str] | None:
    if used is None or not total:
        return None
    part = _gauge(name, 100.0 * used / total, f" of {total / _GIB:.0f} GB", plain)
    full = part is not None and used >= total * _FULL / 100
    return (part[0], "bold") if part is not None and full else part


def _gauge(name: str, percent: float | None, more: str, plain: bool) -> tuple[str, str] | None:
    """Return a gauge of one cell with its number and style; None if unknown."""
    if percent is None:
        return None
    steps = STEPS_ASCII if plain else EIGHTHS_UP
    sign = steps[min(len(steps) - 1, max(0, int(percent / 100 * len(steps))))]
    more = more.replace(" °C", " C") if plain else more
    return f"{name} {sign} {percent:.0f} %{more}", "dim"
