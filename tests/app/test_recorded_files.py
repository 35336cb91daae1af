"""Recorded log files are closed after reading, and can be read several times."""

from __future__ import annotations

import gc
import gzip
import io
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

from dots_tui.app.recorded_files import STDIN, LogFile, log_files

TEXT = b"first line\nsecond line\n"


@pytest.mark.parametrize("name", ["worker.log", "worker.log.gz"])
def test_log_is_closed_after_it_was_read_in_whole_or_in_part(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(TEXT) if name.endswith(".gz") else TEXT)
    [log] = log_files([str(path)])
    with warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always", ResourceWarning)
        begun = log.lines()
        assert next(begun) == b"first line\n"
        del begun
        assert list(log.lines()) == TEXT.splitlines(keepends=True)
        assert b"".join(log.chunks()) == TEXT
        gc.collect()
    assert [str(warning.message) for warning in unclosed if path.name in str(warning.message)] == []


def test_standard_input_can_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TEXT)))
    [log] = log_files([STDIN])
    assert isinstance(log, LogFile)
    assert [b"".join(log.chunks()) for _ in range(2)] == [TEXT, TEXT]
