"""A document in the user's own editor: it gets the terminal, and its saved text becomes one undo step."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Callable

from textual.app import SuspendNotSupported

from dots_tui.custom_files.documents import Document
from dots_tui.problems import SingleCodeProblem
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.versions import keep_version


class NoEditor(SingleCodeProblem):
    """There is no editor to start; the text gives the reason and the solution."""

    CODE = "no-editor"


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """Return the words of VISUAL, or else EDITOR. Raise NoEditor if there is no such program."""
    name = next((name for name in ("VISUAL", "EDITOR") if environ.get(name, "").strip()), "")
    if not name:
        raise NoEditor("Neither VISUAL nor EDITOR names an editor.", "Set one, for example: export EDITOR=vi")
    try:
        words = shlex.split(environ[name])
    except ValueError as error:
        raise NoEditor(f"{name} cannot be read as a command ({error}): {environ[name]}") from None
    if not words or shutil.which(words[0], path=environ.get("PATH")) is None:
        raise NoEditor(f"{name} is {environ[name]}, but there is no such program here.", "Set it to one there is.")
    return words


def edit_outside(pane: Pane, document: Document, taken: Callable[[], None]) -> None:
    """Let the user edit `document` in the editor of the environment; call `taken` after a change."""
    before = document.data
    try:
        data, code = _lend_terminal(pane, editor_command(os.environ), document)
    except NoEditor as problem:
        pane.notify(str(problem), title="No editor", severity="warning", timeout=10)
    except SuspendNotSupported:
        pane.notify("This terminal cannot be lent to another program.", title="No editor", severity="warning")
    except OSError as error:
        pane.notify(f"{error.strerror or error}.", title="Not taken over", severity="error", timeout=10)
    else:
        if data == before:
            pane.notify(f"{document.name} came back as it was.")
        elif code:
            _set_aside(pane, document, data, code)
        else:
            document.edit(data, step=True)
            pane.notify(f"{document.name} came back changed, unsaved. Undo takes that back.")
            taken()


def _lend_terminal(pane: Pane, words: list[str], document: Document) -> tuple[bytes, int]:
    """Return the content saved by the editor, and its exit status. Block until it ends.

    The file is a copy in a private folder: the one on disk has to wait for a save. Raise
    SuspendNotSupported, and OSError if the file or the program cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="dots-tui-") as folder:
        path = Path(folder, document.name)
        path.write_bytes(document.data)
        failed: OSError | None = None
        code = 0
        with pane.app.suspend(), _interrupts_are_the_editors():
            try:
                code = subprocess.run([*words, str(path)], check=False).returncode
            except OSError as error:  # reported later: no exception may leave the block without the terminal
                failed = error
        if failed is not None:
            raise failed
        return path.read_bytes(), code


@contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """Give ctrl+c to the editor with its usual handling: the signal reaches all foreground programs."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _set_aside(pane: Pane, document: Document, data: bytes, code: int) -> None:
    """Set aside the text of an editor that failed, for example by `:cq`: it is not applied, but not lost."""
    problem = keep_version(pane.workspace, document, data)
    where = problem or "It is among the earlier versions (H)."
    pane.notify(
        f"The editor ended with status {code}; its text was not taken over. {where}", severity="warning", timeout=10
    )
