"""What words of a shell command turn into: braces, tildes, references, command substitutions, splitting.

Where the outcome is the machine's and not the file's (arithmetic, the output of a program, ``$RANDOM``), the text
stays visible as it is written. File names are never looked up: a pattern stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from dots_tui.custom_files.expand import MOST_IN_A_VALUE
from dots_tui.custom_files.readers.shell_syntax import NotFollowed
from dots_tui.custom_files.readers.shell_words import Piece, Reference, ShellWord, Substitution, Text, read_word
from dots_tui.custom_files.readers.trace import COMPUTES

MOST_WORDS = 64
"""Braces are expanded to at most this many words."""

_TILDE = re.compile(r"(^|:)~([^/:]*)(?=([/:])?)")
_TILDE_WORD = re.compile(r"(^)~([^/]*)(?=(/)?)")
_REFERENCE = re.compile(r"\$\{[^{}]*\}")
_MOST_BRACES = 6
_SEQUENCE = re.compile(r"(-?[0-9]{1,6})\.\.(-?[0-9]{1,6})|([A-Za-z])\.\.([A-Za-z])")
_SHELLS_OWN = re.compile(
    r"BASH\w*|COMP_\w+|EPOCH\w+|HIST\w+|OPT\w+|PS[0-4]|[$!0_-]|E?UID|PPID|S?RANDOM|SECONDS|LINENO|HOST(?:NAME|TYPE)|"
    r"(?:MACH|OS)TYPE|O?L?D?PWD|SHLVL|SHELL|SHELLOPTS|IFS|PATH|TERM|DIRSTACK|GROUPS|FUNCNAME|PIPESTATUS|LINES|COLUMNS"
)
"""Variables a shell sets itself; what is in them is not known here."""


class Discarded(Exception):
    """bash drops the rest of the line here; the message is the reason."""


class ShellEnded(Exception):
    """The shell ends here; the message is the reason."""


class ShellSetting(Protocol):
    """What expansion needs of the shell."""

    variables: dict[str, str]
    status: int

    def output(self, piece: Substitution) -> str:
        """What ``piece`` prints, or its text when that is not known."""

    def assign(self, name: str, value: str) -> None:
        """Set a variable."""

    def event(self, kind: str, detail: str) -> None:
        """Note that something happened."""


def text_of(word: ShellWord, shell: ShellSetting) -> str:
    """``word`` as the value of an assignment: expanded and not split."""
    pieces = _without_tildes(word.pieces, shell.variables, _TILDE)
    return "".join(text for text, _ in _within_measure(pieces, shell))


def fields_of(word: ShellWord, shell: ShellSetting) -> list[str]:
    """``word`` as arguments of a command: expanded, then split at the blanks that came in by expansion."""
    fields: list[str] = []
    current: str | None = None
    pieces = _without_tildes(word.pieces, shell.variables, _TILDE_WORD)
    for text, splits in _within_measure(pieces, shell):
        first, *others = re.split(r"[ \t\n]+", text) if splits else [text]
        if first or not splits:
            current = (current or "") + first
        for part in others:
            if current is not None:
                fields.append(current)
            current = part or None
    return fields if current is None else [*fields, current]


def _within_measure(pieces: Iterable[Piece], shell: ShellSetting) -> Iterator[tuple[str, bool]]:
    """What ``pieces`` turn into. Raises NotFollowed for what grows beyond measure."""
    size = 0
    for piece in pieces:
        for text, splits in _expanded(piece, shell):
            size += len(text)
            if size > MOST_IN_A_VALUE:
                raise NotFollowed(f"a value grows to more than {MOST_IN_A_VALUE // 1024} KiB")
            yield text, splits


def with_braces(word: ShellWord) -> list[ShellWord]:
    """``word`` with {a,b} and {1..3} written out; left as it is when there are quotes in it or very many braces."""
    references: list[str] = _REFERENCE.findall(word.source)
    source = _REFERENCE.sub("\0", word.source)
    if "{" not in source or re.search(r"['\"\\`]", source) or source.count("{") > _MOST_BRACES:
        return [word]
    texts = list(_braces_out("".join(_marked(source))))
    if len(texts) < 2 or len(texts) > MOST_WORDS:
        return [word]
    plain = [re.sub(r"\0(.)", lambda match: references[ord(match.group(1))], text) for text in texts]
    return [read_word(text, 0)[0] for text in plain if text]


def _marked(source: str) -> Iterator[str]:
    """``source`` with a running number behind every NUL, which stands for a reference."""
    number = 0
    for char in source:
        yield char
        if char == "\0":
            yield chr(number)
            number += 1


def _braces_out(text: str) -> Iterator[str]:
    for match in re.finditer(r"\{", text):
        end = _closing(text, match.start())
        parts = _parts(text[match.end() : end]) if end else []
        if parts:
            rests = list(_braces_out(text[end + 1 :]))[: MOST_WORDS + 1]
            for part in parts[: MOST_WORDS + 1]:
                for inner in _braces_out(part):
                    for rest in rests:
                        yield text[: match.start()] + inner + rest
            return
    yield text


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return 0


def _parts(text: str) -> list[str]:
    """What stands between the commas of a brace, or the sequence it means; empty when it means nothing."""
    parts, depth = [""], 0
    for char in text:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    if len(parts) > 1:
        return parts
    sequence = _SEQUENCE.fullmatch(text)
    if sequence is None:
        return []
    low, high, first, last = sequence.groups()
    start, stop = (int(low), int(high)) if low else (ord(first), ord(last))
    step = 1 if stop >= start else -1
    numbers = range(start, stop + step, step)[: MOST_WORDS + 1]
    return [str(number) if low else chr(number) for number in numbers]


def _without_tildes(pieces: Iterable[Piece], variables: Mapping[str, str], tilde: re.Pattern[str]) -> Iterator[Piece]:
    """``pieces`` with the home folder in place of every tilde bash takes for it."""
    listed = list(pieces)
    for number, piece in enumerate(listed):
        if not isinstance(piece, Text) or piece.quoted or "~" not in piece.text:
            yield piece
            continue
        # What follows up to the slash must be unquoted text as well, so it must all be in this piece.
        last = number == len(listed) - 1
        yield from _home_pieces(piece.text, tilde, variables, first=number == 0, last=last)


def _home_pieces(
    text: str, tilde: re.Pattern[str], variables: Mapping[str, str], first: bool, last: bool
) -> Iterator[Text]:
    position = 0
    for match in tilde.finditer(text):
        starts = match.group(1) == ":" or (first and match.start() == 0)
        ends = match.group(3) is not None or last
        home = variables.get({"": "HOME", "+": "PWD", "-": "OLDPWD"}.get(match.group(2), ""))
        if starts and ends and home is not None:
            yield Text(text[position : match.start()] + match.group(1), False)
            yield Text(home, True)
            position = match.end()
    yield Text(text[position:], False)


def _expanded(piece: Piece, shell: ShellSetting) -> Iterator[tuple[str, bool]]:
    """The texts ``piece`` turns into, each with whether it is split at its blanks."""
    if isinstance(piece, Text):
        yield piece.text, False
    elif isinstance(piece, Substitution):
        yield shell.output(piece), not piece.quoted
    elif isinstance(piece, Reference) and piece.operator:
        yield from _operated(piece, shell)
    elif isinstance(piece, Reference):
        yield _known(piece, shell) or "", not piece.quoted
    elif piece.kind == "bad":
        raise Discarded("bad substitution")
    else:
        shell.event(COMPUTES, piece.source)
        yield piece.source, False


def _known(piece: Reference, shell: ShellSetting) -> str | None:
    """The value of what ``piece`` refers to, or None when it is not set."""
    if piece.name in shell.variables:
        return shell.variables[piece.name]
    if piece.name == "?":
        return str(shell.status)
    if piece.name == "#":
        return "0"
    if not _SHELLS_OWN.fullmatch(piece.name):
        return None
    shell.event(COMPUTES, piece.source)
    return piece.source


def _operated(piece: Reference, shell: ShellSetting) -> Iterator[tuple[str, bool]]:
    known = _known(piece, shell)
    here = bool(known) if piece.operator.startswith(":") else known is not None
    kind = piece.operator[-1]
    if piece.operator == "length":
        yield str(len(known or "")), False
    elif here != (kind == "+"):
        yield known or "" if here else "", not piece.quoted
    else:
        # What is quoted in the argument is not split at its blanks, its plain text is.
        parts = [
            (text, splits or (isinstance(inner, Text) and not inner.quoted))
            for inner in piece.argument
            for text, splits in _within_measure((inner,), shell)
        ]
        value = "".join(text for text, _ in parts)
        if kind == "?":
            raise ShellEnded(value or f"{piece.name} is not set")
        if kind == "=":
            shell.assign(piece.name, value)
        yield from parts
