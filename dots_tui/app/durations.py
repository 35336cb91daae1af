"""Durations as users type them, and times as users read them. Pure functions."""

from __future__ import annotations

import re
from datetime import datetime

_EXAMPLES = "Write 90, 1:30, 1h30 or 1.5 h."
_MINUTES = r"m|min|mins|minute|minutes"
_HOURS = r"h|hr|hrs|hour|hours"
_PLAIN = re.compile(rf"(\d+)\s*(?:{_MINUTES})?")
_CLOCK = re.compile(r"(\d+):([0-5]\d)(?:\s*(?:h|hours?))?")
_BOTH = re.compile(rf"(\d+)\s*(?:{_HOURS})\s*([0-5]?\d)\s*(?:{_MINUTES})?")
_DECIMAL = re.compile(rf"(\d+(?:[.,]\d+)?)\s*(?:{_HOURS})")
_BARE_DECIMAL = re.compile(r"\d+[.,]\d+")
_LONGEST_TEXT = 20


def parse_minutes(text: str) -> int:
    """Return the whole minutes of `text`: 90, 90 min, 1:30, 1h30, 1 h 30 min, 1.5 h.

    Raises ValueError with a message.
    """
    words = text.strip().lower()
    if not words:
        raise ValueError(f"How long? {_EXAMPLES}")
    if not words.isascii() or len(words) > _LONGEST_TEXT:
        raise ValueError(f"This is not a length of time. {_EXAMPLES}")
    plain = _PLAIN.fullmatch(words)
    if plain:
        return int(plain[1])
    both = _CLOCK.fullmatch(words) or _BOTH.fullmatch(words)
    if both:
        return 60 * int(both[1]) + int(both[2])
    decimal = _DECIMAL.fullmatch(words)
    if decimal:
        return round(60 * float(decimal[1].replace(",", ".")))
    if _BARE_DECIMAL.fullmatch(words):
        raise ValueError(f'"{words}" of what? Write {words} h for hours, or whole minutes.')
    raise ValueError(f'"{text.strip()}" is not a length of time. {_EXAMPLES}')


def clock(minutes: int) -> str:
    """Return minutes as h:mm."""
    return f"{minutes // 60}:{minutes % 60:02}"


def local_time(moment: datetime, now: datetime) -> str:
    """Return a time in local time with its zone, and with its date if it is not today."""
    there, here = moment.astimezone(), now.astimezone()
    day = "" if there.date() == here.date() else f"{there:%a %Y-%m-%d} "
    return f"{day}{there:%H:%M %Z}"
