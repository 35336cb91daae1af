"""The commands of the wind tunnel in the Reward pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.ui.commands import Command

if TYPE_CHECKING:
    from dots_tui.ui.panes.reward.pane import RewardPane


def _needs_file(pane: RewardPane) -> str:
    return "" if pane.document is not None else "there is no reward function in the open folder"


def _needs_run(pane: RewardPane) -> str:
    return "" if pane.rehearsing.running else "nothing is being rehearsed"


def _needs_report(pane: RewardPane) -> str:
    return "" if pane.tunnel.report is not None else "nothing has been rehearsed yet: R does it"


def _needs_fault(pane: RewardPane) -> str:
    report = pane.tunnel.report
    if report is None:
        return _needs_report(pane)
    return "" if any(fault.line for fault in report.faults) else "the rehearsal found no fault in a line"


def _needs_params(pane: RewardPane) -> str:
    return "" if pane.tunnel.params() is not None else _needs_report(pane) or "there are none to show"


def _needs_learned(pane: RewardPane) -> str:
    there = pane.tunnel.report is not None and pane.tunnel.report.learned is not None
    return "" if there else "no lap was learned from this text yet: L does it"


TUNNEL_COMMANDS = (
    Command(
        "reward.rehearse",
        "Rehearse",
        "Drive the function round the track as it is in the editor, saved or not: what it pays everywhere, what "
        "eight drivers earn with it, and what would end a training.",
        "R,ctrl+r",
        "rehearse",
        needs=_needs_file,
    ),
    Command(
        "reward.cancel",
        "Cancel",
        "Cancel the rehearsal.",
        "x,escape",
        "cancel",
        needs=_needs_run,
    ),
    Command(
        "reward.tunnel",
        "Wind tunnel",
        "Go to the wind tunnel or back to the text. On the map, the arrow keys move the pointer.",
        "w",
        "tunnel",
        needs=_needs_file,
    ),
    Command(
        "reward.compare",
        "Compare versions",
        "Rehearse another version too, and show where the text pays more or less.",
        "a",
        "compare",
        needs=_needs_file,
    ),
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
        "reward.view",
        "View",
        "Show the map, the drivers, or both if there is room.",
        "o",
        "view",
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
    Command(
        "reward.zoom",
        "Zoom",
        "Show only the wind tunnel, or everything.",
        "z",
        "zoom",
        show=False,
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
