"""A launch that is cut short before there is a stack: what it left is known at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dots_tui.aws import launch_notes, stacks, training_stack
from dots_tui.aws.bucket import list_below
from dots_tui.aws.leftovers import LaunchRefused, clean
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import AwsError, LoopbackAws

POLL_S = 0.01
KILLED = """
import os, signal, sys
from pathlib import Path
from dots_tui.aws import training_stack
from dots_tui.aws.launch_plan import LaunchChoices
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
aws, files = Aws(), CustomFiles.open(Path(sys.argv[1]))
planned = training_stack.plan(aws, files, LaunchChoices("base", "run-1"))
for number, event in enumerate(training_stack.launch(aws, planned, files, poll_s=0.01)):
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def _cut_short(aws: Aws) -> list[launch_notes.LaunchNote]:
    return launch_notes.cut_short(aws.identity().account, stacks.list_stacks(aws), ["us-east-1"])


def _bucket(aws: Aws) -> str:
    return dict(stacks.get_stack(aws, "base").outputs)["Bucket"]


def _launch(aws: Aws, files: CustomFiles, name: str = "run-1") -> None:
    planned = training_stack.plan(aws, files, LaunchChoices("base", name))
    for _ in training_stack.launch(aws, planned, files, poll_s=POLL_S):
        pass


@pytest.fixture
def killed(aws: Aws, base: str, files: CustomFiles) -> launch_notes.LaunchNote:
    """A launch whose program was killed after its third upload; one of its files was there before."""
    aws.client("s3").put_object(Bucket=_bucket(aws), Key="custom_files/run.env", Body=b"of an earlier run")
    done = subprocess.run([sys.executable, "-c", KILLED, str(files.root)], env=os.environ, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    [note] = _cut_short(aws)
    return note


def test_a_killed_launch_is_known_and_cleaned_up(aws: Aws, killed: launch_notes.LaunchNote) -> None:
    assert (killed.stack, killed.region, killed.replaced, len(killed.added)) == ("run-1", "us-east-1", 1, 4)
    assert "The launch of run-1 in us-east-1" in launch_notes.words(killed)
    assert "no stack was made" in launch_notes.words(killed)
    present = {one.key for one in list_below(aws, _bucket(aws), "custom_files")}
    assert launch_notes.clean(aws, killed, stacks.list_stacks(aws)) == len(present - {"custom_files/run.env"})
    assert [one.name for one in list_below(aws, _bucket(aws), "custom_files")] == ["run.env"]
    assert _cut_short(aws) == []


def test_launched_again_it_is_forgotten(aws: Aws, killed: launch_notes.LaunchNote, files: CustomFiles) -> None:
    _launch(aws, files)
    assert _cut_short(aws) == []
    assert list(launch_notes.read()) == []


def test_files_another_training_reads_are_left(aws: Aws, killed: launch_notes.LaunchNote, files: CustomFiles) -> None:
    _launch(aws, files, "run-2")
    before = list_below(aws, _bucket(aws), "custom_files")
    with pytest.raises(AwsProblem) as caught:
        launch_notes.clean(aws, killed, stacks.list_stacks(aws))
    assert caught.value.code == "shared"
    assert "run-2" in caught.value.what
    assert list_below(aws, _bucket(aws), "custom_files") == before


def test_a_note_whose_stack_exists_after_all_is_dropped(
    aws: Aws, base: str, files: CustomFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed_before_it:
        killed_before_it.setattr(launch_notes, "drop", lambda _note: None)
        _launch(aws, files)
    [note] = launch_notes.read()
    launch_notes.write(replace(note, process=0))
    assert _cut_short(aws) == []
    assert list(launch_notes.read()) == []


def test_a_launch_that_is_under_way_is_not_cut_short(aws: Aws, base: str, files: CustomFiles) -> None:
    events = training_stack.launch(aws, training_stack.plan(aws, files, LaunchChoices("base", "run-1")), files)
    next(events)
    assert [note.stack for note in launch_notes.read()] == ["run-1"]
    assert _cut_short(aws) == []
    events.close()  # type: ignore[attr-defined]
    assert [note.stack for note in _cut_short(aws)] == ["run-1"]


def test_a_refused_launch_is_remembered_until_it_is_cleaned_up(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    def refuse(_request: dict[str, Any]) -> None:
        raise AwsError("AccessDenied", "not authorized to perform: cloudformation:CreateStack", 403)

    cloud.hooks["cloudformation", "CreateStack"] = refuse
    with pytest.raises(LaunchRefused) as caught:
        _launch(aws, files)
    assert [note.stack for note in _cut_short(aws)] == ["run-1"]
    clean(aws, caught.value)
    assert _cut_short(aws) == []


def test_what_is_no_note_is_passed_over(tmp_path: Path) -> None:
    launch_notes.folder().mkdir(parents=True)
    for name, text in {"a.json": "{", "b.json": "[]", "c.json": '{"added": []}'}.items():
        (launch_notes.folder() / name).write_text(text, encoding="utf-8")
    assert list(launch_notes.read()) == []


def test_without_a_place_for_the_note_nothing_is_uploaded(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    launch_notes.folder().parent.mkdir(parents=True)
    launch_notes.folder().write_text("in the way", encoding="utf-8")
    cloud.calls.clear()
    with pytest.raises(AwsProblem) as caught:
        _launch(aws, files)
    assert caught.value.code == "no-note"
    assert ("s3", "PutObject") not in cloud.calls
