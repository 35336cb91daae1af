"""bash's ``source`` with every variable exported (DeepRacer on the Spot: create-*.sh, validation.sh)."""

from __future__ import annotations

from dots_tui.custom_files.readers.shell import Shell
from dots_tui.custom_files.readers.shell_expand import Ended
from dots_tui.custom_files.readers.shell_syntax import NotFollowed
from dots_tui.custom_files.readers.shell_words import ShellSyntaxError
from dots_tui.custom_files.readers.trace import ABORTS, UNKNOWN, Trace, of_shell


def read(text: str, shell: Shell) -> Trace:
    """What sourcing ``text`` sets in ``shell`` and does besides. Where bash stops reading, that is an event."""
    start = len(shell.events)
    try:
        shell.run(text.replace("\0", ""))
    except (ShellSyntaxError, Ended) as problem:
        shell.event(ABORTS, str(problem))
    except NotFollowed as word:
        shell.event(UNKNOWN, str(word))
    return of_shell(shell, start)
