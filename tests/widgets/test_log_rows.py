"""Rows of the log view: all lines or those of some sources, also while the spool drops old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dots_tui.spool import Spool
from dots_tui.widgets.log_rows import BLOCK, LogRows
from dots_tui.widgets.log_sieve import Matcher, Sieve

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
