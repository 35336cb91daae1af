"""Rules about whole files: missing, no text, marks and line ends that readers stumble over."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from dots_tui.custom_files.encodings import wide_encoding
from dots_tui.custom_files.facts import FileFacts, unfit
from dots_tui.custom_files.findings import Finding, Fix, Remedy, automatic, found, kind, shown
from dots_tui.custom_files.folder import REQUIRED, REWARD_FUNCTION, worker_number
from dots_tui.problems import ERROR, INFO, WARNING

_NO_LETTERS = re.compile(r"[^a-z0-9]")
_BOM = b"\xef\xbb\xbf"


def missing_files(facts: FileFacts) -> Iterator[Finding]:
    """Every run needs the five files."""
    for name in REQUIRED:
        if name not in facts.sources and name not in facts.unreadable:
            slip = misnamed(name, facts.beside)
            fix = (
                f"Rename {shown(slip)} to {name}." if slip else "Copy it from another run, or create the default files."
            )
            message = f"{name} is missing; the training cannot start without it."
            yield found(name, 0, None, ERROR, "missing-file", message, Fix(fix, (Remedy.CREATE,)))


def misnamed(name: str, names: Iterable[str]) -> str:
    """The one of ``names`` that is probably meant to be ``name``; "" when there is none."""
    plain = {_NO_LETTERS.sub("", one.lower()): one for one in sorted(names)}
    close = difflib.get_close_matches(_NO_LETTERS.sub("", name), plain, 1, 0.8)
    return plain[close[0]] if close else ""


def unreadable_files(facts: FileFacts) -> Iterator[Finding]:
    """A file that is there and cannot be read."""
    for name, reason in facts.unreadable.items():
        yield found(name, 0, None, ERROR, "unreadable-file", reason, None)


def not_text(facts: FileFacts) -> Iterator[Finding]:
    """A file that is binary or far too large got there by mistake."""
    for name in facts.names:
        if wide_encoding(facts.sources[name]) is not None:
            message = f"{name} is UTF-16 text (PowerShell's > writes it), which no reader takes. It is not looked into."
            yield found(name, 0, None, ERROR, "utf-16", message, automatic("Convert it to UTF-8."))
        elif name not in facts.texts:
            message = f"{name} {unfit(name, facts.sources[name])}. It is not looked into."
            yield found(name, 0, None, ERROR, "not-text", message, "Put the right file there.")


def byte_order_mark(facts: FileFacts) -> Iterator[Finding]:
    """Windows editors put an invisible mark at the start; Python's own reader of source code copes with it."""
    for name, data in facts.texts.items():
        if data.startswith(_BOM) and name != REWARD_FUNCTION:
            harm = "the first key is not read" if name in facts.env else "the file is refused as broken JSON"
            yield found(
                name,
                1,
                None,
                ERROR,
                "byte-order-mark",
                f"The file starts with an invisible byte order mark, so that {harm}.",
                automatic("Save it as UTF-8 without byte order mark (BOM)."),
            )


def windows_line_ends(facts: FileFacts) -> Iterator[Finding]:
    """bash and DRFC keep the carriage return as a part of every value; the worker files' reader does not."""
    for name, env in facts.env.items():
        if worker_number(name) is None and "\r" in env.text:
            yield found(
                name,
                env.text[: env.text.index("\r")].count("\n") + 1,
                None,
                ERROR,
                "windows-line-ends",
                "Lines end as on Windows (CRLF): bash and DRFC take the carriage return for a part of the value.",
                automatic("Save the file with Unix line ends (LF)."),
            )


def no_utf8(facts: FileFacts) -> Iterator[Finding]:
    """Bytes that are no UTF-8 are read differently by every program."""
    for name, env in facts.env.items():
        for line in env.lines:
            if any("\udc80" <= char <= "\udcff" for char in line.text):
                yield found(
                    name,
                    line.number,
                    line.entry.key if line.entry else None,
                    WARNING,
                    "not-utf8",
                    "The line has bytes that are not UTF-8; every reader makes something else of them.",
                    "Type the text again, and save the file as UTF-8.",
                )
                break


def no_final_newline(facts: FileFacts) -> Iterator[Finding]:
    """DeepRacer on the Spot's menu appends keys without looking; dots-tui adds the newline first."""
    for name, env in facts.env.items():
        if env.text and not env.text.endswith(("\n", "\r")):
            yield found(
                name,
                len(env.lines),
                None,
                INFO,
                "no-final-newline",
                "The last line has no line end; a program that appends a key would join it to this line.",
                automatic("Add a line end."),
            )


RULES = (missing_files, unreadable_files, not_text, byte_order_mark, windows_line_ends, no_utf8, no_final_newline)

KINDS = (
    kind(
        "missing-file", "error", "One of the five files of a run is missing.", "Create it, or copy it from another run."
    ),
    kind(
        "unreadable-file", "error, warning", "The file is there and cannot be read.", "Check the file and your rights."
    ),
    kind("not-text", "error", "The file is binary or far too large.", "Put the right file there."),
    kind("utf-16", "error", "The file is UTF-16 text, which no reader takes.", "Convert it to UTF-8; F does it."),
    kind(
        "byte-order-mark",
        "error",
        "The file starts with an invisible mark: the first key is lost, or the JSON refused.",
        "Save the file as UTF-8 without byte order mark.",
    ),
    kind(
        "windows-line-ends",
        "error",
        "Lines end with CRLF; bash and DRFC take the carriage return for a part of each value.",
        "Save the file with Unix line ends.",
    ),
    kind("not-utf8", "warning", "A line has bytes that are not UTF-8.", "Type the text again and save it as UTF-8."),
    kind(
        "no-final-newline",
        "info",
        "The last line has no line end; a program that appends a key would glue it to this line.",
        "Add a line end.",
    ),
)
