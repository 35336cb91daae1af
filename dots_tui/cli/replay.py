"""`dots-tui replay`: a summary of the recorded logs of a run."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from dots_tui.app.recorded_files import NotRead
from dots_tui.app.recording import summary
from dots_tui.problems import ERROR, WARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

FINE, FAILED, WRONG_USE = 0, 1, 2


def replay_command(logs: Sequence[str], *, as_json: bool) -> int:
    """Print a summary of the recorded `logs` of one run: as text, or as one JSON document.

    Return 1 if a fault was found or a log could not be parsed, 2 if a file cannot be read.
    """
    try:
        found = summary(logs)
    except NotRead as problem:
        print(problem, file=sys.stderr, flush=True)
        return WRONG_USE
    if as_json:
        print(json.dumps(found, indent=2, allow_nan=False))
    elif found["workers"] or found["trainer"]:
        from dots_tui.cli.replay_text import lines

        encoding = sys.stdout.encoding or "utf-8"
        for line in lines(found):
            print(line.encode(encoding, "backslashreplace").decode(encoding))
    shown = not as_json and bool(found["workers"] or found["trainer"])
    for finding in found["findings"]:
        if not (shown and finding["severity"] == ERROR):  # the summary contains those
            where = sys.stdout if shown else sys.stderr
            print(f"{finding['file']}: {finding['severity']}: {finding['message']}", file=where)
    return FAILED if any(finding["severity"] in (ERROR, WARNING) for finding in found["findings"]) else FINE
