"""The plan of a launch, shown before anything is made: what is in order, what is in the way, what it can cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from dots_tui.widgets.dialogs import Dialog
from dots_tui.widgets.glyphs import ascii_only, clean, glyph

if TYPE_CHECKING:
    from dots_tui.aws.training_plan import Plan

GOOD = "good"


def in_the_way(planned: Plan) -> list[tuple[str, str, str]]:
    """What is wrong or good to know, the worst first: (sign, what, what to do about it)."""
    return [(one.severity, one.message, one.fix) for one in planned.obstacles]


def in_order(planned: Plan) -> list[str]:
    """What was looked at and found good."""
    rows = [f"account {planned.identity.account}, {planned.region}"]
    base = planned.base
    if base is not None and base.complete:
        rows.append(f"base stack {base.name}, bucket {base.bucket}")
    if planned.image is not None:
        rows.append(f"image {planned.image.name or planned.image.id} of {planned.image.created[:10]}")
    if not any(one.finding is not None for one in planned.obstacles):
        rows.append(f"{len(planned.uploads)} files without errors")
    return rows


def summary(planned: Plan) -> list[tuple[str, str]]:
    """What the launch would do, as labels and values; a label that comes again goes on with the one before."""
    choices, cost = planned.choices, planned.cost
    rows = [("costs", f"at most {cost.usd:.2f} USD"), ("costs", cost.basis)] if cost is not None else []
    rows += [
        ("ends", _ends(choices.ttl_minutes)),
        *(("creates", what) for what in planned.creates),
        ("uploads", f"{len(planned.uploads)} files to {planned.custom_files_prefix}/"),
        ("model", f"{planned.model_prefix}/"),
    ]
    return rows


def _ends(minutes: int) -> str:
    return f"after {minutes} min, when the model is saved" if minutes else "never by itself: stop it yourself"


class PlanDialog(Dialog[bool]):
    """The plan and whether to go on. True for yes; a plan that is blocked can only be closed."""

    DEFAULT_CSS = """
    PlanDialog {
        #box { width: 84; }
        #plan { height: auto; max-height: 70vh; scrollbar-size-vertical: 1; }
        #plan Horizontal { height: auto; }
        #plan Static { width: 1fr; height: auto; }
        #plan .sign { width: 2; }
        #plan .label { width: 9; color: $text-muted; }
        #plan .fix { color: $text-muted; padding-left: 2; }
        #plan .-good { color: $text-success; }
        #plan .-warning { color: $text-warning; }
        #plan .-error { color: $text-error; }
        #plan .-costs { text-style: bold; }
        #plan #good { height: auto; margin-top: 1; }
        &.-low #plan { max-height: 60vh; }
        &.-low #plan #good { margin-top: 0; }
    }
    """
    BINDINGS = [
        Binding("y", "confirm", "Yes", show=False),
        Binding("n", "cancel", "No", show=False),
        Binding("pageup", "scroll(-1)", "Page up", show=False),
        Binding("pagedown,space", "scroll(1)", "Page down", show=False),
    ]

    def __init__(self, planned: Plan) -> None:
        name = planned.choices.name
        if planned.blocked:
            super().__init__(f"{name} cannot be launched yet", yes="", no="Close")
        else:
            super().__init__(f"Launch {name}?", yes="Launch", no="Cancel")
        self.planned = planned

    def parts(self) -> Iterable[Widget]:
        rows: list[Widget] = []
        for sign, what, fix in in_the_way(self.planned):
            rows.append(self._row(sign, what))
            if fix:
                rows.append(_words(fix, "fix"))
        if not self.planned.blocked:
            rows += self._made()
        rows.append(Vertical(*(self._row(GOOD, what) for what in in_order(self.planned)), id="good"))
        yield VerticalScroll(*rows, id="plan", can_focus=False)

    def _row(self, sign: str, what: str) -> Widget:
        mark = Static(glyph(sign, ascii_only(self.app)), classes=f"sign -{sign}")
        return Horizontal(mark, _words(what, f"-{sign}" if sign == "error" else ""))

    def _made(self) -> Iterable[Widget]:
        before = ""
        for label, value in summary(self.planned):
            again = label == before
            name = Static("" if again else label, classes="label")
            yield Horizontal(name, _words(value, "-costs" if label == "costs" and not again else ""))
            before = label

    def on_mount(self) -> None:
        self.query_one("#no" if self.planned.blocked else "#yes").focus()

    def action_scroll(self, pages: int) -> None:
        """A plan that is longer than the terminal."""
        plan = self.query_one("#plan")
        plan.scroll_relative(y=pages * max(1, plan.size.height - 1), animate=False)

    def action_confirm(self) -> None:
        self.confirm()

    def confirm(self) -> None:
        self.dismiss(not self.planned.blocked)

    def cancel(self) -> None:
        self.dismiss(False)


def _words(text: str, classes: str) -> Static:
    return Static(clean(text), classes=classes, markup=False)
