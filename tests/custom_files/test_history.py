"""Earlier versions of a file: kept at each save, the newest few, and what differs from them."""

from __future__ import annotations

from pathlib import Path

from dots_tui.custom_files.diff import changed_lines, diff_lines
from dots_tui.custom_files.history import VersionHistory


def contents(history: VersionHistory, root: Path) -> list[bytes]:
    return [version.read() for version in history.versions(root, "run.env")]


def test_versions_come_newest_first_and_only_of_their_file(tmp_path: Path) -> None:
    history = VersionHistory(tmp_path / "history")
    history.keep(tmp_path, "run.env", b"one", 1_700_000_000.0)
    history.keep(tmp_path, "run.env", b"two", 1_700_000_100.0)
    history.keep(tmp_path, "system.env", b"other", 1_700_000_200.0)
    history.keep(tmp_path / "elsewhere", "run.env", b"other", 1_700_000_300.0)
    assert contents(history, tmp_path) == [b"two", b"one"]
    assert [version.made for version in history.versions(tmp_path, "run.env")] == [1_700_000_100.0, 1_700_000_000.0]


def test_the_oldest_go(tmp_path: Path) -> None:
    history = VersionHistory(tmp_path / "history", most=3)
    for number in range(6):
        history.keep(tmp_path, "run.env", b"%d" % number, 1_700_000_000.0 + number)
    assert contents(history, tmp_path) == [b"5", b"4", b"3"]


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    history = VersionHistory(tmp_path / "history")
    history.keep(tmp_path, "run.env", b"one")
    history.keep(tmp_path, "run.env", b"one")
    assert contents(history, tmp_path) == [b"one"]


def test_a_clock_set_back_changes_no_order(tmp_path: Path) -> None:
    history = VersionHistory(tmp_path / "history")
    history.keep(tmp_path, "run.env", b"one", 1_700_000_000.0)
    history.keep(tmp_path, "run.env", b"two", 1_600_000_000.0)
    assert contents(history, tmp_path) == [b"two", b"one"]


def test_versions_are_the_racers_alone(tmp_path: Path) -> None:
    history = VersionHistory(tmp_path / "history")
    history.keep(tmp_path, "run.env", b"secret")
    (version,) = history.versions(tmp_path, "run.env")
    assert version.path.stat().st_mode & 0o777 == 0o600
    assert version.path.parent.stat().st_mode & 0o777 == 0o700


def test_other_files_in_the_folder_are_passed_over(tmp_path: Path) -> None:
    history = VersionHistory(tmp_path / "history")
    history.keep(tmp_path, "run.env", b"one")
    (version,) = history.versions(tmp_path, "run.env")
    (version.path.parent / "notes.txt").write_text("mine")
    assert contents(history, tmp_path) == [b"one"]


def test_the_diff_says_what_goes_and_what_comes() -> None:
    lines = diff_lines(b"A=1\nB=1\n", b"A=1\nB=2\nC=3\n")
    assert [(line.kind, line.text) for line in lines if line.kind != "@"] == [
        (" ", "A=1"),
        ("-", "B=1"),
        ("+", "B=2"),
        ("+", "C=3"),
    ]
    assert lines[0].kind == "@"
    assert changed_lines(lines) == "2 lines added, 1 removed"


def test_line_ends_and_stray_bytes_are_differences_too() -> None:
    assert diff_lines(b"A=1\n", b"A=1\n") == []
    assert [line.text for line in diff_lines(b"A=1\n", b"A=1\r\n") if line.kind == "+"] == ["A=1␍"]
    assert [line.text for line in diff_lines(b"A=1\n", b"A=1") if line.kind == "+"] == ["A=1 (no line end)"]
    assert [line.text for line in diff_lines(b"A\n", b"A\xff\n") if line.kind == "+"] == ["A\\xff"]


def test_lines_that_look_like_a_head_are_lines() -> None:
    lines = diff_lines(b"-- a\n", b"++ b\n@@ c\n")
    assert [(line.kind, line.text) for line in lines[1:]] == [("-", "-- a"), ("+", "++ b"), ("+", "@@ c")]
