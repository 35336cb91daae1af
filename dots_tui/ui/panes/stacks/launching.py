"""A launch from its form to yes: the board is filled, what is in the way is put right, and the plan is agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.stacks import launch_fixes
from dots_tui.ui.panes.stacks.launch_board import BestPrices, LaunchBoard, LineDetails, PlanBox, verdict
from dots_tui.ui.panes.stacks.plan import summary
from dots_tui.ui.widgets.dialogs import Choose

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import Known
    from dots_tui.aws.checks.result import CheckResult
    from dots_tui.aws.launch_plan import LaunchPlan
    from dots_tui.reward.outcome import RehearsalOutcome
    from dots_tui.ui.panes.stacks.forms import LaunchAnswers
    from dots_tui.ui.panes.stacks.pane import StacksPane


class Launching:
    """The launch that is prepared in ``pane``; nothing is made by it but through ``go``."""

    def __init__(self, pane: StacksPane) -> None:
        self.pane = pane
        self._job: Job | None = None
        self.answers: LaunchAnswers | None = None
        """What was asked for; None when nothing is prepared."""
        self.plan: LaunchPlan | None = None
        """The plan, once every check has told."""
        self.reuse = False
        """Whether the model prefix is taken again deliberately."""
        self.even_so = False
        """Whether a fault of the rehearsal is launched with deliberately."""

    # -- the board ------------------------------------------------------------------------------------

    def begin(self, answers: LaunchAnswers, *, reuse: bool = False, even_so: bool = False) -> None:
        """Look at everything a launch with these answers needs; each line is shown as it is known."""
        from dots_tui.aws.checkout import find_checkout
        from dots_tui.aws.checks import CHECKS
        from dots_tui.aws.launch_plan import LaunchChoices
        from dots_tui.aws.training_plan import plan

        pane, files = self.pane, self.pane.workspace.files
        if files is None:
            return
        self.cancel()
        self.answers, self.plan, self.reuse, self.even_so = answers, None, reuse, even_so
        self.board.begin([(check.topic, check.title) for check in CHECKS])
        self.board.border_title = f"launch {answers.name} ─ go / no-go"
        pane.query_one(PlanBox).show([])
        pane.set_class(True, "-launching")
        pane.say("")
        pane.refresh_bindings()
        self.board.focus()
        self._tell_verdict()
        minutes = answers.ttl_minutes
        own_base = any(stack.ours for stack in pane.stacks if stack.name == answers.base)

        def look(job: Job) -> LaunchPlan:
            # A checkout's templates need what only a base stack of its own exports.
            folder = None if own_base else find_checkout(Path.cwd(), files.root)
            choices = LaunchChoices(
                answers.base,
                answers.name,
                answers.market,
                answers.instance_type,
                minutes,
                endless=minutes == 0,
                templates=str(folder or ""),
                reuse=reuse,
                image=answers.image,
                subnet=answers.subnet,
                even_so=even_so,
            )

            def tell(line: CheckResult) -> None:
                pane.call_later(lambda: None if job.cancelled() else self._told(line))

            return plan(pane.workspace.aws(), files, choices, self._known(job), tell)

        self._job = in_background(pane, look, self._planned, self._cannot_ask, name="plan")
        pane.prices.want()

    def again(self, answers: LaunchAnswers, *, even_so: bool | None = None) -> None:
        """Look at everything again with these answers; what was agreed to before stays agreed to."""
        self.begin(answers, reuse=self.reuse, even_so=self.even_so if even_so is None else even_so)

    def _known(self, job: Job) -> Known:
        from dots_tui.aws.checks.facts import Known

        workspace = self.pane.workspace
        budget, store = workspace.settings.budget, workspace.track_store()

        def rehearse(sources: Mapping[str, bytes]) -> RehearsalOutcome:
            return workspace.rehearsals.outcome(sources, store, job.cancelled)

        return Known(workspace.settings.address, rehearse, float(budget) if budget else None)

    @property
    def board(self) -> LaunchBoard:
        """The board."""
        return self.pane.query_one(LaunchBoard)

    @property
    def active(self) -> bool:
        """Whether a launch is prepared."""
        return self.answers is not None

    def _told(self, line: CheckResult) -> None:
        if self.plan is None and self.active:
            self.board.tell(line)
            self._tell_verdict()

    def _planned(self, plan: LaunchPlan) -> None:
        self.plan = plan
        self.board.show(plan.lines)
        self.pane.query_one(PlanBox).show(summary(plan))
        self._tell_verdict()

    def _cannot_ask(self, error: Exception) -> None:
        self.drop()
        self.pane.blame(error)

    def _tell_verdict(self) -> None:
        self.board.border_subtitle = verdict(self.plan, self.board.known)
        self.pane.set_class(self.plan is not None and not self.plan.blocked, "-go")
        self.pane.set_class(self.plan is not None and self.plan.blocked, "-no-go")
        self.show_prices()

    def show_details(self) -> None:
        """What the line under the cursor says in full."""
        self.pane.query_one(LineDetails).show(self.board.here)

    def show_prices(self) -> None:
        """The best prices beside the board, and that of what was chosen."""
        market, answers = self.pane.prices.market, self.answers
        box = self.pane.query_one(BestPrices)
        if answers is None:
            return
        box.border_title = f"{answers.market}, USD per worker-hour"
        if market is None:
            box.show([], None, answers.market, self.pane.prices.word)
            return
        chosen = market.row(self.pane.aws_region, answers.instance_type, answers.market)
        box.show(market.cheapest(answers.market, 5), chosen, answers.market)

    # -- what can be done -----------------------------------------------------------------------------

    def drop(self) -> None:
        """Nothing is launched; the pane is as before."""
        self.cancel()
        self.answers = self.plan = None
        self.pane.set_class(False, "-launching")
        self.pane.set_class(False, "-go")
        self.pane.set_class(False, "-plan")
        self.pane.refresh_bindings()
        self.pane.say("")
        self.pane.shown()

    def cancel(self) -> None:
        """What is still asked for is not wanted any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def go(self) -> None:
        """Yes: launch what was planned."""
        from dots_tui.ui.panes.stacks.launch import launch_planned

        plan = self.plan
        if plan is not None and not plan.blocked:
            self.drop()
            self.pane.run_flow(launch_planned(self.pane, plan))

    def copy(self) -> None:
        """The plan as commands of the AWS CLI: to the clipboard, and into a file for terminals without one."""
        from dots_tui.aws.as_cli import commands

        files, pane = self.pane.workspace.files, self.pane
        if self.plan is None or files is None:
            return
        text = commands(self.plan, files.root)
        pane.app.copy_to_clipboard(text)
        target = pane.workspace.folders.state / f"launch-{self.plan.choices.name}.sh"
        pane.notify(f"{_kept(target, text)}", title="Sent to the terminal's clipboard", timeout=8)

    def fix(self) -> None:
        """Do what can be done about the line under the cursor; asks when there is more than one way."""
        line = self.board.here
        if line is None or not line.remedies:
            return
        if len(line.remedies) == 1:
            launch_fixes.apply(self, line.remedies[0])
            return

        def chosen(value: str | None) -> None:
            if value is not None and line is not None:
                launch_fixes.apply(self, line.remedies[int(value)])

        options = [(str(index), remedy.label) for index, remedy in enumerate(line.remedies)]
        self.pane.app.push_screen(Choose("What to do", options, body=line.message), chosen)


def _kept(target: Path, text: str) -> str:
    """Keep ``text`` in a file; what to tell of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"#!/bin/sh\nset -e\n{text}", encoding="utf-8")
    except OSError as error:
        return f"It could not be kept in a file as well: {error}"
    return f"They are in {target} as well."
