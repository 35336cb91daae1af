"""The scripts on the instance (DeepRacer on the Spot: interrupt_spot.sh, start_analysis.sh): grep KEY=, then awk.

``grep KEY= file | awk -F= '{print $2}'`` finds the key anywhere in a line, in comments and at the end of longer names
too, and prints what stands between the first and the second = of each such line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dots_tui.custom_files.readers.trace import Trace

_NAME_BEFORE_EQUALS = re.compile(r"([A-Za-z0-9_]+)=")


def read(text: str, keys: Iterable[str]) -> Trace:
    """What is printed for each of ``keys``: a line for each line found, so "" when there is none."""
    found: dict[str, str] = dict.fromkeys(keys, "")
    lengths = sorted({len(key) for key in found})
    for line in text.split("\n"):
        fields = line.split("=", 2)
        names = {
            name[-length:]
            for name in _NAME_BEFORE_EQUALS.findall(line)
            for length in lengths
            if length <= len(name) and name[-length:] in found
        }
        for name in names:
            found[name] += fields[1] + "\n"
    return Trace(found, absent="")
