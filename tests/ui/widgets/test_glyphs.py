"""Nothing a log line, a file name or an event holds may reach the terminal as anything but letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.ui.widgets.glyphs import age, ascii_only, clean, glyph


@pytest.mark.parametrize(
    ("dirty", "harmless"),
    [
        ("plain text", "plain text"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;c2VjcmV0\x1b\\after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x1bPq#0\x1b\\b", "ab"),
        ("a\x1bcb", "ab"),
        ("\x9b2Jx", "x"),
        ("tab\tx", "tab     x"),
        ("line\r\n", "line"),
        ("50%\r60%", "50%·60%"),
        ("bell\x07 nul\x00 del\x7f", "bell· nul· del·"),
        ("\u202eturned\u2069", "·turned·"),
        ("café ✓ 車", "café ✓ 車"),
        ("\x1b", ""),
        ("\x1b[", ""),
    ],
)
def test_clean(dirty: str, harmless: str) -> None:
    assert clean(dirty) == harmless


@given(st.text(alphabet=st.characters(max_codepoint=0x2100)))
def test_clean_leaves_no_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in cleaned)
    assert clean(cleaned) == cleaned


def test_signs_have_an_ascii_twin() -> None:
    for name in ("error", "warning", "info", "good", "busy", "cursor", "choice"):
        assert glyph(name) != glyph(name, ascii_only=True)
        assert glyph(name, ascii_only=True).isascii()
        assert len(glyph(name)) == 1


def test_an_app_without_the_attribute_shows_all_signs() -> None:
    assert ascii_only(object()) is False


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0.0 s"), (0.44, "0.4 s"), (42, "42 s"), (240, "4 min"), (7500, "2 h"), (8.64e5, "10 d")],
)
def test_age(seconds: float, text: str) -> None:
    assert age(seconds) == text
