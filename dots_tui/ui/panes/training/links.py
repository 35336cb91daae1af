"""The web pages of the instance: shown, copied, and opened where there is a browser."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from textual.widgets import Static

from dots_tui.ui.widgets.dialogs import Choose
from dots_tui.ui.widgets.pick_list import Options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from dots_tui.app.runs.run import Run
    from dots_tui.ui.panes.training.pane import TrainingPane


class Link(NamedTuple):
    """A web page and what it shows."""

    title: str
    url: str


_NAME = 17


def links(address: str, *, ours: bool = True) -> list[Link]:
    """The pages of an instance; DeepRacer on the Spot has a menu of its own where ours has the cameras."""
    return [
        Link("menu, cameras", f"http://{address}:8100/{'' if ours else 'menu.html'}"),
        Link("stream, worker 0", f"http://{address}:8080/stream_viewer?topic=/racecar/deepracer/kvs_stream"),
        Link("Grafana", f"http://{address}:3000"),
    ]


def has_browser() -> bool:
    """Whether a page can be opened from here: not over SSH and not in a cloud shell."""
    if sys.platform in ("darwin", "win32"):
        return not os.environ.get("SSH_CONNECTION")
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


class LinksDialog(Choose):
    """Pages to choose from: enter opens, or copies where there is no browser; a button copies too. The value is
    the page's address, after "copy " when it is to be copied."""

    DEFAULT_CSS = """
    LinksDialog #box { width: 100; }
    LinksDialog #how { color: $text-muted; }
    """

    def __init__(self, pages: Sequence[Link], *, browser: bool) -> None:
        options = [(page.url, f"{page.title:<{_NAME}} {page.url}") for page in pages]
        how = "enter opens the page, the button copies its address" if browser else "enter copies the address"
        body = (
            "They answer only to the address that the base stack lets in, and Grafana's port not even to that: "
            "ssh -L 3000:localhost:3000 brings it here, if system.env switches Grafana on."
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


def show(pane: TrainingPane, run: Run) -> None:
    """Offer the pages of the instance that is watched."""
    pages = links(run.address, ours=run.stack is None or run.stack.ours)
    browser = has_browser()

    def chosen(value: str | None) -> None:
        if value is None:
            return
        url = value.rpartition(" ")[2]
        if browser and not value.startswith("copy "):
            pane.app.open_url(url)
            return
        pane.app.copy_to_clipboard(url)
        pane.notify(url, title="Sent to the terminal's clipboard")

    pane.app.push_screen(LinksDialog(pages, browser=browser), chosen)
