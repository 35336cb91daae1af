"""bash's ``source`` with every variable exported (DeepRacer on the Spot: create-*.sh, validation.sh)."""

from __future__ import annotations

import re

from dots_tui.custom_files.readers.shell import Shell, of_shell
from dots_tui.custom_files.readers.shell_expand import ShellEnded
from dots_tui.custom_files.readers.shell_syntax import NotFollowed
from dots_tui.custom_files.readers.shell_words import ShellSyntaxError
from dots_tui.custom_files.readers.trace import ABORTS, UNKNOWN, Trace

_JOINED_WITHIN_A_NAME = re.compile(
    r"^(?![ \t]*#)(?:[^\n]*(?:\$|\$\{[^}\n]*|[&|;<>]))?\\\n|^(?![ \t]*#)(?:[^\n\"'#]*[ \t])?[A-Za-z0-9_]+\+?\\\n",
    re.MULTILINE,
)
"""A line end escaped within a name or an operator. bash joins the lines before it looks, which is not modelled."""


def read(text: str, shell: Shell) -> Trace:
    """What sourcing ``text`` sets in ``shell`` and does besides. Where bash stops reading, that is an event."""
    start = len(shell.events)
    text = text.replace("\0", "")
    odd = _JOINED_WITHIN_A_NAME.search(text)
    end = text.rfind("\n", 0, odd.start() + 1) + 1 if odd is not None else len(text)
    try:
        shell.run(text[:end])
        if odd is not None:
            shell.line = text.count("\n", 0, end) + 1
            shell.event(UNKNOWN, "a name goes on in the next line")
    except (ShellSyntaxError, ShellEnded) as problem:
        shell.event(ABORTS, str(problem))
    except NotFollowed as word:
        shell.event(UNKNOWN, str(word))
    return of_shell(shell, start)
