"""The check and the lens never contradict each other: what the check is silent about, the shells read as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand
from dots_tui.custom_files.facts import is_per_worker
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import parse_env
from dots_tui.custom_files.lens import lens

FORMS = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "env-forms.json"
needs_forms = pytest.mark.skipif(not FORMS.is_file(), reason="the sample files are not beside this checkout")

LINES = [
    "DR_X=a", "DR_X=", "DR_X=$DR_Y/a", "DR_X=${DR_Y}_a", "DR_X=${DR_Z:-a}", 'DR_X="a;b"', "DR_X=a?", "#DR_X=a", "",
    "DR_X=a # b", "  # DR_X=b", "DR_X=a b", "DR_X='a b'", "DR_X = a", "DR_X= a", " DR_X=a", "DR_X=a ", "DR_X=a=b",
    "DR_X", "DR_X=a;b", "DR_X=a&b", "DR_X=a(b)", "DR_X=a>b", "DR_X=<A>", "DR_X=it's", "DR_X=`q`", "DR_X=$(q)",
    "DR_X=a\\b", "DR_X=a\\", "DR_X=~/a", "DR_X=a:~", "export DR_X=a", "DR_X={a,b}", "DR_X=$1", "DR_X=$$",
    "DR_X=$'a'", "DR_X=${DR_Y:+a}", "DR_X=${", "DR_X=$((1))", "DR_X+=a", "DR_X=(a)", "DR_X=a\r",
    "\ufeffDR_X=a", "DR-X=a", "DR_X=\"a'b\"", "DR_X=\"`q`'\"'",
]  # fmt: skip
_TOKENS = [
    "DR_X=", "DR_Y=", "q", "7", " ", "\t", "\n", "#", "'", '"', "\\", "$", "$DR_Y", "${DR_Y}", "${DR_NOPE:-q}", ";",
    "&", "|", "~", ":", "/", ",", "!", "*", "{", "}", "(", ")", "<", ">", "`", "=", "export ", "\r", "é", "${",
    "$((1+1))", "$1", "{a,b}", "$'q'", "+=", "#DR_X=old",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(_TOKENS), min_size=1, max_size=10).map(lambda tokens: "DR_Y=1\n" + "".join(tokens))


def form_texts() -> list[Any]:
    if not FORMS.is_file():
        return []
    return [pytest.param(form["text"], id=form["case"]) for form in json.loads(FORMS.read_text("utf-8"))["cases"]]


_OF_LINES = {"export-prefix", "indented-key", "needless-quotes", "trailing-blank"}
"""Infos about lines that bash and DRFC read alike, and other readers do not."""


def matters(text: str) -> list[Finding]:
    """The findings about how the lines of run.env are written."""
    findings = check_sources({"run.env": text.encode("utf-8", "surrogateescape")})
    return [f for f in findings if f.line and f.file == "run.env" and (f.severity != "info" or f.code in _OF_LINES)]


def assert_no_contradiction(text: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    if matters(text):
        return
    meant = expand([EnvFile.parse(data)])
    for key, reading in lens({"run.env": data})["run.env"].items():
        assert (key, reading.effects) == (key, ())
        assert (key, reading.source, reading.drfc) == (key, meant[key], meant[key])


def assert_told(text: str) -> None:
    """What the check says a shell does is what the lens says too."""
    seen = lens({"run.env": text.encode()})["run.env"]
    for finding in matters(text):
        reading = seen.get(finding.key or "")
        if reading is None:
            continue
        effects = " ".join(reading.effects)
        if finding.code == "command-substitution":
            assert "runs a command" in effects
        elif finding.code in ("unquoted-space", "quoted-space", "second-equals", "shell-character", "open-quote"):
            assert not reading.agree
            assert reading.source is None or reading.effects or reading.drfc != reading.source
        elif finding.code == "shell-expansion":
            assert not reading.agree
        elif finding.code == "inline-comment":
            assert "drfc: prints all exported variables" in effects
        elif finding.code == "export-prefix":
            assert "drfc: sets other variables (export)" in effects


@pytest.mark.parametrize("text", [*(line + "\n" for line in LINES), *LINES])
def test_a_line(text: str) -> None:
    assert_no_contradiction("DR_Y=1\n" + text)
    assert_told("DR_Y=1\n" + text)


@needs_forms
@pytest.mark.parametrize("text", form_texts())
def test_a_recorded_form(text: str) -> None:
    assert_no_contradiction(text)
    assert_told(text)
    reading = lens({"run.env": text.encode()}, ["DR_X"])["run.env"]["DR_X"]
    if reading.agree:
        assert {finding.code for finding in matters(text)} <= {"missing-key"}


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_lines(text: str) -> None:
    assert_no_contradiction(text)


_WORKER_TOKENS = [
    "DR_CAR_COLOR=", "DR_WORLD_NAME=", "Red", "q", " ", "\n", "\n", "#", "'", '"', "\\", "$DR_Y", ";", "=", "export ",
    "\r\n", "\x0b", "\u2028", 'DR_OA_OBJECT_POSITIONS="0.1,1"', "\ufeff",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_WORKER_TOKENS), min_size=1, max_size=8).map("".join))
def test_any_lines_of_a_workers_file(text: str) -> None:
    data = text.encode()
    run = b"DR_WORKERS=2\nDR_TRAIN_MULTI_CONFIG=True\n"
    findings = check_sources({"system.env": run, "run.env": b"", "worker-2.env": data})
    judged = {"unknown-choice", "unknown-track", "object-positions"}
    silent = not any(
        f.file == "worker-2.env" and f.line and f.severity != "info" and f.code not in judged for f in findings
    )
    env = parse_env("worker-2.env", data)
    for key, reading in lens({"worker-2.env": data})["worker-2.env"].items():
        if silent and is_per_worker(key):
            assert (key, reading.worker) == (key, env.get(key))
