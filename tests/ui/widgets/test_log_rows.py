"""Rows of the log view: all lines or those of some sources, also while the spool drops old ones."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.spool.store import Spool
from dots_tui.ui.widgets.log_rows import LogRows
from dots_tui.ui.widgets.log_sieve import Matcher, Sieve
from dots_tui.ui.widgets.log_sifter import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def spool() -> Iterator[Spool]:
    spool = Spool(max_bytes=400)
    yield spool
    spool.close()


def texts(rows: LogRows) -> list[str]:
    return [line.text for line in rows.page(0, len(rows)).values()]


def test_rows_are_what_was_there_at_the_last_update(spool: Spool) -> None:
    rows = LogRows(spool)
    spool.append("a", [b"one", b"two"])
    assert (len(rows), rows.stale) == (0, True)
    assert rows.update() == 0
    assert (texts(rows), rows.stale) == (["one", "two"], False)
    assert rows.page(1, 9).keys() == {1}
    assert rows.page(5, 9) == {}


def test_only_lines_of_chosen_sources_are_rows(spool: Spool) -> None:
    spool.append("a", [b"a0", b"a1"])
    spool.append("b", [b"b0"])
    rows = LogRows(spool, Sieve(sources=frozenset({"b"})))
    rows.update()
    spool.append("a", [b"a2"])
    spool.append("b", [b"b1"])
    rows.update()
    assert texts(rows) == ["b0", "b1"]
    assert [rows.number(row) for row in range(len(rows))] == [2, 4]
    assert (rows.row(2), rows.row(3), rows.row(99)) == (0, 1, 2)


@pytest.mark.parametrize("sources", [None, {"a"}])
def test_rows_move_up_when_the_spool_drops_lines(spool: Spool, sources: set[str] | None) -> None:
    rows = LogRows(spool, Sieve(sources=None if sources is None else frozenset(sources)))
    dropped = 0
    for number in range(0, 100, 2):
        spool.append("a", [b"number %03d" % number])
        spool.append("b", [b"number %03d" % (number + 1)])
        dropped += rows.update()
    assert dropped == rows.gone > 0
    assert rows.total == (100 if sources is None else 50)
    assert rows.number(0) >= spool.first
    assert texts(rows)[-1] == ("number 099" if sources is None else "number 098")
    assert rows.row(rows.number(3)) == 3


def test_a_line_dropped_since_the_update_is_missing(spool: Spool) -> None:
    spool.append("a", [b"first"])
    rows = LogRows(spool)
    rows.update()
    spool.append("a", [b"x" * 100] * 10)
    assert rows.page(0, 1) == {}
    rows.update()
    assert rows.number(0) == spool.first


def test_more_can_be_dropped_than_was_ever_seen(spool: Spool) -> None:
    rows = LogRows(spool)
    spool.append("a", [b"seen"])
    rows.update()
    spool.append("a", [b"x" * 100] * 50)
    assert rows.update() == 1
    assert rows.total == rows.gone + len(rows)


@pytest.fixture
def large() -> Iterator[Spool]:
    spool = Spool()
    yield spool
    spool.close()


def stamps(*seconds: int) -> list[bytes]:
    return [b"2026-01-01T00:%02d:%02d.000000000Z" % divmod(second, 60) for second in seconds]


def settle(rows: LogRows) -> None:
    """Until everything that arrived is a row or was kept back."""
    rows.update()
    while rows.reached < len(rows.spool):
        time.sleep(0.005)
        rows.update()


@pytest.mark.parametrize("sieve", [Sieve(), Sieve(pattern="!"), Sieve(noise=False)])
def test_late_lines_stand_where_their_time_belongs(large: Spool, sieve: Sieve) -> None:
    rows = LogRows(large, sieve)
    large.append("a", [b"a 10!", b"a 20!", b"a 30!"], stamps(10, 20, 30))
    rows.update()
    large.append("b", [b"b 05!", b"b 15!", b"b 20!"], stamps(5, 15, 20))
    large.append("a", [b"a 31!"], stamps(31))
    rows.update()
    large.append("c", [b"c 30!", b"c 40!"], stamps(30, 40))
    large.append("b", [b"b 25!"], stamps(25))
    rows.update()
    order = ["b 05!", "a 10!", "b 15!", "a 20!", "b 20!", "b 25!", "a 30!", "a 31!", "c 30!", "c 40!"]
    assert sorted(texts(rows)) == sorted(order)
    # what is less than two seconds late stays where it came
    assert texts(rows) == order
    assert [rows.row(rows.number(row)) for row in range(len(rows))] == list(range(len(rows)))


def test_two_long_logs_one_after_the_other_are_merged(large: Spool) -> None:
    for name in ("a", "b"):
        for start in range(0, 3000, 100):
            large.append(name, [b"%04d" % n for n in range(start, start + 100)], stamps(*range(start, start + 100)))
    rows = LogRows(large)
    settle(rows)
    found = texts(rows)
    assert found == sorted(found)
    assert len(found) == 6000


def test_merged_rows_move_up_when_the_spool_drops_lines(spool: Spool) -> None:
    rows = LogRows(spool)
    for number in range(0, 60, 2):
        spool.append("a", [b"new %03d" % number], stamps(number + 1000))
        spool.append("b", [b"old %03d" % number], stamps(number))
        rows.update()
    assert rows.gone > 0
    assert rows.total == 60
    found = texts(rows)
    assert found == sorted(found, key=lambda text: (text.startswith("new"), text))
    assert len(found) == len(spool) - spool.first


def test_many_lines_are_sifted_in_a_thread_that_can_be_ended(large: Spool) -> None:
    count = 20 * BLOCK
    large.append("a", [b"needle %d" % n if n % 1000 == 0 else b"hay" for n in range(count)])
    rows = LogRows(large, Sieve(pattern="needle"))
    rows.update()
    assert (rows.progress is None) is False
    settle(rows)
    assert (rows.progress is None) is True
    assert texts(rows) == [f"needle {n}" for n in range(0, count, 1000)]
    large.append("a", [b"needle last"])
    rows.update()
    assert texts(rows)[-1] == "needle last"
    ended = LogRows(large, Sieve(pattern="hay"))
    ended.update()
    ended.close()
    assert ended.progress is None


def test_finding_goes_both_ways_and_over_many_blocks(large: Spool) -> None:
    count = 3 * BLOCK
    large.append("a", [b"needle" if number in (5, 2 * BLOCK + 3) else b"hay" for number in range(count)])
    large.append("b", [b"needle"])
    rows = LogRows(large)
    rows.update()
    find = rows.finder(Matcher("^needle$"))
    assert find(0, 1, lambda: False) == 5
    assert find(6, 1, lambda: False) == 2 * BLOCK + 3
    assert find(count + 1, 1, lambda: False) is None
    assert find(count, -1, lambda: False) == count
    assert find(2 * BLOCK, -1, lambda: False) == 5
    assert find(4, -1, lambda: False) is None
    assert find(0, 1, lambda: True) is None
    only = LogRows(large, Sieve(sources=frozenset({"b"})))
    settle(only)
    assert only.finder(Matcher("needle"))(0, 1, lambda: False) == count
