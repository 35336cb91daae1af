"""A small log writer, so that a test reads like the story of a run."""

from __future__ import annotations

import pytest

from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState


class Story:
    """Writes lines of containers into a run, one second a line."""

    def __init__(self) -> None:
        self.run = RunState()
        self.now = 1000.0
        self._parsers: dict[str, Parser] = {}
        self._tstamp = 10.0

    def line(self, container: str, *lines: str) -> None:
        """Print lines in a container."""
        parser = self._parsers.setdefault(container, Parser())
        for text in lines:
            self.now += 1.0
            for record in parser.feed(text.encode() + b"\n"):
                self.run.apply(container, record, self.now)

    def episode(
        self,
        container: str,
        number: int,
        progress: list[float],
        *,
        status: str = "off_track",
        reward: float = 1.0,
        first_step: int = 1,
        steps: int = 0,
        done: bool = True,
    ) -> None:
        """Rows of one training episode (*number* from 0), a tenth of a second each, and its Training> line."""
        total = 0.0
        for index, percent in enumerate(progress):
            last = done and index == len(progress) - 1
            state = "prepare" if index + first_step == 1 else status if last else "in_progress"
            worth = 0.0 if state == "prepare" else reward
            total += worth
            self._tstamp += 0.1
            self.line(
                container,
                f"SIM_TRACE_LOG:{number},{index + first_step},1.5,-2.5,90.0,-30.0,1.00,0,{worth:.4f},{last},True,"
                f"{percent:.4f},7,16.60,{self._tstamp:.3f},{state},0.00,0,{self.now:.4f}",
            )
        if done:
            self.training(container, number + 1, total + (first_step - 1) * reward, steps)

    def training(self, container: str, episode: int, reward: float, steps: int = 0, iteration: int = 0) -> None:
        """The line that ends a training episode."""
        self.line(
            container,
            f"Training> Name=main_level/agent, Worker=0, Episode={episode}, Total reward={round(reward, 2)}, "
            f"Steps={steps}, Training iteration={iteration}",
        )

    def restore(self, container: str, number: int, steps: int = 0) -> None:
        """A worker loads a checkpoint."""
        self.line(container, f"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{number}_Step-{steps}.ckpt")

    def evaluation(self, container: str, reward: float) -> None:
        """One evaluation episode inside the training."""
        self.line(
            container,
            "## agent: Starting evaluation phase",
            f"Testing> Name=main_level/agent, Worker=0, Episode=1, Total reward={reward}, Steps=5, "
            "Training iteration=0",
            f"## agent: Finished evaluation phase. Success rate = 0.0, Avg Total Reward = {reward}",
        )

    def selection(self, container: str, mean: float | None) -> None:
        """Worker 0 compares the checkpoint before with the best."""
        self.line(container, f"[BestModelSelection] Evaluation episode progress mean: {mean}")

    def epoch(self, container: str, epoch: int, entropy: float = 2.0) -> None:
        """One epoch of a policy update."""
        self.line(
            container,
            f"Policy training> Surrogate loss=-0.01, KL divergence=0.002, Entropy={entropy}, training epoch={epoch}, "
            "learning_rate=0.0003",
        )

    def save(self, container: str, number: int, steps: int = 0) -> None:
        """The trainer finishes an update."""
        self.line(container, f"Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/{number}_Step-{steps}.ckpt']")


@pytest.fixture
def story() -> Story:
    """An empty run."""
    return Story()
