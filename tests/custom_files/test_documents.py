"""A document knows what is unsaved and notices when the disk changes under it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dots_tui.custom_files.documents import ChangedOnDisk, Document
from dots_tui.custom_files.folder import CustomFiles, FolderProblem


@pytest.fixture
def document(tmp_path: Path) -> Document:
    (tmp_path / "run.env").write_bytes(b"\xef\xbb\xbfDR_X=1\r\n")
    return Document.load(CustomFiles.open(tmp_path), "run.env")


def path_of(document: Document) -> Path:
    return document.files.path(document.name)


def test_a_loaded_document_is_what_is_on_disk(document: Document) -> None:
    assert document.data == document.saved == b"\xef\xbb\xbfDR_X=1\r\n"
    assert document.text == "DR_X=1\n"
    assert not document.dirty
    assert not document.changed_on_disk()


def test_an_edit_is_dirty_until_it_is_saved(document: Document) -> None:
    document.edit(b"DR_X=2\n")
    assert [document.dirty, path_of(document).read_bytes()] == [True, b"\xef\xbb\xbfDR_X=1\r\n"]
    document.save()
    assert not document.dirty
    assert path_of(document).read_bytes() == b"DR_X=2\n"
    assert not document.changed_on_disk()
    document.edit(b"DR_X=3\n")
    document.save()
    assert path_of(document).read_bytes() == b"DR_X=3\n"


def test_an_edit_taken_back_is_not_dirty(document: Document) -> None:
    before = document.data
    document.edit(b"")
    document.edit(before)
    assert not document.dirty


def test_a_change_on_disk_is_noticed_and_not_overwritten(document: Document) -> None:
    path_of(document).write_bytes(b"DR_X=other\n")
    assert document.changed_on_disk()
    document.edit(b"DR_X=mine\n")
    with pytest.raises(ChangedOnDisk, match=r"run\.env was changed or removed by another program\. Reload it"):
        document.save()
    assert path_of(document).read_bytes() == b"DR_X=other\n"
    assert document.data == b"DR_X=mine\n"
    document.save(force=True)
    assert path_of(document).read_bytes() == b"DR_X=mine\n"
    assert not document.changed_on_disk()


def test_reloading_takes_the_version_on_disk(document: Document) -> None:
    document.edit(b"DR_X=mine\n")
    path_of(document).write_bytes(b"DR_X=other\n")
    document.reload()
    assert document.data == document.saved == b"DR_X=other\n"
    assert not document.changed_on_disk()


def test_a_touch_is_no_change(document: Document) -> None:
    os.utime(path_of(document), ns=(1, 1))
    assert not document.changed_on_disk()


def test_a_change_that_keeps_time_and_size_is_found_when_saving(document: Document) -> None:
    path = path_of(document)
    status = path.stat()
    path.write_bytes(document.data.replace(b"1", b"9"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not document.changed_on_disk()
    document.edit(b"DR_X=mine\n")
    with pytest.raises(ChangedOnDisk):
        document.save()


def test_a_removed_file_counts_as_changed_and_can_be_saved_again(document: Document) -> None:
    path_of(document).unlink()
    assert document.changed_on_disk()
    with pytest.raises(ChangedOnDisk):
        document.save()
    with pytest.raises(FolderProblem, match="does not exist"):
        document.reload()
    document.save(force=True)
    assert path_of(document).read_bytes() == document.data


def test_a_failed_save_keeps_the_edits(document: Document) -> None:
    path_of(document).unlink()
    path_of(document).mkdir()
    document.edit(b"DR_X=mine\n")
    with pytest.raises(FolderProblem):
        document.save(force=True)
    assert document.dirty
    assert document.data == b"DR_X=mine\n"


def test_what_cannot_be_read_cannot_be_loaded(document: Document) -> None:
    with pytest.raises(FolderProblem, match=r"system\.env does not exist"):
        Document.load(document.files, "system.env")
