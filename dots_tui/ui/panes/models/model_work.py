"""The part of the Models pane that does something with the selected model, and says what it did."""

from __future__ import annotations

import threading
from collections.abc import Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import work
from textual.message import Message
from textual.widgets import Static

from dots_tui.app.models.bucket_model import size_words
from dots_tui.app.models.cleanup_flow import clean_model
from dots_tui.app.models.continue_flow import continue_model, own_files
from dots_tui.app.models.transfer_flow import download_model
from dots_tui.custom_files.folder import RUN_ENV
from dots_tui.problems import problem_of
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.models.dialog_port import DialogPort
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from textual.app import App

    from dots_tui.app.models.bucket_model import BucketModel
    from dots_tui.app.models.transfer_plan import TransferProgress


def _needs_model(part: ModelWork) -> str:
    if part.busy:
        return f"{part.busy} is still under way"
    return "" if part.model is not None else "no model is selected"


def _needs_files(part: ModelWork) -> str:
    if RUN_ENV not in part.workspace.documents:
        return "no custom files are open (1 opens them)"
    return _needs_model(part)


class ModelWork(Part, Static):
    """What can be done with a model. Shows the last result in a line, and nothing before there is one."""

    class FilesChanged(Message):
        """The open files were changed for a new run."""

    class BucketChanged(Message):
        """Objects were deleted: the catalog is outdated."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "models.continue",
            "Continue",
            "Set the open files up to train this model on: checkpoint, name and prefixes.",
            "c",
            "continue",
            needs=_needs_files,
        ),
        Command(
            "models.files",
            "Use its files",
            "Open the reward function, action space and hyperparameters that the model was trained with.",
            "e",
            "files",
            needs=_needs_files,
        ),
        Command(
            "models.download",
            "Download",
            "Download the selected model to a folder; an interrupted download goes on where it ended.",
            "w",
            "download",
            needs=_needs_model,
        ),
        Command(
            "models.delete",
            "Delete",
            "Delete superseded checkpoints or the whole model, after a preview.",
            "D",
            "delete",
            needs=_needs_model,
            changes=True,
        ),
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__("", id=id, markup=False)
        self.model: BucketModel | None = None
        """The selected model."""
        self.models: Sequence[BucketModel] = ()
        """All known models."""
        self.busy = ""
        """What is under way, in a word; "" if nothing is."""
        self._progress: TransferProgress | None = None
        self._left = threading.Event()
        """Set when the download must end."""

    def show(self, model: BucketModel | None, models: Sequence[BucketModel]) -> None:
        """Take over the selection."""
        self.model, self.models = model, models
        self.refresh_bindings()

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show a text until the next one; "" hides the line."""
        self.set_class(bad, "-bad")
        self.display = bool(text)
        self.update(clean(text))

    def on_mount(self) -> None:
        self.say("")

    @property
    def _port(self) -> DialogPort:
        return DialogPort(cast("App[int]", self.app), self.say)

    async def _guarded(self, what: str, flow: Coroutine[Any, Any, Mapping[str, bytes] | None]) -> Mapping[str, bytes]:
        """Return the changed files of a flow; none if the user declined or it failed, which is said."""
        self.busy = what
        self.refresh_bindings()
        try:
            return await flow or {}
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told in the pane
            self.say(str(problem_of(error)), bad=True)
            return {}
        finally:
            self.busy = ""
            self.refresh_bindings()

    @work(exclusive=True, group="model-work")
    async def action_continue(self) -> None:
        model, before = self.model, self.workspace.sources()
        assert model is not None
        self._take(before, await self._guarded("Continuing", self._continued(model, before)))

    async def _continued(self, model: BucketModel, files: Mapping[str, bytes]) -> Mapping[str, bytes] | None:
        found = await continue_model(self._port, self.workspace.aws, model, self.models, files)
        return found.files if found is not None else None

    @work(exclusive=True, group="model-work")
    async def action_files(self) -> None:
        model, before = self.model, self.workspace.sources()
        assert model is not None
        flow = own_files(self._port, self.workspace.aws, model, before)
        self._take(before, await self._guarded("Reading its files", flow))

    @work(exclusive=True, group="model-work")
    async def action_download(self) -> None:
        model = self.model
        assert model is not None
        self._left.clear()
        await self._guarded(f"The download of {model.key.name}", self._downloaded(model))

    async def _downloaded(self, model: BucketModel) -> None:
        meter = self.set_interval(0.2, self._show_progress)
        try:
            await download_model(
                self._port, self.workspace.aws, model, None, told=self._remember, stopped=self._left.is_set
            )
        finally:
            meter.stop()
            self._progress = None

    @work(exclusive=True, group="model-work")
    async def action_delete(self) -> None:
        model = self.model
        assert model is not None
        await self._guarded(f"The deletion in {model.key.name}", self._cleaned(model))

    async def _cleaned(self, model: BucketModel) -> None:
        if await clean_model(self._port, self.workspace.aws, model, self.models) is not None:
            self.post_message(self.BucketChanged())

    def _remember(self, progress: TransferProgress) -> None:
        """Remember how far the download is. Called from its threads."""
        self._progress = progress

    def _show_progress(self) -> None:
        progress = self._progress
        if progress is not None:
            self.say(
                f"{self.busy}: {progress.share:.0%}, {progress.files} of {progress.total_files} files, "
                f"{size_words(progress.moved)} of {size_words(progress.total)}"
            )

    def on_unmount(self) -> None:
        self._left.set()

    def _take(self, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
        """Change the open files, unless they have changed since `before`: one undo step each."""
        documents = self.workspace.documents
        moved = [name for name in after if name not in documents or documents[name].data != before.get(name)]
        if moved:
            self.say(f"{', '.join(moved)} changed meanwhile, so nothing was changed. Try again.", bad=True)
            return
        if after:
            for name, data in after.items():
                documents[name].edit(data, step=True)
            self.host.refresh_marks()
            self.post_message(self.FilesChanged())
