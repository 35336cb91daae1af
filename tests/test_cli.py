"""The command line: what goes where, and what wrong use says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui import __version__
from dots_tui.cli import main
from dots_tui.custom_files.defaults import create_defaults


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
    assert "No AWS region is set" in capsys.readouterr().err
