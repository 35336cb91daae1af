"""When a line was printed is kept in three bytes, whatever the order and the seconds it came in."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.spool.times import Times, moments, seconds_of

BEGIN = 1_767_225_600_000  # 2026-01-01, in Unix milliseconds


def stamp(ms: int) -> bytes:
    """As Docker writes it; what is beyond a millisecond does not count."""
    second = datetime.fromtimestamp(ms // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{second}.{ms % 1000:03d}999999Z".encode()


@given(st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=60), st.booleans())
def test_every_line_keeps_its_millisecond(offsets: list[int], ordered: bool) -> None:
    wanted = [BEGIN + offset for offset in (sorted(offsets) if ordered else offsets)]
    times = Times()
    for part in moments([stamp(ms) for ms in wanted], len(wanted)):
        assert part.first == wanted[part.start]
        assert part.last == wanted[part.stop - 1]
        times.extend(part.second, part.milli)
    assert [times[row] for row in range(len(wanted))] == wanted
    with pytest.raises(IndexError):
        times[len(wanted)]
    with pytest.raises(IndexError):
        times[-1]


@pytest.mark.parametrize("stamps", [None, [], [b"no time at all"] * 2, [stamp(BEGIN), stamp(BEGIN)[:20] + b"12x"]])
def test_lines_without_a_readable_time_were_printed_now(stamps: list[bytes] | None) -> None:
    before = int(datetime.now(timezone.utc).timestamp() * 1000)
    (part,) = moments(stamps, 2)
    after = int(datetime.now(timezone.utc).timestamp() * 1000)
    assert (part.start, part.stop) == (0, 2)
    assert before - 1 <= part.first == part.last <= after + 1


def test_a_docker_time_is_unix_seconds() -> None:
    assert seconds_of(b"2023-11-14T22:13:20.250000000Z") == 1700000000.25
