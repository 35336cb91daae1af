"""Putting right what the go/no-go board says: a setting of run.env, another name, a shorter life, a page of AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dots_tui.custom_files.env_edits import put
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import REWARD_FUNCTION, RUN_ENV, FolderProblem
from dots_tui.ui.panes.saving import write_document
from dots_tui.ui.panes.stacks import view
from dots_tui.ui.panes.stacks.launch import bake_image
from dots_tui.ui.widgets.dialogs import Confirm, TypeName

if TYPE_CHECKING:
    from dots_tui.aws.checks.result import CheckRemedy
    from dots_tui.ui.panes.stacks.forms import LaunchAnswers
    from dots_tui.ui.panes.stacks.launching import Launching
    from dots_tui.ui.panes.stacks.pane import StacksPane

FILES, REWARD = 0, 1
"""Which panes they are."""


def apply(launching: Launching, remedy: CheckRemedy) -> None:
    """Do what ``remedy`` says, then look at everything again; what needs another pane goes there."""
    answers, pane = launching.answers, launching.pane
    if answers is None:
        return
    changed = _changed(launching, answers, remedy)
    if changed != answers or remedy.kind == "even-so":
        launching.again(changed, even_so=launching.even_so or remedy.kind == "even-so")
    elif remedy.kind == "set":
        _set(launching, remedy.key, remedy.value)
    elif remedy.kind == "reuse":
        _ask_to_reuse(launching)
    elif remedy.kind == "bake":
        launching.drop()
        pane.run_flow(bake_image(pane, answers.base))
    elif remedy.kind == "type":
        pane.prices.show()
    elif remedy.kind == "base":
        pane.action_command("stacks.base")
    elif remedy.kind == "quota":
        _show_quota(pane, remedy)
    elif remedy.kind == "finding":
        pane.host.show_pane(REWARD if remedy.value == REWARD_FUNCTION else FILES)


def _changed(launching: Launching, answers: LaunchAnswers, remedy: CheckRemedy) -> LaunchAnswers:
    """The answers with what the remedy changes in them; the same when it changes something else."""
    if remedy.kind == "ttl":
        return replace(answers, ttl_minutes=int(remedy.value))
    if remedy.kind == "name":
        taken = {answers.name, *(stack.name for stack in launching.pane.stacks)}
        return replace(answers, name=view.suggest_name(answers.name, taken))
    if remedy.kind == "image":
        return replace(answers, image=remedy.value)
    return answers


def _set(launching: Launching, key: str, value: str) -> None:
    """Write a value into run.env as the Files pane does, where undo takes it back; then look again."""
    workspace, pane = launching.pane.workspace, launching.pane
    document = workspace.documents.get(RUN_ENV)
    if document is None or launching.answers is None:
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
    launching.again(launching.answers)


def _ask_to_reuse(launching: Launching) -> None:
    plan, answers = launching.plan, launching.answers
    if plan is None or answers is None:
        return
    name = plan.model_prefix.rpartition("/")[2]
    body = (
        f"What is in {plan.model_prefix}/ is moved beside it, to {name}-before- and the time, when the launch begins, "
        "and the run trains there from its start."
    )

    def answered(yes: bool | None) -> None:
        if yes:
            launching.begin(answers, reuse=True, even_so=launching.even_so)

    launching.pane.app.push_screen(TypeName(f"Train over {name}?", body, name, yes="Train over it"), answered)


def _show_quota(pane: StacksPane, remedy: CheckRemedy) -> None:
    from dots_tui.aws.checks.machine import quota_page

    text = quota_page(pane.aws_region, remedy.key, remedy.value)

    def answered(yes: bool | None) -> None:
        if yes:
            pane.app.copy_to_clipboard(text)
            pane.notify("Sent to the terminal's clipboard.", timeout=4)

    pane.app.push_screen(Confirm("Ask for more vCPUs", text, yes="Copy", no="Close"), answered)
