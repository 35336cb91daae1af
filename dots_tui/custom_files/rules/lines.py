"""Rules about how run.env and system.env are written: what bash, DRFC and the scripts on the instance make of a line.

The readers and their differences: bash sources the files; DRFC (bin/activate.sh) splits them at every blank and
evaluates the pieces; DeepRacer on the Spot's scripts on the instance take what stands behind the first ``=`` with
awk, its menu the first line that starts with the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dots_tui.custom_files.env_file import Entry, Line
from dots_tui.custom_files.facts import Facts
from dots_tui.custom_files.findings import ERROR, WARNING, Finding, shown
from dots_tui.custom_files.rules.expansions import odd_expansion, runs_a_command
from dots_tui.custom_files.words import BLANKS, REFERENCE, unquoted, write_word

_SETS_A_KEY = re.compile(r"(?<=[ \t])[A-Za-z_][A-Za-z0-9_]*=")
_TILDE = re.compile(r"(?:^|:)~")
_OWN_LINE = "Put the comment on a line of its own above, with # in column 1."


def _entries(facts: Facts) -> Iterator[tuple[str, Entry]]:
    for name, env in facts.sourced.items():
        for entry in env.entries:
            if not entry.commented:
                yield name, entry


def _lines(facts: Facts, kind: str) -> Iterator[tuple[str, Line]]:
    for name, env in facts.sourced.items():
        for line in env.lines:
            if line.kind == kind:
                yield name, line


def _finding(name: str, entry: Entry, severity: str, code: str, message: str, fix: str | None) -> Finding:
    return Finding(name, entry.line, entry.key, severity, code, message, fix)


def no_assignments(facts: Facts) -> Iterator[Finding]:
    """A line that is neither KEY=value nor a comment."""
    for name, line in _lines(facts, "other"):
        yield Finding(
            name,
            line.number,
            None,
            ERROR,
            "not-an-assignment",
            f'"{shown(line.text.strip())}" sets nothing: bash runs it as a command, DRFC makes variables of its words.',
            "Write KEY=value, or start the line with # to make it a comment.",
        )


def inline_comments(facts: Facts) -> Iterator[Finding]:
    """DRFC does not know comments behind a value."""
    for name, entry in _entries(facts):
        if not entry.comment:
            continue
        key = _SETS_A_KEY.search(entry.comment)
        if key is None:
            severity = WARNING
            message = (
                "DRFC turns the words of this comment into variables and prints all exported variables, "
                "credentials included, into its log."
            )
        else:
            severity = ERROR
            message = f"DRFC takes {shown(key.group())}... in this comment for a setting and lets it count."
        yield _finding(name, entry, severity, "inline-comment", message, _OWN_LINE)


def indented_comments(facts: Facts) -> Iterator[Finding]:
    """For DRFC only a # in column 1 starts a comment."""
    for name, line in _lines(facts, "comment"):
        if line.text.startswith("#"):
            continue
        sets = _SETS_A_KEY.search(line.text) is not None
        yield Finding(
            name,
            line.number,
            None,
            ERROR if sets else WARNING,
            "indented-comment",
            "For DRFC this is no comment, because the # is not in column 1: it makes variables of the words"
            + (" and lets the value in it count." if sets else "."),
            "Move the # to column 1.",
        )


def spaces_around_equals(facts: Facts) -> Iterator[Finding]:
    """KEY = value is a command for a shell."""
    for name, entry in _entries(facts):
        before, after = entry.spaces
        if before or (after and entry.raw):
            yield _finding(
                name,
                entry,
                ERROR,
                "spaces-around-equals",
                f"With a space beside the equals sign bash does not set {entry.key} but runs a command.",
                f"Write {entry.key}={shown(entry.raw)}",
            )


def spaces_in_values(facts: Facts) -> Iterator[Finding]:
    """DRFC cuts a value at the first blank, quotes or not."""
    for name, entry in _entries(facts):
        if runs_a_command(entry):
            continue
        if entry.problem == "several-words":
            message = f"bash takes only the first word for {entry.key}'s value and runs the rest as a command."
            yield _finding(name, entry, ERROR, "unquoted-space", message, "Use _ or - in place of the space.")
        elif not entry.problem and any(char in BLANKS for char in entry.value):
            message = f"DRFC cuts the value at the space, quotes or not, and then does not set {entry.key} at all."
            yield _finding(name, entry, ERROR, "quoted-space", message, "Use _ or - in place of the space.")


def open_quotes(facts: Facts) -> Iterator[Finding]:
    """A quote that is not closed on its line takes the following lines with it."""
    for name, entry in _entries(facts):
        if entry.problem == "open-quote":
            yield _finding(
                name,
                entry,
                ERROR,
                "open-quote",
                "A quote is opened and not closed on this line: bash reads on in the following lines or stops here, "
                "and the keys below are lost.",
                "Close the quote, or take it away.",
            )


def shell_characters(facts: Facts) -> Iterator[Finding]:
    """Characters that mean something to a shell."""
    for name, entry in _entries(facts):
        if entry.problem == "open-quote":
            continue
        bare = unquoted(entry.raw)
        if runs_a_command(entry):
            message = "bash runs what stands in `...` or $(...) as a command; DRFC fails at it."
            yield _finding(name, entry, ERROR, "command-substitution", message, "Write the value itself.")
        elif odd_expansion(entry.raw) is not None:
            continue  # a finding of its own
        elif any(char in "()<>" for char in bare):
            placeholder = re.fullmatch(r"<\w+>", bare)
            what = "This is a placeholder" if placeholder else f"{shown(entry.raw)} is no value"
            message = f"{what} for bash: it stops reading here, and all keys below are lost."
            fix = "Write the value itself." if placeholder else f"Write {entry.key}={_quoted(entry)}"
            yield _finding(name, entry, ERROR, "shell-character", message, fix)
        elif any(char in ";&|" for char in bare):
            char = next(char for char in bare if char in ";&|")
            message = f"For bash and DRFC the value ends at the {char}; what follows is run as a command."
            yield _finding(name, entry, ERROR, "shell-character", message, f"Write {entry.key}={_quoted(entry)}")


def _quoted(entry: Entry) -> str:
    return shown(write_word(entry.value, '"'))


def second_equals(facts: Facts) -> Iterator[Finding]:
    """DRFC and awk read what stands between the first and the second equals sign."""
    for name, entry in _entries(facts):
        if "=" in entry.value and not entry.problem:
            message = (
                f"DRFC reads only {shown(entry.value.split('=')[0]) or 'an empty text'}: it stops at the second =."
            )
            yield _finding(name, entry, ERROR, "second-equals", message, "Use a value without = in it.")


def unusual_keys(facts: Facts) -> Iterator[Finding]:
    """Lines that bash takes, but not every other reader."""
    for name, entry in _entries(facts):
        if entry.exported:
            message = "DRFC makes a variable named export of this, and the menu does not find the key."
            yield _finding(name, entry, WARNING, "export-prefix", message, f"Begin the line with {entry.key}=")
        elif entry.indent:
            message = "DeepRacer on the Spot's menu finds a key only at the start of a line."
            yield _finding(name, entry, WARNING, "indented-key", message, f"Begin the line with {entry.key}=")


def unusual_values(facts: Facts) -> Iterator[Finding]:
    """Values that bash takes, but that every other reader sees differently."""
    for name, entry in _entries(facts):
        if entry.problem:
            continue
        plain = f"Write {entry.key}={shown(entry.value)}"
        outside = re.sub(r"'[^']*'", "", entry.raw)
        if "\\" in outside:
            message = "bash drops the backslash, the scripts on the instance keep it."
            yield _finding(name, entry, WARNING, "backslash", message, "Use a value without backslash.")
        elif any(part.literal and REFERENCE.search(part.text) for part in entry.parts):
            message = "In single quotes bash leaves the reference as it is, where other readers expand it."
            yield _finding(name, entry, WARNING, "quoted-reference", message, plain)
        elif ("'" in entry.raw or '"' in entry.raw) and write_word(entry.value) == entry.value:
            message = "The quotes are not needed, and the scripts on the instance take them for a part of the value."
            yield _finding(name, entry, WARNING, "needless-quotes", message, plain)
        if _TILDE.search(unquoted(entry.raw)):
            message = "Shells turn ~ into the home folder, the other readers do not."
            yield _finding(name, entry, WARNING, "tilde", message, "Write the whole path.")
        if entry.trailing and not entry.comment:
            message = "The scripts on the instance take the blanks at the end of the line for a part of the value."
            yield _finding(name, entry, WARNING, "trailing-blank", message, "Delete the blanks at the end of the line.")


RULES = (
    no_assignments,
    inline_comments,
    indented_comments,
    spaces_around_equals,
    spaces_in_values,
    open_quotes,
    shell_characters,
    second_equals,
    unusual_keys,
    unusual_values,
)
