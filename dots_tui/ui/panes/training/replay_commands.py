"""The commands that play a recorded run along its own time, for the Training pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.training.recorded_watch import RecordedWatch

if TYPE_CHECKING:
    from dots_tui.ui.panes.training.pane import TrainingPane
    from dots_tui.ui.panes.training.replay_player import Player


def _needs_player(pane: TrainingPane) -> str:
    """Why nothing can be played; "" when it can."""
    watch = pane.run_watch
    if not isinstance(watch, RecordedWatch):
        return "only a recorded run can be played: dots-tui replay LOG …"
    if watch.player is None:
        return watch.trouble or "the logs are still being read"
    return "" if watch.player.timeline.known else "nothing in these logs says when it was printed"


def _command(name: str, title: str, text: str, keys: str, action: str) -> Command:
    return Command(f"training.{name}", title, text, keys, action, show=False, needs=_needs_player)


REPLAY_COMMANDS = (
    _command("play", "Play", "Play the recorded run in its own time, or pause.", "K", "play"),
    _command("faster", "Faster", "Play ten times faster, up to 1000x.", "U,greater_than_sign", "faster"),
    _command("slower", "Slower", "Play ten times slower, down to 1x.", "D,less_than_sign", "slower"),
    _command("next-iteration", "Next iteration", "Go to the start of the next iteration.", "L", "next_iteration"),
    _command(
        "previous-iteration",
        "Previous iteration",
        "Go to the start of this iteration, or of the previous one.",
        "J",
        "previous_iteration",
    ),
    _command("to-start", "To the start", "Go to the start of the recording.", "A", "to_start"),
    _command("to-end", "To the end", "Go to the end of the recording.", "Z", "to_end"),
)


class ReplayActions:
    """The actions of `REPLAY_COMMANDS`, for the Training pane."""

    @property
    def _player(self) -> Player:
        watch = cast("TrainingPane", self).run_watch
        assert isinstance(watch, RecordedWatch)
        assert watch.player is not None
        return watch.player

    def action_play(self) -> None:
        self._player.toggle()

    def action_faster(self) -> None:
        self._player.faster()

    def action_slower(self) -> None:
        self._player.faster(-1)

    def action_next_iteration(self) -> None:
        self._player.jump_iteration(1)

    def action_previous_iteration(self) -> None:
        self._player.jump_iteration(-1)

    def action_to_start(self) -> None:
        self._player.jump(self._player.timeline.begin)

    def action_to_end(self) -> None:
        self._player.jump(self._player.timeline.end)
