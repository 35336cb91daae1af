"""The wording of log lines: records in readable form, everything else as printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dots_tui.ui.panes.training.lanes import container_label
from dots_tui.ui.widgets.log_sieve import ERRORS, EVERYTHING, RECORDS, WARNINGS

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot
    from dots_tui.ui.widgets.log_sieve import Sieve
    from dots_tui.ui.widgets.log_view import LogView

_LEVEL_WORDS = {RECORDS: "records only", WARNINGS: "warnings and errors", ERRORS: "errors only"}
_LAUNCH_PREFIX = re.compile(r"^(?:\[[\w.]+-\d+\] )+")
"""ROS launch puts the name of the process before every line of a simapp 6 simulation."""
_TRACE = re.compile(
    r"^SIM_TRACE_LOG:(?P<episode>\d+),(?P<step>\d+),(?:[^,]*,){5}[^,]*,(?P<reward>[^,]+),(?:True|False),(?:True|False),"
    r"(?P<progress>[^,]+),(?P<waypoint>\d+),[^,]+,[^,]+,(?P<status>\w+)"
)
_POLICY = re.compile(
    r"^Policy training> Surrogate loss=(?P<loss>[^,]+), KL divergence=(?P<kl>[^,]+), Entropy=(?P<entropy>[^,]+), "
    r"training epoch=(?P<epoch>\d+)"
)

HIGHLIGHTS = re.compile(
    r"(?P<bad>\b\w*(?:Error|Exception)\b|\bERROR\b|\bFATAL\b|\bCRITICAL\b|Traceback)"
    r"|(?P<warning>\bWARN(?:ING)?\b)"
    r"|(?P<good>SIM_TRACE_LOG|\blap_complete$)"
    r"|(?P<muted>^trace\b)"
    r"|(?P<accent>^policy\b|Policy training>|\[BestModelSelection\]|Checkpoint>|Best checkpoint number)"
    r"|(?P<info>\bTraining>|\bTesting>|## agent:)"
)
"""The highlighted parts of a line; each group is named after its tint."""


def without_prefix(line: str) -> str:
    """Return a log line without the prefix of ROS launch."""
    return _LAUNCH_PREFIX.sub("", line)


def in_words(line: str) -> str:
    """Return a trace row or a policy update in readable form; episodes count from 1 as in other lines of simapp."""
    line = without_prefix(line)
    trace = _TRACE.match(line)
    if trace is not None:
        return (
            f"trace  ep {int(trace['episode']) + 1:<4} step {trace['step']:<4} {_number(trace['progress'], 1):>6} %  "
            f"reward {_number(trace['reward'], 2):>6}  wp {trace['waypoint']:<3}  {trace['status']}"
        )
    policy = _POLICY.match(line)
    if policy is not None:
        return (
            f"policy epoch {int(policy['epoch']) + 1:<2}  loss {_number(policy['loss'], 4)}  "
            f"KL {_number(policy['kl'], 5)}  entropy {_number(policy['entropy'], 3)}"
        )
    return line


def _number(text: str, digits: int) -> str:
    """Rounded; as it stands when it is no number."""
    try:
        return f"{float(text):.{digits}f}"
    except ValueError:
        return text


class LogWording:
    """How the log names containers and words its lines."""

    def __init__(self) -> None:
        self.run: RunSnapshot | None = None
        self.raw = False
        """True if lines are shown as they were printed."""
        self._labels: tuple[str, ...] = ()

    def use(self, run: RunSnapshot | None) -> bool:
        """Name the containers of `run`. Return true if a name changed."""
        self.run, before = run, self._labels
        everyone = (*run.workers, *run.evaluations) if run is not None else ()
        self._labels = tuple(container_label(run, one.container) for one in everyone)
        return self._labels != before

    def label(self, container: str) -> str:
        """Return the short name of a container."""
        return container_label(self.run, container)

    def shorten(self, line: str) -> str:
        """Return a line as it is shown."""
        return without_prefix(line) if self.raw else in_words(line)


def filters_in_words(sieve: Sieve, searched: str) -> list[str]:
    """Return the filters and the search, a few words each."""
    found = []
    if sieve.level != EVERYTHING:
        found.append(_LEVEL_WORDS[sieve.level])
    if sieve.pattern:
        found.append(f"{'without' if sieve.inverse else 'only'} “{sieve.pattern}”")
    if searched:
        found.append(f"/{searched}")
    return found


def title(log: LogView, which: str, filters: list[str]) -> str:
    """Return the state of the log in one line: which lines, following or paused, what is hidden."""
    rows = log.rows
    parts = ["log", which]
    if log.lines.following:
        parts.append("following")
    else:
        new = log.lines.new_lines
        parts.append(f"paused, {new:,} new (f follows)" if new else "paused (f follows)")
    parts += filters
    if rows is not None:
        if rows.progress is not None:
            parts.append(f"filtering {rows.progress:.0%}")
        if rows.noise:
            parts.append(f"{rows.noise:,} line{'' if rows.noise == 1 else 's'} of harmless noise hidden")
        elif not rows.sieve.noise:
            parts.append("no harmless noise")
        if rows.spool.lost:
            parts.append(f"{rows.spool.lost:,} lines could not be kept")
    if log.bookmarks:
        parts.append(f"{len(log.bookmarks)} bookmark{'' if len(log.bookmarks) == 1 else 's'}")
    return " ─ ".join(parts)
