"""The reader of worker-N.env (DRFC scripts/training/prepare-config.py): Python, literal, and easily put off.

Every line that does not start with # must have exactly one =; what stands on its two sides is taken as it is. One
line that has not, and the whole file is given up. Only DR_OA_OBJECT_POSITIONS loses its double quotes later.
"""

from __future__ import annotations

from dots_tui.custom_files.readers.trace import ERROR, Event, Trace

ABSENT = "<absent>"
"""What this reader says of a key the file does not set."""
_POSITIONS = "DR_OA_OBJECT_POSITIONS"


def read(text: str) -> Trace:
    """What the reader makes of ``text`` (line ends already made one kind, as Python's open() does)."""
    trace = Trace(absent=ABSENT)
    entries = 0
    line = 1
    for part in text.splitlines(keepends=True):
        content = part.splitlines()[0]
        if not content.startswith("#"):
            fields = content.split("=")
            if len(fields) != 2:
                reason = f"dictionary update sequence element #{entries} has length {len(fields)}; 2 is required"
                trace.every = f"ValueError: {reason}"
                trace.values.clear()
                trace.events.append(Event(line, ERROR, "gives up on the whole file"))
                return trace
            trace.values[fields[0]] = fields[1].replace('"', "") if fields[0] == _POSITIONS else fields[1]
            entries += 1
        line += part.count("\n")
    return trace
