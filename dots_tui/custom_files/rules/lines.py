"""Rules about how run.env and system.env are written: what bash, DRFC and the scripts on the instance make of a line.

The readers and their differences: bash sources the files; DRFC (bin/activate.sh) splits them at every blank and
evaluates the pieces; DeepRacer on the Spot's scripts on the instance take what stands behind the first ``=`` with
awk, its menu the first line that starts with the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dots_tui.custom_files.env_file import EnvEntry, EnvLine
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Advice, Finding, automatic, found, kind, shown
from dots_tui.custom_files.rules.blanks import without_blanks
from dots_tui.custom_files.rules.characters import odd_in
from dots_tui.custom_files.rules.duplicates import READ_BY_AWK
from dots_tui.custom_files.rules.expansions import odd_expansion, runs_a_command
from dots_tui.custom_files.rules.spoilt_values import spoilt
from dots_tui.custom_files.words import BLANKS, REFERENCE, unquoted, write_word
from dots_tui.problems import ERROR, INFO, WARNING, Severity

_SETS_A_KEY = re.compile(r"(?<=[ \t])[A-Za-z_][A-Za-z0-9_]*=")
_TILDE = re.compile(r"(?:^|:)~")
_OWN_LINE = "Put the comment on a line of its own above, with # in column 1."


def _entries(facts: FileFacts, spoilt_too: bool = True) -> Iterator[tuple[str, EnvEntry]]:
    for name, env in facts.sourced.items():
        for entry in env.entries:
            if not entry.commented and (spoilt_too or not spoilt(entry)):
                yield name, entry


def _lines(facts: FileFacts, kind: str) -> Iterator[tuple[str, EnvLine]]:
    for name, env in facts.sourced.items():
        for line in env.lines:
            if line.kind == kind:
                yield name, line


def _finding(name: str, entry: EnvEntry, severity: Severity, code: str, message: str, fix: Advice) -> Finding:
    return found(name, entry.line, entry.key, severity, code, message, fix)


def no_assignments(facts: FileFacts) -> Iterator[Finding]:
    """A line that is neither KEY=value nor a comment."""
    for name, line in _lines(facts, "other"):
        if odd_in(line.text) is not None:
            continue  # a finding of its own
        yield found(
            name,
            line.number,
            None,
            ERROR,
            "not-an-assignment",
            f'"{shown(line.text.strip())}" sets nothing: bash runs it as a command, DRFC makes variables of its words.',
            "Write KEY=value, or start the line with # to make it a comment.",
        )


def inline_comments(facts: FileFacts) -> Iterator[Finding]:
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
        yield _finding(name, entry, severity, "inline-comment", message, automatic(_OWN_LINE))


def indented_comments(facts: FileFacts) -> Iterator[Finding]:
    """For DRFC only a # in column 1 starts a comment."""
    for name, line in _lines(facts, "comment"):
        if line.text.startswith("#"):
            continue
        sets = _SETS_A_KEY.search(line.text) is not None
        yield found(
            name,
            line.number,
            None,
            ERROR if sets else WARNING,
            "indented-comment",
            "For DRFC this is no comment, because the # is not in column 1: it makes variables of the words"
            + (" and lets the value in it count." if sets else "."),
            automatic("Move the # to column 1."),
        )


def spaces_around_equals(facts: FileFacts) -> Iterator[Finding]:
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
                automatic(f"Write {entry.key}={shown(entry.raw)}"),
            )


def spaces_in_values(facts: FileFacts) -> Iterator[Finding]:
    """DRFC cuts a value at the first blank, quotes or not."""
    for name, entry in _entries(facts, spoilt_too=False):
        if runs_a_command(entry):
            continue
        if entry.problem == "several-words":
            message = f"bash takes only the first word for {entry.key}'s value and runs the rest as a command."
            yield _finding(name, entry, ERROR, "unquoted-space", message, without_blanks(entry))
        elif not entry.problem and any(char in BLANKS for char in entry.value):
            message = f"DRFC cuts the value at the space, quotes or not, and then does not set {entry.key} at all."
            yield _finding(name, entry, ERROR, "quoted-space", message, without_blanks(entry))


def open_quotes(facts: FileFacts) -> Iterator[Finding]:
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


def shell_characters(facts: FileFacts) -> Iterator[Finding]:
    """Characters that mean something to a shell."""
    for name, entry in _entries(facts, spoilt_too=False):
        if entry.problem == "open-quote":
            continue
        bare = unquoted(entry.raw)
        if runs_a_command(entry):
            message = "bash runs what stands in `...` or $(...) as a command; DRFC fails at it."
            yield _finding(name, entry, ERROR, "command-substitution", message, "Write the value itself.")
        elif odd_expansion(entry.raw) is not None:
            continue  # a finding of its own
        elif any(char in "()<>" for char in bare):
            message = f"{shown(entry.raw)} is no value for bash: it stops reading here, and all keys below are lost."
            fix = automatic(f"Write {entry.key}={_quoted(entry)}")
            yield _finding(name, entry, ERROR, "shell-character", message, fix)
        elif any(char in ";&|" for char in bare):
            char = next(char for char in bare if char in ";&|")
            message = f"For bash and DRFC the value ends at the {char}; what follows is run as a command."
            yield _finding(
                name, entry, ERROR, "shell-character", message, automatic(f"Write {entry.key}={_quoted(entry)}")
            )


def _quoted(entry: EnvEntry) -> str:
    return shown(write_word(entry.value, '"'))


def second_equals(facts: FileFacts) -> Iterator[Finding]:
    """DRFC and awk read what stands between the first and the second equals sign."""
    for name, entry in _entries(facts, spoilt_too=False):
        if "=" in entry.value and not entry.problem:
            message = (
                f"DRFC reads only {shown(entry.value.split('=')[0]) or 'an empty text'}: it stops at the second =."
            )
            yield _finding(name, entry, ERROR, "second-equals", message, "Use a value without = in it.")


def _searched(name: str, entry: EnvEntry) -> Severity:
    """A warning for a key that scripts on the instance search the file for; for all others no reader is wrong."""
    return WARNING if entry.key in READ_BY_AWK[name] else INFO


def unusual_keys(facts: FileFacts) -> Iterator[Finding]:
    """Lines that bash takes, but not every other reader."""
    for name, entry in _entries(facts):
        if entry.exported:
            message = "DRFC makes a variable named export of this, and the menu does not find the key."
            fix = automatic(f"Begin the line with {entry.key}=")
            yield _finding(name, entry, INFO, "export-prefix", message, fix)
        elif entry.indent:
            message = "DeepRacer on the Spot's menu finds a key only at the start of a line."
            fix = automatic(f"Begin the line with {entry.key}=")
            yield _finding(name, entry, INFO, "indented-key", message, fix)


def unusual_values(facts: FileFacts) -> Iterator[Finding]:
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
            message = "The quotes are not needed, and scripts that search the file take them for a part of the value."
            yield _finding(name, entry, _searched(name, entry), "needless-quotes", message, automatic(plain))
        if _TILDE.search(unquoted(entry.raw)):
            message = "Shells turn ~ into the home folder, the other readers do not."
            yield _finding(name, entry, WARNING, "tilde", message, "Write the whole path.")
        if entry.trailing and not entry.comment:
            message = "Scripts that search the file take the blanks at the end of the line for a part of the value."
            fix = automatic("Delete the blanks at the end of the line.")
            yield _finding(name, entry, _searched(name, entry), "trailing-blank", message, fix)


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
KINDS = (
    kind(
        "not-an-assignment",
        "error",
        "A line that sets nothing: bash runs it as a command, DRFC makes variables of its words.",
        "Write KEY=value, or start the line with #.",
    ),
    kind(
        "inline-comment",
        "error, warning",
        "A comment behind a value: DRFC makes variables of its words and prints all exported variables into its log.",
        "Put the comment on a line of its own, with # in column 1; F does it.",
    ),
    kind(
        "indented-comment",
        "error, warning",
        "A comment with blanks in front of its #, which is no comment for DRFC.",
        "Move the # to column 1; F does it.",
    ),
    kind(
        "spaces-around-equals",
        "error",
        "A space beside the equals sign: bash does not set the key but runs a command.",
        "Write KEY=value without spaces; F does it.",
    ),
    kind(
        "unquoted-space",
        "error",
        "A value with a space and without quotes: bash takes the first word and runs the rest.",
        "Use a value without spaces.",
    ),
    kind(
        "quoted-space",
        "error",
        "A value with a space: DRFC cuts it there, quotes or not, and does not set the key.",
        "Use a value without spaces.",
    ),
    kind("open-quote", "error", "A quote that is not closed: the keys below are lost.", "Close it, or take it away."),
    kind("command-substitution", "error", "A part of the value is run as a command.", "Write the value itself."),
    kind(
        "shell-character",
        "error",
        "A character that a shell acts on: the value ends there, or bash stops reading.",
        "Put the value in double quotes.",
    ),
    kind("second-equals", "error", "A second = in the value, where DRFC stops reading.", "Use a value without =."),
    kind(
        "export-prefix", "info", "`export` before the key: the menu does not find it.", "Begin the line with the key."
    ),
    kind("indented-key", "info", "Blanks before the key: the menu does not find it.", "Begin the line with the key."),
    kind("backslash", "warning", "A backslash, which bash drops and other readers keep.", "Use a value without it."),
    kind(
        "quoted-reference",
        "warning",
        "A reference in single quotes: bash leaves it as it is, other readers expand it.",
        "Take the quotes away.",
    ),
    kind(
        "needless-quotes",
        "warning, info",
        "Quotes that are not needed. A warning where a script on the instance takes them for a part of the value.",
        "Take the quotes away; F does it.",
    ),
    kind("tilde", "warning", "Shells turn ~ into the home folder, the other readers do not.", "Write the whole path."),
    kind(
        "trailing-blank",
        "warning, info",
        "Blanks at the end of the line. A warning where a script takes them for a part of the value.",
        "Delete the blanks; F does it.",
    ),
)
