"""What an encoding does not have is printed with signs it has, in the same place."""

from __future__ import annotations

import pytest

from dots_tui.cli.plain_signs import NAME


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("╭─ a ─╮", "+- a -+"),
        ("│ b │", "| b |"),
        ("▁▄█", "###"),
        ("é ≈", "? ?"),
        ("走 🏁", "?? ??"),
        ("e\u0301", "e"),
    ],
)
def test_lines_keep_their_width(text: str, printed: str) -> None:
    assert text.encode("ascii", NAME).decode("ascii") == printed


def test_what_the_encoding_has_stays() -> None:
    assert "é ─".encode("latin-1", NAME).decode("latin-1") == "é -"


def test_it_is_for_printing_only() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", NAME)
