"""A recorded run played: at its end it is what it was read as, and at each moment what was printed until then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dots_tui.app.playback import Playback
from dots_tui.app.recording import RecordedRun, read_run, recording
from dots_tui.spool.store import Spool

SAMPLE_RUNS = (
    "drfc-swarm-4workers/*.log",
    "drfc-swarm-multiconfig/*.log",
    "simapp6-continuous/*.log",
    "console-object-avoidance/*.log",
    "console-sac/*.log",
    "console/training-20220721141556*.log",
    "console/evaluation-*.log",
)


def never() -> bool:
    return False


@pytest.fixture
def spool() -> Iterator[Spool]:
    made = Spool()
    yield made
    made.close()


def about(value: Any) -> Any:
    """With numbers rounded: the order in which workers are added up may differ."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: about(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [about(one) for one in value]
    return dict(value) if hasattr(value, "items") else value


def told(found: RecordedRun, playback: Playback) -> None:
    """At its end the run is the same as the one that was read."""
    frame = playback.go(playback.timeline.end, never)
    for name in ("totals", "workers", "evaluations", "iterations", "policy", "checkpoints", "trainer"):
        one, other = getattr(found.run, name), getattr(frame.run, name)
        assert repr(about(_plain(one))) == repr(about(_plain(other))), name
    assert [one.code for one in frame.run.diagnoses] == [one.code for one in found.run.diagnoses]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return {name: getattr(value, name) for name in value.__dataclass_fields__} if value is not None else None


@pytest.mark.parametrize("logs", SAMPLE_RUNS)
def test_played_to_its_end_a_run_is_as_it_was_read(samples: Path, spool: Spool, logs: str) -> None:
    found = recording([str(path) for path in sorted((samples / "logs").glob(logs))])
    told(read_run(found), Playback(found, spool, never))


def test_played_back_and_to_its_end_again_it_is_the_same(samples: Path, spool: Spool) -> None:
    found = recording([str(path) for path in sorted((samples / "logs" / "drfc-swarm-4workers").glob("*.log"))])
    playback = Playback(found, spool, never)
    told(read_run(found), playback)
    back = playback.go(playback.timeline.begin, never)
    assert back.spool is not spool
    assert len(back.spool) < len(spool)
    told(read_run(found), playback)
    assert len(back.spool) == len(spool)
    back.spool.close()


def test_each_iteration_starts_with_its_checkpoint_loaded(samples: Path, spool: Spool) -> None:
    logs = sorted((samples / "logs" / "drfc-swarm-multiconfig").glob("*.log"))
    playback = Playback(recording([str(path) for path in logs]), spool, never)
    assert len(playback.timeline.starts) == 5
    for start in playback.timeline.starts:
        run = playback.go(start.at, never).run
        assert run.iterations[-1].number == start.key.number
        assert run.iterations[-1].episodes_done == 0


def test_lines_of_all_logs_are_in_the_order_of_their_times(samples: Path, spool: Spool) -> None:
    logs = sorted((samples / "logs" / "drfc-swarm-4workers").glob("*.log"))
    playback = Playback(recording([str(path) for path in logs]), spool, never)
    frame = playback.go(playback.timeline.begin + 20, never)
    when = [line.time for line in frame.spool.lines(0, len(frame.spool))]
    assert when == sorted(when)
    assert 0 < when[-1] <= 20.002
    assert len(frame.spool.sources()) == len(logs)


def test_it_stops_when_told_and_goes_on_from_there(samples: Path, spool: Spool) -> None:
    logs = sorted((samples / "logs" / "drfc-swarm-multiconfig").glob("*.log"))
    found = recording([str(path) for path in logs])
    playback = Playback(found, spool, never)
    frame = playback.go(playback.timeline.end, lambda: True)
    assert playback.timeline.begin <= frame.at < playback.timeline.end
    told(read_run(found), playback)


def test_lines_without_a_clock_have_no_time(samples: Path, spool: Spool) -> None:
    (log,) = (samples / "logs" / "console").glob("training-*-sagemaker.log")
    playback = Playback(recording([str(log)]), spool, never)
    frame = playback.go(playback.timeline.end, never)
    assert not playback.timeline.known
    assert frame.run.policy.lines > 0
    assert {line.time for line in frame.spool.lines(0, len(frame.spool))} == {0.0}


@pytest.mark.parametrize("time", ["1e999", "nan", "-inf", "9" * 30])
def test_a_time_no_simulation_prints_does_not_end_the_play(tmp_path: Path, time: str) -> None:
    """The row is dropped, in the summary and in the play alike; the timeline goes on with the other rows."""
    row = "SIM_TRACE_LOG:0,{n},1.2,-2.8,17.9,0.00,1.40,2,0.5,{d},True,{p},7,23.12,{t},{w},0.00"
    lines = ["Starting as worker 0, using world Oval and configuration training_params.yaml."]
    lines += [
        row.format(n=n, d=n == 9, p=n, t=30 + n / 15, w="off_track" if n == 9 else "in_progress") for n in range(1, 10)
    ]
    lines[4] = lines[4].replace("30.26", time).replace(lines[4].split(",")[14], time)
    path = tmp_path / "worker.log"
    path.write_text("\n".join(lines) + "\n")
    found = recording([str(path)])
    whole = read_run(found)
    assert whole.run.totals.steps == 8
    assert [one.code for one in whole.findings] == ["unreadable-lines"]
    spool = Spool()
    played = Playback(found, spool, lambda: False)
    frame = played.go(played.timeline.end, lambda: False)
    assert frame.run.totals.steps == 8
    assert 0 < played.timeline.end - played.timeline.begin < 60
    spool.close()
