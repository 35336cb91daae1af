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
"""Speed of the instance's clock while a container hangs: the diagnosis needs ten minutes, too long for a demo."""


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
    """Number of workers that take part, at most the number of episodes."""
    metrics_folder: Path | None = None
    """Folder for the workers' metrics; None writes none."""
    mishap: Mishap | None = None
    """The mishap in the second iteration."""
    hangs: bool = False
    """True if a worker hangs forever."""

    def hang(self) -> None:
        """Record that a container hangs, and speed up the instance's clock until the diagnosis appears."""
        self.hangs = True
        self.output.clock_rate(HURRY)

    def share(self, index: int) -> int:
        """Return the number of episodes of a worker in an iteration."""
        return self.config.episodes // self.workers + (index < self.config.episodes % self.workers)
