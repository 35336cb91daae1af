"""Making stacks from the Stacks pane: a base stack, and a training from its form over its plan to its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app import image_flow, launch_flow
from dots_tui.app.milestones import Milestone
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.ui.panes.saving import write_document
from dots_tui.ui.panes.stacks import operations, view
from dots_tui.ui.panes.stacks.forms import BaseForm, LaunchAnswers, LaunchForm
from dots_tui.ui.widgets.dialogs import Choose

if TYPE_CHECKING:
    from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
    from dots_tui.ui.panes.stacks.pane import StacksPane

_SAVE, _AS_SAVED, _CANCEL = "Save all and go on", "Go on with what is on disk", "Cancel"
_DEFAULT_BASE = "dots-base"


async def create_base(pane: StacksPane) -> None:
    """Ask for name and address, then create a base stack."""
    settings = pane.workspace.settings
    taken = {stack.name for stack in pane.stacks}
    name = view.suggest_name(settings.base_stack or _DEFAULT_BASE, taken)
    answers = await pane.app.push_screen_wait(BaseForm(name, settings.address, taken))
    if answers is not None:
        pane.workspace.settings_file.update(base_stack=answers.name, address=answers.address)
        await pane.base_flow().create(answers.name, answers.address)


# -- a training ---------------------------------------------------------------------------------------


async def prepare(pane: StacksPane) -> None:
    """Prepare a launch with the open files: what is not saved is asked about first."""
    unsaved = pane.workspace.unsaved()
    if unsaved:
        body = f"{', '.join(unsaved)}: the launch sends what is on disk."
        options = [(word, word) for word in (_SAVE, _AS_SAVED, _CANCEL)]
        choice = await pane.app.push_screen_wait(Choose("Unsaved changes", options, body=body))
        if choice not in (_SAVE, _AS_SAVED) or (choice == _SAVE and not _save(pane, unsaved)):
            return
    answers = await pane.app.push_screen_wait(_form(pane))
    if answers is not None:
        _begin(pane, answers)


def _save(pane: StacksPane, unsaved: list[str]) -> bool:
    """Save these files; False when one could not be saved, which is told."""
    try:
        for name in unsaved:
            write_document(pane.workspace, pane.workspace.documents[name])
    except FolderProblem as problem:
        pane.notify(str(problem), title="Not saved", severity="error", timeout=10)
        return False
    pane.workspace.milestones.add(Milestone.SAVED)
    pane.host.refresh_marks()
    return True


def _form(pane: StacksPane) -> LaunchForm:
    from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES

    settings, taken = pane.workspace.settings, {stack.name for stack in pane.stacks}
    base = settings.base_stack if settings.base_stack in pane.bases else pane.bases[0]
    name = view.suggest_name(pane.workspace.model_name(), taken)
    region = pane.aws_region
    preset = LaunchAnswers(base, name, settings.instance_type, _minutes(pane, region), settings.market)
    types = view.instance_types(settings.instance_type)
    return LaunchForm(
        pane.bases,
        types,
        preset,
        taken,
        lambda kind, minutes: view.most_it_costs(kind, region, minutes, DELETE_AFTER_MINUTES),
    )


def _minutes(pane: StacksPane, region: str) -> int:
    """The time to live to begin with: the budget's, where there is one and a price is known, else that of last time."""
    from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LONGEST_MINUTES
    from dots_tui.aws.prices import minutes_for

    settings = pane.workspace.settings
    # At the price on demand: that is the most a spot instance can cost.
    usd = pane.prices.usd_per_hour(region, settings.instance_type, "standard") if settings.budget else None
    if usd is None:
        return settings.ttl_minutes
    minutes = minutes_for(float(settings.budget), usd, DELETE_AFTER_MINUTES)
    return min(minutes, LONGEST_MINUTES) or settings.ttl_minutes


def _begin(pane: StacksPane, answers: LaunchAnswers) -> None:
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
    answers = LaunchAnswers(
        choices.base,
        choices.name,
        choices.instance_type,
        choices.ttl_minutes,
        choices.market,
        choices.image,
        choices.subnet,
    )
    pane.launching.begin(answers, reuse=choices.reuse)


async def launch_planned(pane: StacksPane, planned: LaunchPlan) -> None:
    """Do what was planned and agreed to; when it fails, offer what may work."""
    from dots_tui.aws.problems import AwsProblem

    name, files, aws_of = planned.choices.name, pane.workspace.files, pane.workspace.aws
    assert files is not None
    try:
        await launch_flow.launch(pane.port, aws_of, planned, files, poll_s=operations.POLL_SECONDS)
    except AwsProblem as problem:
        pane.blame(problem)
        tries = await launch_flow.next_tries(pane.port, aws_of, problem, planned.choices)
        again = await launch_flow.after_failure(pane.port, aws_of, problem, name, tries)
        if again is not None:
            plan_launch(pane, again)
        return
    launched(pane, name)


def launched(pane: StacksPane, name: str) -> None:
    """The training runs: it is the one that is watched."""
    pane.workspace.milestones.add(Milestone.LAUNCHED)
    pane.workspace.watch_stack(name)
    pane.say(f"{name} is up: 4 watches it.")


# -- machine images -----------------------------------------------------------------------------------


async def manage_images(pane: StacksPane) -> None:
    """Show the machine images of the region in use, and do what is chosen."""

    def regions() -> list[str]:
        from dots_tui.aws.account import regions_or_known

        return regions_or_known(pane.workspace.aws())[0]

    poll_s = operations.POLL_SECONDS
    known = await pane.port.work(regions)
    await image_flow.manage(pane.port, pane.workspace.aws, image_base(pane), known, poll_s=poll_s)


async def bake_image(pane: StacksPane, base: str) -> None:
    """Bake a private image with a base stack."""
    await image_flow.bake(pane.port, pane.workspace.aws, base, poll_s=operations.POLL_SECONDS)


def image_base(pane: StacksPane) -> str:
    """The base stack to bake with: the one of the last launch if it is still there; "" if there is none."""
    wanted = pane.workspace.settings.base_stack
    return wanted if wanted in pane.bases else next(iter(pane.bases), "")
