"""The two forms of the Stacks pane: what a base stack and what a launch need to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, Static


@dataclass(frozen=True)
class BaseAnswers:
    """What was asked for a base stack."""

    name: str
    address: str


@dataclass(frozen=True)
class LaunchAnswers:
    """What was asked for a launch; ``ttl_minutes`` is checked to be a whole number."""

    base: str
    name: str
    instance_type: str
    ttl_minutes: int


_FORM_CSS = """
    {name} {{ align: center middle; }}
    {name} > VerticalScroll {{
        width: 90%; max-width: 76; height: auto; max-height: 95%;
        border: round $border; background: $surface; padding: 0 2;
    }}
    {name} Label {{ color: $text-muted; }}
    {name} Input, {name} Select {{ height: 1; border: none; background: $panel; padding: 0 1; }}
    {name} SelectCurrent {{ height: 1; border: none; background: $panel; padding: 0 1; }}
    {name} Input:focus, {name} Select:focus > SelectCurrent {{ background: $primary 30%; }}
    {name} #form-problem {{ color: $text-error; height: auto; }}
    {name} Horizontal {{ height: 3; margin-top: 1; }}
    {name} Button {{ margin-right: 2; }}
"""


class BaseForm(ModalScreen["BaseAnswers | None"]):
    """Name and address of a new base stack."""

    DEFAULT_CSS = _FORM_CSS.format(name="BaseForm")
    BINDINGS = [Binding("escape", "dismiss", "Cancel")]

    def __init__(self, name: str, address: str) -> None:
        super().__init__()
        self._name, self._address = name, address

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Create a base stack"
            yield Static("A bucket, a role and access for one address. It costs nothing until a training runs.\n")
            yield Label("Name")
            yield Input(self._name, id="form-name", compact=True)
            yield Label("Your IPv4 address (the one that may look at the instances)")
            yield Input(self._address, placeholder="203.0.113.7", id="form-address", compact=True)
            yield Static(id="form-problem")
            with Horizontal():
                yield Button("Create", variant="primary", id="form-yes")
                yield Button("Cancel", id="form-no")

    @on(Button.Pressed, "#form-no")
    def _cancel(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#form-yes")
    def _done(self) -> None:
        name = self.query_one("#form-name", Input).value.strip()
        address = self.query_one("#form-address", Input).value.strip()
        if not name or not address:
            self.query_one("#form-problem", Static).update("Both a name and an address are needed.")
            return
        self.dismiss(BaseAnswers(name, address))


class LaunchForm(ModalScreen["LaunchAnswers | None"]):
    """Base stack, name, instance type and time to live of a launch. The plan is shown after it."""

    DEFAULT_CSS = _FORM_CSS.format(name="LaunchForm")
    BINDINGS = [Binding("escape", "dismiss", "Cancel")]

    def __init__(self, bases: Sequence[str], types: Sequence[str], preset: LaunchAnswers) -> None:
        super().__init__()
        self._bases, self._types, self._preset = bases, types, preset

    def compose(self) -> ComposeResult:
        preset = self._preset
        with VerticalScroll() as box:
            box.border_title = "Launch a training"
            yield Label("Base stack")
            yield Select(
                [(base, base) for base in self._bases],
                value=preset.base,
                allow_blank=False,
                id="form-base",
                compact=True,
            )
            yield Label("Name of the run")
            yield Input(preset.name, id="form-name", compact=True)
            yield Label("Instance type")
            yield Select(
                [(kind, kind) for kind in self._types],
                value=preset.instance_type,
                allow_blank=False,
                id="form-type",
                compact=True,
            )
            yield Label("Time to live in minutes: when it is over the model is saved and the instance goes")
            yield Input(str(preset.ttl_minutes), type="integer", id="form-ttl", compact=True)
            yield Static(id="form-problem")
            with Horizontal():
                yield Button("Plan", variant="primary", id="form-yes")
                yield Button("Cancel", id="form-no")

    def on_mount(self) -> None:
        self.query_one("#form-name", Input).focus()

    @on(Button.Pressed, "#form-no")
    def _cancel(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#form-yes")
    def _done(self) -> None:
        name = self.query_one("#form-name", Input).value.strip()
        minutes = self.query_one("#form-ttl", Input).value.strip()
        problem = ""
        if not name:
            problem = "A run needs a name."
        elif not minutes.isdecimal() or int(minutes) == 0:
            problem = "The time to live is a whole number of minutes, 1 or more."
        if problem:
            self.query_one("#form-problem", Static).update(problem)
            return
        base = str(self.query_one("#form-base", Select).value)
        kind = str(self.query_one("#form-type", Select).value)
        self.dismiss(LaunchAnswers(base, name, kind, int(minutes)))
