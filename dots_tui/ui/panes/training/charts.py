"""The content of the charts of the Training pane: one of five, the others as sparklines. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from dots_tui.training.kept_runs import KeptIteration
from dots_tui.ui.widgets.chart import Series
from dots_tui.ui.widgets.sparks import Spark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.training.kept_runs import KeptRun
    from dots_tui.ui.panes.training.trail import DrivenEpisode

_Value = Callable[[KeptIteration], "float | None"]
PER_ITERATION, PER_EPISODE = "per iteration", "per episode"
_FEWEST = 2
"""Minimum number of points of a line; with fewer iterations, single episodes are shown."""


@dataclass(frozen=True)
class Kind:
    """A chart: its name, its series (name and value), the text without data, and its minimum range."""

    name: str
    unit: str
    series: tuple[tuple[str, _Value], ...]
    empty: str
    y_range: tuple[float, float] | None = None
    digits: int = 1


KINDS = (
    Kind(
        "progress",
        "%",
        (("training", lambda i: i.progress), ("evaluation", lambda i: i.evaluation_progress)),
        "Points come with the first episodes.",
        (0.0, 100.0),
        0,
    ),
    Kind(
        "reward",
        "",
        (("training", lambda i: i.reward), ("evaluation", lambda i: i.evaluation_reward)),
        "Points come with the first episodes.",
    ),
    Kind("best lap", "s", (("best lap", lambda i: i.lap_s),), "No complete lap yet.", None, 2),
    Kind("entropy", "", (("entropy", lambda i: i.entropy),), "Comes with the first update of the policy.", None, 3),
    Kind("KL", "", (("KL divergence", lambda i: i.kl),), "Comes with the first update of the policy.", None, 4),
)
"""In the order in which they are shown."""


def kind_of(name: str) -> Kind:
    """Return the chart with this name."""
    return next(kind for kind in KINDS if kind.name == name)


def after(name: str) -> str:
    """Return the name of the next chart."""
    names = [kind.name for kind in KINDS]
    return names[(names.index(name) + 1) % len(names)]


def chart(
    kind: Kind,
    iterations: Sequence[KeptIteration],
    episodes: Sequence[DrivenEpisode] = (),
    under: KeptRun | None = None,
) -> tuple[str, tuple[Series, ...]]:
    """Return what one point stands for, and the lines of a chart: those of the run, and one of the run `under` it.

    Until there is a line, the points are single episodes. The name of the other run is in the frame, where there is
    more room than in the legend.
    """
    own = _lines(kind, iterations)
    if sum(len(line.points) for line in own[:1]) < _FEWEST and under is None:
        single = _episodes(kind, episodes)
        if single:
            return PER_EPISODE, (Series(f"training {kind.unit}".strip(), single),)
    below = _lines(kind, under.iterations) if under is not None else ()
    return PER_ITERATION, own + tuple(Series("", line.points, under=True) for line in below[:1])


def _lines(kind: Kind, iterations: Sequence[KeptIteration]) -> tuple[Series, ...]:
    lines = []
    for name, value in kind.series:
        points = [(float(one.index + 1), known) for one in iterations if (known := value(one)) is not None]
        if points:
            lines.append(Series(f"{name} {kind.unit}".strip(), tuple(points)))
    return tuple(lines)


def _episodes(kind: Kind, episodes: Sequence[DrivenEpisode]) -> tuple[tuple[float, float], ...]:
    if kind.name not in ("progress", "reward"):
        return ()
    values = [(one.number, one.progress if kind.name == "progress" else one.reward) for one in episodes]
    return tuple((float(number), value) for number, value in values if value is not None)


def sparks(
    shown: str, iterations: Sequence[KeptIteration], episodes: Sequence[DrivenEpisode] = ()
) -> tuple[Spark, ...]:
    """Return the other charts as one line each: the values of training, and the newest as text."""
    rows = []
    for kind in KINDS:
        if kind.name != shown:
            _, lines = chart(kind, iterations, episodes)
            values = tuple(y for _, y in lines[0].points) if lines else ()
            newest = f"{values[-1]:.{kind.digits}f} {kind.unit}".rstrip() if values else "-"
            rows.append(Spark(kind.name, values, newest))
    return tuple(rows)
