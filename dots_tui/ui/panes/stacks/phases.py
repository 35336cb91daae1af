"""The phases of the trainings in the list, as their instances report them; asked beside the interface."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dots_tui.app.runs import phase_words
from dots_tui.app.runs.stack_facts import is_running
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.widgets.glyphs import ascii_only

if TYPE_CHECKING:
    from dots_tui.aws.stacks import Stack
    from dots_tui.training.run_phases import RunPhases
    from dots_tui.ui.panes.stacks.pane import StacksPane
    from dots_tui.ui.widgets.event_tree import StackEvents

SECONDS, SETTLED_SECONDS = 3.0, 30.0
"""How often it is asked: while a training starts or ends, and while all of them train."""


class StackPhases:
    """The newest report of each training of `pane`, by stack id. A report stays when its stack is gone."""

    def __init__(self, pane: StacksPane, events: StackEvents) -> None:
        self._pane, self._events = pane, events
        self._reports: dict[str, RunPhases] = {}
        self._told: set[str] = set()
        self._asking = False
        self._asked_at = -SETTLED_SECONDS

    def cell(self, stack: Stack) -> str:
        """The phase of a stack for a cell of the list; "" where there is nothing to tell."""
        report = self._reports.get(stack.id)
        return phase_words.cell(report) if report is not None else ""

    def details(self, stack: Stack | None) -> list[tuple[str, str]]:
        """Labels and values for the details of a stack; none when it has no report (yet)."""
        report = self._reports.get(stack.id) if stack is not None else None
        return phase_words.details(report, ascii_only(self._pane.app)) if report is not None else []

    def look(self) -> None:
        """Ask when it is time to; call it often."""
        stacks = [stack for stack in self._pane.stacks if stack.kind == "training" and stack.ours]
        settled = not any(self._may_change(stack) for stack in stacks)
        pause = SETTLED_SECONDS if settled else SECONDS
        if not stacks or self._asking or time.monotonic() - self._asked_at < pause:
            return
        self._asking, self._asked_at = True, time.monotonic()

        def ask(_: Job) -> dict[str, RunPhases]:
            from dots_tui.aws.phase_reports import reports_of

            return reports_of(self._pane.workspace.aws(), stacks)

        in_background(self._pane, ask, self._answered, self._refused, name="phases")

    def _may_change(self, stack: Stack) -> bool:
        report = self._reports.get(stack.id)
        return report is None or report.starting or report.ending or not is_running(stack)

    def _answered(self, reports: dict[str, RunPhases]) -> None:
        self._asking = False
        self._reports.update(reports)
        for stack in self._pane.stacks:
            report = reports.get(stack.id)
            if report is not None and report.failure is not None and stack.id not in self._told:
                self._told.add(stack.id)
                self._failed(stack, phase_words.failure(report))

    def _failed(self, stack: Stack, why: str) -> None:
        """Tell why the run of a stack cannot go on: below the list, and in the events if they are of this stack."""
        from dots_tui.aws.stacks import own_event

        pane = self._pane
        if pane.operations.stack == stack.name:
            self._events.add([own_event(stack.name, "Run", "RUN_FAILED", why)])
        if not pane.busy:
            pane.say(f"{stack.name} failed: {why}")
        pane.notify(why, title=f"{stack.name} failed", severity="error", timeout=15)

    def _refused(self, _error: Exception) -> None:
        self._asking = False  # whoever asks for the stacks tells what is wrong with AWS
