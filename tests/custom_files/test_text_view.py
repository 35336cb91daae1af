"""An editor's text and a file's bytes: what was not touched keeps every byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.custom_files.text_view import apply_text, to_text

_pieces = st.sampled_from(
    [b"DR_X=1", b"# note", b"\r\n", b"\n", b"\r", b"\xff\xfe", b"", b"caf\xc3\xa9", b"\xef\xbb\xbf"]
)
_files = st.lists(_pieces, max_size=12).map(b"".join)
_lines = st.lists(st.sampled_from(["DR_X=1", "# note", "", "new", "café"]), min_size=1, max_size=8)


@given(_files)
def test_an_unchanged_text_gives_the_same_bytes(data: bytes) -> None:
    assert apply_text(data, to_text(data)) == data


@given(st.binary(max_size=60))
def test_any_bytes_survive_an_unchanged_text(data: bytes) -> None:
    assert apply_text(data, to_text(data)) == data


@given(_files, _lines)
def test_the_edited_text_is_what_the_new_bytes_show(data: bytes, lines: list[str]) -> None:
    text = "\n".join(lines)
    assert to_text(apply_text(data, text)) == text


@pytest.mark.parametrize(
    ("data", "text", "expected"),
    [
        (b"a\r\nb\r\nc", "a\nB\nc", b"a\r\nB\r\nc"),
        (b"a\r\nb\nc\n", "a\nb\nC\n", b"a\r\nb\nC\r\n"),
        (b"\xffkeep\nb\n", "\ufffdkeep\nB\n", b"\xffkeep\nB\n"),
        (b"\xef\xbb\xbfa\nb", "a\nb\nc", b"\xef\xbb\xbfa\nb\nc"),
        (b"a\nb\n", "a", b"a"),
        (b"\r\r\n\n", "a\n\n", b"a\n\n"),
        (b"", "x\n", b"x\n"),
        (b"a\x0cb\nc\n", "a\ufffdb\nC\n", b"a\x0cb\nC\n"),
        ("a\u2028b\nc".encode(), "a\ufffdb\nC", "a\u2028b\nC".encode()),
    ],
    ids=[
        "crlf",
        "mixed",
        "stray bytes",
        "bom and no final newline",
        "shortened",
        "a lone CR before an empty line",
        "empty",
        "form feed",
        "line separator",
    ],
)
def test_only_changed_lines_are_written(data: bytes, text: str, expected: bytes) -> None:
    assert apply_text(data, text) == expected
