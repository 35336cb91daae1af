"""A finding: one problem in the custom files, with its place, why it matters, and its fix."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum
from typing import Any, Union

from dots_tui.problems import ERROR as ERROR  # noqa: PLC0414
from dots_tui.problems import INFO as INFO  # noqa: PLC0414
from dots_tui.problems import SEVERITIES as SEVERITIES  # noqa: PLC0414
from dots_tui.problems import WARNING as WARNING  # noqa: PLC0414
from dots_tui.problems import Severity as Severity  # noqa: PLC0414


class Remedy(str, Enum):
    """What the key F does about a finding."""

    FIX = "fix"
    """The mechanical fix of the finding's code (:mod:`dots_tui.custom_files.fixes`)."""
    SET = "set"
    """The key gets the value that the fix names."""
    SOLVE = "solve"
    """Open the solver of the start positions."""
    CHOOSE = "choose"
    """Open the list of tracks."""
    CREATE = "create"
    """Create the missing file."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Fix:
    """What to do about a finding: the advice in words, and what the program can do itself."""

    advice: str
    remedies: tuple[Remedy, ...] = ()
    """What F tries, the best first; empty where only the racer can decide."""
    value: str | None = None
    """The name or the value to write, where the fix is about one."""

    @property
    def automatic(self) -> bool:
        """Whether `check --fix` may apply the fix without asking."""
        return Remedy.FIX in self.remedies

    def __str__(self) -> str:
        return self.advice


Advice = Union[Fix, str, None]
"""What a rule gives as the fix; a text is advice for the racer only."""


def automatic(advice: str, value: str | None = None, *others: Remedy) -> Fix:
    """A fix that needs no question; ``others`` are the remedies when there turns out to be no safe way."""
    return Fix(advice, (Remedy.FIX, *others), value)


def write_value(key: str, value: str) -> Fix:
    """The fix that gives ``key`` the one right ``value``."""
    return Fix(f"Write {key}={value}", (Remedy.SET,), value)


def set_value(advice: str, value: str) -> Fix:
    """A fix that gives the finding's key ``value``, in the words of ``advice``."""
    return Fix(advice, (Remedy.SET,), value)


@dataclass(frozen=True)
class Finding:
    """One problem."""

    file: str
    line: int
    """From 1; 0 means the whole file."""
    key: str | None
    """The key it is about, if it is about one."""
    severity: Severity
    code: str
    """The kind of problem in kebab-case; stable, for scripts. Declared as a :class:`FindingKind`."""
    message: str
    """What is wrong and what comes of it."""
    fix: Fix | None
    """What to do about it."""
    lines: tuple[int, ...] = ()
    """All lines with this problem, where there are several."""

    @property
    def advice(self) -> str:
        """What to do about it, in words; "" when nothing is known."""
        return self.fix.advice if self.fix is not None else ""

    @property
    def places(self) -> tuple[int, ...]:
        """The lines the finding is about."""
        return self.lines or (self.line,)

    def as_json(self) -> dict[str, Any]:
        """The finding as ``check --json`` prints it."""
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "severity": self.severity.value,
            "code": self.code,
            "message": self.message,
            "fix": self.fix.advice if self.fix is not None else None,
            **({"lines": list(self.lines)} if self.lines else {}),
        }


def found(
    file: str, line: int, key: str | None, severity: Severity, code: str, message: str, fix: Advice = None
) -> Finding:
    """A finding; a ``fix`` given as text is advice only."""
    return Finding(file, line, key, severity, code, message, Fix(fix) if isinstance(fix, str) else fix)


@dataclass(frozen=True)
class FindingKind:
    """One kind of finding, declared beside the rule that reports it. ``docs/findings.md`` is generated from these."""

    code: str
    severities: tuple[Severity, ...]
    """The worst first."""
    meaning: str
    """What is wrong and what comes of it, in general."""
    action: str
    """What to do about it, in general."""


def kind(code: str, severities: str, meaning: str, action: str) -> FindingKind:
    """A declaration; ``severities`` as "error, info"."""
    return FindingKind(code, tuple(Severity(one.strip()) for one in severities.split(",")), meaning, action)


def folded(findings: list[Finding]) -> list[Finding]:
    """``findings`` with those that say the same about one file made one that names all its lines, in order."""
    groups: dict[Finding, list[Finding]] = {}
    for finding in dict.fromkeys(findings):
        groups.setdefault(dataclasses.replace(finding, line=0, lines=()), []).append(finding)
    return [_one(group) for group in groups.values()]


def _one(group: list[Finding]) -> Finding:
    lines = tuple(sorted({line for finding in group for line in finding.places}))
    if len(group) == 1:
        return group[0]
    message = f"{group[0].message} ({len(lines)} times: lines {listed_lines(lines)}.)"
    return dataclasses.replace(group[0], line=lines[0], lines=lines, message=message)


def listed_lines(lines: tuple[int, ...]) -> str:
    """Line numbers as a text: "3, 5 and 9", at most eight of them."""
    if len(lines) > _MOST_LINES:
        return ", ".join(map(str, lines[:_MOST_LINES])) + f" and {len(lines) - _MOST_LINES} more"
    return ", ".join(map(str, lines[:-1])) + f" and {lines[-1]}" if len(lines) > 1 else str(lines[0])


def shown(text: str) -> str:
    """``text`` from a file as it may be printed: one line, no control characters, no stray bytes."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


_LONGEST = 120
_MOST_LINES = 8
