"""The form all readers of an env file agree on, as far as bash reads the same afterwards.

That is one KEY=value a line from column 1 to its end, no quotes but where a shell needs them, comments only with # in
column 1, one line a key, LF, a newline at the end, no byte
order mark, and no empty lines in a worker's file. References stay: no way of writing them suits every reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.env_file import EnvEntry, EnvFile, EnvLine
from dots_tui.custom_files.facts import unfit
from dots_tui.custom_files.fix_lines import POSITIONS, commented_out
from dots_tui.custom_files.fixes import fix, same_for_bash, same_for_workers
from dots_tui.custom_files.folder import is_env_file, worker_number
from dots_tui.custom_files.lens import lens
from dots_tui.custom_files.words import BLANKS, REFERENCE, write_word

_OBJECTS = "DR_OA_OBJECT_POSITIONS"
_MARKS = ("byte-order-mark", "windows-line-ends")
_MOST_TRIES = 400
"""Each try reads the file as bash does; an ordinary one takes one or two."""
_SAFE = re.compile(r"[A-Za-z0-9_./:,+@%-]*")
_AS_MEANT = "bash does not read this line as it is meant, and would read it otherwise; see to its finding first"

Edits = Mapping[int, tuple[str, ...]]
"""New lines by the number of the line they replace."""


class Left(NamedTuple):
    """A line that the readers go on to see differently."""

    line: int
    """Its number after the change; 0 is the whole file."""
    key: str | None
    why: str


class Canonical(NamedTuple):
    """What became of a file."""

    data: bytes
    left: tuple[Left, ...]


def canonical_file(sources: Mapping[str, bytes], name: str) -> Canonical:
    """The env file ``name`` of ``sources`` in the form all readers agree on, and what could not be brought into it.

    Doing it again changes nothing. What is no env file, or no text, stays as it is.
    """
    if not is_env_file(name) or unfit(name, sources[name]):
        return Canonical(sources[name], ())
    current = _without_marks(dict(sources), name)
    while True:
        env = EnvFile.parse(current[name])
        data = _changed(current, name, _edits(env, name))
        if data == current[name]:
            break
        current[name] = data
    ended = {**current, name: data + b"\n"}
    if data and not data.endswith(b"\n") and same_for_bash(current, ended):
        return canonical_file(ended, name)  # a line that bash read as unfinished can be edited now
    return Canonical(current[name], tuple(_left(current, name)))


def canonical_lines(sources: Mapping[str, bytes], name: str, numbers: Collection[int]) -> Canonical:
    """The same for the lines ``numbers`` only; the ends of lines and of the file stay as they are."""
    if not is_env_file(name) or unfit(name, sources[name]):
        return Canonical(sources[name], ())
    env = EnvFile.parse(sources[name])
    keys = {line.entry.key for line in env.lines if line.number in numbers and line.entry is not None}
    edits = {number: lines for number, lines in _edits(env, name).items() if number in numbers}
    data = _changed(sources, name, edits)
    moved = len(EnvFile.parse(data).lines) - len(env.lines)
    places = {number + shift for number in numbers for shift in range(max(0, moved) + 1)}
    left = _left({**sources, name: data}, name)
    return Canonical(data, tuple(one for one in left if (one.key in keys if one.key else one.line in places)))


def _without_marks(sources: dict[str, bytes], name: str) -> dict[str, bytes]:
    """``sources`` with the file's byte order mark and carriage returns gone, where that is safe."""
    if not sources[name].startswith(b"\xef\xbb\xbf") and b"\r" not in sources[name]:
        return sources
    for code in _MARKS:
        found = (one for one in check_sources(sources) if (one.file, one.code) == (name, code))
        finding = next(found, None)
        after = fix(sources, finding) if finding is not None else None
        sources = dict(after) if after is not None else sources
    return sources


def _changed(sources: Mapping[str, bytes], name: str, edits: Edits) -> bytes:
    """The file with those of ``edits`` after which bash reads what it read before."""
    env = EnvFile.parse(sources[name])
    taken: dict[int, tuple[str, ...]] = {}
    groups = [sorted(edits)] if edits else []
    tries = _MOST_TRIES
    while groups and tries:
        group = groups.pop()
        tries -= 1
        wanted = {**taken, **{number: edits[number] for number in group}}
        after = {**sources, name: env.replace_lines(wanted).data}
        if same_for_bash(sources, after) and same_for_workers(sources, after):
            taken = wanted
        elif len(group) > 1:
            middle = len(group) // 2
            groups += [group[:middle], group[middle:]]
    return env.replace_lines(taken).data


def _edits(env: EnvFile, name: str) -> Edits:
    """What would make every line canonical that is not."""
    set_here = [entry for entry in env.entries if not entry.commented]
    last = {entry.key: entry.line for entry in set_here}
    edits = {}
    for line in env.lines:
        lines: tuple[str, ...] | None = None
        if _joined(env, line):
            continue
        if line.kind == "blank":
            lines = () if worker_number(name) is not None else ("",)
        elif line.kind == "comment":
            lines = (line.text.strip(BLANKS),)
        elif line.kind == "entry" and line.entry is not None and not line.entry.problem:
            counts = last[line.entry.key] == line.number
            lines = _entry(line.entry) if counts else commented_out(line)
        if lines is not None and lines != (line.text,):
            edits[line.number] = lines
    return edits


def _joined(env: EnvFile, line: EnvLine) -> bool:
    """Whether bash joins the line with the one above or below it."""
    above = env.lines[line.number - 2] if line.number > 1 else None
    return any(one is not None and one.kind != "comment" and one.text.endswith("\\") for one in (above, line))


def _entry(entry: EnvEntry) -> tuple[str, ...]:
    written = f"{entry.key}={_value(entry)}"
    if not entry.comment:
        return (written,)
    comment = entry.comment.lstrip("#").strip(BLANKS)
    return (f"# {comment}" if comment else "#", written)


def _value(entry: EnvEntry) -> str:
    """The value as it is to be written."""
    if entry.key == _OBJECTS and ";" in entry.value and POSITIONS.fullmatch(entry.value):
        return f'"{entry.value}"'
    literal = any(part.literal and "$" in part.text for part in entry.parts)
    return entry.value if not literal and write_word(entry.value) == entry.value else entry.raw


# -- what could not be done --------------------------------------------------------------------------


def _left(sources: Mapping[str, bytes], name: str) -> Iterator[Left]:
    env = EnvFile.parse(sources[name])
    if b"\r" in sources[name] or env.bom:
        yield Left(0, None, "its line ends or the mark at its start stay: without them bash would lose a key")
    readings = lens(sources)[name]
    edits = _edits(env, name)
    for line in env.lines:
        why = _why(line, line.number in edits)
        entry = line.entry if line.kind == "entry" else None
        if not why and entry is not None and not _excused(entry):
            reading = readings.get(entry.key)
            if reading is not None and not reading.agree:
                why = _unlike(entry)
        if why:
            yield Left(line.number, entry.key if entry is not None else None, why)


def _excused(entry: EnvEntry) -> bool:
    """References, and the positions of objects, look different to some readers however they are written."""
    positions = entry.key == _OBJECTS and entry.raw == f'"{entry.value}"'
    return positions or REFERENCE.search(entry.value) is not None


def _why(line: EnvLine, wanted: bool) -> str:
    """Why a line stays as it is, from how it is written; ``wanted``: it was to be another."""
    if line.kind == "other":
        return "it sets nothing: bash runs it as a command"
    entry = line.entry
    if line.kind == "entry" and entry is not None and entry.problem:
        return {"open-quote": "a quote is opened and not closed"}.get(entry.problem, "the value has a space in it")
    return _AS_MEANT if wanted else ""


def _unlike(entry: EnvEntry) -> str:
    """What in a value some readers take otherwise."""
    if "=" in entry.value:
        return "the value has an = in it, where DRFC stops reading"
    if any(char.isspace() for char in entry.value):
        return "the value has a space in it, where DRFC stops reading"
    if not _SAFE.fullmatch(entry.value):
        char = next(char for char in entry.value if not _SAFE.fullmatch(char))
        return f"the value has {char} in it, which not every reader takes as it is"
    return "the readers do not see the same value; the details show what each sees"
