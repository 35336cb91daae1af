"""The form of the displayed file, and the commands on its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical

from dots_tui.app.port import Confirmation
from dots_tui.custom_files.env_edits import put_state, state
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand
from dots_tui.custom_files.folder import MODEL_METADATA, RUN_ENV, SYSTEM_ENV, is_env_file, parse_env
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.files.form import broken, changed_row, content, give, no_form, row_for, without
from dots_tui.ui.panes.files.form_filter import FormFilter
from dots_tui.ui.panes.files.messages import DocumentsChanged, FileEdited, KeyNamed
from dots_tui.ui.panes.notification_port import NotificationPort
from dots_tui.ui.widgets.form import EnvForm
from dots_tui.ui.widgets.form_messages import EditorWanted, TrackWanted, ValueGiven

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.custom_files.documents import Document
    from dots_tui.custom_files.findings import Finding
    from dots_tui.ui.widgets.form_rows import FormRow

TRACK_KEY = "DR_WORLD_NAME"


def _needs_key(view: FormView) -> str:
    return no_form(view.document) or ("" if view.display else "t shows the form first")


def _needs_env(view: FormView) -> str:
    env = view.document is not None and is_env_file(view.document.name)
    return _needs_key(view) or ("" if env else "only env files have that")


def _needs_file(view: FormView) -> str:
    return "" if view.document is not None else "no file is open"


KEY_COMMANDS = (
    Command(
        "files.comment",
        "Comment key",
        "Comment the key out, or uncomment it.",
        "x",
        "comment_key",
        show=False,
        needs=_needs_env,
    ),
    Command(
        "files.add-key",
        "Add key",
        "Add a key that is not in the file yet: a known one or one of your own.",
        "A",
        "add_key",
        show=False,
        needs=_needs_key,
    ),
    Command(
        "files.remove",
        "Remove key",
        "Remove the line of the key from the file; asks first.",
        "delete",
        "remove_key",
        show=False,
        needs=_needs_key,
    ),
    Command(
        "files.track",
        "Choose track",
        "Choose DR_WORLD_NAME from the track catalog: length, width, direction, versions.",
        "T",
        "track",
        show=False,
        needs=_needs_env,
    ),
    Command(
        "files.actions",
        "Actions",
        "Edit the action space of model_metadata.json.",
        "a",
        "actions",
        show=False,
        needs=_needs_file,
    ),
)


class FormView(Part, Vertical):
    """The form with its filter. Edits change the document at once, each as one undo step."""

    ACTIONS: ClassVar[Sequence[Command]] = KEY_COMMANDS

    document: Document | None = None
    """The displayed document, also while its text is in front."""
    _findings: Sequence[Finding] = ()

    def compose(self) -> ComposeResult:
        form = EnvForm()
        yield form
        yield FormFilter(form, id="file-filter")

    @property
    def form(self) -> EnvForm:
        """The form."""
        return self.query_one(EnvForm)

    @property
    def filter(self) -> FormFilter:
        """The filter line."""
        return self.query_one(FormFilter)

    def set_document(self, document: Document | None) -> None:
        """Display another document; the rows follow with `refresh_rows`."""
        if document is not self.document:
            self.document = document
            self.form.start_over()

    def refresh_rows(self, findings: Sequence[Finding]) -> None:
        """Show the current content of the document, which has a form."""
        assert self.document is not None
        self._findings = findings
        shown = content(self.document.name, self.document.data, findings, self.workspace.sources())
        self.form.set_rows(shown.rows, shown.free)

    def show_change(self, before: bytes) -> None:
        """Move the cursor to the first row that differs from the content `before`."""
        document = self.document
        if document is not None and not broken(document.name, before):
            rows = content(document.name, before, (), self.workspace.sources()).rows
            self.form.show_key(changed_row(rows, self.form.lines.rows))

    def show_finding(self, key: str) -> bool:
        """Move the cursor to the row of `key`, as findings name it. Return False if it is not visible."""
        return self.document is not None and self.form.show_key(row_for(self.document.name, key))

    # -- values -----------------------------------------------------------------------------------

    @on(ValueGiven)
    def _value_given(self, event: ValueGiven) -> None:
        self._give(event.key, event.value)

    def _give(self, key: str, value: str) -> None:
        """Set `key` to a value; report if that is impossible."""
        document = self.document
        if document is None:
            return
        problem = broken(document.name, document.data)
        try:
            if not problem:
                self._change(give(document.name, document.data, key, value))
        except ValueError as refused:
            problem = str(refused)
        if problem:
            self.notify(f"{key} was not set to {value}: {problem}.", severity="error", timeout=10, markup=False)

    def _change(self, data: bytes) -> None:
        if self.document is not None and self.document.data != data:
            self.document.edit(data, step=True)
            self.post_message(FileEdited(typed=False))

    # -- commands ---------------------------------------------------------------------------------

    def action_comment_key(self) -> None:
        document, key = self.document, self.form.key
        if document is None or not key:
            return
        env = parse_env(document.name, document.data)
        now = state(env, key)
        if now is None:
            self.notify(f"{key} is not in {document.name}, so its default applies. Enter sets a value.")
        else:
            self._change((env.uncomment(key) if now == "#" else put_state(env, key, "#")).data)

    @work
    async def action_remove_key(self) -> None:
        document, key = self.document, self.form.key
        if document is None or not key:
            return
        if without(document.name, document.data, key) == document.data:
            self.notify(f"{key} is not in {document.name}.")
            return
        lines = [entry.line for entry in parse_env(document.name, document.data).entries if entry.key == key]
        numbers = ", ".join(map(str, lines))
        where = f"Line{'s' if len(lines) > 1 else ''} {numbers} of " if lines else ""
        body = f"{where}{document.name}. Then the value applies that the form shows without it. Undo restores the key."
        if await NotificationPort(self).ask(Confirmation(f"Remove {key}?", body, yes="Remove")):
            self._change(without(document.name, document.data, key))

    def action_add_key(self) -> None:
        from dots_tui.ui.panes.files.add_key import AddKey

        assert self.document is not None  # the command needs it
        # Not in a worker: the dialog opens at once, so that no key typed after this one is lost.
        self.app.push_screen(AddKey(self, self.document.name, self._rows()))

    def _rows(self) -> dict[str, FormRow]:
        return {row.name: row for row in self.form.lines.rows}

    @on(KeyNamed)
    def _key_named(self, event: KeyNamed) -> None:
        """Add a key with its usual value, or ask for a value; move the cursor to the key."""
        from dots_tui.ui.panes.files.add_key import first_value

        if self.document is None:
            return
        self.screen.set_focus(self.form)
        row, key = self._rows().get(event.name), event.name
        value = first_value(self.document.name, key, row)
        if value is not None and (row is None or (row.value is None and not row.commented)):
            self._give(key, value)
            self.refresh_rows(self._findings)
        if not self.form.show_key(key) and self.filter.end():
            self.form.show_key(key)
        if value is None and self.form.key == key:
            self.form.action_choose()

    @on(TrackWanted)
    @work
    async def action_track(self) -> None:
        from dots_tui.ui.panes.files.track_picker import TrackPicker

        document = self.document
        if document is None or not is_env_file(document.name):
            self.notify(f"{TRACK_KEY} belongs in an env file: go to run.env first.", severity="warning")
            return
        sources = self.workspace.sources()
        simapp = expand(EnvFile.parse(sources[name]) for name in (SYSTEM_ENV, RUN_ENV) if name in sources)
        current = parse_env(document.name, document.data).get(TRACK_KEY) or ""
        picker = TrackPicker(current, simapp.get("DR_SIMAPP_VERSION", ""))
        name = await self.app.push_screen_wait(picker)
        if name is not None:
            self._change(parse_env(document.name, document.data).set(TRACK_KEY, name).data)

    @on(EditorWanted)
    @work
    async def action_actions(self) -> None:
        from dots_tui.ui.panes.files.action_space import ActionSpaceEditor

        document = self.workspace.documents.get(MODEL_METADATA)
        if document is None:
            self.notify(f"{MODEL_METADATA} does not exist or cannot be read.", severity="warning")
            return
        data = await self.app.push_screen_wait(ActionSpaceEditor(document.data, MODEL_METADATA))
        if data is not None:
            document.edit(data, step=True)
            self.post_message(DocumentsChanged())
