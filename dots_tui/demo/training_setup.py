"""The parts of one training of the embedded cloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.demo.checkpoints import CheckpointStore
    from dots_tui.demo.mishaps import Mishap
    from dots_tui.demo.paced_output import PacedOutput
    from dots_tui.demo.run_config import RunConfig
    from dots_tui.demo.scheduler import Scheduler
    from dots_tui.tracks.geometry import Track

HURRY = 30.0
"""The rate of the instance's clock while a container hangs: that shows after ten minutes, too long for a demo."""


@dataclass
class TrainingSetup:
    """The parts of a training that its workers and its trainer share."""

    config: RunConfig
    track: Track
    scheduler: Scheduler
    output: PacedOutput
    store: CheckpointStore
    reward_file: Path
    seed: str
    workers: int
    """That take part: not more than there are episodes."""
    metrics_folder: Path | None = None
    """Where the workers write their metrics; None: nowhere."""
    mishap: Mishap | None = None
    """What goes wrong in the second iteration."""
    hangs: bool = False
    """Whether a worker stands still for good."""

    def hang(self) -> None:
        """A container stands still for good: let the instance's clock run ahead to when that shows."""
        self.hangs = True
        self.output.clock_rate(HURRY)

    def share(self, index: int) -> int:
        """Episodes of a worker in an iteration."""
        return self.config.episodes // self.workers + (index < self.config.episodes % self.workers)
