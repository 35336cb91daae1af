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
        "Give up",
        "End the rehearsal that runs.",
        "x,escape",
        "cancel",
        needs=_needs_run,
    ),
    Command(
        "reward.tunnel",
        "Wind tunnel",
        "To the wind tunnel, and back to the text. There the arrows move the pointer on the track.",
        "w",
        "tunnel",
        needs=_needs_file,
    ),
    Command(
        "reward.compare",
        "A against B",
        "Try the version on the disk or an earlier one as well, and show what pays more and what less than there.",
        "a",
        "compare",
        needs=_needs_file,
    ),
    Command("reward.fault", "Go to fault", "To the line where the rehearsal failed.", "g", "fault", needs=_needs_fault),
    Command(
        "reward.params",
        "Parameters",
        "All that the function is given at the pointer on the track, or was given when it failed.",
        "p",
        "params",
        show=False,
        needs=_needs_params,
    ),
    Command(
        "reward.heading",
        "Heading",
        "Show what cars are paid that point elsewhere: along the track, aside, against it.",
        "h",
        "heading",
        show=False,
        needs=_needs_report,
    ),
    Command(
        "reward.speed",
        "Speed",
        "Show what slower or faster cars are paid: the slowest action, a middle one, the fastest.",
        "c",
        "speed",
        show=False,
        needs=_needs_report,
    ),
    Command(
        "reward.view",
        "View",
        "Picture, drivers, or both where there is room.",
        "o",
        "view",
        show=False,
        needs=_needs_report,
    ),
    Command(
        "reward.learned-way",
        "Learned way",
        "Draw the lap that was learned (L) on the map, or do not.",
        "y",
        "learned_way",
        show=False,
        needs=_needs_learned,
    ),
    Command("reward.zoom", "Zoom", "The wind tunnel alone, and back.", "z", "zoom", show=False, needs=_needs_file),
    Command(
        "reward.by-itself",
        "Rehearse by itself",
        "Rehearse each time typing pauses, as long as Python reads the file; once more ends that.",
        "t",
        "by_itself",
        show=False,
        needs=_needs_file,
    ),
    Command(
        "reward.fetch-shape",
        "Fetch shape",
        "Fetch the shape of the track, where only a made-up one of its size is at hand.",
        "f",
        "fetch_shape",
        show=False,
        needs=_needs_file,
    ),
)
