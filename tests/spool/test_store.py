"""The spool keeps lines on disk, forgets the oldest when full, and never stops its writers."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.spool.store import LONGEST_LINE, Spool, SpoolProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def spool() -> Iterator[Spool]:
    spool = Spool()
    yield spool
    spool.close()


def texts(spool: Spool, start: int = 0, stop: int = 1 << 62) -> list[str]:
    return [line.text for line in spool.lines(start, stop)]


def test_lines_come_back_as_they_went_in(spool: Spool) -> None:
    spool.append("worker-0", [b"one", b"", b"caf\xc3\xa9 \xff"])
    spool.append("trainer", [b"two"])
    assert len(spool) == 4
    assert spool.first == 0
    assert texts(spool) == ["one", "", "café \ufffd", "two"]
    assert spool.line(3)[:3] == ("trainer", "two", 3)
    assert spool.sources() == ("worker-0", "trainer")


def test_asking_for_lines_outside_gives_nothing(spool: Spool) -> None:
    spool.append("a", [b"x"])
    assert spool.lines(-5, 0) == []
    assert spool.lines(1, 7) == []
    for index in (-1, 1):
        with pytest.raises(IndexError, match="not held"):
            spool.line(index)


def test_the_oldest_lines_are_dropped_when_the_spool_is_full() -> None:
    spool = Spool(max_bytes=1000)
    for number in range(1000):
        spool.append("a", [b"line %04d" % number])
    assert len(spool) == 1000
    held = len(spool) - spool.first
    assert 50 <= held <= 100  # ten bytes a line, between half and all of the room
    assert spool.line(999).text == "line 0999"
    assert spool.line(spool.first).text == f"line {spool.first:04d}"
    with pytest.raises(IndexError):
        spool.line(spool.first - 1)
    spool.close()


def test_a_batch_larger_than_the_spool_keeps_its_end() -> None:
    spool = Spool(max_bytes=1000)
    spool.append("a", [b"line %04d" % number for number in range(500)])
    assert len(spool) == 500
    assert texts(spool, spool.first) == [f"line {number:04d}" for number in range(spool.first, 500)]
    assert spool.first > 0
    spool.close()


def test_a_runaway_line_is_cut(spool: Spool) -> None:
    spool.append("a", [b"x" * (LONGEST_LINE + 1), b"next"])
    first, second = texts(spool)
    assert len(first) == LONGEST_LINE
    assert first.endswith("(cut)")
    assert second == "next"


def test_appending_from_many_threads_loses_nothing(spool: Spool) -> None:
    def write(name: str) -> None:
        for number in range(200):
            spool.append(name, [b"%s %d" % (name.encode(), number), b"second"])

    threads = [threading.Thread(target=write, args=(f"t{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spool) == 1600
    for thread_number in range(4):
        name = f"t{thread_number}"
        mine = [line.text for line in spool.lines(0, len(spool)) if line.source == name]
        assert mine == [text for number in range(200) for text in (f"{name} {number}", "second")]


def test_a_private_spool_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spool = Spool(max_bytes=100)
    spool.append("a", [b"x" * 20] * 50)
    assert list(tmp_path.iterdir()) == []
    spool.close()
    spool.close()
    assert spool.lines(0, 50) == []
    assert spool.first == len(spool) == 50


def test_a_named_spool_stays_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    spool = Spool(path, max_bytes=100)
    spool.append("a", [b"number %02d" % number for number in range(20)])
    spool.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    newest = (tmp_path / "run.log.old").read_bytes() + path.read_bytes()
    assert newest.endswith(b"number 18\nnumber 19\n")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["run.log", "run.log.old"]


def test_lines_after_close_are_counted_as_lost() -> None:
    spool = Spool()
    spool.append("a", [b"kept"])
    spool.close()
    spool.append("a", [b"late", b"later"])
    assert (len(spool), spool.lost) == (1, 2)


def test_a_full_disk_is_told_once_and_counted(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.append("a", [b"before"])
    real = os.pwrite

    def pwrite(descriptor: int, data: memoryview, offset: int) -> int:
        if len(data) <= 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data[:-3], offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    with pytest.raises(SpoolProblem, match=r"No space left on device.*Free some disk space"):
        spool.append("a", [b"lost 1", b"lost 2"])
    spool.append("a", [b"lost 3"])
    assert spool.lost == 3
    assert "No space left" in str(spool.problem)
    assert texts(spool) == ["before"]

    monkeypatch.setattr(os, "pwrite", real)
    spool.append("a", [b"after"])
    assert spool.lost == 3
    assert spool.problem is None
    assert texts(spool) == ["before", "after"]


def test_a_place_that_cannot_be_written_is_a_clear_problem(tmp_path: Path) -> None:
    with pytest.raises(SpoolProblem, match=r"Log lines cannot be kept in .*missing.*No such file"):
        Spool(tmp_path / "missing" / "run.log")


def test_a_million_lines_are_found_again(spool: Spool) -> None:
    batch = [b"SIM_TRACE_LOG:0,%d,in_progress" % number for number in range(10_000)]
    for _ in range(100):
        spool.append("a", batch)
    assert len(spool) == 1_000_000
    assert spool.line(777_777).text == "SIM_TRACE_LOG:0,7777,in_progress"


def stamp(seconds: float) -> bytes:
    """As Docker writes it, so many seconds after midnight."""
    return b"2026-01-01T%02d:%02d:%06.3f000000Z" % (seconds // 3600, seconds // 60 % 60, seconds % 60)


def test_lines_without_a_time_have_that_of_their_arrival(spool: Spool) -> None:
    begun = time.time()
    spool.append("a", [b"nobody said when"])
    spool.append("a", [b"unreadable"], [b"yesterday"])
    first, second = spool.lines(0, 2)
    assert begun - 1 <= first.time <= second.time <= time.time()


def test_lines_have_dockers_time(spool: Spool) -> None:
    spool.append("a", [b"x", b"y"], [stamp(1.5), stamp(62.25)])
    midnight = 1767225600
    assert [line.time - midnight for line in spool.lines(0, 2)] == [1.5, 62.25]


def test_what_comes_late_is_noted_what_is_a_little_mixed_up_is_not(spool: Spool) -> None:
    spool.append("a", [b"1", b"2"], [stamp(10), stamp(100)])
    spool.append("b", [b"live"], [stamp(99)])
    assert spool.late(0, 3) == []
    spool.append("b", [b"late"], [stamp(20)])
    spool.append("b", [b"late too"], [stamp(30)])
    spool.append("a", [b"new"], [stamp(101)])
    spool.append("b", [b"late again"], [stamp(40)])
    assert spool.late(0, 7) == [(3, 5), (6, 7)]
    assert spool.late(4, 6) == [(4, 5)]


def test_clocks_far_apart_do_no_harm(spool: Spool) -> None:
    spool.append("a", [b"new"], [b"2026-01-01T00:00:00.000000000Z"])
    spool.append("a", [b"a clock that was never set"], [b"1970-01-01T00:00:01.000000000Z"])
    new, old = spool.lines(0, 2)
    assert old.time < new.time
    assert spool.late(0, 2) == [(1, 2)]


def test_a_block_holds_what_stands_together(spool: Spool) -> None:
    spool.append("a", [b"one", b""])
    spool.append("b", [b"two"])
    block = spool.block(-3, 99)
    assert block is not None
    assert (block.first, block.lines(), len(block)) == (0, [b"one", b"", b"two"], 3)
    assert set(block.sources[:2]) == spool.source_numbers({"a", "unknown"})
    assert spool.block(3, 99) is None
