"""`dots-tui lens`: what each reader makes of a key, as JSON and as a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dots_tui.cli import main
from dots_tui.cli.files import lens_command
from dots_tui.custom_files.defaults import create_defaults

Captured = pytest.CaptureFixture[str]
READERS = {"source", "drfc", "worker", "awk", "menu", "dotenv"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_defaults(tmp_path / "custom-files")
    return tmp_path / "custom-files"


def append(folder: Path, name: str, text: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.write(text)


def test_the_lens_as_json_has_the_agreed_shape(folder: Path, capsys: Captured) -> None:
    append(folder, "run.env", "MY_OWN=1 # note\n")
    assert lens_command(folder, ["MY_OWN", "DR_WORKERS"], as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"run.env", "system.env"}
    reading = document["run.env"]["MY_OWN"]
    assert READERS | {"agree"} <= set(reading)
    assert (reading["source"], reading["drfc"], reading["menu"], reading["agree"]) == ("1", "1", "1 # note", False)
    assert "drfc: prints all exported variables" in reading["effects"]
    assert document["system.env"]["DR_WORKERS"]["agree"] is True
    assert document["run.env"]["DR_WORKERS"]["source"] is None


def test_the_lens_is_a_table_of_readers(folder: Path, capsys: Captured) -> None:
    (folder / "worker-2.env").write_text("DR_WORLD_NAME=Monaco\nDR_CAR_COLOR='Red'\n")
    append(folder, "run.env", "MY_OWN=a;b\n#MY_OWN=c\nMY_NONE=\n")
    assert lens_command(folder, ["MY_OWN", "DR_CAR_COLOR", "MY_NONE"], as_json=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "run.env",
        "  MY_OWN        bash, DRFC           a",
        "                scripts              a;b | c",
        "                menu, python-dotenv  a;b",
        "                ! source: runs a command (b)",
        "                ! drfc: runs a command (b)",
        "  DR_CAR_COLOR  all                  Black",
        "  MY_NONE       all                  (empty)",
        "worker-2.env",
        "  DR_CAR_COLOR  bash, DRFC, python-dotenv      Red",
        "                prepare-config, scripts, menu  'Red'",
    ]


def test_without_keys_the_lens_shows_all(folder: Path, capsys: Captured) -> None:
    assert lens_command(folder, [], as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["system.env"]["DR_LOCAL_S3_BUCKET"]["source"] == "$DEEPRACER_S3_URI"
    assert len(document["run.env"]) > 30
    assert lens_command(folder, [], as_json=False) == 0
    assert "  DR_WORKERS " in capsys.readouterr().out


def test_a_key_no_file_sets_is_said(folder: Path, capsys: Captured) -> None:
    assert lens_command(folder, ["DR_WORLDNAME", "DR_CAR_NAME"], as_json=False) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == ["run.env", "  DR_CAR_NAME  all  FastCar"]
    assert captured.err == "No file sets DR_WORLDNAME; did you mean DR_WORLD_NAME?\n"


def test_a_file_that_cannot_be_looked_into_is_said(folder: Path, capsys: Captured) -> None:
    (folder / "run.env").write_bytes(b"#\n" * 3000)
    (folder / "system.env").unlink()
    (folder / "system.env").mkdir()
    assert lens_command(folder, [], as_json=True) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {}
    assert "run.env has more than 2000 lines" in captured.err
    assert "system.env is a folder, not a file" in captured.err


def test_the_lens_needs_a_folder_and_names(folder: Path, capsys: Captured) -> None:
    assert lens_command(folder / "nowhere", [], as_json=False) == 2
    assert "does not exist" in capsys.readouterr().err
    assert lens_command(folder, ["DR-X"], as_json=True) == 2
    assert capsys.readouterr() == ("", "DR-X is no name of a key. Give names such as DR_WORLD_NAME.\n")


def test_the_lens_and_the_fix_are_commands(folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert main(["lens", "DR_CAR_NAME", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["run.env"]["DR_CAR_NAME"]["drfc"] == "FastCar"
    assert main(["lens", "custom-files", "DR_CAR_NAME"]) == 0
    assert "  DR_CAR_NAME  all  FastCar" in capsys.readouterr().out
    assert main(["lens"]) == 0
    assert main(["lens", "nowhere"]) == 2
    append(folder, "run.env", " MY_OWN=1\n")
    assert main(["check", "--fix"]) == 0
    assert (folder / "run.env").read_text().endswith("\nMY_OWN=1\n")
