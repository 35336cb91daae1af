"""The list of findings: severity, place and message of each problem in the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TINTS = {"error": "bad", "warning": "warning", "info": "info"}
WORD = 7  # cells of the longest severity
PLACE = 24  # cells a place or a code gets at most
NARROW = 72  # below it the code is left out


class FindingLike(Protocol):
    """The fields of a finding that the list needs."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int:
        """The line from 1; 0 for the whole file."""

    @property
    def severity(self) -> str:
        """error, warning or info"""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...


class FindingsList(RowList):
    """One row per finding. Enter or a second click chooses it; `e`/`E` choose the next/previous one."""

    DEFAULT_CSS = """
    FindingsList { height: 1fr; min-height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "next(1)", "Next problem", show=False, id="findings.next"),
        Binding("E", "next(-1)", "Previous problem", show=False, id="findings.previous"),
    ]

    class FindingMessage(Message):
        """A message about a finding of the list."""

        def __init__(self, findings: FindingsList, finding: FindingLike) -> None:
            super().__init__()
            self.findings, self.finding = findings, finding

        @property
        def control(self) -> FindingsList:
            return self.findings

    class FindingChosen(FindingMessage):
        """The user chose a finding: go there."""

    class FindingHighlighted(FindingMessage):
        """The cursor moved to a finding."""

    hint: Callable[[FindingLike], str] = staticmethod(lambda _: "")
    """Returns the effect of a key on a finding, such as "F fix"; "" if there is none."""
    _findings: tuple[FindingLike, ...] = ()
    _hints: tuple[str, ...] = ()
    _place = _code = 0

    def set_findings(self, findings: Sequence[FindingLike]) -> None:
        """Show `findings` in this order; the cursor stays on its finding if that is still there."""
        here = self.here
        self._findings = tuple(findings)
        self._hints = tuple(map(self.hint, self._findings))
        self._place = min(PLACE, max((len(_place(finding)) for finding in findings), default=0))
        self._code = min(PLACE, max((len(finding.code) for finding in findings), default=0))
        self.redraw()
        if here in self._findings:
            self.cursor = self._findings.index(here)

    @property
    def here(self) -> FindingLike | None:
        """The finding the cursor is on."""
        return self._findings[self.cursor] if 0 <= self.cursor < len(self._findings) else None

    def line_count(self) -> int:
        return len(self._findings)

    def line_text(self, index: int, width: int) -> Text:
        finding = self._findings[index]
        tint = self.tint(TINTS.get(finding.severity, "info"))
        sign = finding.severity if finding.severity in TINTS else "info"
        place = _cut(_place(finding), min(self._place, width // 3))
        text = Text(f"{self.glyph(sign)} {finding.severity:<{WORD}} ", tint, end="", no_wrap=True)
        text = Text(end="", no_wrap=True).append_text(text)
        text.append(f"{place:<{min(self._place, width // 3)}}  ")
        if width >= NARROW:
            text.append(f"{_cut(finding.code, self._code):<{self._code}}  ", self.tint("muted"))
        hint = self._hints[index] if width >= NARROW else ""
        room = width - text.cell_len - (len(hint) + 2 if hint else 0)
        message = Text(clean(finding.message))
        message.truncate(max(1, room), overflow="ellipsis", pad=True)
        text.append_text(message)
        if hint:
            text.append(f"  {hint}", self.tint("good"))
        return text

    def choose(self, index: int) -> None:
        self.post_message(self.FindingChosen(self, self._findings[index]))

    def highlight(self, index: int) -> None:
        if 0 <= index < len(self._findings):
            self.post_message(self.FindingHighlighted(self, self._findings[index]))

    def action_next(self, step: int) -> None:
        """Choose the next (1) or the previous (-1) finding; after the last one comes the first."""
        if self._findings:
            self.cursor = (self.cursor + step) % len(self._findings)
            self.choose(self.cursor)


def _place(finding: FindingLike) -> str:
    return clean(f"{finding.file}:{finding.line}" if finding.line else finding.file)


def _cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells; a place keeps its end, where the line number is."""
    return text if len(text) <= width else f"…{text[len(text) - width + 1 :]}" if width > 1 else text[:width]
