"""Saving, following the disk, restoring versions and drafts: the flows, answered from a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dots_tui.app.conflict_flow import Decision, settle_change
from dots_tui.app.document_flow import follow_disk, reload, restore_version, save
from dots_tui.app.draft_keeper import DraftKeeper
from dots_tui.app.file_fixes import apply_changes, fix_everything
from dots_tui.app.folder_flow import ask_for_folder, create_default, create_folder
from dots_tui.app.port import Confirmation, DiffPreview, Selection
from dots_tui.app.saved_versions import history_of
from dots_tui.app.workspace import Workspace
from dots_tui.config.settings import Folders, SettingsFile
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.env_file import EnvFile
from tests.app.answers import AnsweringPort


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_defaults(tmp_path / "custom-files")
    return tmp_path / "custom-files"


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    return _workspace(folder)


def _workspace(folder: Path) -> Workspace:
    folders = Folders.of_user()
    workspace = Workspace(folders, SettingsFile.load(folders), start=folder)
    workspace.open_folder(folder)
    return workspace


def _run(workspace: Workspace) -> Document:
    return workspace.documents["run.env"]


def _with(data: bytes, **values: str) -> bytes:
    env = EnvFile.parse(data)
    for key, value in values.items():
        env = env.set(key, value)
    return env.data


def _told(port: AnsweringPort) -> str:
    return "\n".join(note.text for note in port.told)


async def test_saving_keeps_the_previous_version(workspace: Workspace, folder: Path) -> None:
    document, port = _run(workspace), AnsweringPort()
    before = document.data
    document.edit(_with(before, DR_CAR_NAME="Mine"))
    assert await save(port, workspace, document)
    assert (folder / "run.env").read_bytes() == document.data
    (version,) = history_of(workspace).versions(folder, "run.env")
    assert version.read() == before
    assert _told(port) == "run.env saved."


@pytest.mark.parametrize("yes", [True, False])
async def test_a_removed_file_is_written_again_only_after_a_confirmation(
    workspace: Workspace, folder: Path, yes: bool
) -> None:
    document, port = _run(workspace), AnsweringPort([yes])
    document.edit(_with(document.data, DR_CAR_NAME="Mine"))
    (folder / "run.env").unlink()
    assert await save(port, workspace, document) is yes
    assert isinstance(port.asked[0], Confirmation)
    assert (folder / "run.env").exists() is yes
    assert document.dirty is not yes


async def test_a_canceled_merge_changes_nothing(workspace: Workspace, folder: Path) -> None:
    document, port = _run(workspace), AnsweringPort(["merge", None])
    saved = document.data
    (folder / "run.env").write_bytes(_with(saved, DR_CAR_NAME="Theirs"))
    document.edit(mine := _with(saved, DR_CAR_NAME="Mine"))
    assert await settle_change(port, document) is None
    assert (document.saved, document.data) == (saved, mine)


async def test_a_merge_takes_each_key_as_answered(workspace: Workspace, folder: Path) -> None:
    document = _run(workspace)
    saved = document.data
    (folder / "run.env").write_bytes(_with(saved, DR_CAR_NAME="Theirs", DR_WORLD_NAME="Oval_track"))
    document.edit(_with(saved, DR_CAR_NAME="Mine", DR_WORLD_NAME="arctic_pro", DR_RACE_TYPE="OBJECT_AVOIDANCE"))
    port = AnsweringPort(["merge", "mine", "theirs"])
    assert await settle_change(port, document) is Decision.OTHER
    asked = [question.title for question in port.asked[1:]]
    answers = dict(zip(asked, ("Mine", "Theirs")))
    env = EnvFile.parse(document.data)
    mine, theirs = {"DR_CAR_NAME": "Mine", "DR_WORLD_NAME": "arctic_pro"}, {"DR_CAR_NAME": "Theirs"}
    for key, answer in answers.items():
        assert env.get(key) == (mine[key] if answer == "Mine" else {**theirs, "DR_WORLD_NAME": "Oval_track"}[key])
    assert env.get("DR_RACE_TYPE") == "OBJECT_AVOIDANCE"


async def test_a_file_that_changes_during_the_question_is_asked_about_again(workspace: Workspace, folder: Path) -> None:
    document, path = _run(workspace), folder / "run.env"
    saved = document.data
    path.write_bytes(_with(saved, DR_CAR_NAME="First"))
    second = _with(saved, DR_CAR_NAME="Second")

    def answer_late() -> str:
        path.write_bytes(second)
        return "theirs"

    document.edit(_with(saved, DR_CAR_NAME="Mine"))
    port = AnsweringPort([answer_late, "theirs"])
    assert await settle_change(port, document) is Decision.OTHER
    assert len(port.asked) == 2
    assert document.data == second
    assert not document.dirty


async def test_a_change_on_disk_is_loaded_or_waits_for_its_question(workspace: Workspace, folder: Path) -> None:
    document, port = _run(workspace), AnsweringPort(["mine"])
    theirs = _with(document.data, DR_CAR_NAME="Theirs")
    (folder / "run.env").write_bytes(theirs)
    assert await follow_disk(port, document, may_ask=False)
    assert document.data == theirs
    document.edit(_with(theirs, DR_CAR_NAME="Mine"))
    (folder / "run.env").write_bytes(_with(theirs, DR_CAR_NAME="Theirs again"))
    assert not await follow_disk(port, document, may_ask=False)
    assert port.asked == []
    assert await follow_disk(port, document, may_ask=True)
    assert not await follow_disk(port, document, may_ask=True)  # asked once


async def test_reloading_asks_about_unsaved_changes(workspace: Workspace) -> None:
    document, port = _run(workspace), AnsweringPort([False, True])
    document.edit(mine := _with(document.data, DR_CAR_NAME="Mine"))
    assert not await reload(port, document)
    assert document.data == mine
    assert await reload(port, document)
    assert document.data == document.saved


async def test_an_earlier_version_is_previewed_and_restored_unsaved(workspace: Workspace) -> None:
    document = _run(workspace)
    first = document.data
    document.edit(_with(first, DR_CAR_NAME="Mine"))
    await save(AnsweringPort(), workspace, document)
    port = AnsweringPort(["0", False, "0", True])
    assert not await restore_version(port, workspace, document)
    assert await restore_version(port, workspace, document)
    assert document.data == first
    assert document.dirty
    assert [type(question) for question in port.asked] == [Selection, DiffPreview] * 2


async def test_a_draft_nobody_wants_becomes_a_version(workspace: Workspace, folder: Path) -> None:
    document = _run(workspace)
    mine = _with(document.data, DR_CAR_NAME="Mine")
    document.edit(mine)
    assert DraftKeeper(workspace).keep() == ""
    (folder / "run.env").write_bytes(theirs := _with(document.saved, DR_CAR_NAME="Theirs"))
    again = _workspace(folder)
    port = AnsweringPort([None])
    assert await DraftKeeper(again).restore(port)
    assert _run(again).data == theirs
    (version,) = history_of(again).versions(folder, "run.env")
    assert version.read() == mine
    assert not await DraftKeeper(again).restore(AnsweringPort())  # nothing is left to ask


async def test_a_draft_is_restored_without_a_question_if_the_file_is_unchanged(
    workspace: Workspace, folder: Path
) -> None:
    document = _run(workspace)
    document.edit(mine := _with(document.data, DR_CAR_NAME="Mine"))
    DraftKeeper(workspace).keep()
    again, port = _workspace(folder), AnsweringPort()
    assert await DraftKeeper(again).restore(port)
    assert _run(again).data == mine
    assert "restored unsaved changes of run.env" in _told(port)


async def test_opening_a_folder_asks_about_unsaved_changes(workspace: Workspace, tmp_path: Path) -> None:
    create_defaults(other := tmp_path / "other")
    _run(workspace).edit(_with(_run(workspace).data, DR_CAR_NAME="Mine"))
    assert not await ask_for_folder(AnsweringPort([False]), workspace)
    assert workspace.unsaved() == ["run.env"]
    assert await ask_for_folder(AnsweringPort([True, str(other)]), workspace)
    assert workspace.files is not None
    assert workspace.files.root == other
    port = AnsweringPort([str(tmp_path / "missing")])
    assert not await ask_for_folder(port, workspace)
    assert "does not exist" in _told(port)


async def test_a_missing_file_is_created_only_after_a_confirmation(workspace: Workspace, folder: Path) -> None:
    (folder / "system.env").unlink()
    workspace.open_folder(folder)
    assert await create_default(AnsweringPort([False]), workspace, "system.env") == ""
    assert not (folder / "system.env").exists()
    assert await create_default(AnsweringPort([True]), workspace, "system.env") == "system.env"
    assert list(workspace.documents)[:2] == ["run.env", "system.env"]


def test_default_files_are_created_below_the_start_folder(tmp_path: Path) -> None:
    folders = Folders.of_user()
    workspace = Workspace(folders, SettingsFile.load(folders), start=tmp_path)
    assert create_folder(AnsweringPort(), workspace)
    assert (tmp_path / "custom-files" / "run.env").is_file()


async def test_all_fixes_are_previewed_and_applied_as_one_step(workspace: Workspace) -> None:
    document = _run(workspace)
    clean = document.data
    document.edit(broken := clean + b"MY_OWN='2'\n", step=True)
    assert await fix_everything(AnsweringPort([False]), workspace) is None
    assert document.data == broken
    changes = await fix_everything(AnsweringPort([True]), workspace)
    assert changes is not None
    assert changes.files == ("run.env",)
    assert "+ MY_OWN=2" in changes.report
    assert document.undo()
    assert document.data == broken
    document.edit(clean)
    port: Any = AnsweringPort()
    assert await fix_everything(port, workspace) is None
    assert "No finding can be fixed" in _told(port)


def test_a_file_that_changed_since_is_left_alone(workspace: Workspace) -> None:
    document = _run(workspace)
    before = workspace.sources()
    document.edit(mine := document.data + b"A=1\n")
    changes = apply_changes(workspace, before, {**before, "run.env": b"B=2\n"})
    assert document.data == mine
    assert "was left alone" in changes.report
