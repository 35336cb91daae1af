"""A fix changes what it must and nothing else, makes its finding go away, brings no other, and is done once."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.findings import WARNING, Finding
from dots_tui.custom_files.fix_lines import FORMAT
from dots_tui.custom_files.fixes import fix, fix_all, fixable
from dots_tui.custom_files.lens import lens

Changer = Callable[[Mapping[str, Any]], "dict[str, bytes]"]
FORMS = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "env-forms.json"


def _load(name: str) -> ModuleType:
    # Test folders are no packages (import mode importlib), so tables and helpers are loaded by their path.
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REAL = _load("real_bash")
RULES = _load("rule_cases")
needs_bash = pytest.mark.skipif(REAL.BASH is None, reason="bash is not installed")
SAME_FOR_BASH = {*FORMAT, "duplicate-key", "no-final-newline"}
"""Codes whose fix must not change what bash reads; the others are about the very value."""


REVEALS = {"utf-16", "broken-json"}
"""Codes whose fix makes the rest of the file readable for the first time."""


def the(sources: Mapping[str, bytes], code: str) -> Finding:
    return next(finding for finding in check_sources(sources) if finding.code == code)


def kinds(findings: Sequence[Finding]) -> Counter[tuple[str, str, str | None]]:
    return Counter((finding.file, finding.code, finding.key) for finding in findings)


# code, a text at the end of run.env, what becomes of it
LINES: list[tuple[str, str, str]] = [
    ("inline-comment", "MY_OWN=1 # note\n", "# note\nMY_OWN=1\n"),
    ("inline-comment", "MY_OWN=1\t#note  \n", "# note\nMY_OWN=1\n"),
    ("inline-comment", "MY_OWN= # empty\n", "# empty\nMY_OWN=\n"),
    ("inline-comment", "MY_OWN=1 #\n", "#\nMY_OWN=1\n"),
    ("inline-comment", "MY_OWN=1 # was DR_CAR_NAME=Old\n", "# was DR_CAR_NAME=Old\nMY_OWN=1\n"),
    ("inline-comment", "MY_OWN='a # b' # c", "# c\nMY_OWN='a # b'"),
    ("indented-comment", "  # note\n", "# note\n"),
    ("indented-comment", "\t#DR_EVAL_RTF=1.0\n", "#DR_EVAL_RTF=1.0\n"),
    ("indented-comment", "  # was DR_CAR_NAME=Old\n", "# was DR_CAR_NAME=Old\n"),
    ("spaces-around-equals", "MY_OWN = 1\n", "MY_OWN=1\n"),
    ("spaces-around-equals", "MY_OWN=   'a b'\n", "MY_OWN='a b'\n"),
    ("spaces-around-equals", "  MY_OWN = 1 # note\n", "  MY_OWN=1 # note\n"),
    ("export-prefix", "export  MY_OWN=1\n", "MY_OWN=1\n"),
    ("indented-key", " \tMY_OWN=1\n", "MY_OWN=1\n"),
    ("needless-quotes", 'MY_OWN="a/b-1"\n', "MY_OWN=a/b-1\n"),
    ("needless-quotes", "MY_OWN=''\n", "MY_OWN=\n"),
    ("needless-quotes", 'MY_OWN="$DR_CAR_NAME/x"\n', "MY_OWN=$DR_CAR_NAME/x\n"),
    ("trailing-blank", "MY_OWN=1 \t\n", "MY_OWN=1\n"),
    ("shell-character", "MY_OWN=0.2,1;0.4,-1\n", 'MY_OWN="0.2,1;0.4,-1"\n'),
    ("shell-character", "MY_OWN=a(b)\n", 'MY_OWN="a(b)"\n'),
    ("duplicate-key", "MY_OWN=1\nMY_OWN=2\n", "#MY_OWN=1\nMY_OWN=2\n"),
    ("not-a-switch", "DR_QUIET_ACTIVATE=true # yes\n", "DR_QUIET_ACTIVATE=True # yes\n"),
    ("not-a-switch", "DR_QUIET_ACTIVATE='off'\n", "DR_QUIET_ACTIVATE=False\n"),
    ("not-a-number", "DR_EVAL_NUMBER_OF_TRIALS=05\n", "DR_EVAL_NUMBER_OF_TRIALS=5\n"),
    ("unknown-choice", "DR_GAZEBO_RENDER_ENGINE=Ogre2\n", "DR_GAZEBO_RENDER_ENGINE=ogre2\n"),
    ("unknown-key", "DR_GAZEBO_RENDER_ENGIN=ogre\n", "DR_GAZEBO_RENDER_ENGINE=ogre\n"),
    ("deprecated-key", "DR_SAGEMAKER_IMAGE=5 # old\n", "#DR_SAGEMAKER_IMAGE=5 # old\n"),
    ("deprecated-key", "DR_CHANGE_START_POSITION=True\n", "#DR_CHANGE_START_POSITION=True\n"),
    ("script-key", "DR_DIR=/opt\n", "#DR_DIR=/opt\n"),
    ("no-final-newline", "# the end", "# the end\n"),
    ("windows-line-ends", "MY_A=1\r\nMY_B=2\r\n", "MY_A=1\nMY_B=2\n"),
]


@pytest.mark.parametrize(("code", "text", "fixed"), LINES)
def test_only_the_needed_bytes_change(run_files: dict[str, bytes], code: str, text: str, fixed: str) -> None:
    sources = {**run_files, "run.env": run_files["run.env"] + text.encode()}
    finding = the(sources, code)
    after = fix(sources, finding)
    assert after is not None
    assert after == {**sources, "run.env": run_files["run.env"] + fixed.encode()}
    assert fixable(finding)
    assert fixable(finding, sources)
    assert code not in {other.code for other in check_sources(after)}


def test_an_old_name_becomes_the_new_one_where_that_is_not_set(run_files: dict[str, bytes]) -> None:
    old = run_files["run.env"].replace(b"DR_TRAIN_CHANGE_START_POSITION", b"DR_CHANGE_START_POSITION")
    sources = {**run_files, "run.env": old}
    assert fix(sources, the(sources, "deprecated-key")) == run_files


def test_a_key_misspelt_becomes_the_one_it_must_be(run_files: dict[str, bytes]) -> None:
    wrong = run_files["run.env"].replace(b"DR_WORLD_NAME=", b"DR_WORLDNAME=")
    sources = {**run_files, "run.env": wrong}
    assert fix(sources, the(sources, "unknown-key")) == run_files


def test_a_track_misspelt_becomes_the_one_it_must_be(change_run: Changer, run_files: dict[str, bytes]) -> None:
    sources = change_run({"run.env": {"DR_WORLD_NAME": "REINVENT2019_TRACK"}})
    assert fix(sources, the(sources, "unknown-track")) == run_files


@pytest.mark.parametrize("name", ["run.env", "system.env", "hyperparameters.json", "model_metadata.json"])
def test_byte_order_marks_go(run_files: dict[str, bytes], name: str) -> None:
    sources = {**run_files, name: b"\xef\xbb\xbf" + run_files[name]}
    assert fix_all(sources) == (run_files, check_sources(sources))


@pytest.mark.parametrize(
    ("name", "text", "fixed"),
    [
        ("hyperparameters.json", b'{"batch_sizes": 64}', b'{"batch_size": 64}'),
        ("hyperparameters.json", b'{"loss_type":  "Hubber" }', b'{"loss_type":  "huber" }'),
        ("hyperparameters.json", b'{"exploration_type": "catagorical"}', b'{"exploration_type": "categorical"}'),
    ],
)
def test_slips_in_json_are_corrected_in_place(
    run_files: dict[str, bytes], name: str, text: bytes, fixed: bytes
) -> None:
    after, done = fix_all({**run_files, name: text})
    assert after[name] == fixed
    assert len(done) == 1


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("", None),
        (" DR_CAR_COLOR=Red", "DR_CAR_COLOR=Red"),
        ("export DR_CAR_COLOR = Red ", "DR_CAR_COLOR=Red"),
        ("DR_CAR_COLOR=Red # note", "# note\nDR_CAR_COLOR=Red"),
        ("DR_CAR_COLOR='Red'", "DR_CAR_COLOR=Red"),
        ("DR_CAR_COLOR=red", "DR_CAR_COLOR=Red"),
        ("DR_OA_OBJECT_POSITIONS='0.2,1;0.4,1'", 'DR_OA_OBJECT_POSITIONS="0.2,1;0.4,1"'),
    ],
)
def test_a_workers_file_becomes_one_its_reader_takes(change_run: Changer, line: str, fixed: str | None) -> None:
    third = "DR_CAR_COLOR=Blue\nDR_OA_OBJECT_POSITIONS=\n"
    sources = change_run(
        {**RULES.MULTI, "worker-2.env": f"{RULES.WORKER}{line}\n", "worker-3.env": RULES.WORKER + third}
    )
    after, _ = fix_all(sources)
    assert after["worker-2.env"].decode() == RULES.WORKER + ("" if fixed is None else f"{fixed}\n")
    assert {finding.code for finding in check_sources(after)} <= {"inherited-from-worker", "not-for-this-race"}


LEFT_ALONE = [
    "MY_OWN=my car\n",  # it cannot be known what is meant
    'MY_OWN="my car"\n',
    "MY_OWN=it's\n",
    "MY_OWN=$(date)\n",
    "MY_OWN=<PLACEHOLDER>\n",
    "#DR_UPLOAD_S3_PREFIX=old\n",  # deleting the # must restore it
    "MY_A=1;MY_B=2\n",
    "MY_OWN=a=b\n",
    "MY_OWN=a\\b\n",
    "MY_OWN='$DR_CAR_NAME'\n",
    "MY_OWN=~/x\n",
    "MY_OWN\n",
    "DR_QUIET_ACTIVATE=maybe\n",
    "DR_QUIET_ACTIVATE=$DR_X\n",
    "DR_EVAL_RTF=fast\n",
    "DR_WORLDNAME=Monaco\n",  # DR_WORLD_NAME is set
    "DR_EVAL_OPP_MODEL_PREFIX=a\n",  # something reads it
    "DR_SOMETHING_OF_MINE=1\n",
    "MY_OWN=a\\ \n",  # the blank at the end is escaped
    "MY_OWN='a\n  # b'\n",  # this is no comment
    "MY_A='a\nMY_B=b # c\n'\n",
    "MY_OWN=1\nMY_B=$MY_OWN\nMY_OWN=2\n",  # the first value counts for MY_B
    "DR_DIR=/opt\nMY_OWN=$DR_DIR/x\n",
    "# a\rb c\n",  # bash sees one comment here, and would run what stands on a line of its own
    "MY_A=a\\\r\nMY_B=1\r\n",  # bash would join the two lines
    "MY_OWN=a\\",  # with a line end behind it, the backslash would go
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_not_clear_is_left_alone(run_files: dict[str, bytes], text: str) -> None:
    sources = {**run_files, "run.env": run_files["run.env"] + text.encode()}
    assert check_sources(sources)
    assert fix_all(sources) == (sources, [])
    assert not any(fixable(finding, sources) for finding in check_sources(sources))


def test_a_finding_of_another_file_is_no_fix(run_files: dict[str, bytes]) -> None:
    gone = Finding("run.env", 9999, "MY_OWN", WARNING, "inline-comment", "", None)
    assert fix(run_files, gone) is None
    assert fix({}, gone) is None
    assert fix(run_files, Finding("run.env", 1, None, WARNING, "inline-comment", "", None)) is None


# -- everything at once --------------------------------------------------------------------------


def test_all_is_fixed_in_one_go(run_files: dict[str, bytes]) -> None:
    text = (
        " export MY_A = 'one'  # first \r\n"
        "   # was MY_B=2\r\n"
        "MY_B=1\r\n"
        "MY_B=2 \r\n"
        "DR_QUIET_ACTIVATE=yes # or no\r\n"
        "MY_C=my car"
    )
    after, done = fix_all({**run_files, "run.env": b"\xef\xbb\xbf" + run_files["run.env"] + text.encode()})
    assert after["run.env"].decode()[len(run_files["run.env"]) :] == (
        "# first\nMY_A=one\n# was MY_B=2\n#MY_B=1\nMY_B=2\n# or no\nDR_QUIET_ACTIVATE=True\nMY_C=my car\n"
    )
    assert [finding.code for finding in check_sources(after)] == ["unquoted-space"]
    lines = run_files["run.env"].count(b"\n")
    places = {finding.code: finding.line - lines for finding in done}
    assert places["spaces-around-equals"] == 1
    assert places["indented-comment"] == 2
    assert places["duplicate-key"] == 4
    assert places["not-a-switch"] == 5
    assert fix_all(after) == (after, [])


def test_a_fixed_file_is_read_alike(run_files: dict[str, bytes]) -> None:
    text = b"  # was one\n export MY_A = 'two' # note\nMY_C=three \nMY_B=\"a\"\t# b"
    after, _ = fix_all({**run_files, "run.env": text})
    readings = lens(after)["run.env"]
    assert {key: (reading.source, reading.agree) for key, reading in readings.items()} == {
        "MY_A": ("two", True),
        "MY_C": ("three", True),
        "MY_B": ("a", True),
    }


def test_many_findings_are_fixed_together(run_files: dict[str, bytes]) -> None:
    lines = "".join(f"MY_{n}='a' # {'b' if n % 50 else ''}\n" for n in range(400))
    after, done = fix_all({**run_files, "run.env": run_files["run.env"] + lines.encode()})
    assert len(done) == 800
    assert check_sources(after) == []


def form_sources() -> list[Any]:
    if not FORMS.is_file():
        return []
    return [pytest.param(form["text"], id=form["case"]) for form in json.loads(FORMS.read_text("utf-8"))["cases"]]


def _also_changed(finding: Finding) -> set[str]:
    """The other file that a fix changes: a misplaced key moves to it."""
    moves = finding.code == "misplaced-key" and finding.fix is not None and finding.fix.value is not None
    return {str(finding.fix.value)} if moves and finding.fix is not None else set()


def assert_fixes_are_sound(sources: Mapping[str, bytes]) -> None:
    findings = check_sources(sources)
    for finding in findings:
        after = fix(sources, finding)
        if after is None:
            continue
        assert fixable(finding)
        changed = {name for name in sources if sources[name] != after[name]}
        assert changed == {finding.file, *_also_changed(finding)}
        left = kinds(check_sources(after))
        assert left[finding.file, finding.code, finding.key] < kinds(findings)[finding.file, finding.code, finding.key]
        assert finding.code in REVEALS or not left - kinds(findings)
    after, done = fix_all(sources)
    if not {finding.code for finding in findings} & REVEALS:
        assert not kinds(check_sources(after)) - kinds(findings)
    assert bool(done) == (after != sources)
    assert fix_all(after) == (after, [])


@pytest.mark.skipif(not FORMS.is_file(), reason="the sample files are not beside this checkout")
@pytest.mark.parametrize("text", form_sources())
def test_fixes_of_the_recorded_forms_are_sound(run_files: dict[str, bytes], text: str) -> None:
    assert_fixes_are_sound({**run_files, "run.env": run_files["run.env"] + text.removeprefix("\ufeff").encode()})
    assert_fixes_are_sound({**run_files, "run.env": text.encode()})


@pytest.mark.parametrize("number", range(len(RULES.CASES)))
def test_fixes_of_what_breaks_the_rules_are_sound(change_run: Changer, number: int) -> None:
    code, bad, good = RULES.CASES[number]
    assert code
    for changes in (bad, good):
        assert_fixes_are_sound(change_run(changes))


_TOKENS = [
    "DR_X=", "DR_Y=", "q", "7", " ", "\t", "\n", "\n", " # ", "#", '"q"', "'q'", "'", '"', "\\", "$DR_Y", "${DR_Y}_q",
    ";", "~/q", ":", "{", "}", "=", "export ", "\r\n", "\r", "é", "DR_X=1\n", "DR_X = 1 # q\n", "\\\n", "\ufeff",
    "#DR_LOCAL_S3_PRETRAINED=1\n", "DR_LOCAL_S3_PRETRAINED=True\n", "DR_WORLDNAME=Monaco\n", "DR_DIR=/q\n",
    "DR_CHANGE_START_POSITION=true\n", "DR_QUIET_ACTIVATE=yes\n",
]  # fmt: skip
"""As in the tests of the shell's model: no command can come of them."""
TEXTS = st.lists(st.sampled_from(_TOKENS), min_size=1, max_size=12).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_fixes_of_any_lines_are_sound(text: str) -> None:
    assert_fixes_are_sound({"run.env": text.encode(), "system.env": b"DR_Y=base\n"})


@needs_bash
@settings(max_examples=80, deadline=None)
@given(TEXTS)
def test_real_bash_reads_the_same_after_a_fix_of_the_form(text: str) -> None:
    sources = {"run.env": text.encode()}
    before = None
    for finding in check_sources(sources):
        after = fix(sources, finding) if finding.code in SAME_FOR_BASH else None
        if after is not None:
            before = REAL.sourced(text) if before is None else before
            assert REAL.sourced(after["run.env"].decode()) == before


@needs_bash
@pytest.mark.parametrize(("code", "text", "fixed"), [row for row in LINES if row[0] in SAME_FOR_BASH])
def test_real_bash_reads_the_same_after_the_fixes_above(code: str, text: str, fixed: str) -> None:
    assert code
    assert REAL.sourced("DR_CAR_NAME=a\n" + text) == REAL.sourced("DR_CAR_NAME=a\n" + fixed)
