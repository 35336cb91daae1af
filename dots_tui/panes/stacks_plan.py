"""The plan of a launch, shown before anything is made: what is in order, what is in the way, what it can cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from dots_tui.widgets.dialogs import Dialog
from dots_tui.widgets.glyphs import ascii_only, clean, glyph

if TYPE_CHECKING:
    from dots_tui.aws.training_plan import Plan

GOOD = "good"


def checklist(planned: Plan) -> list[tuple[str, str, str]]:
    """What was looked at: (sign, what, what to do about it). Signs are ``good``, ``error``, ``warning``, ``info``."""
    rows = [(GOOD, f"account {planned.identity.account}, {planned.region}", "")]
    base = planned.base
    if base is not None and base.complete:
        rows.append((GOOD, f"base stack {base.name}, bucket {base.bucket}", ""))
    if planned.image is not None:
        rows.append((GOOD, f"image {planned.image.name or planned.image.id} of {planned.image.created[:10]}", ""))
    if not any(one.finding is not None for one in planned.obstacles):
        rows.append((GOOD, f"{len(planned.uploads)} files without errors", ""))
    return rows + [(one.severity, one.message, one.fix) for one in planned.obstacles]


def summary(planned: Plan) -> list[tuple[str, str]]:
    """What the launch would do, as labels and values."""
    choices, cost = planned.choices, planned.cost
    rows = [("creates", what) for what in planned.creates]
    rows += [
        ("uploads", f"{len(planned.uploads)} files to {planned.custom_files_prefix}/"),
        ("model", f"{planned.model_prefix}/"),
        ("ends", f"after {choices.ttl_minutes} min, when the model is saved"),
    ]
    if cost is not None:
        rows.append(("costs", f"at most {cost.usd:.2f} USD ({cost.basis})"))
    return rows


def plan_text(planned: Plan, plain: bool = False) -> Text:
    """The plan as it is shown: the checklist, then what would be made. ``plain`` is for terminals with ASCII only."""
    text = Text()
    for sign, what, fix in checklist(planned):
        style = {"error": "bold", "warning": "bold"}.get(sign, "")
        text.append(f"{glyph(sign, plain)} {clean(what)}\n", style)
        if fix:
            text.append(f"  {clean(fix)}\n", "dim")
    if planned.blocked:
        return text
    text.append("\n")
    before = ""
    for label, value in summary(planned):
        text.append(f"{label if label != before else '':<9}", "dim")
        text.append(f"{clean(value)}\n", "bold" if label == "costs" else "")
        before = label
    return text


class PlanDialog(Dialog[bool]):
    """The plan and whether to go on. True for yes; a plan that is blocked can only be closed."""

    DEFAULT_CSS = """
    PlanDialog {
        #box { width: 84; }
        #plan { height: auto; max-height: 70vh; scrollbar-size-vertical: 1; }
        #plan Static { width: 100%; height: auto; }
        &.-low #plan { max-height: 60vh; }
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
        yield VerticalScroll(Static(plan_text(self.planned, ascii_only(self.app))), id="plan", can_focus=False)

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
