"""The base class of the panes: a part of the window with its own commands, help and unsaved work."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from textual.containers import Vertical

from dots_tui.ui.commands import CommandHost

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace


class Host(Protocol):
    """The methods of the app that a pane may call."""

    workspace: Workspace

    def set_status(self, part: str, text: str) -> None:
        """Set a part of the status bar."""

    def refresh_marks(self) -> None:
        """Mark the tabs with unsaved work."""

    def show_pane(self, index: int) -> Pane:
        """Activate a pane (0-based)."""

    def use_account(self, *, profile: str | None = None, region: str | None = None) -> None:
        """Switch to another profile or region."""


class Part(CommandHost):
    """A widget of a pane that owns state, commands and flows. It does not know the pane around it."""

    @property
    def host(self) -> Host:
        """The app, as panes and their parts may use it."""
        return cast(Host, self.app)  # type: ignore[attr-defined]

    @property
    def workspace(self) -> Workspace:
        """The workspace shared by the panes."""
        return self.host.workspace

    @property
    def read_only(self) -> bool:
        return self.workspace.read_only


class Pane(Part, Vertical, can_focus=True):
    """One of the five panes. Panes are mounted when they are first shown.

    A pane composes its parts (`PARTS`) and connects them.
    """

    TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    """The purpose of the pane in a few sentences; shown by `?`."""

    DEFAULT_CSS = """
    Pane { height: 1fr; width: 1fr; }
    """

    def __init_subclass__(cls, **options: Any) -> None:
        """Set the style sheet of a pane: it is beside its module and is read when the pane is first shown.

        It is not scoped, because the layout of a pane depends on classes of the screen in small
        terminals.
        """
        source = sys.modules[cls.__module__].__file__
        assert source is not None
        cls.SCOPED_CSS = False
        cls.DEFAULT_CSS = Path(source).with_suffix(".tcss").read_text(encoding="utf-8")
        super().__init_subclass__(**options)

    def on_mount(self) -> None:
        """Run after the `on_mount` of the concrete pane, when all its widgets exist."""
        self.shown()

    def shown(self) -> None:
        """Take the focus and refresh outdated content: the pane has become active."""

    def account_changed(self) -> None:
        """Handle a change of profile or region: the displayed AWS data is outdated."""

    def budget_changed(self) -> None:
        """Handle a change of the budget: values computed from the previous budget are outdated."""

    def hidden(self) -> None:
        """Handle that another pane has become active."""
