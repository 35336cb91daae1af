"""DeepRacer-for-Cloud's ``dr-update-env`` (bin/activate.sh): words cut out of the lines, each given to ``eval export``.

Lines with # in column 1 are dropped, all others are split at every blank. Of each word, the text before the first =
is the name and the text between the first and the second = the value (the whole word is both when it has none), and
``export name=value`` is evaluated, so that quotes, references and commands in it count. Words with * ? [ in them
would become the names of files that match; here none does.
"""

from __future__ import annotations

import re

from dots_tui.custom_files.readers.shell import Shell, of_shell
from dots_tui.custom_files.readers.shell_expand import ShellEnded
from dots_tui.custom_files.readers.shell_syntax import NotFollowed
from dots_tui.custom_files.readers.shell_words import ShellSyntaxError
from dots_tui.custom_files.readers.trace import ABORTS, ERROR, UNKNOWN, Trace

_TAKEN_BY_ECHO = re.compile(r"-[neE]+")


def read(text: str, shell: Shell) -> Trace:
    """What loading ``text`` sets in ``shell`` and does besides."""
    start = len(shell.events)
    try:
        for number, line in enumerate(text.split("\n"), 1):
            if not line.startswith("#"):
                for word in re.split(r"[ \t]+", line.strip(" \t")):
                    _load(word, number, shell)
    except ShellEnded as problem:
        shell.event(ABORTS, str(problem))
    except NotFollowed as word:
        shell.event(UNKNOWN, str(word))
    return of_shell(shell, start)


def _load(word: str, line: int, shell: Shell) -> None:
    if not word:
        return
    # The word goes through echo on its way, which takes some for options of its own.
    parts = ["", ""] if _TAKEN_BY_ECHO.fullmatch(word) else word.split("=")
    name, value = parts[0], parts[1] if len(parts) > 1 else parts[0]
    try:
        shell.run(f"export {name}={value}", line)
    except ShellSyntaxError as problem:
        shell.event(ERROR, str(problem))
