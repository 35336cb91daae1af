"""Command declarations: key binding, footer, palette, help and the key page are derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Callable, ClassVar

from textual.binding import Binding, BindingType

READ_ONLY = "dots-tui is in read-only mode"
_NAMES = {
    "at": "@",
    "colon": ":",
    "comma": ",",
    "escape": "esc",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "minus": "-",
    "number_sign": "#",
    "pagedown": "page down",
    "pageup": "page up",
    "plus": "+",
    "question_mark": "?",
    "slash": "/",
    "underscore": "_",
}


@dataclass(frozen=True)
class Command:
    """An action available to the user.

    `id` is its permanent name (`pane.verb`), `keys` are its default keys as Textual writes them,
    `action` is the method `action_<action>` of the widget that declares it. `needs` returns the
    reason why the command is not available now, in words, or "" if it is.
    """

    id: str
    title: str
    help: str
    keys: str
    action: str
    show: bool = True
    needs: Callable[[Any], str] | None = None
    key_display: str | None = None
    changes: bool = False
    """True if it changes something in the account: then read-only mode disables it."""

    def unavailable(self, host: object) -> str:
        """Return the reason why this command is not available in `host` now; "" if it is."""
        if self.changes and getattr(host, "read_only", False):
            return READ_ONLY
        return self.needs(host) if self.needs else ""


def bindings(commands: Iterable[Command], *, show: bool = True) -> list[BindingType]:
    """Return the key bindings of `commands`; each runs through `CommandHost.action_command`."""
    return [
        Binding(
            command.keys,
            f"command('{command.id}')",
            command.title,
            show=show and command.show,
            key_display=command.key_display,
            tooltip=command.help,
            id=command.id,
        )
        for command in commands
        if command.keys
    ]


class CommandHost:
    """A widget, screen or app with commands. A key of an unavailable command shows the reason."""

    ACTIONS: ClassVar[Sequence[Command]] = ()

    @property
    def read_only(self) -> bool:
        """True if commands that change something in the account are disabled."""
        return False

    def shut(self, action: str) -> bool:
        """Return True if read-only mode disables the command behind a binding's `action`."""
        return any(f"command('{command.id}')" == action and command.changes for command in self.ACTIONS) and (
            self.read_only
        )

    def action_command(self, command_id: str) -> None:
        """Run the command `command_id`, or show why it is not available now."""
        command = next(command for command in self.ACTIONS if command.id == command_id)
        self.run_command(command)

    def run_command(self, command: Command) -> None:
        """Run `command` here: the common entry for keys, palette and mouse."""
        reason = command.unavailable(self)
        if reason:
            self.notify(reason, title=command.title, severity="warning")  # type: ignore[attr-defined]
            return
        result = getattr(self, f"action_{command.action}")()
        if result is not None:  # a coroutine: let Textual run it
            self.call_later(lambda: result)  # type: ignore[attr-defined]


def command_keys(command: Command, chosen: str = "") -> str:
    """Return the display text of a command's keys, "" if only the palette has it.

    `chosen` are its keys in the user's keymap.
    """
    if command.key_display and not chosen:
        return command.key_display
    # Terminals send ctrl+/ as ctrl+underscore: show it as one key.
    keys = (key for key in (chosen or command.keys).split(",") if key and key != "ctrl+underscore")
    return " ".join(key_name(key) for key in keys)


def key_name(key: str) -> str:
    """Return the display text of a key: `#` for "number_sign", `ctrl+/` for "ctrl+slash"."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _NAMES.get(last, last)])
