"""The record of a run's phases, as the instance writes it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dots_tui.aws import packaged
from dots_tui.aws.templates.instance import phases

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STACK_NAME", "run-1")
    monkeypatch.setenv("STACK_ID", "arn:stack/run-1")
    monkeypatch.setenv("INSTANCE_ID", "i-0abc")
    return tmp_path / "phases.json"


def _phases(record: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(record.read_text())["phases"]
    return found


def test_every_write_contains_all_phases(record: Path) -> None:
    phases.main([str(record), "files", "getting the custom files"])
    phases.main([str(record), "machine", "looking at Docker"])
    whole = json.loads(record.read_text())
    assert (whole["version"], whole["stack"], whole["instance"]) == (1, "run-1", "i-0abc")
    assert [one["name"] for one in whole["phases"]] == ["files", "machine"]
    assert set(whole["phases"][0]) == {"name", "at", "message"}
    assert record.stat().st_mode & 0o777 == 0o644
    assert list(record.parent.iterdir()) == [record]


def test_a_repeated_phase_keeps_its_begin(record: Path) -> None:
    begin = {"name": "simulations", "at": "2026-01-01T00:00:00Z", "message": "1 of 3"}
    record.write_text(json.dumps({"version": 1, "phases": [begin]}))
    phases.main([str(record), "simulations", "3 of 3"])
    assert _phases(record) == [{**begin, "message": "3 of 3"}]


def test_a_failure_has_a_reason_and_clean_last_words(record: Path, tmp_path: Path) -> None:
    words = tmp_path / "drfc.log"
    words.write_bytes(
        b"noise\n" * 9000
        + b"\x1b[31mNo X Server\x1b[0m \x1b]52;c;aGk=\x07on :99\x00\r\n\xff aws_secret_access_key = abc\n"
    )
    phases.main([str(record), "failed", "no X", "--reason", "no-x-server", "--words", str(words)])
    [failed] = _phases(record)
    assert failed["reason"] == "no-x-server"
    assert failed["last_words"].splitlines()[-2:] == ["No X Server on :99", "\ufffd aws_secret_access_key[removed]"]
    assert len(failed["last_words"]) <= phases.WORDS_CHARACTERS
    assert len(failed["last_words"].splitlines()) <= phases.WORDS_LINES


def test_a_failure_without_a_file_has_empty_last_words(record: Path, tmp_path: Path) -> None:
    phases.main([str(record), "failed", "x", "--reason", "no-docker", "--words", str(tmp_path / "missing")])
    assert _phases(record)[0]["last_words"] == ""


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2, "phases": []}', '{"version": 1, "phases": {}}', "[" * 99999]
)
def test_a_damaged_record_is_begun_anew(record: Path, text: str) -> None:
    record.write_text(text)
    phases.main([str(record), "files", "again"])
    assert [one["name"] for one in _phases(record)] == ["files"]


def test_a_long_message_is_cut(record: Path) -> None:
    phases.main([str(record), "files", "a" * 9999])
    assert len(_phases(record)[0]["message"]) == phases.MESSAGE_CHARACTERS


@pytest.mark.parametrize(
    ("stack", "expected"), [("arn:stack/run-1", ["saved", "files"]), ("arn:stack/other", ["files"])]
)
def test_only_the_phases_of_the_same_stack_are_continued(
    record: Path, tmp_path: Path, stack: str, expected: list[str]
) -> None:
    there = tmp_path / "there.json"
    saved = {"name": "saved", "at": "2026-01-01T00:00:00Z", "message": "m"}
    there.write_text(json.dumps({"version": 1, "stack_id": stack, "phases": [saved]}))
    phases.main([str(record), "files", "m"])
    for _ in range(2):
        phases.main([str(record), "merge", str(there)])
        assert [one["name"] for one in _phases(record)] == expected


def test_the_next_prefix_of_an_interrupted_run_is_named(record: Path) -> None:
    phases.main([str(record), "stopping", "interrupted", "--next", "training/run-2"])
    phases.main([str(record), "saved", "done"])
    assert json.loads(record.read_text())["next"] == "training/run-2"


def test_every_reason_of_the_scripts_is_documented() -> None:
    scripts = b"\n".join(text for name, text in packaged.instance_files().items() if name.endswith(".sh")).decode()
    given = set(re.findall(r"^[^#\n]*\bfail ([a-z][a-z-]*)", scripts, re.MULTILINE))
    section = re.search(r"^- `reason` is a code(.*?)^- ", ARCHITECTURE.read_text(), re.MULTILINE | re.DOTALL)
    assert section is not None
    documented = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", section[1]))
    assert given == documented
