"""Drafts: unsaved changes outlive the program, for one pair of eyes, and never overwrite another's work."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.drafts import Draft, Drafts, moment, take_up
from dots_tui.custom_files.folder import CustomFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "custom-files"
    folder.mkdir()
    (folder / "run.env").write_bytes(b"A=1\n")
    return folder


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "state" / "drafts")


def load(root: Path) -> Document:
    return Document.load(CustomFiles.open(root), "run.env")


def the_file(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "state" / "drafts").iterdir()
    return path


def test_a_draft_is_found_again_byte_for_byte(root: Path, drafts: Drafts) -> None:
    draft = Draft("run.env", b"\xef\xbb\xbfA=1\r\n", b"A=\xff\n\n{}", 1234.5)
    drafts.keep(root, draft)
    assert drafts.find(root, "run.env") == draft
    assert drafts.find(root, "system.env") is None
    assert drafts.find(root.parent, "run.env") is None


def test_only_the_racer_can_read_it(root: Path, drafts: Drafts, tmp_path: Path) -> None:
    drafts.keep(root, Draft("run.env", b"", b"A=secret\n", 0.0))
    assert the_file(tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_newer_draft_takes_the_place_and_a_dropped_one_is_gone(root: Path, drafts: Drafts, tmp_path: Path) -> None:
    drafts.keep(root, Draft("run.env", b"A=1\n", b"A=2\n", 1.0))
    drafts.keep(root, Draft("run.env", b"A=1\n", b"A=3\n", 2.0))
    found = drafts.find(root, "run.env")
    assert found is not None
    assert found.data == b"A=3\n"
    drafts.drop(root, "run.env")
    drafts.drop(root, "run.env")
    assert drafts.find(root, "run.env") is None
    assert list((tmp_path / "state" / "drafts").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[1]\n", b"not json\n", b'{"format":1,"base":1,"data":9}\nx'])
def test_a_damaged_draft_is_none(root: Path, drafts: Drafts, tmp_path: Path, content: bytes) -> None:
    drafts.keep(root, Draft("run.env", b"A=1\n", b"A=2\n", 1.0))
    the_file(tmp_path).write_bytes(content)
    assert drafts.find(root, "run.env") is None


def test_unsaved_changes_come_back_and_can_be_taken_back(root: Path, drafts: Drafts) -> None:
    drafts.keep(root, Draft("run.env", b"A=1\n", b"A=2\n", 1.0))
    document = load(root)
    restored, undecided = take_up(drafts, {"run.env": document})
    assert [draft.name for draft in restored] == ["run.env"]
    assert undecided == []
    assert document.data == b"A=2\n"
    assert document.saved == b"A=1\n"
    document.undo()
    assert not document.dirty


def test_a_file_changed_since_is_left_for_the_user_to_decide(root: Path, drafts: Drafts) -> None:
    draft = Draft("run.env", b"A=0\n", b"A=2\n", 1.0)
    drafts.keep(root, draft)
    document = load(root)
    assert take_up(drafts, {"run.env": document}) == ([], [draft])
    assert not document.dirty
    assert drafts.find(root, "run.env") == draft


def test_a_draft_of_what_is_on_disk_is_dropped(root: Path, drafts: Drafts) -> None:
    drafts.keep(root, Draft("run.env", b"A=0\n", b"A=1\n", 1.0))
    assert take_up(drafts, {"run.env": load(root)}) == ([], [])
    assert drafts.find(root, "run.env") is None


def test_another_day_is_named() -> None:
    assert len(moment(0).split()) == 3
