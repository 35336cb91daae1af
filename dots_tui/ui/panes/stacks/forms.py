"""The forms of the Stacks pane: for a base stack, and for a launch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Callable, Optional, TypeVar

from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Label, Select, Static

from dots_tui.app.durations import clock, parse_minutes
from dots_tui.aws.launch_plan import LONGEST_MINUTES, LaunchChoices
from dots_tui.ui.widgets.dialogs import Dialog
from dots_tui.ui.widgets.quick_input import QuickInput

MARKETS = ("standard", "spot")
"""Spot costs less, but AWS may interrupt the instance; the run then continues on another one."""


@dataclass(frozen=True)
class BaseAnswers:
    """The choices for a base stack; name and address are valid."""

    name: str
    address: str


Answers = TypeVar("Answers")


class _Form(Dialog[Optional[Answers]]):
    """Labeled fields, a line for an error message, yes and no. Enter in a field is yes."""

    DEFAULT_CSS = """
    _Form {
        #fields { height: auto; max-height: 60vh; scrollbar-size-vertical: 1; }
        .field { height: 1; margin-bottom: 1; }
        .field Label { width: 15; color: $text-muted; }
        .field Input { width: 1fr; }
        .field Select { width: 1fr; height: 1; }
        .note { height: auto; color: $text-muted; }
        #hint { display: none; }
        &.-wrong #hint { display: block; }
        &.-low .field { margin-bottom: 0; }
        &.-low .note { display: none; }
        &.-low #body { display: none; }
    }
    """

    def compose_fields(self) -> Iterable[tuple[str, Widget]]:
        """Return the fields with their labels."""
        raise NotImplementedError

    def notes(self) -> Iterable[Widget]:
        """Return the notes below the fields."""
        return ()

    def answers(self) -> Answers:
        """Return the choices. Raises ValueError with a message."""
        raise NotImplementedError

    def parts(self) -> Iterable[Widget]:
        fields = [Horizontal(Label(label), field, classes="field") for label, field in self.compose_fields()]
        yield VerticalScroll(*fields, id="fields", can_focus=False)
        yield from self.notes()
        yield Static("", id="hint", markup=False)

    def on_mount(self) -> None:
        self.query(Input).first().focus()

    def value(self, name: str) -> str:
        """Return the text in the field `name`."""
        return self.query_one(f"#{name}", Input).value.strip()

    def choice(self, name: str) -> str:
        """Return the value chosen in the field `name`."""
        return str(self.query_one(f"#{name}", Select).value)

    @on(Input.Changed)
    @on(Select.Changed)
    def _changed(self) -> None:
        self.remove_class("-wrong")

    def on_input_submitted(self) -> None:
        self.confirm()

    def confirm(self) -> None:
        try:
            answers = self.answers()
        except ValueError as problem:
            self.query_one("#hint", Static).update(str(problem))
            self.add_class("-wrong")
            return
        self.dismiss(answers)

    def cancel(self) -> None:
        self.dismiss(None)


class BaseForm(_Form[BaseAnswers]):
    """Name and address of a new base stack. `taken` are the names of existing stacks."""

    def __init__(self, name: str, address: str, taken: Collection[str] = ()) -> None:
        body = "A bucket, a role and access for one address. It costs nothing until you launch."
        super().__init__("Create a base stack", body, yes="Create")
        self._name, self._address, self._taken = name, address, taken

    def compose_fields(self) -> Iterable[tuple[str, Widget]]:
        yield "Name", QuickInput(self._name, id="form-name", compact=True)
        yield "Your address", QuickInput(self._address, placeholder="203.0.113.7", id="form-address", compact=True)

    def notes(self) -> Iterable[Widget]:
        text = "The IPv4 address of the computer with your browser; https://checkip.amazonaws.com shows it."
        yield Static(text, classes="note", markup=False)

    def answers(self) -> BaseAnswers:
        return BaseAnswers(_free_name(self.value("form-name"), self._taken), _address(self.value("form-address")))


class LaunchForm(_Form[LaunchChoices]):
    """Base stack, name, instance type and time to live of a launch. The plan is shown after it.

    `bases` and `types` are the options, `preset` the suggested choices, `taken` the names of existing stacks. `cost`
    returns the maximum cost of an instance type for a number of minutes, as a sentence.
    """

    def __init__(
        self,
        bases: Sequence[str],
        types: Sequence[str],
        preset: LaunchChoices,
        taken: Collection[str] = (),
        cost: Callable[[str, int], str] = lambda _type, _minutes: "",
    ) -> None:
        super().__init__("Launch a training", yes="Plan")
        self._bases, self._types, self._preset, self._taken, self._cost = bases, types, preset, taken, cost
        self._endless_said = False

    def compose_fields(self) -> Iterable[tuple[str, Widget]]:
        preset = self._preset
        yield "Name", QuickInput(preset.name, id="form-name", compact=True)
        yield "Time to live", QuickInput(str(preset.ttl_minutes), id="form-ttl", compact=True)
        yield "Instance type", _select(self._types, preset.instance_type, "form-type")
        yield "Market", _select(MARKETS, preset.market if preset.market in MARKETS else MARKETS[0], "form-market")
        yield "Base stack", _select(self._bases, preset.base, "form-base")
        yield "Image", _ImageInput(preset.image, id="form-image", compact=True)

    def notes(self) -> Iterable[Widget]:
        text = "Time to live: 90 (minutes), 1:30, 1h30 or 1.5 h. At its end the model is saved and the instance goes."
        yield Static(text, classes="note", markup=False)
        yield Static("", id="form-cost", markup=False)

    @on(Input.Changed, "#form-ttl")
    @on(Select.Changed, "#form-type")
    def _tell_cost(self) -> None:
        self._endless_said = False
        try:
            known = self._cost(self.choice("form-type"), parse_minutes(self.value("form-ttl")))
        except ValueError:
            known = ""  # it is still being typed, or is refused when it is sent
        self.query_one("#form-cost", Static).update(known)

    def answers(self) -> LaunchChoices:
        name = _free_name(self.value("form-name"), self._taken)
        base, kind, market = (self.choice(f"form-{field}") for field in ("base", "type", "market"))
        image = _image(self.value("form-image"))
        minutes = self._time_to_live()
        return LaunchChoices(base, name, market, kind, minutes, endless=minutes == 0, image=image)

    def _time_to_live(self) -> int:
        minutes = parse_minutes(self.value("form-ttl"))
        if minutes != 0:
            return _possible(minutes)
        if not self._endless_said:
            self._endless_said = True
            raise ValueError("0 is without end: it costs money until you stop it. To mean it, choose Plan again.")
        return 0


def _select(values: Sequence[str], value: str, name: str) -> Select[str]:
    return Select([(one, one) for one in values], value=value, allow_blank=False, id=name, compact=True)


def _free_name(name: str, taken: Collection[str]) -> str:
    """Return `name` if a new stack can have it. Raises ValueError."""
    from dots_tui.aws.base_stack import check_name
    from dots_tui.aws.problems import AwsProblem

    if not name:
        raise ValueError("A name is needed.")
    if name in taken:
        raise ValueError(f"There is already a stack {name}. Choose another name.")
    try:
        return check_name(name)
    except AwsProblem as problem:
        raise ValueError(str(problem)) from problem


def _address(text: str) -> str:
    """Return `text` if it is a public IPv4 address. Raises ValueError."""
    from dots_tui.aws.base_stack import check_address
    from dots_tui.aws.problems import AwsProblem

    if not text:
        raise ValueError("Your address is needed: without it nobody could reach the instances.")
    try:
        return check_address(text)
    except AwsProblem as problem:
        raise ValueError(str(problem)) from problem


class _ImageInput(Input):
    """A field for an image. Empty means the newest private image, else the community image."""

    def __init__(self, value: str, *, id: str, compact: bool) -> None:  # noqa: A002 - Textual's name for it
        words = "automatic, community, private, scratch or ami-..."
        known = SuggestFromList(("community", "private", "scratch"), case_sensitive=False)
        super().__init__(value, placeholder=words, suggester=known, id=id, compact=compact)


def _image(text: str) -> str:
    """Return `text` if it names an image. Raises ValueError."""
    from dots_tui.aws.images import check_choice
    from dots_tui.aws.problems import AwsProblem

    try:
        return check_choice("" if text == "automatic" else text)
    except AwsProblem as problem:
        raise ValueError(str(problem)) from problem


def _possible(minutes: int) -> int:
    """Return `minutes` if it is a valid time to live. Raises ValueError."""
    if not 0 < minutes <= LONGEST_MINUTES:
        longest = f"{clock(LONGEST_MINUTES)} ({LONGEST_MINUTES} min)"
        raise ValueError(f"{minutes} minutes cannot be the time to live: it is 1 minute to {longest}.")
    return minutes
