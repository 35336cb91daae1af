"""What the Stacks pane says below its list, or instead of it: the last message, a problem, or a hint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.content import Content

from dots_tui.problems import problem_of

if TYPE_CHECKING:
    from dots_tui.app.stack_listing import StackListing

_LOADING = "Asking AWS …"
_SLOW_S, _SHOWN_S = 10.0, 2.0
"""Seconds without an answer: from the first the possible causes are shown, from the second the seconds."""
_SLOW = (
    "AWS does not answer. Check the network, the proxy (HTTPS_PROXY) and the region. The profile may also wait for a "
    "login in another window (SSO). [b]@[/b] chooses another account or region."
)
_NO_STACKS = (
    "No base stack{where} yet.\n\n[b]b[/b] creates one, free until you launch:\n"
    "a bucket, a role, and access for one address."
)
_NO_RUNS = "No training. [b]n[/b] launches one with the files of pane 1."
_NO_BASE = "No complete base stack. [b]b[/b] creates one; a training needs it."
_ACCOUNT_CODES = ("no-region", "no-credentials", "partial-credentials", "profile", "invalid-keys")
_KEYS = (
    (re.compile(r"dots-tui delete (\S+?)(?=[\s.,;]|$)"), r"D on \1"),
    (re.compile(r"dots-tui base create \S+ --ip A\.B\.C\.D"), "b creates one."),
    (re.compile(r"dots-tui stacks"), "Pane 3"),
)


class StacksNotice:
    """The last message of the pane; it stays until another one replaces it."""

    def __init__(self, listing: StackListing) -> None:
        self._listing = listing
        self._what, self._advice, self._bad = "", "", False

    def say(self, text: str) -> None:
        """Show `text` from now on; "" removes the last message."""
        self._what, self._advice, self._bad = text, "", False

    def blame(self, error: Exception) -> None:
        """Show a problem and its advice from now on."""
        self._what, self._advice = problem_words(error)
        self._bad = True

    @property
    def only_a_hint(self) -> bool:
        """True if there is neither a message nor a problem."""
        return not self._what and self._listing.problem is None

    def content(self) -> Content:
        """Return the last message, else the reason AWS cannot be asked, else a hint."""
        what, advice, bad = self._what, self._advice, self._bad
        problem = self._listing.problem
        if not what and problem is not None:
            what, advice = problem_words(problem)
            advice, bad = f"{advice} r asks again.".strip(), True
        if what:
            return Content.assemble((what, "bold $text-error" if bad else ""), f" {advice}" if advice else "")
        return Content.from_markup(self._hint())

    def _hint(self) -> str:
        listing = self._listing
        if not listing.answered:
            return loading(listing.waiting_s)
        if not listing.stacks:
            return _NO_STACKS.format(where=f" in {listing.region}" if listing.region else "")
        if any(stack.kind == "training" for stack in listing.stacks):
            return ""
        return _NO_RUNS if listing.bases else _NO_BASE


def loading(seconds: float) -> str:
    """Return the hint for a request without an answer after so many seconds, as markup."""
    if seconds < _SHOWN_S:
        return _LOADING
    slow = f"\n\n{_SLOW}" if seconds >= _SLOW_S else ""
    return f"{_LOADING} {seconds:.0f} s{slow}"


def key_words(text: str) -> str:
    """Return an advice with the shell commands replaced by the keys of this pane."""
    for command, key in _KEYS:
        text = command.sub(key, text)
    return text


def problem_words(error: Exception) -> tuple[str, str]:
    """Return what went wrong, and what to do about it."""
    problem = problem_of(error)
    advice = problem.advice
    if problem.code in _ACCOUNT_CODES:
        advice = f"{advice} @ chooses a profile and a region.".strip()
    return key_words(problem.what), key_words(advice)
