"""The commands of the Reward pane, by the part that owns them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.document_commands import document_commands, text_commands

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dots_tui.custom_files.documents import Document
    from dots_tui.reward.report import Report


class _WithDocument(Protocol):
    @property
    def document(self) -> Document | None:
        """The reward function."""


class _WithReport(Protocol):
    @property
    def report(self) -> Report | None:
        """The results of the rehearsal."""


class _Tunnel(_WithReport, Protocol):
    @property
    def running(self) -> bool:
        """True while a rehearsal runs."""

    def params(self) -> tuple[str, Mapping[str, Any]] | None:
        """Return a heading and the parameters to show."""


def _needs_file(part: _WithDocument) -> str:
    return "" if part.document is not None else f"the open folder has no {REWARD_FUNCTION}"


def _needs_run(tunnel: _Tunnel) -> str:
    return "" if tunnel.running else "no rehearsal is running"


def _needs_report(part: _WithReport) -> str:
    return "" if part.report is not None else "nothing has been rehearsed yet: press R"


def _needs_fault(part: _WithReport) -> str:
    if part.report is None:
        return _needs_report(part)
    return "" if any(fault.line for fault in part.report.faults) else "the rehearsal found no error in a line"


def _needs_params(tunnel: _Tunnel) -> str:
    return "" if tunnel.params() is not None else _needs_report(tunnel) or "there are no parameters to show"


def _needs_learned(part: _WithReport) -> str:
    there = part.report is not None and part.report.learned is not None
    return "" if there else "no lap was learned with this text yet: press L"


EDIT_COMMANDS = (
    Command("reward.edit", "Edit", "Edit the text.", "enter", "edit", needs=_needs_file),
    Command("reward.leave", "Leave text", "Leave the text, so that single keys are commands.", "escape", "leave"),
)
REHEARSAL_COMMANDS = (
    Command(
        "reward.rehearse",
        "Rehearse",
        "Rehearse the text in the editor, saved or not: rewards everywhere on the track, the rewards of eight "
        "drivers, and errors that would end a training.",
        "R,ctrl+r",
        "rehearse",
        needs=_needs_file,
    ),
    Command("reward.cancel", "Cancel", "Cancel the rehearsal.", "x,escape", "cancel", needs=_needs_run),
)
LAYOUT_COMMANDS = (
    Command(
        "reward.tunnel",
        "Wind tunnel",
        "Go to the wind tunnel or back to the text. On the map, the arrow keys move the pointer.",
        "w",
        "tunnel",
        needs=_needs_file,
    ),
    Command(
        "reward.zoom",
        "Zoom",
        "Show only the wind tunnel, or everything.",
        "z",
        "zoom",
        show=False,
        needs=_needs_file,
    ),
)
TUNNEL_COMMANDS = (
    Command(
        "reward.compare",
        "Compare versions",
        "Rehearse another version too, and show where the text pays more or less.",
        "a",
        "compare",
        needs=_needs_file,
    ),
    Command(
        "reward.by-itself",
        "Auto-rehearse",
        "Rehearse after each pause in typing, or only on request.",
        "t",
        "by_itself",
        show=False,
        needs=_needs_file,
    ),
    Command(
        "reward.fetch-shape",
        "Fetch shape",
        "Fetch the real shape of the track if only a made-up one is available.",
        "f",
        "fetch_shape",
        show=False,
        needs=_needs_file,
    ),
)
REPORT_COMMANDS = (
    Command("reward.fault", "Go to error", "Go to the line that failed.", "g", "fault", needs=_needs_fault),
    Command(
        "reward.params",
        "Parameters",
        "Show the parameters at the pointer on the track, or those of the failed call.",
        "p",
        "params",
        show=False,
        needs=_needs_params,
    ),
    Command(
        "reward.view",
        "View",
        "Show the map, the drivers, or both if there is room.",
        "o",
        "view",
        show=False,
        needs=_needs_report,
    ),
)
PICTURE_COMMANDS = (
    Command(
        "reward.heading",
        "Heading",
        "Change the heading of the cars on the map: along the track, sideways, against it.",
        "h",
        "heading",
        show=False,
        needs=_needs_report,
    ),
    Command(
        "reward.speed",
        "Speed",
        "Change the speed of the cars on the map: slowest, middle, fastest action.",
        "c",
        "speed",
        show=False,
        needs=_needs_report,
    ),
    Command(
        "reward.learned-way",
        "Show learned line",
        "Show or hide the learned lap (L) on the map.",
        "y",
        "learned_way",
        show=False,
        needs=_needs_learned,
    ),
)
DOCUMENT_COMMANDS = document_commands("reward", _needs_file)
TEXT_COMMANDS = (
    Command(
        "reward.find",
        "Find",
        "Find and replace in the text. Tab: replacement; enter: next match; up: previous match.",
        "slash,ctrl+f",
        "find",
        needs=_needs_file,
    ),
    *text_commands("reward", _needs_file),
)
DRAFT_COMMANDS = (
    Command(
        "reward.learn",
        "Simulate learning",
        "Train a small controller for some seconds and show the lap it learned. A sketch, not a prediction.",
        "L",
        "learn",
        show=False,
        needs=_needs_file,
    ),
    Command(
        "reward.against",
        "Compare with log",
        "Reward the steps of a recorded log or of the watched run: does the reward rank laps as lap time does?",
        "l",
        "against",
        show=False,
        needs=_needs_file,
    ),
    Command(
        "reward.template",
        "Template",
        "Start from a template. Undo restores the present text.",
        "m",
        "template",
        show=False,
        needs=_needs_file,
    ),
)
PROBLEM_COMMANDS = (
    Command(
        "reward.next-problem", "Next problem", "Go to the next finding.", "e,f8", "next_problem", needs=_needs_file
    ),
    Command(
        "reward.previous-problem",
        "Previous problem",
        "Go to the previous finding.",
        "E,shift+f8",
        "previous_problem",
        show=False,
        needs=_needs_file,
    ),
)
REWARD_COMMANDS = (
    *EDIT_COMMANDS,
    *REHEARSAL_COMMANDS,
    *LAYOUT_COMMANDS,
    *TUNNEL_COMMANDS,
    *REPORT_COMMANDS,
    *PICTURE_COMMANDS,
    *DOCUMENT_COMMANDS,
    *TEXT_COMMANDS,
    *PROBLEM_COMMANDS,
    *DRAFT_COMMANDS,
)
"""All commands, in the order of the footer."""
