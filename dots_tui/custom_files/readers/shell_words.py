"""A word of a shell command taken apart as bash does it: quotes, escapes, references, command substitutions.

Follows the bash manual (Quoting, Shell Expansions); checked against real bash by the tests. All of it is linear
in the length of the text, and nothing recurses deeper than :data:`DEEPEST`.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Union

DEEPEST = 20
"""References within defaults of references are followed this far."""

_PLAIN = re.compile(r"[^ \t\n'\"\\$`;&|()<>]+")
_IN_DOUBLE_QUOTES = re.compile(r'[^"\\$`]+')
_IN_ARGUMENT = re.compile(r"[^'\"\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_NAME_GOES_ON = re.compile(r"\\\n(?:\\\n)*[A-Za-z0-9_]+")
_BRACED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(:?[-=+?])?")
_LENGTH = re.compile(r"#([A-Za-z_][A-Za-z0-9_]*)")
_KNOWN_OPERATION = re.compile(r"!?(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(?:[#%/^,@:\[*].*)?", re.DOTALL)
_PLAIN_IN_PARENTHESES = re.compile(r"\([A-Za-z0-9_./:,@%+=-]*\)")
_ARRAY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_ANSI_TEXT = re.compile(r"[^'\\]*(?:\\.[^'\\]*)*", re.DOTALL)
_ANSI = re.compile(r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4}))")
_ANSI_LETTERS = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v"))
WORD_ENDS = frozenset(" \t\n;&|()<>")


class ShellSyntaxError(Exception):
    """bash cannot read this; the message is the reason in a few words."""


class Text(NamedTuple):
    """Characters that stand for themselves."""

    text: str
    quoted: bool


class Reference(NamedTuple):
    """``$NAME``, ``${NAME}`` or ``${NAME<operator><argument>}``; the operator "length" is ``${#NAME}``."""

    name: str
    operator: str
    argument: tuple[Piece, ...]
    quoted: bool
    source: str


class Substitution(NamedTuple):
    """``$(code)`` or the same in backticks."""

    code: str
    quoted: bool
    source: str


class Other(NamedTuple):
    """Something the model does not compute: arithmetic, a list, ``${NAME/a/b}``; "bad" when bash refuses it."""

    kind: str
    quoted: bool
    source: str


Piece = Union[Text, Reference, Substitution, Other]


class ShellWord(NamedTuple):
    """One word of a command."""

    pieces: tuple[Piece, ...]
    source: str


def read_word(text: str, start: int, list_allowed: bool = False) -> tuple[ShellWord, int]:
    """The word at ``start`` (not a blank, not an operator) and where it ends. Raises ShellSyntaxError.

    ``list_allowed``: whether ``NAME=(...)`` is a list here and no mistake.
    """
    pieces: list[Piece] = []
    position = start
    while position < len(text) and text[position] not in WORD_ENDS:
        plain = _PLAIN.match(text, position)
        if plain is not None:
            pieces.append(Text(plain.group(), False))
            position = plain.end()
        else:
            position = _special(text, position, pieces, False, 0)
        if list_allowed and text[position : position + 1] == "(" and _ARRAY.fullmatch(text, start, position):
            end = skip_group(text, position + 1, ")")
            source = text[position:end]
            if text[end : end + 1] in WORD_ENDS or end == len(text):
                pieces.append(Other("list", False, source))
            elif _PLAIN_IN_PARENTHESES.fullmatch(source):
                pieces.append(Text(source, True))
            else:
                pieces.append(Other("text in parentheses", False, source))
            position = end
    return ShellWord(tuple(pieces), text[start:position]), position


def _special(text: str, position: int, pieces: list[Piece], quoted: bool, depth: int) -> int:
    """Read what starts with a quote, a backslash, a dollar sign or a backtick; returns where it ends."""
    char = text[position]
    if char == "\\":
        return _escape(text, position, pieces, quoted)
    if char == "'" and not quoted:
        end = text.find("'", position + 1)
        if end < 0:
            raise ShellSyntaxError("open quote")
        pieces.append(Text(text[position + 1 : end], True))
        return end + 1
    if char == '"':
        return _double_quoted(text, position + 1, pieces, depth)
    if char == "`":
        end = skip_group(text, position + 1, "`")
        code = re.sub(r"\\([\\`$])", r"\1", text[position + 1 : end - 1])
        pieces.append(Substitution(code, quoted, text[position:end]))
        return end
    if char == "$":
        return _dollar(text, position, pieces, quoted, depth)
    pieces.append(Text(char, quoted))
    return position + 1


def _escape(text: str, position: int, pieces: list[Piece], quoted: bool) -> int:
    char = text[position + 1 : position + 2]
    if not char:
        pieces.append(Text("\\", True))
    elif quoted and char not in '$`"\\\n':
        pieces.append(Text("\\" + char, True))
    elif char != "\n":
        pieces.append(Text(char, True))
    return position + 2


def _double_quoted(text: str, position: int, pieces: list[Piece], depth: int) -> int:
    """Read what stands in double quotes, ``position`` being behind the first; returns the place behind the last."""
    pieces.append(Text("", True))
    while position < len(text):
        plain = _IN_DOUBLE_QUOTES.match(text, position)
        if plain is not None:
            pieces.append(Text(plain.group(), True))
            position = plain.end()
        elif text[position] == '"':
            return position + 1
        else:
            position = _special(text, position, pieces, True, depth)
    raise ShellSyntaxError("open quote")


def _dollar(text: str, position: int, pieces: list[Piece], quoted: bool, depth: int) -> int:
    following = text[position + 1 : position + 2]
    if following == "(":
        end = skip_group(text, position + 2, ")")
        source = text[position:end]
        if source.startswith("$((") and source.endswith("))"):
            pieces.append(Other("arithmetic", quoted, source))
        else:
            pieces.append(Substitution(source[2:-1], quoted, source))
        return end
    if following == "{":
        end = skip_group(text, position + 2, "}")
        pieces.append(_braced(text[position + 2 : end - 1], text[position:end], quoted, depth))
        return end
    if following == "[":
        end = skip_group(text, position + 2, "]")
        pieces.append(Other("arithmetic", quoted, text[position:end]))
        return end
    if following == '"' and not quoted:
        return _double_quoted(text, position + 2, pieces, depth)
    if following == "'" and not quoted:
        return _ansi_quoted(text, position + 2, pieces)
    name = _NAME.match(text, position + 1)
    if name is None:
        pieces.append(Text("$", quoted))
        return position + 1
    end = name.end()
    # A name goes on behind a line end that is escaped: bash takes the two characters away before it looks.
    while name.group().isidentifier() and (more := _NAME_GOES_ON.match(text, end)) is not None:
        end = more.end()
    whole = text[position + 1 : end].replace("\\\n", "")
    pieces.append(Reference(whole, "", (), quoted, "$" + whole))
    return end


def _braced(content: str, source: str, quoted: bool, depth: int) -> Piece:
    """The piece for ``${content}``."""
    length = _LENGTH.fullmatch(content)
    if length is not None:
        return Reference(length.group(1), "length", (), quoted, source)
    match = _BRACED.match(content)
    if match is not None and (match.group(2) or match.end() == len(content)):
        if depth >= DEEPEST:
            return Other("reference", quoted, source)
        argument = _argument(content[match.end() :], quoted, depth + 1)
        return Reference(match.group(1), match.group(2) or "", argument, quoted, source)
    kind = "reference" if _KNOWN_OPERATION.fullmatch(content) else "bad"
    return Other(kind, quoted, source)


def _argument(text: str, quoted: bool, depth: int) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    position = 0
    while position < len(text):
        plain = _IN_ARGUMENT.match(text, position)
        if plain is not None:
            pieces.append(Text(plain.group(), quoted))
            position = plain.end()
        else:
            position = _special(text, position, pieces, quoted, depth)
    return tuple(pieces)


def _ansi_quoted(text: str, position: int, pieces: list[Piece]) -> int:
    """``$'...'`` with its escapes, as in C."""
    match = _ANSI_TEXT.match(text, position)
    assert match is not None  # the pattern matches the empty text as well
    if text[match.end() : match.end() + 1] != "'":
        raise ShellSyntaxError("open quote")
    pieces.append(Text(_ANSI.sub(_ansi_character, match.group()), True))
    return match.end() + 1


def _ansi_character(match: re.Match[str]) -> str:
    letter, octal, byte, point = match.groups()
    if letter is not None:
        return _ANSI_LETTERS.get(letter, letter)
    return chr(int(octal, 8) & 0xFF if octal else int(byte or point, 16))


_GROUP_STEP = re.compile(r"[^'\"\\`$(){}\[\]#]+")
_OPENERS = {"$(": ")", "${": "}", "$[": "]"}
_CLOSER = {"(": ")"}


def skip_group(text: str, position: int, closer: str) -> int:
    """The place behind the ``closer`` that ends the group ``position`` is in. Raises ShellSyntaxError at the end."""
    closers = [closer]
    while position < len(text):
        step = _GROUP_STEP.match(text, position)
        if step is not None:
            position = step.end()
            continue
        position = _step_in_group(text, position, closers)
        if not closers:
            return position
    raise ShellSyntaxError("open quote" if closers[-1] in "\"'" else f'no "{closers[-1]}" to end it')


def _step_in_group(text: str, position: int, closers: list[str]) -> int:
    """Read one special character; ``closers`` are the ends the groups around it wait for."""
    char, top = text[position], closers[-1]
    pair = text[position : position + 2]
    end = position + 1
    if char == top:
        closers.pop()
    elif char == "\\":
        end += 1
    elif top == "`":
        pass  # within backticks, only the next one that is not escaped counts
    elif pair in _OPENERS:
        closers.append(_OPENERS[pair])
        end += 1
    elif char in '"`' or (char == "(" and top == ")"):
        closers.append(_CLOSER.get(char, char))
    elif char == "'" and top != '"':
        end = text.find("'", end) + 1 or len(text)
    elif char == "#" and top == ")" and text[position - 1] in " \t\n;&|(":
        end = text.find("\n", end) + 1 or len(text)
    return end
