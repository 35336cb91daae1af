"""The last line of the window: the available keys. It is one drawn line instead of a widget per key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widget import Widget

from dots_tui.ui.commands import CommandHost
from dots_tui.ui.widgets.glyphs import ascii_only

if TYPE_CHECKING:
    from textual import events
    from textual.binding import Binding
    from textual.screen import Screen

_GAP = 2


class KeyBar(Widget):
    """Keys of the focused widget first, keys of the app last; if room is short, the former are cut."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key"}
    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        dock: bottom;
        background: $panel;
        color: $foreground;
        .key-bar--key { color: $footer-key-foreground; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._spans: list[tuple[int, int, str]] = []
        self._off: frozenset[str] = frozenset()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, _: Screen[object]) -> None:
        self.refresh()

    def _shown(self) -> tuple[list[Binding], list[Binding]]:
        """Return the bindings to show: those of widgets near the focus, and those of the app."""
        near: dict[str, Binding] = {}
        of_app: dict[str, Binding] = {}
        off = set()
        for node, binding, _, _ in self.screen.active_bindings.values():
            if binding.show and binding.description:
                (of_app if node is self.app else near).setdefault(binding.action, binding)
                if isinstance(node, CommandHost) and node.shut(binding.action):
                    off.add(binding.action)
        self._off = frozenset(off)
        return list(near.values()), list(of_app.values())

    def render(self) -> Text:
        """Return the line for the current focus and width."""
        near, of_app = self._shown()
        room = self.size.width - 1 - sum(self._width(binding) for binding in of_app)
        fitting = []
        for binding in near:
            room -= self._width(binding)
            if room < 0:
                break
            fitting.append(binding)
        key_style = self.get_component_rich_style("key-bar--key", partial=True)
        text = Text(" ", no_wrap=True, end="")
        self._spans = []
        for binding in (*fitting, *of_app):
            start = text.cell_len
            off = binding.action in self._off
            text.append(self._key(binding), "dim" if off else key_style)
            text.append(f" {binding.description}", "dim strike" if off else "")
            self._spans.append((start, text.cell_len, binding.key))
            text.append(" " * _GAP)
        return text

    def _key(self, binding: Binding) -> str:
        """Return the label of the key; a word for enter if its sign cannot be shown."""
        shown = self.app.get_key_display(binding)
        return shown.replace("⏎", "enter") if ascii_only(self.app) else shown

    def _width(self, binding: Binding) -> int:
        return len(self._key(binding)) + 1 + len(binding.description) + _GAP

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.app.simulate_key(key)
                return
