"""Fixes for the custom files: of one finding, of all findings, and of three values that belong together.

Each change is one undo step per file. A result names the changed files; None or an empty result means no change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.app.blocking import in_thread
from dots_tui.app.port import DiffPreview, FlowNote, Selection
from dots_tui.custom_files import solver
from dots_tui.custom_files.diff import DiffLine, changed_lines, diff_lines
from dots_tui.custom_files.findings import WARNING, Finding, Remedy
from dots_tui.custom_files.fixes import fix, fix_all
from dots_tui.custom_files.remedies import remedies, set_wanted, wanted

if TYPE_CHECKING:
    from dots_tui.app.port import Dialogue
    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.canonical import Canonical

_MOST_LINES = 4
"""Maximum changed lines in a report; the diff shows all of them."""
_LONGEST = 54
"""Maximum characters of a line in a report."""


@dataclass(frozen=True)
class FileChanges:
    """Changed files, and a report for the user."""

    files: tuple[str, ...]
    report: str


def apply_changes(workspace: Workspace, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> FileChanges:
    """Apply the differences between two states of the files. A file that has changed since `before` is left alone."""
    changed = [name for name in before if after[name] != before[name]]
    report = []
    for name in changed:
        document = workspace.documents[name]
        if document.data != before[name]:
            report.append(f"{name} has changed in the meantime and was left alone.")
        else:
            document.edit(after[name], step=True)
            report.append(_report(name, diff_lines(before[name], after[name])))
    return FileChanges(tuple(changed), "\n".join(report))


def _report(name: str, lines: list[DiffLine]) -> str:
    """Return the change in a file: its lines if they are few."""
    differing = [_cut(f"{line.kind} {line.text}") for line in lines if line.kind in "+-"]
    return f"{name}: {changed_lines(lines)}." if len(differing) > _MOST_LINES else "\n".join([f"{name}:", *differing])


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def remedy_hint(finding: object) -> str:
    """Return the effect of F on `finding`, as shown in the list of findings."""
    found = remedies(finding) if isinstance(finding, Finding) else ()
    return f"F {found[0]}" if found else ""


def apply_remedy(workspace: Workspace, finding: Finding, remedy: Remedy) -> FileChanges | None:
    """Apply the mechanical fix of `finding` or the value that it asks for. Return None if that is not safe."""
    sources = workspace.sources()
    after = None
    if remedy is Remedy.FIX:
        after = fix(sources, finding)
    elif remedy is Remedy.SET:
        setting = wanted(finding)
        data = set_wanted(sources, setting) if setting is not None else None
        after = None if data is None else {**sources, finding.file: data}
    changes = apply_changes(workspace, sources, after) if after is not None else None
    return changes if changes is not None and changes.files else None


def by_hand(finding: Finding) -> str:
    """Return what the user can do about a finding without a safe fix."""
    where = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return f"{where}: {finding.message} {finding.advice or 'Look at the line yourself.'}"


async def fix_everything(dialogue: Dialogue, workspace: Workspace) -> FileChanges | None:
    """Show the changes of all safe fixes, and apply them after a confirmation."""
    sources = workspace.sources()
    after, fixed = await in_thread(lambda: fix_all(sources), name="fix-all")
    changed = [name for name in sources if after[name] != sources[name]]
    if not changed:
        dialogue.tell(FlowNote("No finding can be fixed without your decision.", "Fix all"))
        return None
    lines = [line for name in changed for line in _headed(name, diff_lines(sources[name], after[name]))]
    title = f"fix {_count(len(fixed), 'finding')} in {_count(len(changed), 'file')}"
    yes = "changes the files, unsaved; each file has one undo step"
    if not await dialogue.ask(DiffPreview(title, lines, yes)):
        return None
    return apply_changes(workspace, sources, after)


def _headed(name: str, lines: list[DiffLine]) -> list[DiffLine]:
    return [DiffLine("@", f"{name}: {changed_lines(lines)}"), *lines]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def apply_canonical(dialogue: Dialogue, workspace: Workspace, name: str, outcome: Canonical) -> FileChanges:
    """Apply a notation that all readers of the file `name` agree on; report the lines that keep theirs."""
    sources = workspace.sources()
    changes = apply_changes(workspace, sources, {**sources, name: outcome.data})
    if outcome.left:
        told = [f"{f'line {one.line}' if one.line else name}: {one.why}." for one in outcome.left]
        more = [f"And {len(told) - _MOST_LINES} more."] if len(told) > _MOST_LINES else []
        dialogue.tell(FlowNote("\n".join([*told[:_MOST_LINES], *more]), "Not changed", WARNING))
    elif not changes.files:
        dialogue.tell(FlowNote("All readers already agree on this notation.", "Canonical"))
    return changes


async def cover_evenly(dialogue: Dialogue, workspace: Workspace, key: str) -> bool:
    """Offer values for episodes, workers and distance with which the starts cover the track evenly.

    The value of `key` is kept ("": all three may change). Return True if the user chose values.
    """
    sources = workspace.sources()
    found = solver.offers(sources, key)
    if not found:
        dialogue.tell(FlowNote(solver.no_offer_because(sources), "Even coverage", WARNING))
        return False
    now = solver.coverage(sources)
    judgment = "is one whole lap" if now.even else "should be 1, so that starts cover the whole track"
    body = (
        f"Now {_values(now)}: a worker's start moves {_laps(now.laps)} per iteration. That {judgment}. "
        "A star marks a change."
    )
    options = [(str(index), _label(offer)) for index, offer in enumerate(found)]
    index = await dialogue.ask(Selection("Even coverage", options, body))
    if index is None:
        return False
    offer = found[int(index)]
    for name, data in solver.apply(workspace.sources(), offer).items():
        workspace.documents[name].edit(data, step=True)
    dialogue.tell(FlowNote(offer.text, "Even coverage"))
    return True


def _laps(number: float) -> str:
    return f"{number:.4g} lap{'' if number == 1 else 's'}"


def _label(offer: solver.Offer) -> str:
    return _values(offer.result, {key for _, key in offer.changes})


def _values(values: solver.Coverage, new: Collection[str] = ()) -> str:
    """Return the three values as text; those in `new` have a star."""
    stars = {key: "*" if key in new else "" for key in solver.LINKED}
    return (
        f"{values.episodes}{stars[solver.EPISODES]} episodes, {values.workers}{stars[solver.WORKERS]} workers, "
        f"distance {values.distance:g}{stars[solver.DISTANCE]}"
    )
