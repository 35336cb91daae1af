"""Rehearsals of the pane without the policies, which take half of their time."""

from __future__ import annotations

import pytest

from dots_tui.reward.child_process import Limits
from dots_tui.ui.panes.reward.rehearsal_job import RehearsalJob


@pytest.fixture(autouse=True)
def no_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RehearsalJob, "limits", Limits(policies=0))
