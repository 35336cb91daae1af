"""Making stacks from the Stacks pane: a base stack, and a training from its form over its plan to its events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dots_tui.app.milestones import Milestone
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.ui.background import Job
from dots_tui.ui.panes.saving import write_document
from dots_tui.ui.panes.stacks import operations, view
from dots_tui.ui.panes.stacks.after import failed_launch
from dots_tui.ui.panes.stacks.forms import BaseAnswers, BaseForm, LaunchAnswers, LaunchForm
from dots_tui.ui.panes.stacks.operations import Operation
from dots_tui.ui.widgets.dialogs import Choose

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.training_plan import LaunchChoices, Plan
    from dots_tui.ui.panes.stacks.pane import StacksPane

_SAVE, _AS_SAVED, _CANCEL = "Save all and go on", "Go on with what is on disk", "Cancel"
_DEFAULT_BASE = "dots-base"


def create_base(pane: StacksPane) -> None:
    """Ask for name and address, then create a base stack."""
    settings = pane.workspace.settings
    taken = {stack.name for stack in pane.stacks}
    wanted = settings.base_stack or _DEFAULT_BASE
    name = view.suggest_name(wanted, taken)

    def answered(answers: BaseAnswers | None) -> None:
        if answers is not None:
            pane.workspace.settings_file.update(base_stack=answers.name, address=answers.address)
            pane.operate(_creation(pane, answers))

    pane.app.push_screen(BaseForm(name, settings.address, taken), answered)


def _creation(pane: StacksPane, answers: BaseAnswers) -> Operation:
    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws.base_stack import create

        poll = operations.POLL_SECONDS
        return create(pane.workspace.aws(), answers.name, answers.address, poll_s=poll, stopped=job.cancelled)

    def count() -> int:
        from dots_tui.aws.base_stack import resource_count

        return resource_count()

    return Operation(f"Creating the base stack {answers.name}", answers.name, events, count)


# -- a training ---------------------------------------------------------------------------------------


def launch(pane: StacksPane) -> None:
    """Launch a training with the open files: what is not saved is asked about first."""
    unsaved = pane.workspace.unsaved()
    if not unsaved:
        _ask(pane)
        return

    def answered(choice: str | None) -> None:
        if choice == _SAVE:
            try:
                for name in unsaved:
                    write_document(pane.workspace, pane.workspace.documents[name])
            except FolderProblem as problem:
                pane.notify(str(problem), title="Not saved", severity="error", timeout=10)
                return
            pane.workspace.milestones.add(Milestone.SAVED)
            pane.host.refresh_marks()
        if choice in (_SAVE, _AS_SAVED):
            _ask(pane)

    body = f"{', '.join(unsaved)}: the launch sends what is on disk."
    options = [(word, word) for word in (_SAVE, _AS_SAVED, _CANCEL)]
    pane.app.push_screen(Choose("Unsaved changes", options, body=body), answered)


def _ask(pane: StacksPane) -> None:
    from dots_tui.aws.training_plan import DELETE_AFTER_MINUTES

    settings, taken = pane.workspace.settings, {stack.name for stack in pane.stacks}
    base = settings.base_stack if settings.base_stack in pane.bases else pane.bases[0]
    name = view.suggest_name(pane.workspace.model_name(), taken)
    region = pane.aws_region
    minutes = _minutes(pane, region)
    preset = LaunchAnswers(base, name, settings.instance_type, minutes, settings.market)

    def cost(kind: str, minutes: int) -> str:
        return view.most_it_costs(kind, region, minutes, DELETE_AFTER_MINUTES)

    types = view.instance_types(settings.instance_type)
    pane.app.push_screen(LaunchForm(pane.bases, types, preset, taken, cost), lambda answers: _plan(pane, answers))


def _minutes(pane: StacksPane, region: str) -> int:
    """The time to live to begin with: the budget's, where there is one and a price is known, else that of last time."""
    from dots_tui.aws.prices import minutes_for
    from dots_tui.aws.training_plan import DELETE_AFTER_MINUTES, LONGEST_MINUTES

    settings = pane.workspace.settings
    # At the price on demand: that is the most a spot instance can cost.
    usd = pane.prices.usd_per_hour(region, settings.instance_type, "standard") if settings.budget else None
    if usd is None:
        return settings.ttl_minutes
    minutes = minutes_for(float(settings.budget), usd, DELETE_AFTER_MINUTES)
    return min(minutes, LONGEST_MINUTES) or settings.ttl_minutes


def _plan(pane: StacksPane, answers: LaunchAnswers | None) -> None:
    if answers is None:
        return
    settings = pane.workspace.settings
    pane.workspace.settings_file.update(
        base_stack=answers.base,
        instance_type=answers.instance_type,
        market=answers.market,
        ttl_minutes=answers.ttl_minutes or settings.ttl_minutes,  # without end is never what was chosen last
    )
    pane.say("")
    pane.launching.begin(answers)


def plan_launch(pane: StacksPane, choices: LaunchChoices) -> None:
    """Prepare a launch with these choices: the board shows what they need."""
    answers = LaunchAnswers(choices.base, choices.name, choices.instance_type, choices.ttl_minutes, choices.market)
    pane.launching.begin(answers, reuse=choices.reuse)


def launch_planned(pane: StacksPane, planned: Plan) -> None:
    """Do what was planned and agreed to, and show its events."""
    name, files = planned.choices.name, pane.workspace.files
    assert files is not None

    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws.training_stack import launch as launching

        poll = operations.POLL_SECONDS
        return launching(pane.workspace.aws(), planned, files, poll_s=poll, stopped=job.cancelled)

    def launched() -> None:
        pane.workspace.milestones.add(Milestone.LAUNCHED)
        pane.workspace.watched = name
        pane.say(f"{name} is up: 4 watches it.")

    def failed(error: Exception) -> bool:
        failed_launch(pane, error, planned.choices, lambda choices: plan_launch(pane, choices))
        return True

    pane.operate(Operation(f"Launching {name}", name, events, lambda: planned.resource_count, launched, failed))
