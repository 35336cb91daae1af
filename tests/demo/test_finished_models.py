"""The finished models of the demo: the catalog reads them, and the demo's trainer loads their checkpoints."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.models.family import tree
from dots_tui.app.models.model_catalog import ModelCatalog
from dots_tui.app.models.model_detail import read_detail
from dots_tui.demo import finished_models
from dots_tui.demo.checkpoints import load_checkpoint
from tests.bucket_models import bucket_of
from tests.cloud import aws, base, cloud, server, shared

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws

__all__ = ["aws", "base", "cloud", "server", "shared"]
NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)


def test_catalog_shows_a_sound_family(aws: Aws, base: str) -> None:
    finished_models.fill(bucket_of(aws, base))
    *_, last = ModelCatalog(aws, [aws.region]).read()
    assert not last.problems
    assert not [one for one in last.models if one.missing() or one.broken]
    rows = [f"{row.branches}{row.model.key.name}" for row in tree(last.models)]
    assert rows == ["first-laps-1", "└first-laps-3", " ├faster-1", " └first-laps-4", "obstacles-1"]
    detail = read_detail(aws, last.models[0])
    assert detail is not None
    assert set(detail.files) == {
        "run.env",
        "system.env",
        "hyperparameters.json",
        "model_metadata.json",
        "reward_function.py",
    }
    assert all(row.iteration is not None for row in detail.rows)


@pytest.mark.parametrize("which", ["best", "last"])
def test_trainer_loads_the_checkpoints(tmp_path: Path, which: str) -> None:
    model = finished_models.MODELS[0]
    for name, body in finished_models.objects_of(model, NOW):
        folder, _, file = name.rpartition("/")
        if folder == "model":
            (tmp_path / file).write_bytes(body)
    assert load_checkpoint(tmp_path, which).number == {"best": 15, "last": 17}[which]
