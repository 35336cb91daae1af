"""A launch from its form to yes: the board is filled, what is in the way is put right, and the plan is agreed to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.background import Job, in_background
from dots_tui.custom_files.env_edits import put
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import REWARD_FUNCTION, RUN_ENV, FolderProblem
from dots_tui.panes import stacks_view as view
from dots_tui.panes.launch_board import BestPrices, LaunchBoard, LineDetails, PlanBox, verdict
from dots_tui.panes.saving import write_document
from dots_tui.panes.stacks_plan import summary
from dots_tui.widgets.dialogs import Choose, Confirm, TypeName

if TYPE_CHECKING:
    from dots_tui.aws.checks.line import Obstacle, Remedy
    from dots_tui.aws.training_plan import Known, Plan
    from dots_tui.panes.stack_forms import LaunchAnswers
    from dots_tui.panes.stacks import StacksPane

FILES, REWARD = 0, 1
"""Which panes they are."""


class Launching:
    """The launch that is prepared in ``pane``; nothing is made by it but through ``go``."""

    def __init__(self, pane: StacksPane) -> None:
        self._pane = pane
        self._job: Job | None = None
        self.answers: LaunchAnswers | None = None
        """What was asked for; None when nothing is prepared."""
        self.plan: Plan | None = None
        """The plan, once every check has told."""
        self._reuse = False

    # -- the board ------------------------------------------------------------------------------------

    def begin(self, answers: LaunchAnswers, *, reuse: bool = False) -> None:
        """Look at everything a launch with these answers needs; each line is shown as it is known."""
        from dots_tui.aws.checkout import find_checkout
        from dots_tui.aws.checks import CHECKS
        from dots_tui.aws.training_plan import LaunchChoices, plan

        pane, files = self._pane, self._pane.workspace.files
        if files is None:
            return
        self.cancel()
        self.answers, self.plan, self._reuse = answers, None, reuse
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
        known = self._known()

        def look(job: Job) -> Plan:
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
            )

            def tell(line: Obstacle) -> None:
                pane.call_later(lambda: None if job.cancelled() else self._told(line))

            return plan(pane.workspace.aws(), files, choices, known, tell)

        self._job = in_background(pane, look, self._planned, self._cannot_ask, name="plan")
        pane.prices.want()

    def _known(self) -> Known:
        from dots_tui.aws.training_plan import Known

        workspace = self._pane.workspace
        budget = workspace.settings.budget
        outcome, rehearsal = workspace.rehearsed(), ""
        faults = outcome.faults if outcome is not None else ()
        if outcome is not None and outcome.sound:
            rehearsal = f"no fault on {outcome.track}" + (" (a made-up shape)" if outcome.made_up else "")
        return Known(workspace.settings.address, rehearsal, faults, float(budget) if budget else None)

    @property
    def board(self) -> LaunchBoard:
        """The board."""
        return self._pane.query_one(LaunchBoard)

    @property
    def active(self) -> bool:
        """Whether a launch is prepared."""
        return self.answers is not None

    def _told(self, line: Obstacle) -> None:
        if self.plan is None and self.active:
            self.board.tell(line)
            self._tell_verdict()

    def _planned(self, plan: Plan) -> None:
        self.plan = plan
        self.board.show(plan.lines)
        self._pane.query_one(PlanBox).show(summary(plan))
        self._tell_verdict()

    def _cannot_ask(self, error: Exception) -> None:
        self.drop()
        self._pane.blame(error)

    def _tell_verdict(self) -> None:
        self.board.border_subtitle = verdict(self.plan, self.board.known)
        self._pane.set_class(self.plan is not None and not self.plan.blocked, "-go")
        self._pane.set_class(self.plan is not None and self.plan.blocked, "-no-go")
        self.show_prices()

    def show_details(self) -> None:
        """What the line under the cursor says in full."""
        self._pane.query_one(LineDetails).show(self.board.here)

    def show_prices(self) -> None:
        """The best prices beside the board, and that of what was chosen."""
        market, answers = self._pane.prices.market, self.answers
        box = self._pane.query_one(BestPrices)
        if answers is None:
            return
        box.border_title = f"{answers.market}, USD per worker-hour"
        if market is None:
            box.show([], None, answers.market, self._pane.prices.word)
            return
        chosen = market.row(self._pane.aws_region, answers.instance_type, answers.market)
        box.show(market.cheapest(answers.market, 5), chosen, answers.market)

    # -- what can be done -----------------------------------------------------------------------------

    def drop(self) -> None:
        """Nothing is launched; the pane is as before."""
        self.cancel()
        self.answers = self.plan = None
        self._pane.set_class(False, "-launching")
        self._pane.set_class(False, "-go")
        self._pane.set_class(False, "-plan")
        self._pane.refresh_bindings()
        self._pane.say("")
        self._pane.shown()

    def cancel(self) -> None:
        """What is still asked for is not wanted any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def go(self) -> None:
        """Yes: launch what was planned."""
        from dots_tui.panes.stacks_launch import launch_planned

        plan = self.plan
        if plan is not None and not plan.blocked:
            self.drop()
            launch_planned(self._pane, plan)

    def copy(self) -> None:
        """The plan as commands of the AWS CLI: to the clipboard, and into a file for terminals without one."""
        from dots_tui.aws.as_cli import commands

        files, pane = self._pane.workspace.files, self._pane
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
            self._apply(line.remedies[0])
            return

        def chosen(value: str | None) -> None:
            if value is not None and line is not None:
                self._apply(line.remedies[int(value)])

        options = [(str(index), remedy.label) for index, remedy in enumerate(line.remedies)]
        self._pane.app.push_screen(Choose("What to do", options, body=line.message), chosen)

    def _apply(self, remedy: Remedy) -> None:
        answers, pane = self.answers, self._pane
        if answers is None:
            return
        if remedy.kind == "set":
            self._set(remedy.key, remedy.value)
        elif remedy.kind == "reuse":
            self._ask_to_reuse()
        elif remedy.kind == "ttl":
            self.begin(replace(answers, ttl_minutes=int(remedy.value)), reuse=self._reuse)
        elif remedy.kind == "name":
            taken = {answers.name, *(stack.name for stack in pane.stacks)}
            self.begin(replace(answers, name=view.suggest_name(answers.name, taken)), reuse=self._reuse)
        elif remedy.kind == "type":
            pane.prices.show()
        elif remedy.kind == "base":
            pane.action_command("stacks.base")
        elif remedy.kind == "quota":
            self._show_quota(remedy)
        elif remedy.kind == "finding":
            pane.host.show_pane(REWARD if remedy.value == REWARD_FUNCTION else FILES)

    def _set(self, key: str, value: str) -> None:
        """Write a value into run.env as the Files pane does, where undo takes it back; then look again."""
        workspace, pane = self._pane.workspace, self._pane
        document = workspace.documents.get(RUN_ENV)
        if document is None or self.answers is None:
            return
        if document.dirty:
            what = f"{RUN_ENV} has unsaved changes: save it first, then this can be put right here."
            pane.notify(what, title=key, severity="warning", timeout=8)
            return
        document.edit(put(EnvFile.parse(document.data), key, value).data, step=True)
        try:
            write_document(workspace, document)
        except FolderProblem as problem:
            document.undo()
            pane.notify(str(problem), title="Not saved", severity="error", timeout=10)
            return
        pane.notify(f"{key}={value} is saved in {RUN_ENV}; 1 and u take it back.", timeout=8)
        pane.host.refresh_marks()
        self.begin(self.answers, reuse=self._reuse)

    def _ask_to_reuse(self) -> None:
        plan, answers = self.plan, self.answers
        if plan is None or answers is None:
            return
        name = plan.model_prefix.rpartition("/")[2]
        body = (
            f"What is in {plan.model_prefix}/ is deleted when the launch begins, and the run trains there from its "
            "start. Nobody can bring the old model back."
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self.begin(answers, reuse=True)

        self._pane.app.push_screen(TypeName(f"Train over {name}?", body, name, yes="Train over it"), answered)

    def _show_quota(self, remedy: Remedy) -> None:
        from dots_tui.aws.checks.machine import quota_page

        text = quota_page(self._pane.aws_region, remedy.key, remedy.value)

        def answered(yes: bool | None) -> None:
            if yes:
                self._pane.app.copy_to_clipboard(text)
                self._pane.notify("Sent to the terminal's clipboard.", timeout=4)

        self._pane.app.push_screen(Confirm("Ask for more vCPUs", text, yes="Copy", no="Close"), answered)


def _kept(target: Path, text: str) -> str:
    """Keep ``text`` in a file; what to tell of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"#!/bin/sh\nset -e\n{text}", encoding="utf-8")
    except OSError as error:
        return f"It could not be kept in a file as well: {error}"
    return f"They are in {target} as well."
