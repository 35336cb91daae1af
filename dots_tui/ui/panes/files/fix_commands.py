"""The commands of the Files pane that fix files."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.custom_files.folder import is_env_file
from dots_tui.ui.commands import Command

if TYPE_CHECKING:
    from dots_tui.ui.panes.files.pane import FilesPane


def _needs_files(pane: FilesPane) -> str:
    return "" if pane.workspace.documents else "no files are open"


def _needs_lines(pane: FilesPane) -> str:
    return "" if pane.document is not None and is_env_file(pane.name_shown) else "only env files have several readers"


FIX_COMMANDS = (
    Command(
        "files.fix",
        "Fix",
        "Fix the selected finding, or open the editor that fixes it.",
        "F,f4",
        "fix",
        needs=_needs_files,
    ),
    Command(
        "files.fix-all",
        "Fix all",
        "Fix everything that has a safe fix; shows the changes first.",
        "P",
        "fix_all",
        show=False,
        needs=_needs_files,
    ),
    Command(
        "files.canonical-line",
        "Canonical line",
        "Rewrite the current line so that all readers agree on it. Its value in bash stays the same.",
        "L,f9",
        "canonical_line",
        show=False,
        needs=_needs_lines,
    ),
    Command(
        "files.canonical-file",
        "Canonical file",
        "Rewrite every line so that all readers agree on it. The values in bash stay the same.",
        "C",
        "canonical_file",
        show=False,
        needs=_needs_lines,
    ),
)


class FixCommands:
    """The actions of the fix commands on the files of their pane."""

    def action_fix(self) -> None:
        from dots_tui.ui.panes.files.fixing import fix_here

        fix_here(cast("FilesPane", self))

    def action_fix_all(self) -> None:
        from dots_tui.ui.panes.files.fixing import fix_everything

        fix_everything(cast("FilesPane", self))

    def action_canonical_line(self) -> None:
        from dots_tui.ui.panes.files.fixing import canonical_line

        canonical_line(cast("FilesPane", self))

    def action_canonical_file(self) -> None:
        from dots_tui.ui.panes.files.fixing import canonical_whole

        canonical_whole(cast("FilesPane", self))
