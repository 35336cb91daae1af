"""The Training pane's line about the trainer, and the workers in their order. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.runs.run_verdict import Verdict, over, recorded, verdict
from dots_tui.training import snapshot as words
from dots_tui.ui.panes.training.lanes import container_label
from dots_tui.ui.widgets.chart import sparkline

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot

__all__ = ["Verdict", "container_label", "log_sources", "over", "policy_line", "recorded", "verdict"]

_ENTROPIES = 12


def log_sources(run: RunSnapshot) -> list[str | None]:
    """Return the containers whose logs can be shown: None for all, the workers, evaluations, the trainer."""
    trainer = [run.trainer.container] if run.trainer is not None else []
    return [None, *(one.container for one in (*run.workers, *run.evaluations)), *trainer]


def policy_line(run: RunSnapshot, plain: bool = False) -> str:
    """Return the trainer line: its phase, the numbers of the last update, the best checkpoint."""
    parts = []
    trainer = run.trainer
    if trainer is not None:
        epoch = f" epoch {trainer.epoch}" if trainer.phase == words.UPDATING else ""
        parts.append(f"trainer {'collecting' if trainer.phase == words.DRIVING else trainer.phase}{epoch}")
    last = run.policy.last
    if last is not None:
        entropies = [i.policy.entropy for i in run.iterations if i.policy is not None]
        curve = f" {sparkline(entropies, _ENTROPIES, plain)}" if len(entropies) > 1 else ""
        parts.append(f"loss {last.loss:.3g}  KL {last.kl:.2g}  entropy {last.entropy:.3f}{curve}")
    if run.checkpoints.best:
        parts.append(f"best {run.checkpoints.best}")
    return " · ".join(parts)
