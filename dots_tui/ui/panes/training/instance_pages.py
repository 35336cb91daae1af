"""The web pages of an instance, and the dialog to choose one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.widgets import Static

from dots_tui.ui.widgets.dialogs import Choose
from dots_tui.ui.widgets.pick_list import Options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

_TITLE_CELLS = 17


class InstancePage(NamedTuple):
    """A web page and what it shows."""

    title: str
    url: str


def pages_of(address: str, *, ours: bool = True) -> list[InstancePage]:
    """Return the pages of an instance. DeepRacer on the Spot has a menu where `ours` shows the cameras."""
    return [
        InstancePage("menu, cameras", f"http://{address}:8100/{'' if ours else 'menu.html'}"),
        InstancePage("stream, worker 0", f"http://{address}:8080/stream_viewer?topic=/racecar/deepracer/kvs_stream"),
        InstancePage("Grafana", f"http://{address}:3000"),
    ]


class PagesDialog(Choose):
    """Pages to choose from: enter opens one, or copies its address without a browser; a button copies too.

    The value is the address of the page, after "copy " if it is to be copied.
    """

    DEFAULT_CSS = """
    PagesDialog #box { width: 100; }
    PagesDialog #how { color: $text-muted; }
    """

    def __init__(self, pages: Sequence[InstancePage], *, browser: bool) -> None:
        options = [(page.url, f"{page.title:<{_TITLE_CELLS}} {page.url}") for page in pages]
        how = "enter opens the page, the button copies its address" if browser else "enter copies the address"
        body = (
            "Only the address that the base stack allows can open them. Grafana's port is closed even to that address: "
            "ssh -L 3000:localhost:3000 forwards it, if system.env switches Grafana on."
        )
        super().__init__("Web pages of the instance", options, body=body)
        self._how, self._yes = how, "Copy"

    def parts(self) -> Iterable[Widget]:
        yield from super().parts()
        yield Static(self._how, id="how", markup=False)

    def confirm(self) -> None:
        """Copy the address of the page under the cursor."""
        options = self.query_one(Options)
        self.dismiss(f"copy {options.shown[max(0, options.cursor)][0]}")
