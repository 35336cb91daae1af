"""Formats of times in the docker command."""

from __future__ import annotations

import calendar
import re
import time

MINUTE, HOUR, DAY = 60, 3600, 86400
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))?")
_UNIX = re.compile(r"(\d+)(?:\.(\d{1,9}))?")
_DURATION = re.compile(r"(\d+)([hms])")
_UNITS = {"h": HOUR, "m": MINUTE, "s": 1}
NANO = 1_000_000_000


def read_since(text: str, now_ns: int) -> int:
    """Return a `--since` value in Unix nanoseconds: RFC 3339 (UTC without a zone), Unix seconds, or a duration (1h30m).

    Raises ValueError.
    """
    if match := _RFC3339.fullmatch(text):
        whole, fraction, sign, hours, minutes = match.groups()
        seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
        if sign:
            offset = int(hours) * HOUR + int(minutes) * MINUTE
            seconds += offset if sign == "-" else -offset
        return seconds * NANO + _nanos(fraction)
    if match := _UNIX.fullmatch(text):
        return int(match[1]) * NANO + _nanos(match[2])
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(text)
    return now_ns - sum(int(number) * _UNITS[unit] for number, unit in parts) * NANO


def ago(seconds: float) -> str:
    """Return a duration in Docker's words: "5 seconds", "About a minute", "3 hours"."""
    if seconds < 1:
        return "Less than a second"
    if seconds < MINUTE:
        return "1 second" if seconds < 2 else f"{seconds:.0f} seconds"
    if seconds < 2 * MINUTE:
        return "About a minute"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} minutes"
    if seconds < 2 * HOUR:
        return "About an hour"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR:.0f} hours"
    return f"{seconds // DAY:.0f} days"


def _nanos(fraction: str | None) -> int:
    return int((fraction or "").ljust(9, "0"))
