"""What the Stacks pane tells below its list, or instead of it: what happened, what is in the way, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from dots_tui.ui.panes.stacks import view

if TYPE_CHECKING:
    from dots_tui.ui.panes.stacks.pane import StacksPane

_LOADING = "Asking AWS …"
_SLOW_S, _SHOWN_S = 10.0, 2.0
"""Seconds without an answer after which it is said what may be wrong, and from which they are shown."""
_SLOW = (
    "AWS does not answer. Check the network and the proxy (HTTPS_PROXY), the region, and whether the login of the "
    "profile waits for you in another window (SSO). [b]@[/b] chooses another account or region."
)
_NO_STACKS = (
    "No base stack{where} yet.\n\n[b]b[/b] creates one, free until you launch:\n"
    "a bucket, a role, and access for one address."
)
_NO_RUNS = "No training. [b]n[/b] launches one with the files of pane 1."
_NO_BASE = "No complete base stack. [b]b[/b] creates one; a training needs it."


class Telling:
    """What ``pane`` told last; it stays until something else is told."""

    def __init__(self, pane: StacksPane) -> None:
        self._pane = pane
        self._what, self._advice, self._bad = "", "", False

    def say(self, text: str) -> None:
        """From now on this is told; "" takes it away."""
        self._what, self._advice, self._bad = text, "", False

    def blame(self, error: Exception) -> None:
        """From now on it is told what went wrong and what to do about it."""
        self._what, self._advice = view.problem_words(error)
        self._bad = True

    @property
    def only_a_hint(self) -> bool:
        """Whether there is nothing but what to do next."""
        return not self._what and self._pane.asking.trouble is None

    def message(self) -> Content:
        """What was told last, else what is in the way of asking AWS, else what to do next."""
        what, advice, bad = self._what, self._advice, self._bad
        trouble = self._pane.asking.trouble
        if not what and trouble is not None:
            what, advice = view.problem_words(trouble)
            advice, bad = f"{advice} r asks again.".strip(), True
        if what:
            return Content.assemble((what, "bold $text-error" if bad else ""), f" {advice}" if advice else "")
        return Content.from_markup(self._hint())

    def _hint(self) -> str:
        """What to do next."""
        pane = self._pane
        if not pane.asking.asked:
            return loading(pane.asking.waiting_s)
        if not pane.stacks:
            return _NO_STACKS.format(where=f" in {pane.aws_region}" if pane.aws_region else "")
        if any(stack.kind == "training" for stack in pane.stacks):
            return ""
        return _NO_RUNS if pane.bases else _NO_BASE


def loading(seconds: float) -> str:
    """What is shown while AWS has not answered for so many seconds, as markup."""
    if seconds < _SHOWN_S:
        return _LOADING
    slow = f"\n\n{_SLOW}" if seconds >= _SLOW_S else ""
    return f"{_LOADING} {seconds:.0f} s{slow}"
