"""EnvFile keeps every byte that is not part of a changed value."""

from __future__ import annotations

import io
import string

import pytest
from dotenv.parser import parse_stream
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.custom_files.env_file import EnvFile

KEYS = st.sampled_from(["DR_X", "DR_X_PREFIX", "DR_Y", "x", "_1"])
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=20)
"""Every value an env file can hold: any text on one line."""
_pieces = st.sampled_from(
    [
        b"DR_X=abc", b"DR_X='a b'", b'DR_Y="$DR_X/x"', b"#DR_X=old", b"# DR_X=old # why", b"DR_X=a b # c", b"DR_X = a",
        b"DR_X=", b"DR_X= # c", b"export DR_X=1", b"  DR_X=2  ", b'DR_X="open', b"DR_X=it's", b"junk", b"DR-X=1",
        b"# note", b"   # DR_X=3", b"\xff\xfe\x00", b"caf\xc3\xa9=1", b"DR_X=\xe9", b"\xef\xbb\xbf", b"DR_X=a\\",
        b"\n", b"\r\n", b"\r", b"\n\n", b" ", b"\t", b"=", b"'",
    ]
)  # fmt: skip
FILES = st.one_of(st.binary(max_size=80), st.lists(_pieces, max_size=12).map(b"".join))


@given(FILES)
def test_reading_any_bytes_changes_none(data: bytes) -> None:
    env = EnvFile.parse(data)
    assert env.data == data
    for key in {entry.key for entry in env.entries if not entry.commented}:
        value = env.get(key)
        assert value is not None
        assert env.set(key, value).data == data
    for line in env.lines:
        assert env.text[line.start : line.start + len(line.text)] == line.text
    for entry in env.entries:
        assert env.text[entry.start : entry.end] == entry.raw


@given(FILES, KEYS, VALUES)
def test_what_is_set_is_read_back(data: bytes, key: str, value: str) -> None:
    assert EnvFile.parse(data).set(key, value).get(key) == value


@given(FILES, KEYS, VALUES)
def test_only_the_bytes_of_the_value_change(data: bytes, key: str, value: str) -> None:
    env = EnvFile.parse(data)
    new = env.set(key, value)
    entry = env.entry(key)
    if entry is None:
        assert new.data.startswith(data)
        added = new.data[len(data) :].decode("utf-8", "surrogateescape")
        assert added.lstrip("\r\n").startswith(f"{key}=")
        assert added.endswith("\n")
    else:
        before, behind = env.text[: entry.start], env.text[entry.end :]
        assert new.text.startswith(before)
        assert new.text.endswith(behind)
        assert len(new.text) >= len(before) + len(behind)


@given(FILES, KEYS, VALUES)
def test_no_other_key_changes(data: bytes, key: str, value: str) -> None:
    env = EnvFile.parse(data)
    new = env.set(key, value)
    for entry in env.entries:
        if entry.key != key:
            assert new.get(entry.key) == env.get(entry.key)


@given(FILES)
def test_python_dotenv_sees_the_whole_file_too(data: bytes) -> None:
    env = EnvFile.parse(data)
    pieces = [binding.original.string for binding in parse_stream(io.StringIO(env.text))]
    # A second byte order mark is dropped by python-dotenv itself.
    assert "".join(pieces) == env.text.removeprefix("\ufeff") or "".join(pieces) == env.text


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DR_X=abc", "abc"),
        ("DR_X=abc # note here", "abc"),
        ("DR_X=abc\t# c", "abc"),
        ("DR_X=abc#note", "abc#note"),
        ("DR_X=#abc", "#abc"),
        ("DR_X= # c", ""),
        ("DR_X=", ""),
        ('DR_X=""', ""),
        ('DR_X="my car" # c', "my car"),
        ("DR_X='my $car'", "my $car"),
        ("DR_X=a\\b", "ab"),
        ('DR_X="a\\b\\"c"', 'a\\b"c'),
        ("DR_X=a\"b c\"'d'", "ab cd"),
        ("DR_X=a=b=c", "a=b=c"),
        ("DR_X=$DR_Y/metrics", "$DR_Y/metrics"),
        ("DR_X=${DR_Y:-x}", "${DR_Y:-x}"),
        ("   DR_X=abc   ", "abc"),
        ("export DR_X=abc", "abc"),
        ("DR_X = abc", "abc"),
        ("DR_X=my car", "my car"),
        ("DR_X=my car # c", "my car"),
        ('DR_X="abc', '"abc'),
        ("DR_X=it's", "it's"),
        ("DR_X=café", "café"),
    ],
)
def test_values_are_read_as_they_are_meant(line: str, value: str) -> None:
    assert EnvFile.parse(line.encode()).get("DR_X") == value


@pytest.mark.parametrize("line", ["DR_X", "# DR_X=1", "", "DR-X=1", "DR_X+=1", "1DR_X=1", "set DR_X=1"])
def test_lines_that_assign_nothing(line: str) -> None:
    assert EnvFile.parse(line.encode()).get("DR_X") is None


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("DR_X=a # note\n", "b", "DR_X=b # note\n"),
        ("DR_X='a'\n", "b", "DR_X='b'\n"),
        ("DR_X='a'\n", "it's", 'DR_X="it\'s"\n'),
        ("DR_X='a'\n", "$DR_Y", "DR_X=$DR_Y\n"),
        ('DR_X="a"\n', "b", 'DR_X="b"\n'),
        ("DR_X=a\n", "0.2,-1;0.4,1", 'DR_X="0.2,-1;0.4,1"\n'),
        ("DR_X=a\n", "my car", 'DR_X="my car"\n'),
        ("DR_X=a\n", "a$(b)`c`", 'DR_X="a\\$(b)\\`c\\`"\n'),
        ("DR_X=a\n", "~/x", 'DR_X="~/x"\n'),
        ("DR_X=a\n", "${DR_Y}_v2", "DR_X=${DR_Y}_v2\n"),
        ("DR_X=a\n", "", "DR_X=\n"),
        ("DR_X=\n", "a", "DR_X=a\n"),
        ("DR_X= # c\n", "a", "DR_X=a # c\n"),
        ("DR_X=a\r\nDR_Y=b\r\n", "c", "DR_X=c\r\nDR_Y=b\r\n"),
        ("DR_X=1\nDR_Y=b\nDR_X=2\n", "3", "DR_X=1\nDR_Y=b\nDR_X=3\n"),
        ("DR_X=1\n#DR_X=2\n", "3", "DR_X=3\n#DR_X=2\n"),
        ("export DR_X=1", "3", "export DR_X=3"),
        ("DR_Y=1", "3", "DR_Y=1\nDR_X=3\n"),
        ("DR_Y=1\r\nDR_Z=1", "3", "DR_Y=1\r\nDR_Z=1\r\nDR_X=3\r\n"),
        ("# DR_X=1", "3", "# DR_X=1\nDR_X=3\n"),
        ("", "3", "DR_X=3\n"),
        ("\ufeff", "3", "\ufeffDR_X=3\n"),
        ("\ufeffDR_X=1\n", "3", "\ufeffDR_X=3\n"),
    ],
)
def test_setting_touches_nothing_else(before: str, value: str, after: str) -> None:
    assert EnvFile.parse(before.encode()).set("DR_X", value).data == after.encode()


def test_bytes_that_are_no_text_survive() -> None:
    env = EnvFile.parse(b"# caf\xe9\nDR_X=\xff\xfe\nDR_Y=\xe9\n")
    assert env.set("DR_Y", "b").data == b"# caf\xe9\nDR_X=\xff\xfe\nDR_Y=b\n"


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "a\ud800b"])
def test_a_value_no_file_can_hold_is_refused(value: str) -> None:
    for data in (b"", b"DR_X=1\n"):
        with pytest.raises(ValueError, match="the value has"):
            EnvFile.parse(data).set("DR_X", value)


@pytest.mark.parametrize("key", ["", "1X", "A-B", "A B", "A=B", "é", "A\n"])
def test_a_name_no_variable_can_have_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="name of a variable"):
        EnvFile.parse(b"").set(key, "1")


def test_commented_entries_are_entries() -> None:
    env = EnvFile.parse(b"#DR_X=1\n# DR_Y=2 # why\n## DR_Z=3\n# a note, DR_A=4\n# see=this\n")
    assert [(e.key, e.value, e.line, e.commented) for e in env.entries] == [
        ("DR_X", "1", 1, True),
        ("DR_Y", "2", 2, True),
        ("DR_Z", "3", 3, True),
    ]
    assert env.get("DR_X") is None


@given(st.lists(_pieces, max_size=12).map(b"".join))
def test_commenting_out_and_back_is_no_change(data: bytes) -> None:
    env = EnvFile.parse(data)
    entry = env.entry("DR_X")
    if entry is None:
        assert env.comment("DR_X").data == data
    elif not entry.exported:
        commented = env.comment("DR_X")
        assert len(commented.data) == len(data) + 1
        others = [e for e in env.entries if e.key == "DR_X" and e.commented and e.line > entry.line]
        if entry.indent == "" and entry.spaces[0] == "" and not others:
            assert commented.uncomment("DR_X").data == data


def test_uncommenting_puts_the_last_one_in_effect() -> None:
    env = EnvFile.parse(b"# DR_X=1\n#DR_X=2 # note\n")
    assert env.uncomment("DR_X").data == b"# DR_X=1\nDR_X=2 # note\n"
    assert env.uncomment("DR_Y").data == env.data


def test_lines_are_counted_as_editors_do() -> None:
    env = EnvFile.parse(b"A=1\r\n\nB=2\rC=3")
    assert [(e.key, e.line) for e in env.entries] == [("A", 1), ("B", 3), ("C", 4)]


def test_letters_used_in_names_are_the_ascii_ones() -> None:
    assert EnvFile.parse(f"{string.ascii_letters}_1=2".encode()).get(f"{string.ascii_letters}_1") == "2"
    assert EnvFile.parse("é=1\n".encode()).entries == ()
