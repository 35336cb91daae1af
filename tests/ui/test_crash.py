"""A fault of the program itself: the racer gets words and a file to report, never a traceback on the screen."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from dots_tui.custom_files.defaults import create_defaults
from dots_tui.ui.crash import words_for

CRASHING = """
import sys
from dots_tui.ui.panes.files.pane import FilesPane
from dots_tui.ui.start import run_app
def broken(self):
    self.view.document.edit(b"DR_WORKERS=7" + bytes([10]))
    raise ValueError("[b]boom[/b]")
FilesPane.action_details = broken
FilesPane.keep_at_start = FilesPane.on_mount
def on_mount(self):
    FilesPane.keep_at_start(self)
    self.set_timer(0.3, self.action_details)
FilesPane.on_mount = on_mount
sys.exit(run_app(sys.argv[1]))
"""


def fault() -> ValueError:
    try:
        raise ValueError("the reason")
    except ValueError as error:
        return error


def test_the_words_name_the_fault_and_the_report_has_the_traceback(tmp_path: Path) -> None:
    words = words_for(fault(), tmp_path / "state")
    assert "ValueError: the reason" in words
    assert "drafts" in words
    (report,) = (tmp_path / "state").iterdir()
    assert str(report) in words
    assert "Traceback" in report.read_text("utf-8")
    assert "textual" in report.read_text("utf-8")


def test_without_a_place_for_the_report_the_details_are_not_lost(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"a file, no folder")
    words = words_for(fault(), tmp_path / "state")
    assert "could not be written" in words
    assert "Traceback" in words


def test_a_crash_of_the_app_keeps_the_drafts_and_prints_words(tmp_path: Path) -> None:
    files = create_defaults(tmp_path / "custom-files")
    home = tmp_path / "home"
    environment = {**os.environ, "DOTS_TUI_HOME": str(home), "TERM": "xterm-256color", "AWS_EC2_METADATA_DISABLED": "1"}
    host, terminal = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", CRASHING, str(files.root)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment,
    )
    os.close(terminal)
    printed = b""
    try:
        while chunk := os.read(host, 65536):
            printed += chunk
    except OSError:
        pass  # Linux's way of saying that the terminal's other end was closed
    os.close(host)
    assert program.wait(30) == 1
    text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", printed).decode("utf-8", "replace")
    assert "ValueError: [b]boom[/b]" in text
    assert "Traceback" not in text
    assert list((home / "state").glob("crash-*.txt"))
    assert any(
        b"DR_WORKERS=7" in path.read_bytes() for path in (home / "state" / "drafts").rglob("*") if path.is_file()
    )
