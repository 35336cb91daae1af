"""The text of the reward function, and what can be tried with it: templates, simulated learning, driven steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work

from dots_tui.app.wind_tunnel import draft_subject
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.panes.document_commands import TextCommands
from dots_tui.ui.panes.reward.commands import DRAFT_COMMANDS, TEXT_COMMANDS
from dots_tui.ui.panes.reward.messages import LapLearned, RewardShown
from dots_tui.ui.panes.step_editor import StepEditor
from dots_tui.ui.widgets.find_bar import FindBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from dots_tui.custom_files.documents import Document
    from dots_tui.ui.commands import Command


class RewardText(TextCommands):
    """The editor and its search line."""

    ACTIONS: ClassVar[Sequence[Command]] = (*DRAFT_COMMANDS, *TEXT_COMMANDS)

    def compose(self) -> ComposeResult:
        editor = StepEditor(id="reward-editor")
        yield editor
        yield FindBar(editor)

    @property
    def document(self) -> Document | None:
        """The reward function of the open folder, or None."""
        return self.workspace.documents.get(REWARD_FUNCTION)

    @property
    def editor(self) -> StepEditor:
        """The editor."""
        return self.query_one(StepEditor)

    @property
    def text_editor(self) -> StepEditor | None:
        return self.editor if self.document is not None else None

    @property
    def find_bar(self) -> FindBar:
        return self.query_one(FindBar)

    def _draft(self) -> Document:
        """Return the document with the typed text; the commands need one."""
        self.editor.take_typed()
        assert self.document is not None
        return self.document

    @work
    async def action_template(self) -> None:
        from dots_tui.custom_files.reward_templates import templates
        from dots_tui.ui.panes.reward.templates import TemplatePicker

        document = self._draft()
        try:
            found = templates()
        except FileNotFoundError as problem:
            self.notify(f"{problem}.", severity="error")
            return
        template = await self.app.push_screen_wait(TemplatePicker(found))
        if template is None:
            return
        if template.data == document.data:
            self.notify("The text is identical to that template.")
            return
        document.edit(template.data, step=True)
        self.notify(f"The template {template.title} is in the editor, unsaved. Undo (u) restores your text.")
        self.editor.show(document)
        self.post_message(RewardShown())

    @work
    async def action_learn(self) -> None:
        from dots_tui.ui.panes.reward.learning import LearningScreen, pupils_of

        document, subject = self._draft(), draft_subject(self.workspace)
        assert subject is not None
        learned = await self.app.push_screen_wait(LearningScreen(pupils_of(self.workspace, document, subject)))
        if learned is not None:
            self.post_message(LapLearned(subject, learned))

    @work
    async def action_against(self) -> None:
        from dots_tui.ui.panes.reward.against import AgainstScreen, choose_steps

        self._draft()
        steps = await choose_steps(self.app, self.workspace.runs.selected)
        subject = draft_subject(self.workspace)
        if steps is not None and subject is not None:
            self.app.push_screen(AgainstScreen(steps, subject))
