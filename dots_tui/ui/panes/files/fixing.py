"""Fixes for the files: of one finding, of all findings, or of the notation of a line or a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dots_tui.app.milestones import Milestone
from dots_tui.custom_files.canonical import Canonical, canonical_file, canonical_lines
from dots_tui.custom_files.diff import DiffLine, changed_lines, diff_lines
from dots_tui.custom_files.env_file import EnvLine
from dots_tui.custom_files.findings import Finding, Remedy
from dots_tui.custom_files.fixes import fix, fix_all
from dots_tui.custom_files.folder import FolderProblem, house_order, is_env_file, parse_env
from dots_tui.custom_files.remedies import remedies, set_wanted, wanted
from dots_tui.ui.background import in_background
from dots_tui.ui.panes.files.form import row_for
from dots_tui.ui.widgets.findings import FindingsList

if TYPE_CHECKING:
    from dots_tui.ui.panes.files.pane import FilesPane

_MOST_LINES = 4
"""Maximum changed lines shown in the notification; the diff shows all of them."""
_LONGEST = 54
"""Maximum cells of a line in the notification."""
_HINTS = {remedy: f"F {remedy}" for remedy in Remedy}


def hint(finding: object) -> str:
    """Return the effect of F on `finding`, as shown in the list."""
    words = remedies(finding) if isinstance(finding, Finding) else ()
    return _HINTS[words[0]] if words else ""


# -- one finding -------------------------------------------------------------------------------------


def fix_here(pane: FilesPane) -> None:
    """Apply the best fix for the finding under the cursor."""
    pane.view.take_typed()
    here = _findings_here(pane)
    if not here:
        pane.notify("Nothing is known to be wrong here. e goes to the next finding.", title="Fix")
        return
    finding = next((one for one in here if remedies(one)), here[0])
    if not any(_REMEDIES[word](pane, finding) for word in remedies(finding)):
        pane.notify(_by_hand(finding), title="No safe way to fix this", severity="warning", timeout=10, markup=False)


def _by_hand(finding: Finding) -> str:
    where = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return f"{where}: {finding.message} {finding.advice or 'Look at the line yourself.'}"


def _findings_here(pane: FilesPane) -> list[Finding]:
    """Return the findings at the cursor; the highlighted one in the list first."""
    listing = pane.query_one(FindingsList)
    chosen = listing.here
    if listing.has_focus:
        return [chosen] if isinstance(chosen, Finding) else []
    name = pane.name_shown
    own = [finding for finding in pane.findings if finding.file == name]
    if pane.view.shows_text:
        line = pane.view.editor.cursor_location[0] + 1
        own = [finding for finding in own if finding.line == line]
    else:
        own = [finding for finding in own if finding.key and row_for(name, finding.key) == pane.view.form.key]
    return sorted(own, key=lambda finding: finding != chosen)


def _fix(pane: FilesPane, finding: Finding) -> bool:
    sources = pane.workspace.sources()
    after = fix(sources, finding)
    return after is not None and apply(pane, sources, after)


def _set(pane: FilesPane, finding: Finding) -> bool:
    sources, setting = pane.workspace.sources(), wanted(finding)
    data = set_wanted(sources, setting) if setting is not None else None
    return data is not None and apply(pane, sources, {**sources, finding.file: data})


def _solve(pane: FilesPane, _: Finding) -> bool:
    from dots_tui.ui.panes.files.tools import solve

    solve(pane, "", pane.refresh_all)
    return True


def _choose(pane: FilesPane, finding: Finding) -> bool:
    _show(pane, finding.file)
    pane.action_track()
    return True


def _create(pane: FilesPane, finding: Finding) -> bool:
    from dots_tui.custom_files.defaults import default_files
    from dots_tui.ui.widgets.dialogs import Confirm

    if is_env_file(finding.file) and finding.code == "worker-file-missing":
        pane.action_create_workers()
        return True
    files, data = pane.workspace.files, default_files().get(finding.file)
    if files is None or data is None:
        return False

    def answered(yes: bool | None) -> None:
        if not yes:
            return
        try:
            if not files.path(finding.file).exists() and not files.path(finding.file).is_symlink():
                files.write(finding.file, data)
        except FolderProblem as problem:
            pane.notify(str(problem), title="Not created", severity="error", timeout=10, markup=False)
        _load_new(pane)
        _show(pane, finding.file)
        pane.refresh_all()

    body = f"{finding.file} in {files.root}, as a new racer gets it. A file that is there stays as it is."
    pane.app.push_screen(Confirm(f"Create the default {finding.file}?", body, yes="Create"), answered)
    return True


_REMEDIES = {
    Remedy.FIX: _fix,
    Remedy.SET: _set,
    Remedy.SOLVE: _solve,
    Remedy.CHOOSE: _choose,
    Remedy.CREATE: _create,
}
"""The action for each remedy; it returns False if there is no safe fix."""


# -- everything --------------------------------------------------------------------------------------


def fix_everything(pane: FilesPane) -> None:
    """Show the changes of fixing everything, and apply them after confirmation."""
    from dots_tui.ui.panes.diff_screen import DiffScreen

    pane.view.take_typed()
    sources = pane.workspace.sources()

    def worked_out(outcome: tuple[Mapping[str, bytes], Sequence[Finding]]) -> None:
        after, fixed = outcome
        changed = [name for name in sources if after[name] != sources[name]]
        if not changed:
            pane.notify("There is nothing that can be fixed without asking you.", title="Fix all")
            return
        lines = [line for name in changed for line in _headed(name, diff_lines(sources[name], after[name]))]
        title = f"fix {_count(len(fixed), 'finding')} in {_count(len(changed), 'file')}"

        def answered(yes: bool | None) -> None:
            if yes:
                apply(pane, sources, after)

        does = "changes the files, unsaved; undo takes it back file by file"
        pane.app.push_screen(DiffScreen(title, lines, yes=does), answered)

    in_background(pane, lambda _: fix_all(sources), worked_out, name="fix-all")


def _headed(name: str, lines: list[DiffLine]) -> list[DiffLine]:
    return [DiffLine("@", f"{name}: {changed_lines(lines)}"), *lines]


# -- the way it is written ---------------------------------------------------------------------------


def canonical_line(pane: FilesPane) -> None:
    """Rewrite the current line (in the form, all lines of its key) in a notation that all readers agree on."""
    name, data = pane.name_shown, _data(pane)
    if pane.view.shows_text:
        numbers = {pane.view.editor.cursor_location[0] + 1}
    else:
        key = pane.view.form.key
        numbers = {line.number for line in parse_env(name, data).lines if _about(line, key)}
    _take(pane, "Canonical line", canonical_lines(pane.workspace.sources(), name, numbers))


def _about(line: EnvLine, key: str) -> bool:
    """Return True if `line` sets `key`, or is a comment in which awk finds it."""
    if line.kind == "comment":
        return f"{key}=" in line.text
    return line.entry is not None and line.entry.key == key


def canonical_whole(pane: FilesPane) -> None:
    """Rewrite the displayed file in a notation that all readers agree on."""
    _data(pane)
    _take(pane, "Canonical file", canonical_file(pane.workspace.sources(), pane.name_shown))


def _data(pane: FilesPane) -> bytes:
    pane.view.take_typed()
    return pane.workspace.documents[pane.name_shown].data


def _take(pane: FilesPane, title: str, outcome: Canonical) -> None:
    sources = pane.workspace.sources()
    changed = apply(pane, sources, {**sources, pane.name_shown: outcome.data}, title)
    if outcome.left:
        told = [f"{f'line {one.line}' if one.line else pane.name_shown}: {one.why}." for one in outcome.left]
        more = [f"And {len(told) - _MOST_LINES} more."] if len(told) > _MOST_LINES else []
        words = "\n".join([*told[:_MOST_LINES], *more])
        pane.notify(words, title="Left as it is", severity="warning", timeout=10, markup=False)
    elif not changed:
        pane.notify("It is written as all readers agree on already.", title=title)


# -- common ------------------------------------------------------------------------------------------


def apply(pane: FilesPane, before: Mapping[str, bytes], after: Mapping[str, bytes], title: str = "Fixed") -> bool:
    """Apply the differences with one undo step per file, and report them. Return False if nothing differs.

    `before` is the base of `after`: a file that has changed since is left alone.
    """
    documents = pane.workspace.documents
    changed = [name for name in before if after[name] != before[name]]
    told = []
    for name in changed:
        if documents[name].data != before[name]:
            told.append(f"{name} has changed meanwhile and stays as it is.")
            continue
        documents[name].edit(after[name], step=True)
        told.append(_told(name, diff_lines(before[name], after[name])))
    if not changed:
        return False
    pane.workspace.milestones.add(Milestone.EDITED)
    _show(pane, pane.name_shown if pane.name_shown in changed else changed[0])
    pane.refresh_all()
    pane.notify("\n".join(told), title=title, markup=False)
    return True


def _told(name: str, lines: list[DiffLine]) -> str:
    """Return the change in a file: its lines if they are few."""
    differing = [_cut(f"{line.kind} {line.text}") for line in lines if line.kind in "+-"]
    if len(differing) > _MOST_LINES:
        return f"{name}: {changed_lines(lines)}."
    return "\n".join([f"{name}:", *differing])


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _show(pane: FilesPane, name: str) -> None:
    """Show the file that undo would affect; keep the focus."""
    if name != pane.name_shown and name in pane.workspace.documents:
        pane.show_file(name)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _load_new(pane: FilesPane) -> None:
    """Load new files of the folder, and sort all of them."""
    workspace = pane.workspace
    workspace.reload_names()
    workspace.documents = {name: workspace.documents[name] for name in sorted(workspace.documents, key=house_order)}
