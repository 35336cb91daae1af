"""No recorded training raises an alarm: whole, cut short anywhere, or looked at while it went on."""

from __future__ import annotations

import heapq
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dots_tui.custom_files.findings import INFO
from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
LOGS = sorted(SAMPLES.glob("logs/**/*.log")) or [Path("no samples")]
SWARM = sorted(SAMPLES.glob("logs/drfc-swarm-4workers/*.log"))
TSTAMP = re.compile(rb"SIM_TRACE_LOG:(?:[^,]*,){14}([\d.]+)")

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside this checkout")


def alarms(run: RunState, now: float) -> list[str]:
    """What is worse than good to know."""
    return [one.sentence for one in run.snapshot(now).diagnoses if one.severity != INFO]


@pytest.mark.parametrize("at", [0.0, None])
@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name[:60])
def test_a_recorded_log_is_no_alarm_wherever_it_is_cut(path: Path, at: float | None) -> None:
    data = path.read_bytes()
    run, parser, done = RunState(), Parser(), 0
    for tenth in range(1, 11):
        end = len(data) * tenth // 10
        for record in parser.batches(data[done:end]):
            run.apply(path.name, record, at)
        done = end
        assert alarms(run, 0.0) == []


def test_four_workers_are_no_alarm_while_they_run() -> None:
    """Their lines in the order of the simulations' clocks, which begin together; worker 0 evaluates for minutes."""
    run, parsers, looked, silent = RunState(), {path.name: Parser() for path in SWARM}, 0.0, 0.0
    until = min(list(timed(path))[-1][0] for path in SWARM)
    for now, name, line in heapq.merge(*(timed(path) for path in SWARM)):
        if now >= until:
            break
        if now >= looked + 10:
            looked = now
            assert alarms(run, now) == []
            silent = max(silent, *(worker.last_seen_s or 0.0 for worker in run.snapshot(now).workers), 0.0)
        for record in parsers[name].batches(line + b"\n"):
            run.apply(name, record, now)
    assert silent > 120, "nobody was silent for long: this shows nothing"


def timed(path: Path) -> Iterator[tuple[float, str, bytes]]:
    """The lines of a log, each with the simulation's time; between two rows time goes on evenly."""
    lines = path.read_bytes().split(b"\n")
    stamps = [(index, float(match[1])) for index, line in enumerate(lines) if (match := TSTAMP.search(line))]
    stamps = [(0, 0.0), *stamps, (len(lines), stamps[-1][1] + 1.0)]
    for (first, since), (last, until) in zip(stamps, stamps[1:]):
        for index in range(first, last):
            yield since + (until - since) * (index - first) / (last - first), path.name, lines[index]
