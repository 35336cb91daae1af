"""The command line: what goes where, and what wrong use says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dots_tui import __version__
from dots_tui.cli import main
from dots_tui.cli.arguments import parser
from dots_tui.config.settings import TRACKS_VARIABLE
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.demo.mishaps import Mishap


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out.strip() == f"dots-tui {__version__}"


def test_without_a_terminal_the_app_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_a_misspelt_command_is_not_taken_for_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chek"]) == 2
    assert "neither a folder nor a command" in capsys.readouterr().err


def test_check_finds_nothing_in_the_defaults(tmp_path: Path) -> None:
    create_defaults(tmp_path)
    assert main(["check", str(tmp_path)]) == 0


def test_set_changes_a_value(tmp_path: Path) -> None:
    create_defaults(tmp_path)
    assert main(["set", str(tmp_path), "DR_CAR_NAME=Quick"]) == 0
    assert b"DR_CAR_NAME=Quick\n" in (tmp_path / "run.env").read_bytes()


def test_a_launch_needs_its_market(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["launch", "--base", "b", "--name", "n"])
    assert left.value.code == 2
    assert "--standard" in capsys.readouterr().err


def test_without_a_region_stacks_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    assert main(["stacks"]) == 1
    assert "Neither AWS credentials nor an AWS region are set" in capsys.readouterr().err
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    assert main(["stacks"]) == 1
    assert "No AWS region is set" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--tracks"], ["--tracks", "no-such-folder"], [".", "--tracks=no-such-folder"]])
def test_a_folder_of_tracks_has_to_be_there(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "--tracks needs a folder with route files" in capsys.readouterr().err


def test_a_folder_of_tracks_may_stand_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(TRACKS_VARIABLE, "")
    (tmp_path / "routes").mkdir()
    monkeypatch.chdir(tmp_path)
    for arguments in (["--tracks", "routes"], [".", "--tracks", "routes"], ["--tracks=routes", "."]):
        assert main(arguments) == 2
        assert "needs a terminal" in capsys.readouterr().err
        assert os.environ[TRACKS_VARIABLE] == str(tmp_path / "routes")


def test_the_demo_drives_tracks_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", "--tracks", str(tmp_path)]) == 2
    assert "takes --mishap NAME and nothing else" in capsys.readouterr().err


def test_read_only_may_stand_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    create_defaults(tmp_path)
    monkeypatch.setenv("DOTS_TUI_READ_ONLY", "")
    assert main(["check", str(tmp_path), "--read-only"]) == 0
    assert os.environ["DOTS_TUI_READ_ONLY"] == "1"


@pytest.mark.parametrize(
    "arguments",
    [
        ["stop", "run-1"],
        ["stop", "run-1", "--yes"],
        ["delete", "run-1"],
        ["extend", "run-1", "60"],
        ["clean", "run-1"],
        ["base", "update", "base"],
        ["launch", "--base", "b", "--name", "n", "--spot"],
    ],
)
def test_read_only_mode_is_named_before_anything_is_asked(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOTS_TUI_READ_ONLY", "")
    assert main([*arguments, "--read-only"]) == 1
    told = capsys.readouterr().err
    assert "read-only mode" in told
    assert "terminal" not in told


def test_help_lists_every_mishap_of_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    printed = capsys.readouterr().out
    assert [mishap.value for mishap in Mishap if f"  {mishap.value} " not in printed] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--demo", "--mishap", "flood"], "There is no mishap 'flood'"),
        (["--demo", "--mishap"], "takes --mishap NAME"),
        (["--mishap", "quota"], "goes with --demo"),
    ],
)
def test_a_mishap_that_cannot_be_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["extend", "run-1", "soon"], ["launch", "--base", "b", "--name", "n", "--spot", "--ttl", "1.5"]],
)
def test_a_length_of_time_that_is_none_is_wrong_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert " h" in capsys.readouterr().err


def test_lengths_of_time_are_understood_on_the_command_line() -> None:
    options = parser().parse_args(["launch", "--base", "b", "--name", "n", "--spot", "--ttl", "1h30"])
    assert options.ttl == 90
    assert parser().parse_args(["extend", "run-1", "1:30"]).minutes == 90
