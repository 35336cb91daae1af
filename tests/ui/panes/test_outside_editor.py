"""A file in the user's own editor: what it saved is one step, and nothing is lost when it fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dots_tui.app.saved_versions import history_of
from dots_tui.ui.panes.outside_editor import NoEditor, editor_command
from dots_tui.ui.shell import DotsApp

SIZE = (100, 30)
REWARD = "reward_function.py"


@pytest.fixture
def app(app: DotsApp, monkeypatch: pytest.MonkeyPatch) -> DotsApp:
    """The app with a terminal it can lend."""

    @contextmanager
    def suspend() -> Iterator[None]:
        yield

    monkeypatch.setattr(app, "suspend", suspend)
    return app


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that EDITOR names; tests write what it does to the file."""
    script = tmp_path / "my editor"
    script.touch(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{script}' --wait")
    return script


async def _edit(app: DotsApp) -> str:
    """Press the key and return what was told."""
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        await pilot.press("enter", "#")
        await pilot.press("ctrl+o")
        await pilot.pause()
        return " ".join(notification.message for notification in app._notifications)


async def test_what_it_saved_is_one_step(app: DotsApp, editor: Path, folder: Path) -> None:
    on_disk = (folder / REWARD).read_bytes()
    editor.write_text('#!/bin/sh\n[ "$1" = --wait ] && printf "\\nx = 1\\n" >> "$2"\n')
    told = await _edit(app)
    document = app.workspace.documents[REWARD]
    assert document.data == b"#" + on_disk + b"\nx = 1\n"
    assert (folder / REWARD).read_bytes() == on_disk
    assert "The editor changed" in told
    document.undo()
    assert document.data == b"#" + on_disk


async def test_nothing_changed_is_no_step(app: DotsApp, editor: Path, folder: Path) -> None:
    editor.write_text("#!/bin/sh\n")
    assert "The editor did not change" in await _edit(app)
    document = app.workspace.documents[REWARD]
    document.undo()
    assert document.data == (folder / REWARD).read_bytes()


async def test_the_text_of_an_editor_that_fails_is_kept_aside(app: DotsApp, editor: Path, folder: Path) -> None:
    editor.write_text('#!/bin/sh\necho given up > "$2"\nexit 3\n')
    assert "status 3" in await _edit(app)
    document = app.workspace.documents[REWARD]
    assert document.data == b"#" + (folder / REWARD).read_bytes()
    (version,) = history_of(app.workspace).versions(document.files.root, REWARD)
    assert version.read() == b"given up\n"


async def test_an_interrupt_is_the_editors(app: DotsApp, editor: Path) -> None:
    editor.write_text(f"#!/bin/sh\nkill -INT {os.getpid()}\necho '#' >> \"$2\"\n")
    before = signal.getsignal(signal.SIGINT)
    assert "The editor changed" in await _edit(app)
    assert signal.getsignal(signal.SIGINT) is before


async def test_a_program_that_cannot_be_started_is_said(app: DotsApp, editor: Path) -> None:
    editor.write_text("#!/no/such/shell\n")
    assert "No such file" in await _edit(app)


async def test_a_terminal_that_cannot_be_lent_is_said(folder: Path, editor: Path) -> None:
    from dots_tui.ui.start import make_workspace

    editor.write_text("#!/bin/sh\n")
    assert "cannot be lent" in await _edit(DotsApp(make_workspace(str(folder))))


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "Set one, for example"),
        ({"EDITOR": " "}, "Set one, for example"),
        ({"EDITOR": "no-such-program -w"}, "no such program"),
        ({"VISUAL": "vi 'x"}, "VISUAL cannot be read"),
    ],
)
def test_without_an_editor_it_says_what_to_do(environ: dict[str, str], said: str) -> None:
    with pytest.raises(NoEditor, match=said):
        editor_command(environ)


def test_visual_comes_first_and_may_have_options() -> None:
    environ = {"VISUAL": "sh -e", "EDITOR": "cat", "PATH": os.environ["PATH"]}
    assert editor_command(environ) == ["sh", "-e"]
