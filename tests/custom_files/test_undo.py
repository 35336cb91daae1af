"""One history of a document: steps are taken back and done again, typing in groups, in bounded memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.custom_files import undo
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.custom_files.undo import UndoSteps


class Clock:
    """A clock a test turns by hand, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def document(tmp_path: Path, clock: Clock) -> Document:
    (tmp_path / "run.env").write_bytes(b"A=1\n")
    document = Document.load(CustomFiles.open(tmp_path), "run.env")
    document.steps = UndoSteps(clock)
    return document


def test_steps_of_the_form_are_taken_back_one_by_one_and_done_again(document: Document) -> None:
    document.edit(b"A=2\n", step=True)
    document.edit(b"A=3\n", step=True)
    assert document.undo()
    assert document.data == b"A=2\n"
    assert document.undo()
    assert document.data == b"A=1\n"
    assert not document.dirty
    assert not document.undo()
    assert document.redo()
    assert document.redo()
    assert document.data == b"A=3\n"
    assert not document.redo()


def test_typing_without_a_pause_is_one_step(document: Document, clock: Clock) -> None:
    for data in (b"A=12\n", b"A=123\n", b"A=1234\n"):
        clock.now += 0.3
        document.edit(data)
    clock.now += 5
    document.edit(b"A=12345\n")
    assert document.undo()
    assert document.data == b"A=1234\n"
    assert document.undo()
    assert document.data == b"A=1\n"


def test_a_new_line_begins_a_new_step(document: Document) -> None:
    for data in (b"A=12\n", b"A=12\n\n", b"A=12\nB\n"):
        document.edit(data)
    document.undo()
    assert document.data == b"A=12\n"
    document.undo()
    assert document.data == b"A=1\n"


def test_form_and_typing_do_not_join(document: Document) -> None:
    document.edit(b"A=12\n")
    document.edit(b"A=7\n", step=True)
    document.edit(b"A=78\n")
    seen = []
    while document.undo():
        seen.append(document.data)
    assert seen == [b"A=7\n", b"A=12\n", b"A=1\n"]


def test_a_new_change_drops_what_was_taken_back(document: Document) -> None:
    document.edit(b"A=2\n", step=True)
    document.undo()
    document.edit(b"A=5\n", step=True)
    assert not document.redo()
    assert document.data == b"A=5\n"


def test_saving_ends_a_step_and_keeps_the_history(document: Document) -> None:
    document.edit(b"A=12\n")
    document.save()
    document.edit(b"A=123\n")
    document.undo()
    assert document.data == b"A=12\n"
    assert not document.dirty
    document.undo()
    assert document.dirty


def test_reading_the_file_again_can_be_taken_back(document: Document) -> None:
    document.edit(b"A=mine\n", step=True)
    document.reload()
    assert document.data == b"A=1\n"
    document.undo()
    assert document.data == b"A=mine\n"


def test_an_edit_that_changes_nothing_is_no_step(document: Document) -> None:
    document.edit(b"A=1\n", step=True)
    assert not document.undo()


def test_typing_that_was_deleted_again_is_passed_over(document: Document) -> None:
    document.edit(b"A=2\n", step=True)
    document.edit(b"A=23\n")
    document.edit(b"A=2\n")
    document.undo()
    assert document.data == b"A=1\n"


def test_the_history_is_bounded(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "MOST_STEPS", 3)
    for number in range(10):
        document.edit(b"A=%d\n" % (number + 10), step=True)
    taken = 0
    while document.undo():
        taken += 1
    assert taken == 3
    monkeypatch.setattr(undo, "MOST_BYTES", 100)
    for letter in b"abcdef":
        document.edit(bytes([letter]) * 60, step=True)
    taken = 0
    while document.undo():
        taken += 1
    assert taken == 1


@given(st.lists(st.binary(max_size=4), max_size=20), st.booleans())
def test_all_that_was_done_can_be_undone_and_redone(contents: list[bytes], step: bool) -> None:
    steps = UndoSteps()
    current = first = b"first"
    for data in contents:
        if data != current:
            steps.record(current, data, step=step)
            current = data
    last = current
    while (data_before := steps.undo(current)) is not None:
        current = data_before
    assert current == first
    while (data_after := steps.redo(current)) is not None:
        current = data_after
    assert current == last
