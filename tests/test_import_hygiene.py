"""What the start of the app must not import: found out in a fresh interpreter, never by a clock."""

from __future__ import annotations

import subprocess
import sys

import pytest

_NOT_AT_START = (
    "boto3",
    "botocore",
    "paramiko",
    "cryptography",
    "moto",
    "flask",
    "numpy",
    "yaml",
    "pygments.lexers.python",
    "dots_tui.demo",
)


def _modules(code: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def test_the_app_starts_without_clouds_networks_and_lexers() -> None:
    loaded = _modules("import dots_tui.ui.start, dots_tui.ui.panes.files.pane")
    assert "textual.app" in loaded
    assert loaded.isdisjoint(_NOT_AT_START)


@pytest.mark.parametrize(
    "module",
    [
        "dots_tui.cli.files",
        "dots_tui.cli.launch",
        "dots_tui.cli.stacks",
        "dots_tui.app.runs.run_monitor",
        "dots_tui.aws.session",
        "dots_tui.spool",
    ],
)
def test_what_prints_needs_no_screen(module: str) -> None:
    assert "textual" not in _modules(f"import {module}")


def test_checking_files_needs_no_cloud() -> None:
    assert _modules("import dots_tui.cli.files").isdisjoint({"boto3", "botocore", "paramiko"})
