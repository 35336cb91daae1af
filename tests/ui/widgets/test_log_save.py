"""A log is saved whole or not at all, and never over something."""

from __future__ import annotations

import errno
import stat
from typing import TYPE_CHECKING

import pytest

from dots_tui.spool.store import Spool
from dots_tui.ui.widgets.log_rows import LogRows
from dots_tui.ui.widgets.log_save import save_lines, write_private
from dots_tui.ui.widgets.log_sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def spool() -> Iterator[Spool]:
    spool = Spool()
    spool.append("a", [b"one", b"two"], [b"2026-01-01T00:00:01.250000000Z", b"2026-01-01T00:00:09.000000000Z"])
    spool.append("b", [b"late"], [b"2026-01-01T00:00:05.000000000Z"])
    yield spool
    spool.close()


def never() -> bool:
    return False


def test_lines_are_saved_with_time_and_container_in_the_order_of_time(spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    assert save_lines(spool, Sieve(), path, never) == 3
    assert path.read_text().splitlines() == [
        "2026-01-01T00:00:01.250Z a | one",
        "2026-01-01T00:00:05.000Z b | late",
        "2026-01-01T00:00:09.000Z a | two",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_what_the_filters_show_is_saved(spool: Spool, tmp_path: Path) -> None:
    spool.append("a", [b"hay"] * 20_000)
    path = tmp_path / "log.txt"
    assert save_lines(spool, Sieve(pattern="t", inverse=True, sources=frozenset({"a"})), path, never) == 20_001


def test_a_file_that_is_there_stays(spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("dear")
    with pytest.raises(FileExistsError):
        save_lines(spool, Sieve(), path, never)
    assert path.read_text() == "dear"


def test_no_half_file_is_left(spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.txt"
    assert save_lines(spool, Sieve(), path, lambda: True) == 0
    assert not path.exists()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LogRows, "page", full)
    with pytest.raises(OSError, match="No space left"):
        save_lines(spool, Sieve(), path, never)
    assert not path.exists()


def test_what_was_copied_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "copy.txt"
    write_private(path, "first, and long")
    write_private(path, "secönd")
    assert path.read_text(encoding="utf-8") == "secönd\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
