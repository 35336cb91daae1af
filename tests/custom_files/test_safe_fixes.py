"""Properties of fixes: the reader of the file gets what it got, advice passes the check, comments can be restored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.fixes import fix_all, literal_values
from dots_tui.custom_files.lens import lens
from dots_tui.custom_files.remedies import set_wanted, wanted

QUICK = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Each example is a whole check and fix; the texts are short enough to be read without shrinking."""
FILES = default_files()
MULTI = FILES["run.env"] + b"DR_TRAIN_MULTI_CONFIG=True\n"
TWO_WORKERS = {**FILES, "run.env": MULTI, "system.env": FILES["system.env"].replace(b"DR_WORKERS=3", b"DR_WORKERS=2")}
KEYS = ("DR_WORLD_NAME", "DR_CAR_COLOR", "DR_RACE_TYPE", "DR_OA_OBJECT_POSITIONS", "DR_LOCAL_S3_MODEL_PREFIX", "MY_A")
VALUES = (
    "Monaco", "monaco", "Red", "red", "TIME_TRIAL", "TIME TRIAL", '"0.1,1;0.5,-1"', "0.1,1;0.5,-1", "0.1,1;", "0.1, 1",
    "a/b", "'a/b'", '"a"', "a b", "a=b", "CHANGE_ME", "s3://b/a/", "a//b/", "$MY_A", "1DR_EVAL_RTF=2", "",
    "a\u00a0b", "a\u200b", "True", "yes", "08", "a # note", "a # DR_CAR_COLOR=Blue",
)  # fmt: skip
LINES = st.builds(
    lambda before, key, equals, value, after: f"{before}{key}{equals}{value}{after}",
    st.sampled_from(["", "", "", " ", "export ", "#", "# ", "  #"]),
    st.sampled_from(KEYS),
    st.sampled_from(["=", "=", "=", " = ", "= ", " ="]),
    st.sampled_from(VALUES),
    st.sampled_from(["", "", " ", "\t"]),
)
TEXTS = st.lists(st.one_of(LINES, st.sampled_from(["", "# a note", "nonsense"])), max_size=8).map("\n".join)


def kinds(findings: list[Finding]) -> Counter[tuple[str, str, str | None]]:
    return Counter((one.file, one.code, one.key) for one in findings)


def told_keys(findings: list[Finding], file: str) -> set[str | None]:
    return {one.key for one in findings if one.file == file}


@QUICK
@given(TEXTS)
def test_the_reader_of_a_workers_file_gets_what_it_got(text: str) -> None:
    sources = {**TWO_WORKERS, "worker-2.env": text.encode()}
    before = literal_values(sources["worker-2.env"])
    after, done = fix_all(sources)
    now = literal_values(after["worker-2.env"])
    if before is None:
        return  # the reader gave up on the file: a finding says so
    assert now is not None
    told = told_keys(done, "worker-2.env")
    assert {key: value for key, value in now.items() if key not in told} == {
        key: value for key, value in before.items() if key not in told
    }


@QUICK
@given(TEXTS)
def test_bash_gets_what_it_got(text: str) -> None:
    sources = {"run.env": text.encode(), "system.env": b"DR_WORKERS=1\n"}
    after, done = fix_all(sources)
    before, now = (lens(files, KEYS)["run.env"] for files in (sources, after))
    told = told_keys(done, "run.env")
    if "MY_A" in told:  # what is set from it changes with it
        told |= {key for key in KEYS if re.search(rf"{key} *= *\$MY_A", text)}
    for key in KEYS:
        if key not in told and before[key].source is not None:
            assert now[key].source == before[key].source, key


@QUICK
@given(TEXTS)
def test_a_value_that_a_fix_names_passes_the_check(text: str) -> None:
    sources = {**FILES, "run.env": FILES["run.env"] + text.encode() + b"\n"}
    findings = check_sources(sources)
    for finding in findings:
        setting = wanted(finding)
        data = set_wanted(sources, setting) if setting is not None else None
        if setting is None or data is None or finding.code == "duplicate-key":
            continue
        left = [one for one in check_sources({**sources, finding.file: data}) if one.severity != "info"]
        same = [one for one in left if (one.file, one.key, one.code) == (finding.file, finding.key, finding.code)]
        assert len(same) < kinds(findings)[finding.file, finding.code, finding.key] or finding.severity == "info"
        new = kinds(left) - kinds(findings)
        assert not {place for place in new if place[2] == finding.key}, (finding, new)


@QUICK
@given(TEXTS)
def test_a_line_made_a_comment_comes_back_without_its_sign(text: str) -> None:
    for name, sources in (
        ("run.env", {"run.env": text.encode()}),
        ("worker-2.env", {**TWO_WORKERS, "worker-2.env": text.encode()}),
    ):
        after, _ = fix_all(sources)
        old = sources[name].decode().split("\n")
        for line in after[name].decode().split("\n"):
            spaced = re.match(r"#\s*\w+ = ", line) is not None
            assert not spaced or line[1:] in old or line.strip() in {one.strip() for one in old}
            if line.startswith("#") and line not in old and EnvFile.parse(line.encode()).entries:
                restored = EnvFile.parse(line.lstrip("# ").encode()).entries[0]
                there = [entry for one in old for entry in EnvFile.parse(one.encode()).entries]
                same = (restored.key, restored.value) in [(entry.key, entry.value) for entry in there]
                assert same or line.lstrip("# ") in text


@pytest.mark.parametrize(
    ("line", "kept", "removed"),
    [
        ("  DR_WORLD_NAME=Monaco", "reinvent_base", "#  DR_WORLD_NAME=Monaco"),
        ("export DR_WORLD_NAME=Monaco", "reinvent_base", "#export DR_WORLD_NAME=Monaco"),
        ("DR_WORLD_NAME =Monaco", "reinvent_base", "#DR_WORLD_NAME =Monaco"),
    ],
)
def test_a_line_that_sets_another_name_never_counts(line: str, kept: str, removed: str) -> None:
    text = f"DR_WORLD_NAME={kept}\n{line}\n"
    sources = {**TWO_WORKERS, "worker-2.env": text.encode()}
    (finding,) = [one for one in check_sources(sources) if one.file == "worker-2.env" and one.line == 2]
    assert (finding.code, finding.severity) == ("worker-line", "warning")
    assert "line 1 counts" in finding.message
    after, _ = fix_all(sources)
    assert after["worker-2.env"].decode() == f"DR_WORLD_NAME={kept}\n{removed}\n"
    env = EnvFile.parse(sources["worker-2.env"], literal=True)
    assert env.get("DR_WORLD_NAME") == kept
    assert env.set("DR_WORLD_NAME", "Spain_track").data.startswith(b"DR_WORLD_NAME=Spain_track\n")


@pytest.mark.parametrize(
    "value", ["CHANGE_ME", "a/<your_name>", "[MODEL NAME]", "to-be-defined", "my/your-bucket-here", "{{ name }}"]
)
def test_a_placeholder_survives_the_fixes(value: str) -> None:
    text = FILES["run.env"].replace(
        b"DR_LOCAL_S3_MODEL_PREFIX=", f"DR_LOCAL_S3_MODEL_PREFIX={value}\nMY_OLD=".encode(), 1
    )
    after, _ = fix_all({**FILES, "run.env": text})
    for sources in ({**FILES, "run.env": text}, after):
        (finding,) = [one for one in check_sources(sources) if one.key == "DR_LOCAL_S3_MODEL_PREFIX"]
        assert (finding.code, finding.severity) == ("placeholder", "error")


def set_run(sources: Mapping[str, bytes], **values: str) -> dict[str, bytes]:
    env = EnvFile.parse(sources["run.env"])
    for key, value in values.items():
        env = env.set(key, value)
    return {**sources, "run.env": env.data}


@pytest.mark.parametrize(
    ("positions", "severity", "words"),
    [
        ("0.1,1;0.5,-1", "", ""),
        (".7,-1", "", ""),
        ("1e-1,1", "", ""),
        ("0.1,1;", "error", "ends with a ;"),
        (";0.1,1", "error", "begins with a ;"),
        ("0.1,1;;0.5,1", "error", "second ; in a row"),
        ("0.1,1.0", "error", "whole number"),
        ("0.1", "error", "no position"),
        ("x,1", "error", "no position"),
        ("nan,1", "error", "no position"),
        ("0.1,0", "warning", "counts as 1"),
        ("0.1,1,2", "warning", "ignored"),
        ("1.5,1", "warning", "a lap goes from 0 to 1"),
    ],
)
def test_positions_are_judged_as_the_simapp_parses_them(positions: str, severity: str, words: str) -> None:
    sources = set_run(FILES, DR_RACE_TYPE="OBJECT_AVOIDANCE", DR_OA_OBJECT_POSITIONS=positions)
    found = [one for one in check_sources(sources) if one.code == "object-positions"]
    assert [str(one.severity) for one in found] == ([severity] if severity else [])
    assert all(words in one.message for one in found)


@pytest.mark.parametrize(
    ("text", "line", "words", "repaired"),
    [
        ('{\n"a": 1, // note\n"b": 2\n}', 2, "comment", '{\n"a": 1,\n"b": 2\n}'),
        ('{\n# note\n"a": 1\n}', 2, "comment", '{\n\n"a": 1\n}'),
        ('{\n/* a\nb */\n"a": 1\n}', 2, "comment", '{\n\n"a": 1\n}'),
        ('{\n"a": 1\n"b": 2\n}', 2, "comma is missing", '{\n"a": 1,\n"b": 2\n}'),
        ('{\n"a": [1, 2,],\n"b": 2\n}', 2, "comma behind the last", '{\n"a": [1, 2],\n"b": 2\n}'),
        ('{\n"a": 1,\n}', 2, "comma behind the last", '{\n"a": 1\n}'),
        ('{\n"a": True\n}', 2, "no True", '{\n"a": true\n}'),
        ('{\n"a": 1,, "b": 2\n}', 2, "comma too many", '{\n"a": 1, "b": 2\n}'),
        ('{\n"a": [1, 2\n}', 3, 'wants a "]"', None),
        ('{\n"a": 1\n', 2, "} is missing", None),
        ('{\n"a: 1\n}', 2, "not closed", None),
        ("{\n'a': 1\n}", 2, "single quotes", None),
        ("{\na: 1\n}", 2, "no quotes", None),
        ('{\n"a" 1\n}', 2, "colon", None),
        ('{\n"a": \n}', 3, "value is missing", None),
        ('{\n"a": .5\n}', 2, "no number of JSON", None),
        ('{\n"a": 1}\n}', 3, "too many", None),
        ('{\n"a": \u201cx\u201d\n}', 2, "typographic quote", None),
    ],
)
def test_broken_json_is_named_and_mended_where_that_is_certain(
    text: str, line: int, words: str, repaired: str | None
) -> None:
    sources = {**FILES, "hyperparameters.json": text.encode()}
    (finding,) = [one for one in check_sources(sources) if one.code == "broken-json"]
    assert (finding.line, words in finding.message) == (line, True), finding
    assert (finding.fix is not None and finding.fix.automatic) == (repaired is not None)
    after, _ = fix_all(sources)
    assert after["hyperparameters.json"].decode() == (repaired or text)


def test_utf_16_is_named_and_converted_on_request() -> None:
    for codec in ("utf-16", "utf-16-le", "utf-16-be"):
        sources = {**FILES, "run.env": FILES["run.env"].decode().encode(codec)}
        (finding,) = check_sources(sources)
        assert (finding.code, finding.advice) == ("utf-16", "Convert it to UTF-8.")
        assert fix_all(sources)[0] == FILES


def test_what_says_the_same_is_one_finding() -> None:
    choices = b"".join(b"#DR_WORKERS=%d\n" % n for n in range(4, 9))
    sources = {**FILES, "system.env": FILES["system.env"] + choices}
    (finding,) = check_sources(sources)
    assert len(finding.lines) == 5
    assert "5 times" in finding.message
    worker = b"DR_WORLD_NAME=Monaco\nDR_CAR_COLOR=Red\nDR_RACE_TYPE=TIME_TRIAL\nDR_TRAIN_REVERSE_DIRECTION=True\n"
    pasted = {**TWO_WORKERS, "worker-2.env": worker * 2}
    (again,) = [one for one in check_sources(pasted) if one.file == "worker-2.env"]
    assert (again.code, again.lines) == ("duplicate-key", (5, 6, 7, 8))
    after, _ = fix_all(pasted)
    assert after["worker-2.env"] == b"".join(b"#" + line for line in worker.splitlines(True)) + worker


@pytest.mark.parametrize(
    ("name", "track"),
    [
        ("reInvent2018_track", "reinvent_base"),
        ("re:Invent 2018", "reinvent_base"),
        ("reInvent2019_Track", "reInvent2019_track"),
    ],
)
def test_another_year_is_another_track(name: str, track: str) -> None:
    sources = set_run(FILES, DR_WORLD_NAME=name)
    (finding,) = [one for one in check_sources(sources) if one.code == "unknown-track"]
    assert track in f"{finding.message} {finding.advice}"
    assert "2019" not in finding.advice or "2019" in name


def test_a_key_moves_to_the_json_file_that_is_read() -> None:
    moved = FILES["model_metadata.json"].replace(b'"version": "5"', b'"version": "5",\n  "lr": 0.001')
    hyper = b'{\n  "batch_size": 64\n}\n'
    after, done = fix_all({**FILES, "model_metadata.json": moved, "hyperparameters.json": hyper})
    assert "misplaced-key" in {one.code for one in done}
    assert b'"lr"' not in after["model_metadata.json"]
    assert b'"lr": 0.001' in after["hyperparameters.json"]


@pytest.mark.parametrize(
    ("distance", "severity", "words"),
    [
        ("1", "warning", "same place"),
        ("0", "warning", "same place"),
        ("0.5", "warning", "2 places only"),
        ("0.05", "info", "2 iterations cover the lap"),
        ("0.1", "", ""),
    ],
)
def test_what_is_said_about_starts_is_what_the_simapp_does(distance: str, severity: str, words: str) -> None:
    sources = set_run(FILES, DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST=distance)
    found = [one for one in check_sources(sources) if one.code == "round-robin"]
    assert [str(one.severity) for one in found] == ([severity] if severity else [])
    assert all(words in one.message for one in found)


def test_nothing_is_said_about_starts_without_the_files_that_decide() -> None:
    for missing in ("run.env", "system.env", "hyperparameters.json"):
        sources = {name: data for name, data in FILES.items() if name != missing}
        assert [one.code for one in check_sources(sources)] == ["missing-file"]
