"""Two people changed an env file: a merge by key that decides nothing silently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.custom_files.env_edits import put_state, remove, state
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.merge import merge_env, spoken

BASE = b"# notes\nA=1\nB=2\n#C=3\nD='x y'\n"


def test_what_only_i_changed_is_put_into_their_text() -> None:
    mine = BASE.replace(b"A=1", b'A="one 1"').replace(b"#C=3", b"C=4")
    theirs = b"# their notes\n" + BASE.replace(b"B=2", b"B=5")
    merge = merge_env(BASE, mine, theirs)
    assert merge.data == b"# their notes\n# notes\nA=\"one 1\"\nB=5\nC=4\nD='x y'\n"
    assert merge.taken == ("A", "C")
    assert merge.conflicts == ()
    assert not merge.notes_left


def test_what_both_changed_is_asked_and_either_side_can_be_taken() -> None:
    merge = merge_env(BASE, BASE.replace(b"A=1", b"A=7"), BASE.replace(b"A=1", b"A=8"))
    (conflict,) = merge.conflicts
    assert (conflict.key, conflict.mine, conflict.theirs) == ("A", "=7", "=8")
    assert b"A=8\n" in merge.data
    mine = merge.take_mine(conflict)
    assert mine.data == BASE.replace(b"A=1", b"A=7")
    assert mine.conflicts == ()
    assert mine.taken == ("A",)


def test_both_changing_to_the_same_is_no_question() -> None:
    both = BASE.replace(b"A=1", b"A=7")
    merge = merge_env(BASE, both, both + b"# note\n")
    assert merge.conflicts == ()
    assert merge.taken == ()
    assert merge.data == both + b"# note\n"


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (b"# notes\nB=2\n#C=3\nD='x y'\n", b"# notes\nB=9\n#C=3\nD='x y'\n"),  # removed
        (b"# notes\n#A=1\nB=2\n#C=3\nD='x y'\n", b"# notes\n#A=1\nB=9\n#C=3\nD='x y'\n"),  # commented out
        (BASE + b"N=$A\n", b"# notes\nA=1\nB=9\n#C=3\nD='x y'\nN=$A\n"),  # added
    ],
)
def test_removing_commenting_and_adding_are_changes_of_a_key(mine: bytes, expected: bytes) -> None:
    merge = merge_env(BASE, mine, BASE.replace(b"B=2", b"B=9"))
    assert merge.data == expected
    assert not merge.notes_left


def test_a_key_they_removed_and_i_changed_is_asked() -> None:
    merge = merge_env(BASE, BASE.replace(b"A=1", b"A=7"), BASE.replace(b"A=1\n", b""))
    (conflict,) = merge.conflicts
    assert conflict.theirs is None
    assert EnvFile.parse(merge.take_mine(conflict).data).get("A") == "7"


def test_my_notes_are_not_in_it_and_that_is_said() -> None:
    merge = merge_env(BASE, BASE.replace(b"# notes", b"# better notes").replace(b"A=1", b"A=2"), BASE + b"E=1\n")
    assert merge.notes_left
    assert merge.taken == ("A",)


def test_values_in_words() -> None:
    assert [spoken(value) for value in (None, "#", "=", "='a b'")] == [
        "(not in the file)",
        "(commented out)",
        "(empty)",
        "'a b'",
    ]


def test_removing_takes_every_line_of_the_key_and_no_other() -> None:
    env = remove(EnvFile.parse(b"\xef\xbb\xbfA=1\r\n#A=0\r\n# A is fine\r\nB=2\r\nA=3"), "A")
    assert env.data == b"\xef\xbb\xbf# A is fine\r\nB=2\r\n"
    assert remove(env, "Z") is env


STATES = st.sampled_from([None, "#", "=", "=1", "='a b'", '="$B"'])


@given(st.sampled_from([b"", b"A=1\nA=2\n", b"#A=1\n", b"B=1", b"A=1\r\n#A=3\r\n", b"A='open\n"]), STATES)
def test_a_key_can_be_brought_into_any_state(data: bytes, wanted: str | None) -> None:
    env = EnvFile.parse(data)
    if wanted == "#" and state(env, "A") is None:
        return  # there is no line to comment out
    assert state(put_state(env, "A", wanted), "A") == wanted
