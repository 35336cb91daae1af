"""The canonical form: readers agree on it, bash reads what it read before, and what cannot be is told."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dots_tui.custom_files.canonical import canonical_file, canonical_lines
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.fixes import same_for_bash
from dots_tui.custom_files.lens import lens
from dots_tui.custom_files.words import REFERENCE


def _load(name: str) -> ModuleType:
    # Test folders are no packages (import mode importlib), so helpers are loaded by their path.
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REAL = _load("real_bash")
needs_bash = pytest.mark.skipif(REAL.BASH is None, reason="bash is not installed")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("MY_A='abc'\n", "MY_A=abc\n"),
        ('MY_A="a b"\nMY_C=1', 'MY_A="a b"\nMY_C=1\n'),
        ("MY_A=a\\b\n", "MY_A=ab\n"),
        ("  export MY_A=1  # why\n", "# why\nMY_A=1\n"),
        ("MY_A=1\n   # was MY_A=2\n", "MY_A=1\n# was MY_A=2\n"),
        ("#OLD_MY_A=2\nMY_A=1\n", "#OLD_MY_A=2\nMY_A=1\n"),
        ("#MY_B=2\nMY_A=1\n", "#MY_B=2\nMY_A=1\n"),
        ("MY_A=1\nMY_A=2\n", "#MY_A=1\nMY_A=2\n"),
        ("MY_A=1\r\nMY_B=2\r\n", "MY_A=1\nMY_B=2\n"),
        ("\ufeffMY_A=1\n", "MY_A=1\n"),
        ("MY_Y=1\nMY_A=${MY_Y}_v2\n", "MY_Y=1\nMY_A=${MY_Y}_v2\n"),
        ('MY_Y=1\nMY_A="$MY_Y/x"\n', "MY_Y=1\nMY_A=$MY_Y/x\n"),
        ("DR_OA_OBJECT_POSITIONS='0.2,1;0.4,-1'\n", 'DR_OA_OBJECT_POSITIONS="0.2,1;0.4,-1"\n'),
        ("MY_A=1\n\n# kept\nMY_B=2\n", "MY_A=1\n\n# kept\nMY_B=2\n"),
        ("", ""),
    ],
)
def test_a_file_is_written_as_all_readers_agree_on(text: str, canonical: str) -> None:
    assert canonical_file({"run.env": text.encode()}, "run.env").data.decode() == canonical


def test_a_workers_file_has_no_empty_lines() -> None:
    sources = {"run.env": b"DR_WORKERS=2\n", "worker-2.env": b"\nDR_CAR_COLOR='Red' # mine\n  \n"}
    assert canonical_file(sources, "worker-2.env").data == b"# mine\nDR_CAR_COLOR=Red\n"
    assert canonical_file(sources, "worker-2.env").left == ()


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("MY_A = 1\n", 1, "bash does not read this line as it is meant"),
        ("MY_A='1\n", 1, "a quote is opened and not closed"),
        ("MY_A=my car\n", 1, "a space in it"),
        ("# x\nMY_A='my car'\n", 2, "a space in it, where DRFC stops reading"),
        ("MY_A=a=b\n", 1, "an = in it, where DRFC stops reading"),
        ("MY_A='a;b'\n", 1, "; in it"),
        ("nonsense\n", 1, "sets nothing"),
        ("MY_A=1\nX_MY_A=2\n", 1, "do not see the same value"),
    ],
)
def test_what_has_no_safe_way_stays_and_is_told(text: str, line: int, why: str) -> None:
    outcome = canonical_file({"run.env": text.encode()}, "run.env")
    assert outcome.data.decode() == text
    assert [(one.line, why in one.why) for one in outcome.left] == [(line, True)]


def test_references_and_positions_are_not_told_of() -> None:
    text = b'MY_Y=1\nMY_A=$MY_Y\nDR_OA_OBJECT_POSITIONS="0.2,1;0.4,-1"\n'
    assert canonical_file({"run.env": text}, "run.env") == (text, ())


def test_one_line_can_be_made_canonical_by_itself() -> None:
    sources = {"run.env": b"MY_A='1' # one\nMY_B='2'\nMY_C='3 3'"}
    assert canonical_lines(sources, "run.env", {1}) == (b"# one\nMY_A=1\nMY_B='2'\nMY_C='3 3'", ())
    assert canonical_lines(sources, "run.env", {2}).data == b"MY_A='1' # one\nMY_B=2\nMY_C='3 3'"
    third = canonical_lines(sources, "run.env", {3})
    assert third.data == sources["run.env"]
    assert [(one.line, one.key) for one in third.left] == [(3, "MY_C")]


def test_a_line_alone_keeps_its_line_end_and_so_may_have_to_stay() -> None:
    # Behind the comment bash does not take the carriage return for a part of the value.
    sources = {"run.env": b"MY_A='1' # one\r\nMY_B=2\r\n"}
    assert canonical_lines(sources, "run.env", {1}).data == sources["run.env"]
    assert canonical_file(sources, "run.env").data == b"# one\nMY_A=1\nMY_B=2\n"


def test_what_is_no_env_file_or_no_text_stays_as_it_is() -> None:
    for name, data in (("hyperparameters.json", b"{ }"), ("run.env", b"A='1'\0\n")):
        assert canonical_file({name: data}, name) == (data, ())


_VALUES = st.sampled_from(
    ["abc", "'abc'", '"a b"', "a b", "$DR_Y", "${DR_Y}_v", '"$DR_Y"', "'$DR_Y'", "a=b", "a\\b", "a;b", "", "''", "it's"]
)
_LINES = st.one_of(
    st.builds(
        "{}{}{}{}{}{}".format,
        st.sampled_from(["", "", "  ", "export ", "\t"]),
        st.sampled_from(["DR_X", "DR_Y", "DR_X_DR_Y", "DR_Z"]),
        st.sampled_from(["=", "=", "=", " = ", "= "]),
        _VALUES,
        st.sampled_from(["", "", "  ", " # note", "\t# DR_X=old"]),
        st.sampled_from(["", "", "", "\\"]),
    ),
    st.sampled_from(["", "# note", "  # note", "#DR_X=old", "# was DR_Y=1 and DR_X=2", "ls", "#"]),
)
_TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, st.lists(_LINES, max_size=6), st.sampled_from(["\n", ""]))


def assert_canonical(sources: Mapping[str, bytes], name: str) -> bytes:
    outcome = canonical_file(sources, name)
    after = {**sources, name: outcome.data}
    assert same_for_bash(sources, after)
    assert canonical_file(after, name) == outcome
    told = {one.key for one in outcome.left}
    readings = lens(after)[name]
    for entry in EnvFile.parse(outcome.data).entries:
        if not entry.commented and entry.key not in told and not REFERENCE.search(entry.value):
            assert readings[entry.key].agree, entry.key
    return outcome.data


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
@example("DR_X=abc\nDR_X=abc  \\")
def test_any_file_keeps_its_meaning_and_readers_agree_on_what_is_not_told(text: str) -> None:
    assert_canonical({"run.env": text.encode(), "system.env": b"DR_Y=base\n"}, "run.env")
    assert_canonical({"run.env": b"DR_Y=1\n", "worker-2.env": text.encode()}, "worker-2.env")


@needs_bash
@settings(max_examples=60, deadline=None)
@given(_TEXTS)
def test_real_bash_reads_the_same(text: str) -> None:
    after = canonical_file({"run.env": text.encode()}, "run.env").data.decode()
    assert after == text or REAL.sourced(after) == REAL.sourced(text)
