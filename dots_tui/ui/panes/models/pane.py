"""The Models pane: the models in the buckets, and what can be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on

from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.models.model_browser import ModelBrowser
from dots_tui.ui.panes.models.model_work import ModelWork

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ModelsPane(Pane):
    """The models in the buckets of the base stacks."""

    TITLE = "Models"
    HELP_TEXT = (
        "The models in the buckets of your base stacks, each below the model it was trained on from. The segments of a "
        "spot training are one line. The details show its checkpoints, with the mean progress and reward of the "
        "episodes that were driven with each, and how the files it was trained with differ from the open ones. "
        "Continue sets the open files up to train a model on; launch them in the Stacks pane."
    )
    PARTS = (ModelWork, ModelBrowser)
    ACTIONS: ClassVar[tuple[Command, ...]] = (*ModelWork.ACTIONS, *ModelBrowser.ACTIONS)
    BINDINGS = bindings(ACTIONS)

    def compose(self) -> ComposeResult:
        yield ModelBrowser(id="models-browser")
        yield ModelWork(id="models-work")

    def shown(self) -> None:
        browser = self.query_one(ModelBrowser)
        browser.read_if_due()
        browser.focus_list()

    def account_changed(self) -> None:
        browser = self.query_one(ModelBrowser)
        browser.forget()
        browser.read_again()

    @on(ModelBrowser.SelectionChanged)
    def _selected(self) -> None:
        browser = self.query_one(ModelBrowser)
        self.query_one(ModelWork).show(browser.selected, browser.snapshot.models)
        self.refresh_bindings()

    @on(ModelWork.FilesChanged)
    def _show_files(self) -> None:
        self.host.show_pane(0)

    @on(ModelWork.BucketChanged)
    def _read_again(self) -> None:
        self.query_one(ModelBrowser).action_refresh()
