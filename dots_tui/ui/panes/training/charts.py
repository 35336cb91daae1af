"""What the charts of the Training pane show: one of five at a time, the others as sparklines. Pure functions."""

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
"""Points that make a line; while an iteration chart has fewer, episodes are shown one by one."""


@dataclass(frozen=True)
class Kind:
    """One of the charts: its name, its series (name and value), what to say without any, its least range."""

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
    """The chart with this name."""
    return next(kind for kind in KINDS if kind.name == name)


def after(name: str) -> str:
    """The chart that comes next."""
    names = [kind.name for kind in KINDS]
    return names[(names.index(name) + 1) % len(names)]


def chart(
    kind: Kind,
    iterations: Sequence[KeptIteration],
    episodes: Sequence[DrivenEpisode] = (),
    under: KeptRun | None = None,
) -> tuple[str, tuple[Series, ...]]:
    """What one point stands for, and the lines of a chart: this run's, and one `under` it to compare with.

    While there is no line to draw yet, the points are those of single episodes. The name of the run under it stands
    in the frame, where there is more room than in the legend.
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
    """The other charts in a line each: the values of training and the newest of them in words."""
    rows = []
    for kind in KINDS:
        if kind.name != shown:
            _, lines = chart(kind, iterations, episodes)
            values = tuple(y for _, y in lines[0].points) if lines else ()
            newest = f"{values[-1]:.{kind.digits}f} {kind.unit}".rstrip() if values else "-"
            rows.append(Spark(kind.name, values, newest))
    return tuple(rows)
