"""The commands that play a recorded run along its own time, for the Training pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.app.runs.live_run import NOT_PLAYED
from dots_tui.ui.commands import Command

if TYPE_CHECKING:
    from dots_tui.app.runs.player import Player
    from dots_tui.ui.panes.training.pane import TrainingPane


def _needs_player(pane: TrainingPane) -> str:
    """Why nothing can be played; "" when it can."""
    return pane.run.limits.replay if pane.run is not None else NOT_PLAYED


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
        run = cast("TrainingPane", self).run
        assert run is not None
        assert run.player is not None
        return run.player

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
