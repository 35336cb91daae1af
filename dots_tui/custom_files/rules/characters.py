"""Rules about characters one does not see, or takes for others: no-break and zero-width spaces, full-width signs,
typographic quotes. They come from web pages, word processors and input methods, and every reader keeps them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from dots_tui.custom_files.env_file import EnvEntry, read_line
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, Fix, found, kind, set_value, shown
from dots_tui.custom_files.rules.spoilt_values import DISPLAY_KEYS, spoilt
from dots_tui.problems import ERROR, WARNING

_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_JOINERS = "\u200c\u200d"
_MARKS_OF_SCRIPTS = "\ufe0e\ufe0f"
_SAFE = re.compile(r"[A-Za-z0-9_./:,+@%${}-]*")


def odd_name(char: str) -> str:
    """What ``char`` is, when it is not what it looks like: "no-break space"; "" for all others."""
    if char.isascii():
        return ""
    category = unicodedata.category(char)
    if "\uff01" <= char <= "\uff5e":
        return f"full-width {unicodedata.normalize('NFKC', char)}"
    if char in _QUOTES:
        return "typographic quote"
    if char in _DASHES:
        return "typographic dash"
    if category in ("Zs", "Zl", "Zp"):
        return unicodedata.name(char, "space").lower()
    if category in ("Cf", "Cc"):
        return f"invisible {unicodedata.name(char, 'control character').lower()}"
    return ""


def odd_in(text: str, shown_only: bool = False) -> tuple[str, str] | None:
    """The first such character in ``text`` and what it is; None when there is none.

    ``shown_only``: in a text that is only shown, dashes and quotes may be meant; and joiners belong to emoji and to
    some scripts in any text.
    """
    if text.isascii():
        return None
    for at, char in enumerate(text):
        name = odd_name(char)
        if not name or (shown_only and char in _DASHES):
            continue
        if char in _JOINERS and at and not text[at - 1].isascii():
            continue
        return char, f"{name} (U+{ord(char):04X})"
    return None


def _plain(text: str) -> str:
    """``text`` with such characters taken away, or plain ones in their place."""
    kept = []
    for char in text:
        name = odd_name(char)
        if name.startswith("full-width"):
            kept.append(unicodedata.normalize("NFKC", char))
        elif char in _DASHES:
            kept.append("-")
        elif name and unicodedata.category(char) == "Zs":
            kept.append(" ")
        elif not name:
            kept.append(char)
    return "".join(kept).strip()


def in_values(facts: FileFacts) -> Iterator[Finding]:
    """In the values of the env files."""
    for name in (*facts.sourced, *facts.worker_files.values()):
        env = facts.env[name]
        if env.text.isascii():
            continue
        for line in env.lines:
            entry = read_line(line.text, line.number, line.start).entry
            if entry is None or entry.commented:
                continue
            odd = odd_in(entry.raw, shown_only=entry.key in DISPLAY_KEYS)
            if odd is not None and not spoilt(entry):
                message = f"The value of {entry.key} has a {odd[1]} in it, which every reader keeps as a part of it."
                yield found(name, line.number, entry.key, WARNING, "odd-character", message, _fix(entry))


def _fix(entry: EnvEntry) -> Fix:
    plain = _plain(entry.value)
    if _SAFE.fullmatch(plain) and plain:
        return set_value(f"Write {entry.key}={plain}", plain)
    return Fix("Type the value again.")


def in_lines(facts: FileFacts) -> Iterator[Finding]:
    """In a line that sets nothing because of it."""
    for name in (*facts.sourced, *facts.worker_files.values()):
        env = facts.env[name]
        for line in env.lines if not env.text.isascii() else ():
            if read_line(line.text).kind == "other" and (odd := odd_in(line.text)) is not None:
                message = f"The line has a {odd[1]} in it, and sets nothing because of that: it is not the plain sign."
                yield found(name, line.number, None, ERROR, "odd-character", message, _line_fix(line.text))


def _line_fix(text: str) -> Fix:
    plain = read_line(_plain(text))
    if plain.kind == "entry" and plain.entry is not None and not plain.entry.problem:
        return Fix(f"Write {shown(plain.text)}")
    return Fix("Type the line again.")


def in_json(facts: FileFacts) -> Iterator[Finding]:
    """In the names and texts of the JSON files. A file that is broken by one is a finding of its own."""
    for name, file in facts.json.items():
        for key, value in (file.values or {}).items():
            odd = next((one for text in _texts(key, value) if (one := odd_in(text)) is not None), None)
            if odd is not None and odd[0] not in _QUOTES + _DASHES:
                message = f"{shown(key)} has a {odd[1]} in its name or value, which the simapp keeps as a part of it."
                yield facts.in_json(name, key, WARNING, "odd-character", message, "Type the line again.")


def _texts(key: str, value: object) -> Iterator[str]:
    """The name and the texts of a member."""
    yield key
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]


RULES = (in_values, in_lines, in_json)
KINDS = (
    kind(
        "odd-character",
        "error, warning",
        "A character that is not seen, or taken for another: a no-break space, a full-width sign, a typographic quote.",
        "Type the value again in plain ASCII.",
    ),
)
