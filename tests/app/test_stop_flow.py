"""Stopping a training, as a flow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dots_tui.app.port import run_blocking
from dots_tui.app.runs.record_store import RecordStore
from dots_tui.app.stop_flow import stop
from dots_tui.aws import training_stack
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import get_stack
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws
from dots_tui.training.run_record import RunRecord
from tests.app.answers import AnsweringPort


@pytest.fixture
def training(aws: Aws, base: str, files: CustomFiles) -> str:
    """A running training without a checkpoint."""
    list(
        training_stack.launch(aws, training_stack.plan(aws, files, LaunchChoices("base", "run-1")), files, poll_s=0.01)
    )
    return "run-1"


def test_what_cannot_be_proved_is_said_before_anything_is_asked_of_the_instance(
    cloud: LoopbackAws, aws: Aws, training: str, tmp_path: Path
) -> None:
    record = RunRecord("run-1")
    record.loaded(7, 700, None)
    RecordStore(tmp_path).keep(get_stack(aws, training).id, record)
    cloud.calls.clear()
    port = AnsweringPort([False])
    assert run_blocking(stop(port, lambda: aws, training, tmp_path)) is False
    assert port.asked[0].title == "Stop run-1 without proof?"
    assert "checkpoint 7" in port.asked[0].body
    assert ("ssm", "SendCommand") not in cloud.calls


def test_a_stop_ends_with_its_proof(cloud: LoopbackAws, aws: Aws, training: str, tmp_path: Path) -> None:
    def instance(_request: dict[str, Any]) -> None:
        aws.client("cloudformation").delete_stack(StackName="run-1")

    cloud.hooks["ssm", "SendCommand"] = instance
    port = AnsweringPort([True])
    assert run_blocking(stop(port, lambda: aws, training, tmp_path, poll_s=0.01)) is True
    assert port.asked[0].title == "Stop run-1?"
    assert "none to save" in port.told[-1].text
    assert port.events[-1].status == "DELETE_COMPLETE"


def test_the_live_log_and_the_kept_record_both_count(aws: Aws, training: str, tmp_path: Path) -> None:
    stack = get_stack(aws, training)
    kept, live = RunRecord("run-1"), RunRecord("run-1")
    kept.loaded(7, 700, None)
    live.loaded(9, 900, None)
    RecordStore(tmp_path).keep(stack.id, kept)

    def asked_with(record: RunRecord | None) -> str:
        port = AnsweringPort([False])
        run_blocking(stop(port, lambda: aws, training, tmp_path, live=lambda key: record if key == stack.id else None))
        return str(port.asked[0].body)

    assert "checkpoint 9" in asked_with(live)
    assert "checkpoint 7" in asked_with(RunRecord("run-1"))
    assert "checkpoint 7" in asked_with(None)
