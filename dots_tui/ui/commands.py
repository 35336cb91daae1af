"""One declaration per command: key binding, footer, palette, help and the key page come from it."""

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
    """Something a user can do.

    ``id`` names it for good (``pane.verb``), ``keys`` are its default keys as Textual writes them, ``action``
    is the method ``action_<action>`` of the widget that declares it. ``needs`` gives the reason why the
    command cannot be used now, in words, or "" when it can.
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
    """Whether it changes something in the account: in read-only mode it cannot be used."""

    def unavailable(self, host: object) -> str:
        """Why this command cannot be used in ``host`` now; "" when it can."""
        if self.changes and getattr(host, "read_only", False):
            return READ_ONLY
        return self.needs(host) if self.needs else ""


def bindings(commands: Iterable[Command], *, show: bool = True) -> list[BindingType]:
    """The key bindings of ``commands``; each runs through :meth:`CommandHost.action_command`."""
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
    """A widget, screen or app with commands. A key of a command that is not available says why."""

    ACTIONS: ClassVar[Sequence[Command]] = ()

    @property
    def read_only(self) -> bool:
        """Whether commands that change something in the account cannot be used."""
        return False

    def shut(self, action: str) -> bool:
        """Whether the command behind a binding's ``action`` cannot be used because of read-only mode."""
        return any(f"command('{command.id}')" == action and command.changes for command in self.ACTIONS) and (
            self.read_only
        )

    def action_command(self, command_id: str) -> None:
        """Run the command ``command_id``, or tell why it cannot be run now."""
        command = next(command for command in self.ACTIONS if command.id == command_id)
        self.run_command(command)

    def run_command(self, command: Command) -> None:
        """Run ``command`` here: the one way for keys, palette and mouse."""
        reason = command.unavailable(self)
        if reason:
            self.notify(reason, title=command.title, severity="warning")  # type: ignore[attr-defined]
            return
        result = getattr(self, f"action_{command.action}")()
        if result is not None:  # a coroutine: let Textual run it
            self.call_later(lambda: result)  # type: ignore[attr-defined]


def command_keys(command: Command, chosen: str = "") -> str:
    """Return the keys of a command as people write them, "" if only the palette has it.

    `chosen` are the keys that the user's keymap gives it.
    """
    if command.key_display and not chosen:
        return command.key_display
    # Terminals send ctrl+/ as ctrl+underscore: it is one key for a person.
    keys = (key for key in (chosen or command.keys).split(",") if key and key != "ctrl+underscore")
    return " ".join(key_name(key) for key in keys)


def key_name(key: str) -> str:
    """Return a key as people write it: `#` for "number_sign", `ctrl+/` for "ctrl+slash"."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _NAMES.get(last, last)])
