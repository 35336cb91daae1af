"""The findings of the files, and the commands that fix them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical

from dots_tui.custom_files.findings import Finding, Remedy
from dots_tui.custom_files.folder import REWARD_FUNCTION, is_env_file, parse_env
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.files.form import row_for
from dots_tui.ui.panes.files.messages import DocumentsChanged
from dots_tui.ui.panes.notification_port import NotificationPort
from dots_tui.ui.widgets.findings import FindingsList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.app.file_fixes import FileChanges
    from dots_tui.custom_files.env_file import EnvLine
    from dots_tui.ui.panes.files.file_list import FileList
    from dots_tui.ui.panes.files.view import FileView


def _needs_files(findings: FileFindings) -> str:
    return "" if findings.workspace.documents else "no files are open"


def _needs_lines(findings: FileFindings) -> str:
    document = findings.view.document
    return "" if document is not None and is_env_file(document.name) else "only env files have several readers"


FIX_COMMANDS = (
    Command("files.next-problem", "Next problem", "Go to the next finding.", "e,f8", "next_problem", show=False),
    Command(
        "files.previous-problem",
        "Previous problem",
        "Go to the previous finding.",
        "E,shift+f8",
        "previous_problem",
        show=False,
    ),
    Command(
        "files.even",
        "Even coverage",
        "Choose episodes, workers and advance distance so that starts cover the track evenly.",
        "R",
        "even",
        show=False,
        needs=_needs_files,
    ),
    Command(
        "files.fix",
        "Fix",
        "Fix the selected finding, or open the editor that fixes it.",
        "F,f4",
        "fix",
        needs=_needs_files,
    ),
    Command(
        "files.fix-all",
        "Fix all",
        "Fix everything that has a safe fix; shows the changes first.",
        "P",
        "fix_all",
        show=False,
        needs=_needs_files,
    ),
    Command(
        "files.canonical-line",
        "Canonical line",
        "Rewrite the current line so that all readers agree on it. Its value in bash stays the same.",
        "L,f9",
        "canonical_line",
        show=False,
        needs=_needs_lines,
    ),
    Command(
        "files.canonical-file",
        "Canonical file",
        "Rewrite every line so that all readers agree on it. The values in bash stay the same.",
        "C",
        "canonical_file",
        show=False,
        needs=_needs_lines,
    ),
)


class FileFindings(Part, Vertical):
    """The list of findings. Fixes apply to the finding in the list, or at the cursor of `view`.

    `files` creates missing files.
    """

    ACTIONS: ClassVar[Sequence[Command]] = FIX_COMMANDS

    def __init__(self, view: FileView, files: FileList) -> None:
        super().__init__(id="files-findings")
        self.view, self._files = view, files
        self._found: Sequence[Finding] = ()

    def compose(self) -> ComposeResult:
        yield FindingsList(classes="box")

    def on_mount(self) -> None:
        self.list.empty = "Checking …"

    @property
    def list(self) -> FindingsList:
        """The list."""
        return self.query_one(FindingsList)

    def show(self, findings: Sequence[Finding] | None) -> None:
        """Show the findings; None before the first check."""
        listing = self.list
        if findings is not None:
            from dots_tui.app.file_fixes import remedy_hint

            listing.empty, listing.hint = "Nothing is wrong with these files.", remedy_hint
        self._found = findings or ()
        listing.set_findings(self._found)
        listing.border_title = f"findings {len(self._found)}"

    def action_next_problem(self) -> None:
        self.list.action_next(1)

    def action_previous_problem(self) -> None:
        self.list.action_next(-1)

    @on(FindingsList.FindingChosen)
    def _finding_chosen(self, event: FindingsList.FindingChosen) -> None:
        if isinstance(event.finding, Finding):
            self.go_to(event.finding)

    def go_to(self, finding: Finding) -> None:
        """Show the place of `finding`; the Reward pane shows its own file."""
        document = self.workspace.documents.get(finding.file)
        if document is None:
            self.list.focus()
        elif finding.file == REWARD_FUNCTION:
            self.host.show_pane(1)
        else:
            self.view.go_to(finding, document)
            self.post_message(DocumentsChanged())

    # -- fixes ------------------------------------------------------------------------------------

    def action_fix(self) -> None:
        from dots_tui.app.file_fixes import by_hand
        from dots_tui.custom_files.remedies import remedies

        self.view.take_typed()
        here = self._here()
        if not here:
            self.notify("No finding is here. e goes to the next finding.", title="Fix")
            return
        finding = next((one for one in here if remedies(one)), here[0])
        if not any(self._remedy(finding, remedy) for remedy in remedies(finding)):
            text = by_hand(finding)
            self.notify(text, title="No safe fix", severity="warning", timeout=10, markup=False)

    def _remedy(self, finding: Finding, remedy: Remedy) -> bool:
        """Apply a remedy, or open what applies it. Return False if it is not safe."""
        from dots_tui.app.file_fixes import apply_remedy

        if remedy is Remedy.SOLVE:
            self._cover_evenly("")
        elif remedy is Remedy.CHOOSE:
            document = self.workspace.documents.get(finding.file)
            if document is not None and document is not self.view.document:
                self.view.show(document, self._found, as_text=False)
            self.view.form_view.action_track()
        elif remedy is Remedy.CREATE:
            return self._files.create(finding)
        else:
            changes = apply_remedy(self.workspace, finding, remedy)
            if changes is None:
                return False
            self._report(changes, "Fixed")
        return True

    def _here(self) -> Sequence[Finding]:
        """Return the findings at the cursor; the highlighted one in the list first."""
        chosen, view = self.list.here, self.view
        if self.list.has_focus:
            return [chosen] if isinstance(chosen, Finding) else []
        own = [finding for finding in self._found if finding.file == view.file_name]
        if view.shows_text:
            own = [finding for finding in own if finding.line == view.text.line]
        else:
            key = view.form.key
            own = [finding for finding in own if finding.key and row_for(finding.file, finding.key) == key]
        return sorted(own, key=lambda finding: finding != chosen)

    @work
    async def action_fix_all(self) -> None:
        from dots_tui.app.file_fixes import fix_everything

        self.view.take_typed()
        self._report(await fix_everything(NotificationPort(self), self.workspace), "Fixed")

    def action_even(self) -> None:
        self.view.take_typed()
        self._cover_evenly("" if self.view.shows_text else self.view.form.key)

    @work
    async def _cover_evenly(self, key: str) -> None:
        from dots_tui.app.file_fixes import cover_evenly

        if await cover_evenly(NotificationPort(self), self.workspace, key):
            self.post_message(DocumentsChanged())

    def action_canonical_line(self) -> None:
        view = self.view
        document = view.typed()
        numbers = {view.text.line} if view.shows_text else set()
        if not view.shows_text:
            lines = parse_env(document.name, document.data).lines
            numbers = {line.number for line in lines if _about(line, view.form.key)}
        self._canonical("Canonical line", numbers)

    def action_canonical_file(self) -> None:
        self._canonical("Canonical file", None)

    def _canonical(self, title: str, numbers: set[int] | None) -> None:
        """Rewrite the lines `numbers` (None: all lines) of the displayed file."""
        from dots_tui.app.file_fixes import apply_canonical
        from dots_tui.custom_files.canonical import canonical_file, canonical_lines

        name, sources = self.view.typed().name, self.workspace.sources()
        outcome = canonical_file(sources, name) if numbers is None else canonical_lines(sources, name, numbers)
        self._report(apply_canonical(NotificationPort(self), self.workspace, name, outcome), title)

    def _report(self, changes: FileChanges | None, title: str) -> None:
        if changes is not None and changes.files:
            shown = self.view.file_name
            self.post_message(DocumentsChanged(shown if shown in changes.files else changes.files[0]))
            self.notify(changes.report, title=title, markup=False)


def _about(line: EnvLine, key: str) -> bool:
    """Return True if `line` sets `key`, or is a comment in which awk finds it."""
    if line.kind == "comment":
        return f"{key}=" in line.text
    return line.entry is not None and line.entry.key == key
