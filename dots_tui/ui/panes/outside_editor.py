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
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from dots_tui.app.port import FlowNote
from dots_tui.app.saved_versions import keep_version
from dots_tui.custom_files.findings import ERROR, WARNING
from dots_tui.problems import SingleCodeProblem

if TYPE_CHECKING:
    from textual.app import App

    from dots_tui.app.port import Dialogue
    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.documents import Document


class NoEditor(SingleCodeProblem):
    """No editor can be started; the text gives the reason and the solution."""

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
        raise NoEditor(
            f"{name} is {environ[name]}, but there is no such program here.", "Set it to an installed program."
        )
    return words


class OutsideEditor:
    """Edits documents in the editor of the environment, and reports with `dialogue`."""

    def __init__(self, app: App[int], workspace: Workspace, dialogue: Dialogue) -> None:
        self._app, self._workspace, self._dialogue = app, workspace, dialogue

    def edit(self, document: Document) -> bool:
        """Let the user edit `document`. Return True if it changed. Block until the editor ends."""
        try:
            data, code = self._lend_terminal(editor_command(os.environ), document)
        except NoEditor as problem:
            self._dialogue.tell(FlowNote(str(problem), "No editor", WARNING))
        except SuspendNotSupported:
            text = "This terminal cannot be lent to another program."
            self._dialogue.tell(FlowNote(text, "No editor", WARNING))
        except OSError as error:
            self._dialogue.tell(FlowNote(f"{error.strerror or error}.", "Text not taken from the editor", ERROR))
        else:
            return self._take(document, data, code)
        return False

    def _take(self, document: Document, data: bytes, code: int) -> bool:
        """Apply the text of the editor; set it aside if the editor failed, for example by `:cq`."""
        if data == document.data:
            self._dialogue.tell(FlowNote(f"The editor did not change {document.name}."))
            return False
        if code:
            where = keep_version(self._workspace, document, data) or "It is among the earlier versions (H)."
            text = f"The editor ended with status {code}; its text was not applied. {where}"
            self._dialogue.tell(FlowNote(text, severity=WARNING))
            return False
        document.edit(data, step=True)
        self._dialogue.tell(FlowNote(f"The editor changed {document.name}, unsaved. Undo takes it back."))
        return True

    def _lend_terminal(self, words: list[str], document: Document) -> tuple[bytes, int]:
        """Return the content saved by the editor, and its exit status. Block until it ends.

        The file is a copy in a private folder: the one on disk has to wait for a save. Raise
        SuspendNotSupported, and OSError if the file or the program cannot be used.
        """
        with tempfile.TemporaryDirectory(prefix="dots-tui-") as folder:
            path = Path(folder, document.name)
            path.write_bytes(document.data)
            failed: OSError | None = None
            code = 0
            with self._app.suspend(), _interrupts_are_the_editors():
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
