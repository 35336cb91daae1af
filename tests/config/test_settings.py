"""Settings are remembered, and a broken file is neither fatal nor overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.config.settings import TRACKS_VARIABLE, Folders, Settings, SettingsFile, tracks_of


def _folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "config", tmp_path / "state", tmp_path / "cache")


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    loaded = SettingsFile.load(_folders(tmp_path))
    assert loaded.settings == Settings()
    assert loaded.problem == ""


def test_a_change_is_there_next_time(tmp_path: Path) -> None:
    SettingsFile.load(_folders(tmp_path)).update(theme="paddock", ttl_minutes=90)
    again = SettingsFile.load(_folders(tmp_path)).settings
    assert (again.theme, again.ttl_minutes) == ("paddock", 90)


@given(text=st.text(max_size=40))
def test_any_text_survives_the_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        return
    folders = _folders(tmp_path_factory.mktemp("settings"))
    SettingsFile.load(folders).update(folder=text)
    assert SettingsFile.load(folders).settings.folder == text


def test_a_broken_file_is_told_and_kept(tmp_path: Path) -> None:
    folders = _folders(tmp_path)
    folders.config.mkdir()
    (folders.config / "settings.toml").write_text("theme = \n")
    loaded = SettingsFile.load(folders)
    assert "settings.toml cannot be read" in loaded.problem
    loaded.update(theme="paddock")
    assert loaded.settings.theme == "paddock"
    assert (folders.config / "settings.toml").read_text() == "theme = \n"


def test_values_of_the_wrong_type_and_unknown_names_are_left_out(tmp_path: Path) -> None:
    folders = _folders(tmp_path)
    folders.config.mkdir()
    (folders.config / "settings.toml").write_text('ttl_minutes = "long"\nregion = "eu-west-1"\nnew = 1\n')
    loaded = SettingsFile.load(folders).settings
    assert (loaded.ttl_minutes, loaded.region) == (60, "eu-west-1")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    loaded = SettingsFile.load(_folders(tmp_path))
    loaded.unreadable = False
    loaded.update(theme="paddock")
    assert "could not be saved" in loaded.problem


def test_all_folders_follow_one_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOTS_TUI_HOME", str(tmp_path))
    assert Folders.of_user().state == tmp_path / "state"
    monkeypatch.delenv("DOTS_TUI_HOME")
    assert Folders.of_user().config.name == "dots-tui"


def test_a_folder_of_tracks_that_is_not_there_is_told_and_the_settings_are_still_saved(tmp_path: Path) -> None:
    folders = _folders(tmp_path)
    SettingsFile.load(folders).update(tracks_dir=str(tmp_path / "gone"))
    loaded = SettingsFile.load(folders)
    assert f"there is no folder {tmp_path / 'gone'}" in loaded.problem
    loaded.update(theme="paddock")
    assert SettingsFile.load(folders).settings.theme == "paddock"
    (tmp_path / "gone").mkdir()
    assert SettingsFile.load(folders).problem == ""


def test_tracks_come_from_the_command_line_then_the_settings_then_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = _folders(tmp_path)
    monkeypatch.delenv(TRACKS_VARIABLE, raising=False)
    assert tracks_of(folders, Settings()).folder is None
    assert tracks_of(folders, Settings()).cache == tmp_path / "cache" / "tracks"
    assert tracks_of(folders, Settings(tracks_dir="~/routes")).folder == Path.home() / "routes"
    monkeypatch.setenv(TRACKS_VARIABLE, str(tmp_path))
    assert tracks_of(folders, Settings(tracks_dir="~/routes")).folder == tmp_path
