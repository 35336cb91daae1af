"""Rules about what a shell puts in the place of ``$...``, backticks and braces in a value of run.env or system.env."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from dots_tui.custom_files.env_file import EnvEntry
from dots_tui.custom_files.expand import INSTANCE_NAMES, MOST_IN_A_VALUE, references
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, found, kind, shown
from dots_tui.custom_files.readers.shell_words import Other, Piece, Reference, ShellSyntaxError, Substitution, read_word
from dots_tui.custom_files.rules.spoilt_values import spoilt
from dots_tui.custom_files.words import QUOTED_OR_ESCAPED, REFERENCE, unquoted, write_word
from dots_tui.problems import ERROR, WARNING

_SINGLE_QUOTED_OR_ESCAPED = re.compile(r"'[^']*'|\\.")
_ANY_ACTIVE = re.compile(r"[$`{]")
_QUOTED_DOLLAR = re.compile(r"\$['\"]")
_BETWEEN_WORDS = re.compile(r"[ \t;&|()<>]+")


def _entries(facts: FileFacts) -> Iterator[tuple[str, EnvEntry]]:
    for name, env in facts.sourced.items():
        for entry in env.entries:
            if not entry.commented and not spoilt(entry):
                yield name, entry


def _pieces(raw: str) -> list[Piece] | None:
    """``raw`` as bash takes it apart, word by word; None when a brace or a parenthesis is not closed."""
    pieces: list[Piece] = []
    position = 0
    try:
        while position < len(raw):
            between = _BETWEEN_WORDS.match(raw, position)
            position = between.end() if between else position
            if position < len(raw):
                word, position = read_word(raw, position)
                pieces += word.pieces
    except ShellSyntaxError:
        return None
    return pieces


def runs_a_command(entry: EnvEntry) -> bool:
    """Whether a shell runs a part of the value as a command and takes what it prints."""
    return ("`" in entry.raw or "$(" in entry.raw) and _runs_a_command(entry.raw)


@functools.lru_cache(maxsize=512)
def _runs_a_command(raw: str) -> bool:
    pieces = _pieces(raw)
    if pieces is None:
        active = _SINGLE_QUOTED_OR_ESCAPED.sub("", raw)
        return "`" in active or "$(" in active
    return any(isinstance(piece, Substitution) for piece in pieces)


def growing(facts: FileFacts) -> Iterator[Finding]:
    """A value that refers to itself, or to others many times, and so grows beyond measure. Once for each key."""
    told: set[str] = set()
    places = {id(entry): name for name, entry in _entries(facts)}
    for entry in facts.expansion.overgrown:
        if entry.key in told:
            continue
        told.add(entry.key)
        again = "refers to itself again and again" if entry.key in references(entry) else "repeats other values"
        message = (
            f"{shown(entry.key)} {again}: this value would grow to more than {MOST_IN_A_VALUE // 1024} KiB. "
            "It is not worked out here; a shell that reads it may use up the memory."
        )
        fix = "Write the value itself, without references that multiply it."
        yield found(places[id(entry)], entry.line, entry.key, ERROR, "value-grows", message, fix)


def expansions(facts: FileFacts) -> Iterator[Finding]:
    """What a shell makes of a dollar sign or of braces, beyond a plain reference."""
    for name, entry in _entries(facts):
        if entry.problem == "open-quote" or not _ANY_ACTIVE.search(entry.raw) or runs_a_command(entry):
            continue
        odd = odd_expansion(entry.raw)
        if odd is not None:
            message = (
                f"bash puts something of its own in the place of {shown(odd)}."
                if odd
                else "A ${ is not closed: bash stops reading here, and all keys below are lost."
            )
            fix = "Write the value itself; a plain $NAME or ${NAME} is fine."
            yield found(name, entry.line, entry.key, ERROR, "shell-expansion", message, fix)
        elif _writes_out_braces(REFERENCE.sub("", unquoted(entry.raw))):
            message = "DRFC writes the braces out and takes the last of the values; bash leaves them as they are."
            fix = f"Write {entry.key}={shown(write_word(entry.value, chr(34)))}"
            yield found(name, entry.line, entry.key, ERROR, "shell-expansion", message, fix)


def _writes_out_braces(text: str) -> bool:
    """Whether there may be {a,b} or {1..3} in ``text``; sure only that there is none when it says so."""
    _, opened, rest = text.partition("{")
    inside, closed, _ = rest.rpartition("}")
    return bool(opened and closed) and ("," in inside or ".." in inside)


def odd_expansion(raw: str) -> str | None:
    """The first expansion in ``raw`` that is no plain reference; "" when it is not closed, None when there is none."""
    if "$" not in raw:
        return None
    pieces = _pieces(raw)
    if pieces is None:
        return ""
    for piece in pieces:
        if isinstance(piece, Other) or (isinstance(piece, Reference) and not REFERENCE.fullmatch(piece.source)):
            return piece.source
    dollar = _QUOTED_DOLLAR.search(QUOTED_OR_ESCAPED.sub(lambda match: match.group()[0], raw))
    return dollar.group() if dollar else None


def references_above(facts: FileFacts) -> Iterator[Finding]:
    """A reference to a key that is set further down is empty, at least when the files are first read."""
    known = set(INSTANCE_NAMES)
    for name, entry in _entries(facts):
        for target in references(entry):
            if target not in known:
                yield _reference_finding(facts, name, entry, target, known)
        known.add(entry.key)


def _reference_finding(facts: FileFacts, name: str, entry: EnvEntry, target: str, known: set[str]) -> Finding:
    if target in facts.values:
        message = f"${target} is set further down, so it is empty here when the files are first read."
        fix = f"Move {target} above this line."
        return found(name, entry.line, entry.key, WARNING, "forward-reference", message, fix)
    shorter = max((key for key in known if target.startswith(key)), key=len, default="")
    message = f"${target} is set nowhere, so it is empty."
    fix = f"Write ${{{shorter}}}{target[len(shorter) :]}" if shorter else f"Set {target} above this line."
    return found(name, entry.line, entry.key, WARNING, "undefined-reference", message, fix)


RULES = (growing, expansions, references_above)
KINDS = (
    kind(
        "value-grows",
        "error",
        "A value refers to itself, or repeats others so often that it would fill the memory.",
        "Write the value itself.",
    ),
    kind(
        "shell-expansion",
        "error",
        "A shell puts something of its own in the place of a part.",
        "Write the value itself.",
    ),
    kind(
        "forward-reference", "warning", "A reference to a key that is set further down is empty.", "Move that key up."
    ),
    kind(
        "undefined-reference", "warning", "A reference to a name that nothing sets is empty.", "Set it above the line."
    ),
)
