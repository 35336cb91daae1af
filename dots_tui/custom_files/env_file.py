"""An env file (run.env, system.env, worker-N.env) with every byte kept: reading values, changing one value.

python-dotenv's parser tells the lines apart; it is never asked to write, because it requotes values and drops
comments. A changed value replaces exactly the bytes of the old one. Each line is read on its own, as DRFC's
reader does (bin/activate.sh): a quote left open spoils its line and not the keys below it.

run.env and system.env are read by shells. worker-N.env has a *literal* reader (prepare-config.py): the text before
the one `=` of a line is the name, blanks and `export` included, and the text after it is the value, quotes included.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dotenv.parser import parse_stream

from dots_tui.custom_files.words import BLANKS, ValuePart, read_word, write_word

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_ASSIGNMENT = re.compile(
    rf"(?P<indent>[ \t]*)(?P<export>export[ \t]+)?(?P<key>{NAME.pattern})(?P<before>[ \t]*)=(?P<after>[ \t]*)"
)
_PLAIN = re.compile(rf"({NAME.pattern})=([^ \t'\"\\]*)")
"""What nearly every line is, and can be read in one go."""
_LITERAL = re.compile(rf"({NAME.pattern})=([^=]*)")
POSITIONS_KEY = "DR_OA_OBJECT_POSITIONS"
"""The one key whose double quotes DRFC takes away itself."""
_COMMENTED = re.compile(r"(?P<mark>[ \t]*#[# \t]*)(?=[A-Z_][A-Z0-9_]*=)")
_INLINE_COMMENT = re.compile(r"(?<![ \t])[ \t]+#")
_MAYBE_COMMENT = re.compile(r"\s*(?:export\s+)?(?:#|\Z)")
_START = 200
"""So many characters tell a line that is no assignment apart; python-dotenv's parser takes long with long ones."""
_BOM = "\ufeff"


class EnvEntry(NamedTuple):
    """One KEY=value, in effect or commented out."""

    key: str
    value: str
    """The text without quotes, references as they are written; the raw text where it is not one shell word."""
    line: int
    """Line number in the file, from 1."""
    commented: bool
    raw: str
    """The value as it stands in the file, quotes included."""
    start: int
    """Where ``raw`` starts in ``EnvFile.text``."""
    parts: tuple[ValuePart, ...] = ()
    """The value in stretches that are expanded and stretches that are not."""
    quote: str = ""
    """The quote around the whole value: ', " or nothing."""
    indent: str = ""
    exported: bool = False
    spaces: tuple[str, str] = ("", "")
    """The blanks before and after the equals sign."""
    comment: str = ""
    """The comment behind the value, from its # on."""
    trailing: str = ""
    """Blanks at the end of the line."""
    problem: str = ""
    """"open-quote" or "several-words" when the value is not one shell word."""

    @property
    def end(self) -> int:
        """Where ``raw`` ends in ``EnvFile.text``."""
        return self.start + len(self.raw)


class EnvLine(NamedTuple):
    """One line of the file, without its line end."""

    number: int
    text: str
    start: int
    """Where the line starts in ``EnvFile.text``."""
    kind: str
    """"blank", "comment", "entry" or "other" (a line that assigns nothing)."""
    entry: EnvEntry | None = None
    """The entry of an "entry" line, or the commented-out one of a "comment" line."""


@dataclass(frozen=True)
class EnvFile:
    """The content of an env file. A value: changes give a new EnvFile."""

    data: bytes
    text: str = field(compare=False, repr=False)
    """``data`` as text (bytes that are not UTF-8 as lone surrogates), without a byte order mark."""
    lines: tuple[EnvLine, ...] = field(compare=False, repr=False)
    entries: tuple[EnvEntry, ...] = field(compare=False)
    """All entries in file order, commented ones included."""
    bom: bool = field(default=False, compare=False)
    literal: bool = field(default=False, compare=False)
    """Whether the file's reader takes lines literally (worker-N.env)."""

    @classmethod
    def parse(cls, data: bytes, literal: bool = False) -> EnvFile:
        """Read ``data``, whatever it is; nothing is refused. ``literal``: as the reader of worker-N.env does."""
        text = data.decode("utf-8", "surrogateescape")
        bom = text.startswith(_BOM)
        text = text[1:] if bom else text
        lines = tuple(_lines(text, literal))
        return cls(data, text, lines, tuple(line.entry for line in lines if line.entry is not None), bom, literal)

    def entry(self, key: str) -> EnvEntry | None:
        """The entry in effect: the last one of ``key`` that is not commented out, for every reader of the file."""
        return self._last(key, commented=False)

    def get(self, key: str) -> str | None:
        """The value in effect with references unexpanded, or None when the file does not set ``key``."""
        entry = self.entry(key)
        return None if entry is None else entry.value

    def set(self, key: str, value: str) -> EnvFile:
        """The file with ``key`` set to ``value``; only the bytes of the value change.

        A key not in effect is appended, after adding the newline the last line may lack. Raises ValueError
        for a key or a value that an env file cannot hold.
        """
        if not NAME.fullmatch(key):
            raise ValueError(f"{key!r} is not a name of a variable (letters, digits and _ only)")
        entry = self.entry(key)
        if entry is None:
            newline = self.newline
            gap = newline if self.text and not self.text.endswith("\n") else ""
            return self._with(f"{self.text}{gap}{key}={self.written(value)}{newline}")
        if entry.value == value:
            return self
        return self._with(self.text[: entry.start] + self.written(value, entry.quote) + self.text[entry.end :])

    def written(self, value: str, quote: str = "") -> str:
        """``value`` as this file's reader reads it back, with ``quote`` where it can be kept.

        Raises ValueError for a value that no line of the file can hold.
        """
        word = write_word(value, quote)
        if not self.literal:
            return word
        if "=" in value:
            raise ValueError("the value has an = in it, at which the reader of this file gives up; leave it out")
        return f"{quote}{value}{quote}"

    def comment(self, key: str) -> EnvFile:
        """The file with the entry in effect of ``key`` commented out; unchanged when there is none."""
        entry = self.entry(key)
        if entry is None:
            return self
        start = self.lines[entry.line - 1].start
        return self._with(self.text[:start] + "#" + self.text[start:])

    def uncomment(self, key: str) -> EnvFile:
        """The file with the last commented-out entry of ``key`` in effect; unchanged when there is none."""
        entry = self._last(key, commented=True)
        if entry is None:
            return self
        line = self.lines[entry.line - 1]
        mark = _COMMENTED.match(line.text)
        assert mark is not None  # a commented entry is found by this very pattern
        return self._with(self.text[: line.start] + self.text[line.start + mark.end() :])

    @property
    def newline(self) -> str:
        """The line end most lines have."""
        crlf = self.text.count("\r\n")
        return "\r\n" if crlf > self.text.count("\n") - crlf else "\n"

    def replace_lines(self, lines: Mapping[int, Sequence[str]]) -> EnvFile:
        """The file with the text of some lines, by number, replaced by no, one or several lines."""
        pieces = []
        starts = [line.start for line in self.lines[1:]] + [len(self.text)]
        for line, following in zip(self.lines, starts):
            end = self.text[line.start + len(line.text) : following]
            new = lines.get(line.number, (line.text,))
            pieces.append((end or self.newline).join(new) + end if new else "")
        return self._with("".join(pieces))

    def _last(self, key: str, commented: bool) -> EnvEntry | None:
        found = (entry for entry in reversed(self.entries) if entry.key == key and entry.commented == commented)
        return next(found, None)

    def _with(self, text: str) -> EnvFile:
        try:
            return EnvFile.parse((_BOM * self.bom + text).encode("utf-8", "surrogateescape"), self.literal)
        except UnicodeEncodeError as error:
            raise ValueError("the value has characters in it that are no text; type it again") from error


def _lines(text: str, literal: bool) -> Iterator[EnvLine]:
    read = read_literal_line if literal else read_line
    for number, match in enumerate(_LINE.finditer(text), 1):
        if match.start() < len(text):
            yield read(match.group(1), number, match.start())


def read_literal_line(text: str, number: int = 1, start: int = 0) -> EnvLine:
    """One line as the reader of worker-N.env takes it (DRFC scripts/training/prepare-config.py).

    A line that starts with # is a comment. Any other must have exactly one =, and sets a key when what stands before
    it is the plain name; the rest is "other". Of the value only DR_OA_OBJECT_POSITIONS loses its double quotes.
    """
    if not text:
        return EnvLine(number, text, start, "blank")
    mark = _COMMENTED.match(text) if text.startswith("#") else None
    offset = mark.end() if mark is not None else 0
    match = _LITERAL.fullmatch(text, offset)
    if text.startswith("#") and (mark is None or match is None):
        return EnvLine(number, text, start, "comment")
    if match is None:
        return EnvLine(number, text, start, "other" if text.strip(BLANKS) else "blank")
    key, raw = match.groups()
    place = start + match.start(2)
    quote = '"' if key == POSITIONS_KEY and len(raw) > 1 and raw[0] == raw[-1] == '"' else ""
    value = raw.replace('"', "") if key == POSITIONS_KEY else raw
    parts = (ValuePart(value, True),) if value else ()
    trailing = raw[len(raw.rstrip(BLANKS)) :]
    entry = EnvEntry(key, value, number, mark is not None, raw, place, parts, quote, trailing=trailing)
    return EnvLine(number, text, start, "comment" if mark is not None else "entry", entry)


def read_line(text: str, number: int = 1, start: int = 0) -> EnvLine:
    """One line of an env file as shells read it, ``text`` without its line end."""
    if not text or not text.strip(BLANKS):
        return EnvLine(number, text, start, "blank")
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        key, value = plain.groups()
        parts = (ValuePart(value, False),) if value else ()
        return EnvLine(
            number, text, start, "entry", EnvEntry(key, value, number, False, value, start + len(key) + 1, parts)
        )
    if _is_comment(text):
        mark = _COMMENTED.match(text)
        entry = _entry(text, mark.end(), number, start, commented=True) if mark else None
        return EnvLine(number, text, start, "comment", entry)
    entry = _entry(text, 0, number, start, commented=False)
    return EnvLine(number, text, start, "other" if entry is None else "entry", entry)


def _is_comment(text: str) -> bool:
    """Whether python-dotenv sees nothing but a comment. It is only asked where a look does not settle it."""
    if text.lstrip(BLANKS).startswith("#"):
        return True
    if not _MAYBE_COMMENT.match(text):
        return False
    binding = next(parse_stream(io.StringIO(text[:_START])), None)
    return binding is not None and binding.key is None and not binding.error


def _entry(text: str, offset: int, number: int, start: int, commented: bool) -> EnvEntry | None:
    """The assignment in ``text`` from ``offset`` on; ``start`` is where the line starts in the file."""
    match = _ASSIGNMENT.match(text, offset)
    if match is None:
        return None
    rest = text[match.end() :]
    if match["after"] and rest.startswith("#"):
        rest = ""
    raw, parts, quote, problem = _value(rest)
    # A value that is missing before a comment stands right behind the equals sign, not behind the blanks.
    place = match.end() if raw else match.end("before") + 1
    behind = text[place + len(raw) :]
    comment = behind.lstrip(BLANKS)
    return EnvEntry(
        key=match["key"],
        value=raw if problem else "".join(part.text for part in parts),
        line=number,
        commented=commented,
        raw=raw,
        start=start + place,
        parts=parts,
        quote=quote,
        indent=match["indent"],
        exported=match["export"] is not None,
        spaces=(match["before"], match["after"]),
        comment=comment.rstrip(BLANKS),
        trailing=text[len(text.rstrip(BLANKS)) :],
        problem=problem,
    )


def _value(rest: str) -> tuple[str, tuple[ValuePart, ...], str, str]:
    """Raw value, parts, quote and problem of what stands behind ``KEY=`` and its blanks."""
    word = read_word(rest)
    if not word.closed:
        raw = rest.rstrip(BLANKS)
        return raw, (ValuePart(raw, True),), "", "open-quote"
    behind = rest[word.end :].strip(BLANKS)
    if not behind or behind.startswith("#"):
        return rest[: word.end], word.parts, word.quote, ""
    comment = _INLINE_COMMENT.search(rest)
    raw = (rest[: comment.start()] if comment else rest).rstrip(BLANKS)
    return raw, (ValuePart(raw, False),), "", "several-words"
