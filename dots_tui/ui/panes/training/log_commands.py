"""What can be done with the log of the Training pane: its commands, and what the pane does when one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.training.commands import needs_run

if TYPE_CHECKING:
    from dots_tui.ui.panes.training.log import TrainingLog


def _log(name: str, title: str, text: str, key: str, action: str, *, show: bool = False) -> Command:
    return Command(f"training.{name}", title, text, key, action, show=show, needs=needs_run)


LOG_COMMANDS: tuple[Command, ...] = (
    _log("follow", "Follow", "Show the newest lines of the log, or pause.", "f", "follow", show=True),
    _log("search", "Find", "Search the log for text or a regular expression.", "slash", "search", show=True),
    _log("next-match", "Next match", "Go to the next match in the direction of the search.", "n", "next_match"),
    _log("previous-match", "Previous match", "Go to the next match in the other direction.", "N", "previous_match"),
    _log("next-error", "Next error", "Go to the next error in the log; harmless noise is skipped.", "e", "next_error"),
    _log("previous-error", "Previous error", "Go to the previous error in the log.", "E", "previous_error"),
    _log(
        "filter",
        "Filter",
        "Show only matching log lines; a leading ! shows the others.",
        "F",
        "filter",
        show=True,
    ),
    _log(
        "inverse",
        "Inverse filter",
        "Invert the filter: show the lines that do not match.",
        "I",
        "inverse",
    ),
    _log("level", "Level", "Cycle: all log lines, records, warnings and errors, errors.", "l", "level"),
    _log("noise", "Noise", "Hide harmless lines that look like errors, or show them muted.", "h", "noise"),
    _log("worker", "Worker", "Cycle through the logs: all containers, then each one.", "w", "worker", show=True),
    _log("raw", "Raw lines", "Show log records as printed, or in readable form.", "x", "raw"),
    _log("wrap", "Wrap", "Wrap long log lines, or cut them.", "W", "wrap"),
    _log("times", "Times", "Cycle the times of log lines: local, age, none.", "T", "times"),
    _log("bookmark", "Bookmark", "Set or remove a bookmark at the current log line.", "m", "bookmark"),
    _log("next-bookmark", "Next bookmark", "Go to the next bookmark.", "b", "next_bookmark"),
    _log("previous-bookmark", "Previous bookmark", "Go to the previous bookmark.", "B", "previous_bookmark"),
    _log("copy", "Copy", "Copy the selected lines, or those on the screen.", "y", "copy"),
    _log("save", "Save log", "Save the log to a file: all lines, or those shown.", "s", "save_log"),
)


class LogActions:
    """The actions of `LOG_COMMANDS`, for the pane that has a `TrainingLog`."""

    @property
    def training_log(self) -> TrainingLog:
        """The log."""
        raise NotImplementedError

    def action_follow(self) -> None:
        self.training_log.log_view.action_follow()

    def action_search(self) -> None:
        self.training_log.search()

    def action_next_match(self) -> None:
        self.training_log.log_view.action_repeat(1)

    def action_previous_match(self) -> None:
        self.training_log.log_view.action_repeat(-1)

    def action_next_error(self) -> None:
        self.training_log.log_view.action_error(1)

    def action_previous_error(self) -> None:
        self.training_log.log_view.action_error(-1)

    def action_filter(self) -> None:
        self.training_log.filter()

    def action_inverse(self) -> None:
        self.training_log.toggle_inverse()

    def action_level(self) -> None:
        self.training_log.next_level()

    def action_noise(self) -> None:
        self.training_log.toggle_noise()

    def action_raw(self) -> None:
        self.training_log.toggle_raw()

    def action_wrap(self) -> None:
        lines = self.training_log.log_view.lines
        lines.wrap = not lines.wrap

    def action_times(self) -> None:
        self.training_log.next_times()

    def action_bookmark(self) -> None:
        self.training_log.log_view.action_bookmark()

    def action_next_bookmark(self) -> None:
        self.training_log.log_view.action_go_to_bookmark(1)

    def action_previous_bookmark(self) -> None:
        self.training_log.log_view.action_go_to_bookmark(-1)

    def action_copy(self) -> None:
        self.training_log.log_view.action_copy()

    def action_save_log(self) -> None:
        self.training_log.save()
