"""The part of the Models pane that reads the catalog and shows it: the list, and the details of the selected model."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from dots_tui.app.blocking import in_thread, stream
from dots_tui.app.models import model_words as words
from dots_tui.app.models.family import ORDERS, Order, tree
from dots_tui.app.models.model_catalog import CatalogSnapshot, ModelCatalog
from dots_tui.aws.account import chosen_regions
from dots_tui.problems import problem_of
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.models.model_detail_view import CheckpointTable, ModelDetailView
from dots_tui.ui.panes.models.model_list import ModelList
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from dots_tui.app.models.bucket_model import BucketModel
    from dots_tui.aws.session import Aws

FRESH_S = 60.0
"""Seconds after which a catalog is read again when the pane is shown."""
_NO_BASE = (
    "No base stack in {region} yet, so there is no bucket with models. "
    "Press 3, then b: a base stack is free until you launch."
)
_NO_MODELS = "No models in {buckets} yet. Press 3, then n to launch a training: its model appears here."


class ModelBrowser(Part, Vertical):
    """The models of all buckets, read in the background, and the details of one."""

    class SelectionChanged(Message):
        """Another model is selected, or more is known of it."""

    PARTS = (ModelDetailView,)
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        *ModelDetailView.ACTIONS,
        Command("models.order", "Order", "Order the list by name, age or size.", "o", "order"),
        Command("models.details", "Details", "Switch between the list and the details.", "v", "details", show=False),
        Command("models.refresh", "Refresh", "Read the buckets again.", "r", "refresh", show=False),
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.snapshot = CatalogSnapshot()
        """The catalog as it was read last."""
        self._catalog: ModelCatalog | None = None
        self._order: Order = ORDERS[0]
        self._trouble = ""
        self._region = ""
        self._read_at = 0.0

    def compose(self) -> ComposeResult:
        yield Static(id="models-empty", markup=False)
        with Horizontal(id="models-main"):
            yield ModelList(id="models-list", classes="box")
            yield ModelDetailView(id="models-detail", classes="box")
        yield Static(id="models-line", markup=False)

    def on_mount(self) -> None:
        self.query_one(ModelList).border_title = "models"
        self._arrange()

    @property
    def selected(self) -> BucketModel | None:
        """The model under the cursor."""
        row = self.query_one(ModelList).selected
        return row.model if row is not None else None

    def focus_list(self) -> None:
        """Give the focus to the visible part."""
        folded = self.has_class("-detail") and not self.screen.has_class("-wide")
        (self.query_one(CheckpointTable) if folded else self.query_one(ModelList)).focus()

    # -- reading the catalog --------------------------------------------------------------------------

    def read_if_due(self) -> None:
        """Read the catalog unless it was read within the last minute and found a bucket."""
        snapshot, age_s = self.snapshot, time.monotonic() - self._read_at
        if self._catalog is None or (snapshot.complete and (not snapshot.buckets or age_s > FRESH_S)):
            self.read_again()

    def forget(self) -> None:
        """Forget everything: the account or the region is another one."""
        self.snapshot, self._catalog, self._region = CatalogSnapshot(), None, ""
        self.query_one(ModelDetailView).forget()
        self._show()

    @work(exclusive=True, group="catalog")
    async def read_again(self) -> None:
        """Read the catalog and show each step."""
        self._trouble, self._read_at = "", time.monotonic()
        before = self.snapshot.models
        try:
            aws = await in_thread(self.workspace.aws)
            catalog = self._catalog = await in_thread(lambda: self._new_catalog(aws, before))
            self._region = await in_thread(lambda: aws.region)
            self._arrange()
            async for snapshot in stream(catalog.read, name="models"):
                self.snapshot = snapshot
                self._show()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told in the pane
            self._trouble, self._catalog = str(problem_of(error)), None
            self._arrange()

    def _new_catalog(self, aws: Aws, before: tuple[BucketModel, ...]) -> ModelCatalog:
        return ModelCatalog(aws, chosen_regions(self.workspace.settings.regions, aws.region), before)

    def _show(self) -> None:
        listing = self.query_one(ModelList)
        listing.set_rows(tree(self.snapshot.models, self._order))
        if self._catalog is not None:
            self._catalog.want(listing.visible_models)
        self._arrange()

    def _arrange(self) -> None:
        """Show the list, or a sentence that says why there is none."""
        snapshot = self.snapshot
        if self._trouble:
            sentence = self._trouble
        elif snapshot.searching or self._catalog is None:
            sentence = "Reading the buckets ..."
        elif not snapshot.buckets and not snapshot.problems:
            sentence = _NO_BASE.format(region=self._region)
        elif snapshot.problems:
            sentence = "\n".join(snapshot.problems)
        else:
            sentence = _NO_MODELS.format(buckets=", ".join(snapshot.buckets))
        self.set_class(not snapshot.models, "-empty")
        self.query_one("#models-empty", Static).update(clean(sentence))
        self.query_one("#models-line", Static).update(clean(self._line()))
        self.post_message(self.SelectionChanged())
        self.refresh_bindings()

    def _line(self) -> str:
        snapshot = self.snapshot
        count = len(snapshot.models)
        parts = [f"{count} {'model' if count == 1 else 'models'}", words.storage_words(snapshot.size)]
        if self._order != ORDERS[0]:
            parts.append(f"by {self._order}")
        if not snapshot.complete:
            parts.append("searching ..." if snapshot.searching else f"reading {snapshot.unread} ...")
        return " · ".join([*parts, *([self._trouble] if self._trouble else snapshot.problems[:1])])

    # -- the selected model ---------------------------------------------------------------------------

    @on(ModelList.ModelMoved)
    def _moved(self, event: ModelList.ModelMoved) -> None:
        event.stop()
        model = self.selected
        self.set_class(model is not None, "-selected")
        self.query_one(ModelDetailView).show_model(model, self.snapshot.models)
        if self._catalog is not None:
            self._catalog.want(self.query_one(ModelList).visible_models)
        self.post_message(self.SelectionChanged())

    @on(ModelList.ModelChosen)
    def _chosen(self, event: ModelList.ModelChosen) -> None:
        event.stop()
        self.action_details()

    # -- commands -------------------------------------------------------------------------------------

    def action_details(self) -> None:
        """Switch between list and details where there is no room for both."""
        self.toggle_class("-detail")
        self.focus_list()

    def action_order(self) -> None:
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self._show()

    def action_refresh(self) -> None:
        if self._trouble:
            self.workspace.log_in_again()  # credentials and region may have been set in another terminal
        self.query_one(ModelDetailView).forget()
        self.read_again()
