"""What every pane is: a part of the window with its own commands, help and unsaved work."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from textual.containers import Vertical

from dots_tui.ui.commands import CommandHost

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace


class Host(Protocol):
    """What a pane may ask of the app."""

    workspace: Workspace

    def set_status(self, part: str, text: str) -> None:
        """Set a part of the status bar."""

    def refresh_marks(self) -> None:
        """Mark the tabs with unsaved work."""

    def show_pane(self, index: int) -> Pane:
        """Bring a pane (0-based) to the front."""

    def use_account(self, *, profile: str | None = None, region: str | None = None) -> None:
        """Go on with another profile or region."""


class Pane(CommandHost, Vertical, can_focus=True):
    """One of the five panes. Panes are mounted when they are first shown."""

    TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    """What the pane is for, in a few sentences; shown by ``?``."""

    DEFAULT_CSS = """
    Pane { height: 1fr; width: 1fr; }
    """

    def __init_subclass__(cls, **options: Any) -> None:
        """The style sheet of a pane lies beside its module and is read when the pane is first wanted.

        It is not scoped, because panes look different in small terminals, which classes of the screen tell.
        """
        source = sys.modules[cls.__module__].__file__
        assert source is not None
        cls.SCOPED_CSS = False
        cls.DEFAULT_CSS = Path(source).with_suffix(".tcss").read_text(encoding="utf-8")
        super().__init_subclass__(**options)

    @property
    def host(self) -> Host:
        """The app, as far as panes know it."""
        return cast(Host, self.app)

    @property
    def workspace(self) -> Workspace:
        """What the panes share."""
        return self.host.workspace

    @property
    def read_only(self) -> bool:
        return self.workspace.read_only

    def on_mount(self) -> None:
        """Runs after the ``on_mount`` of the pane itself, when all its widgets are there."""
        self.shown()

    def shown(self) -> None:
        """The pane has come to the front: take the focus, refresh what may be old."""

    def account_changed(self) -> None:
        """Another profile or region is in use: what is shown of AWS is another's."""

    def budget_changed(self) -> None:
        """Another budget is set: what was reckoned with the one before is old."""

    def hidden(self) -> None:
        """Another pane has come to the front."""
