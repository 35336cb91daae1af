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
    `action` is the method `action_<action>` of the widget that owns it. `needs` is called with that
    widget and returns the reason why the command is not available now, in words, or "" if it is.
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

    def unavailable(self, host: CommandHost) -> str:
        """Return the reason why this command is not available in `host` now; "" if it is."""
        if self.changes and host.read_only:
            return READ_ONLY
        owner = host.owner(self)
        if owner is None:
            return "the pane is still being opened"
        return self.needs(owner) if self.needs else ""


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
    """A widget, screen or app with commands. A key of an unavailable command shows the reason.

    A host can be composed of parts. `ACTIONS` then contains the commands of the parts too, so that
    their keys work everywhere in the host; each command runs in the part that owns it.
    """

    ACTIONS: ClassVar[Sequence[Command]] = ()
    PARTS: ClassVar[Sequence[type[CommandHost]]] = ()
    """The classes of the widgets inside this one that own some of `ACTIONS`; one widget of each."""

    def owner(self, command: Command) -> CommandHost | None:
        """Return the part that owns `command`, or this host; None while that part is not composed yet."""
        for kind in self.PARTS:
            if command in kind.ACTIONS:
                part: CommandHost | None = next(iter(self.query(kind)), None)  # type: ignore[attr-defined]
                return part.owner(command) if part is not None else None
        return self

    def offers(self, command: Command) -> bool:  # noqa: ARG002 - a part overrides it
        """Return False to hide the key of a command that this host owns, in its present state."""
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that their owner does not offer now."""
        for command in self.ACTIONS:
            if action == "command" and parameters == (command.id,):
                owner = self.owner(command)
                return owner is not None and owner.offers(command)
        return True

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
        """Run `command` in the part that owns it: the common entry for keys, palette and mouse."""
        owner = self.owner(command)
        if owner is not None and owner is not self:
            owner.run_command(command)
            return
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
