"""The phases of a run in words: for a cell of a list, for the details of a stack, and for the verdict. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.training.run_phases import Phase, RunPhases

BAR_CELLS = 8
_LAST_LINES = 3
_SOLID, _EMPTY = ("█", "░"), ("#", "-")


def bar(report: RunPhases, plain: bool = False) -> str:
    """Return a progress bar with its numbers: `███░░░░░ 3/8`."""
    done, total = report.step
    full, empty = _EMPTY if plain else _SOLID
    filled = round(BAR_CELLS * done / total)
    return f"{full * filled}{empty * (BAR_CELLS - filled)} {done}/{total}"


def cell(report: RunPhases) -> str:
    """Return the phase for a cell of a list: "X server 3/8"; "" for a run that trains."""
    if report.failure is not None:
        return "failed"
    if not (report.starting or report.ending):
        return ""
    done, total = report.step
    return f"{report.current.title} {done}/{total}"


def sentence(report: RunPhases, now: datetime, plain: bool = False) -> str:
    """Return what the run does, since when, and how far its start or its end is."""
    current = report.current
    words = f"{current.title[:1].upper()}{current.title[1:]}"
    since = _seconds(current, now)
    return f"{words}{f': {current.message}' if current.message else ''}{since}. {bar(report, plain)}"


def failure(report: RunPhases) -> str:
    """Return why the run failed, with the code of the reason; "" when it did not."""
    failed = report.failure
    if failed is None:
        return ""
    what = failed.message or failed.reason or "the instance gave no reason"
    code = f" ({failed.reason})" if failed.reason and failed.reason not in what else ""
    return f"{what.rstrip('.')}{code}."


def last_line(report: RunPhases) -> str:
    """Return the last line that the failing program printed; "" when there is none."""
    failed = report.failure
    return failed.last_words.rpartition("\n")[2] if failed is not None else ""


def details(report: RunPhases, plain: bool = False) -> list[tuple[str, str]]:
    """Return labels and values for the details of a stack: the progress, each phase with its time, a failure."""
    rows = [] if report.failure is not None else [("progress", f"{bar(report, plain)} {report.current.title}")]
    failed = report.failure
    if failed is not None:
        rows.append(("failed", failure(report)))
        if failed.last_words:
            rows.append(("output", " / ".join(failed.last_words.splitlines()[-_LAST_LINES:])))
    rows.append(("phases", ", ".join(_timed(phase) for phase in report.phases[-12:])))
    return rows


def document(report: RunPhases | None) -> dict[str, object]:
    """Return the report for a JSON document: `phase`, `phases` and `failure`; null for what is not known."""
    failed = report.failure if report is not None else None
    return {
        "phase": report.current.name if report is not None else None,
        "phases": [{"name": one.name, "at": _iso(one), "message": one.message} for one in report.phases]
        if report is not None
        else [],
        "failure": {
            "reason": failed.reason,
            "message": failed.message,
            "last_words": failed.last_words,
            "at": _iso(failed),
        }
        if failed is not None
        else None,
    }


def _iso(phase: Phase) -> str | None:
    return phase.at.strftime("%Y-%m-%dT%H:%M:%SZ") if phase.at is not None else None


def _timed(phase: Phase) -> str:
    return f"{phase.title} {phase.at.astimezone():%H:%M:%S}" if phase.at is not None else phase.title


def _seconds(phase: Phase, now: datetime) -> str:
    """Return how long the phase lasts; "" when that is not known, or the clocks differ too much to say."""
    if phase.at is None:
        return ""
    seconds = (now - phase.at).total_seconds()
    if seconds < 0:
        return ""
    return f" for {seconds:.0f} s" if seconds < 120 else f" for {seconds / 60:.0f} min"
