"""The phases of the listed trainings, as their instances report them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dots_tui.app.blocking import in_thread
from dots_tui.app.runs import phase_words
from dots_tui.app.runs.stack_facts import is_running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.app.workspace import Workspace
    from dots_tui.aws.stacks import Stack
    from dots_tui.training.run_phases import RunPhases

SECONDS, SETTLED_SECONDS = 3.0, 30.0
"""Seconds between two requests: while a training starts or ends, and while all of them train."""


class StackPhases:
    """The newest report of each training, by stack id. A report outlives its stack."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._reports: dict[str, RunPhases] = {}
        self._failed: set[str] = set()
        self._asking = False
        self._asked_at = -SETTLED_SECONDS

    def cell(self, stack: Stack) -> str:
        """Return the phase of a training for a cell of the list; "" without a report, or while it trains."""
        report = self._reports.get(stack.id)
        return phase_words.cell(report) if report is not None else ""

    def details(self, stack: Stack | None, *, plain: bool) -> list[tuple[str, str]]:
        """Return labels and values for the details of a stack; empty without a report. `plain` allows only ASCII."""
        report = self._reports.get(stack.id) if stack is not None else None
        return phase_words.details(report, plain) if report is not None else []

    def due(self, stacks: Sequence[Stack]) -> bool:
        """Return True if it is time to request the reports of the trainings in `stacks`."""
        trainings = _trainings(stacks)
        pause = SECONDS if any(self._may_change(stack) for stack in trainings) else SETTLED_SECONDS
        return bool(trainings) and not self._asking and time.monotonic() - self._asked_at >= pause

    async def refresh(self, stacks: Sequence[Stack]) -> list[tuple[Stack, str]]:
        """Request the reports. Return the trainings whose failure is new, with the reason."""
        trainings = _trainings(stacks)
        self._asking, self._asked_at = True, time.monotonic()
        try:
            reports = await in_thread(lambda: self._ask(trainings), name="phases")
        except Exception:  # noqa: BLE001 - the list of stacks reports what is wrong with AWS
            return []
        finally:
            self._asking = False
        self._reports.update(reports)
        failed = [
            (stack, phase_words.failure(reports[stack.id]))
            for stack in trainings
            if stack.id in reports and reports[stack.id].failure is not None and stack.id not in self._failed
        ]
        self._failed.update(stack.id for stack, _ in failed)
        return failed

    def _ask(self, trainings: Sequence[Stack]) -> dict[str, RunPhases]:
        from dots_tui.aws.phase_reports import reports_of

        return reports_of(self._workspace.aws(), trainings)

    def _may_change(self, stack: Stack) -> bool:
        report = self._reports.get(stack.id)
        return report is None or report.starting or report.ending or not is_running(stack)


def _trainings(stacks: Sequence[Stack]) -> list[Stack]:
    return [stack for stack in stacks if stack.kind == "training" and stack.ours]
