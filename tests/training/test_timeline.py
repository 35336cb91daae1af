"""Lines of recorded logs have the time they were printed at, whatever clock their logs have."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dots_tui.training import timeline as t

AT = 1_767_323_045.0
"""2026-01-02T03:04:05Z"""


def row(simulated: float, wall: float | None = None) -> bytes:
    more = f",0,{wall}" if wall is not None else ""
    return (
        f"SIM_TRACE_LOG:0,1,1.5,-2.5,90.0,-30.0,1.00,0,1.0,False,True,5.0,7,16.60,{simulated},in_progress,0.00{more}\n"
    ).encode()


def restored(number: int) -> bytes:
    return b"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/%d_Step-%d.ckpt\n" % (number, number * 100)


def saved(number: int) -> bytes:
    return b"Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/%d_Step-%d.ckpt']\n" % (number, number * 100)


def marks(clock: str, lines: Sequence[bytes], *, saves: bool = False) -> t.LogMarks:
    log = t.LogClock(clock, saves=saves)
    for line in lines:
        log.line(line)
    return log.gone_through()


def times(timeline: t.Timeline, log: int, clock: str, lines: Sequence[bytes]) -> list[float]:
    """Of each line, from the start of the timeline."""
    going, found = t.LogClock(clock), []
    for line in lines:
        going.line(line)
        found.append(round(timeline.of(log, going.own, len(going.marks)) - timeline.begin, 3))
    return found


@pytest.mark.parametrize(
    ("clock", "first", "second"),
    [
        (t.DOCKER, b"2026-01-02T03:04:05.500000000Z " + row(7.0), b"2026-01-02T03:04:08.75Z " + row(9.0)),
        (t.WALL, row(7.0, AT + 0.5), row(9.0, AT + 3.75)),
        (t.SIMULATED, row(7.0), row(10.25)),
    ],
)
def test_a_line_between_rows_has_the_time_of_the_row_before(clock: str, first: bytes, second: bytes) -> None:
    lines = [first, b"a print\n", second, b"another\n"]
    timeline = t.Timeline([marks(clock, lines)])
    assert timeline.real == (clock != t.SIMULATED)
    assert timeline.begin == (AT + 0.5 if timeline.real else 0.0)
    assert times(timeline, 0, clock, lines) == [0.0, 0.0, 3.25, 3.25]
    assert timeline.end - timeline.begin == 3.25


def test_simulations_stand_side_by_side_at_the_checkpoints_they_load() -> None:
    quick = [restored(4), row(100.0), row(110.0), restored(5), row(112.0), row(113.0)]
    slow = [restored(4), row(7.0), row(37.0), restored(5), row(37.5)]
    timeline = t.Timeline([marks(t.SIMULATED, quick), marks(t.SIMULATED, slow)])
    assert [(start.key.number, start.at) for start in timeline.starts] == [(4, 0.0), (5, 30.0)]
    assert times(timeline, 0, t.SIMULATED, quick) == [0.0, 0.0, 10.0, 30.0, 32.0, 33.0]
    assert times(timeline, 1, t.SIMULATED, slow) == [0.0, 0.0, 30.0, 30.0, 30.5]
    assert [timeline.iteration(at) for at in (-1.0, 0.0, 29.9, 30.0, 99.0)] == [-1, 0, 0, 1, 1]


def test_a_simulation_that_was_started_again_goes_on() -> None:
    lines = [row(100.0), row(104.0), row(3.0), row(5.0)]
    assert marks(t.SIMULATED, lines).end == 6.0


def test_a_trainer_without_a_clock_prints_before_its_checkpoint_is_loaded() -> None:
    worker = [restored(0), row(1.0), row(21.0), restored(1), row(22.0), row(30.0)]
    trainer = [b"hello\n", saved(0), b"Policy training>\n", saved(1), b"Training>\n"]
    seen = marks(t.NOTHING, trainer, saves=True)
    timeline = t.Timeline([marks(t.SIMULATED, worker), seen])
    assert [timeline.of(1, 0.0, passed) for passed in (0, 1, 2)] == [0.0, 20.0, 29.0]


def test_simulations_without_stamps_follow_a_trainer_that_has_them() -> None:
    trainer = [b"2026-01-02T03:04:05Z " + saved(0), b"2026-01-02T03:06:05Z " + saved(1)]
    worker = [restored(0), row(1.0), row(11.0), restored(1), row(12.0)]
    timeline = t.Timeline([marks(t.DOCKER, trainer, saves=True), marks(t.SIMULATED, worker)])
    assert timeline.begin == AT
    assert times(timeline, 1, t.SIMULATED, worker) == [0.0, 0.0, 10.0, 120.0, 121.0]


def test_iterations_of_a_training_that_was_begun_anew_come_after_the_others() -> None:
    lines = [restored(0), row(1.0), restored(1), row(2.0), restored(0), row(4.0), restored(1), row(8.0)]
    starts = t.Timeline([marks(t.SIMULATED, lines)]).starts
    assert [(start.key.attempt, start.key.number) for start in starts] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [start.at for start in starts] == sorted(start.at for start in starts)


def test_logs_without_any_clock_are_known_as_such() -> None:
    timeline = t.Timeline([marks(t.NOTHING, [saved(0), saved(1)], saves=True)])
    assert (timeline.known, timeline.begin, timeline.end) == (False, 0.0, 0.0)


@pytest.mark.parametrize("odd", [b"SIM_TRACE_LOG:0,1\n", b"SIM_TRACE_LOG:" + b"x," * 19, b"2026-99-99T99:99:99Z x\n"])
@pytest.mark.parametrize("clock", [t.DOCKER, t.WALL, t.SIMULATED])
def test_what_cannot_be_read_has_the_time_of_what_came_before(clock: str, odd: bytes) -> None:
    before = b"2026-01-02T03:04:05Z " + row(7.0, AT)
    assert marks(clock, [before, odd]).end == marks(clock, [before]).end


def test_stamps_are_written_and_read_as_docker_has_them() -> None:
    assert t.stamp(AT + 0.25) == b"2026-01-02T03:04:05.250000000Z"
    assert t.without_stamp(t.stamp(AT) + b" a line") == (t.stamp(AT), b"a line")
    assert t.without_stamp(b"2026-01-02T03:04:05.5+00:00 x") == (b"2026-01-02T03:04:05.500000000Z", b"x")
    assert t.without_stamp(b"no stamp") == (b"", b"no stamp")
