"""The common base of every error that is told to a user, and the one scale of severity."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar


class Severity(str, Enum):
    """How bad something is, worst first.

    An error breaks or wastes a run, a warning may do so, an info is good to know. Good is the result of a check that
    passed; a finding or diagnosis never has it.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    GOOD = "good"

    def __str__(self) -> str:
        return self.value

    @property
    def rank(self) -> int:
        """The position in the order of severities, 0 for the worst."""
        return SEVERITIES.index(self)


ERROR, WARNING, INFO, GOOD = Severity
SEVERITIES = tuple(Severity)
"""The worst first."""


class Problem(Exception):
    """An error that is told to the user.

    `code` is for programs (kebab-case), `what` says what is wrong and where, `advice` what to do ("" if unknown),
    `detail` is the original message ("" if none). str() is what and advice.
    """

    def __init__(self, code: str, what: str, advice: str = "", detail: str = "") -> None:
        super().__init__(f"{what} {advice}".strip())
        self.code = code
        self.what = what
        self.advice = advice
        self.detail = detail


class SingleCodeProblem(Problem):
    """A problem whose class determines its code."""

    CODE: ClassVar[str]

    def __init__(self, what: str, advice: str = "", detail: str = "") -> None:
        super().__init__(self.CODE, what, advice, detail)


def problem_of(error: BaseException) -> Problem:
    """Return the error as a problem; for any other exception one with the code `unexpected`."""
    if isinstance(error, Problem):
        return error
    return Problem("unexpected", str(error) or type(error).__name__, detail=repr(error))
