"""The catalog of models, over HTTP: what is found, with how many requests, and what is said of the damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.models.bucket_model import BucketModel
from dots_tui.app.models.model_catalog import CatalogSnapshot, ModelCatalog
from dots_tui.app.models.model_search import ModelSearch
from dots_tui.demo.aws import Fault
from tests import bucket_models

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.demo.aws import LoopbackAws


@pytest.fixture
def bucket(aws: Aws, base: str) -> str:
    return bucket_models.bucket_of(aws, base)


def last_of(aws: Aws) -> CatalogSnapshot:
    *_, last = ModelCatalog(aws, [aws.region]).read()
    return last


def by_prefix(aws: Aws) -> dict[str, BucketModel]:
    return {one.key.prefix: one for one in last_of(aws).models}


def test_finds_models_in_any_folder(aws: Aws, bucket: str) -> None:
    for prefix in ("run-1", "training/track/run-2", "a/b/c/d/run-3", "training/run-4", "upload/run-5"):
        bucket_models.put(bucket, bucket_models.model(prefix))
    bucket_models.put(bucket, {"custom_files/run.env": b"A=1\n", "dots-tui/1/x.sh": b"", "logs/model/readme": b""})
    found = by_prefix(aws)
    assert set(found) == {"run-1", "training/track/run-2", "a/b/c/d/run-3", "training/run-4", "upload/run-5"}


def test_finds_model_inside_model(aws: Aws, bucket: str) -> None:
    bucket_models.put(bucket, bucket_models.model("training/run-1"))
    bucket_models.put(bucket, bucket_models.model("training/run-1/inner", checkpoints=(7,)))
    found = by_prefix(aws)
    assert set(found) == {"training/run-1", "training/run-1/inner"}
    outer = found["training/run-1"].facts
    assert outer is not None
    assert [one.number for one in outer.checkpoints] == [1, 2]


def test_names_that_are_prefixes_of_each_other_stay_apart(aws: Aws, bucket: str) -> None:
    for prefix, checkpoints in (("t/run-1", (1,)), ("t/run-10", (2, 3)), ("t/run-1-E", (4,))):
        bucket_models.put(bucket, bucket_models.model(prefix, checkpoints=checkpoints))
    found = by_prefix(aws)
    numbers = {
        prefix: [one.number for one in model.facts.checkpoints] for prefix, model in found.items() if model.facts
    }
    assert numbers == {"t/run-1": [1], "t/run-10": [2, 3], "t/run-1-E": [4]}


def test_facts_of_a_model(aws: Aws, bucket: str) -> None:
    objects = bucket_models.model("t/run-2", checkpoints=(3, 4, 5), best=4, parent="t/run-1", lap_s=9.75)
    bucket_models.put(bucket, objects)
    model = by_prefix(aws)["t/run-2"]
    facts = model.facts
    assert facts is not None
    assert model.best is not None
    assert (model.best.name, model.best.metric) == ("4_Step-1600.ckpt", 61.5)
    assert (facts.track, facts.race_type, facts.metric) == ("reInvent2019_track", "TIME_TRIAL", "progress")
    assert (facts.iterations, facts.best_lap_s) == (3, 9.75)
    assert facts.size == sum(len(data) for data in objects.values())
    assert facts.objects == len(objects)
    assert facts.parent is not None
    assert (facts.parent.prefix, facts.parent.checkpoint) == ("t/run-1", "last")
    assert model.missing() == []
    assert not facts.damaged


def test_listed_checkpoint_that_does_not_exist(aws: Aws, bucket: str) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2), best=9, last=2))
    model = by_prefix(aws)["t/run-1"]
    assert [one.name for one in model.missing()] == ["9_Step-3600.ckpt"]
    assert model.checkpoint("best") is None
    last = model.checkpoint("last")
    assert last is not None
    assert last.number == 2


def test_half_written_checkpoint_is_not_the_last(aws: Aws, bucket: str) -> None:
    objects = bucket_models.model("t/run-1", checkpoints=(1, 2, 3), last=2)
    del objects["t/run-1/model/3_Step-1200.ckpt.index"]
    bucket_models.put(bucket, objects)
    model = by_prefix(aws)["t/run-1"]
    last, half = model.checkpoint("last"), model.checkpoint("3")
    assert last is not None
    assert last.number == 2
    assert half is not None
    assert not half.complete
    assert half.lacking == ("index",)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"best_checkpoint": 5}', b"[" * 5000])
def test_corrupt_list_of_checkpoints(aws: Aws, bucket: str, content: bytes) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", extra={bucket_models.INDEX: content}))
    model = by_prefix(aws)["t/run-1"]
    assert model.best is None
    last = model.checkpoint("last")
    assert last is not None
    assert last.number == 2


def test_corrupt_metrics_are_named(aws: Aws, bucket: str) -> None:
    extra = {
        "metrics/TrainingMetrics.json": b'{"metrics": [',
        "metrics/TrainingMetrics_1.json": bucket_models.metrics(2),
    }
    bucket_models.put(bucket, bucket_models.model("t/run-1", extra=extra))
    facts = by_prefix(aws)["t/run-1"].facts
    assert facts is not None
    assert facts.damaged == ("metrics/TrainingMetrics.json",)


def test_bucket_without_permission_is_a_problem_of_the_catalog(cloud: LoopbackAws, aws: Aws, bucket: str) -> None:
    cloud.faults.append(Fault("s3", "*", "AccessDenied", "Access Denied", 403, times=9))
    snapshot = last_of(aws)
    assert snapshot.models == ()
    [problem] = snapshot.problems
    assert bucket in problem


def test_spot_segments_are_one_run(aws: Aws, bucket: str) -> None:
    phases = json.dumps({"version": 1, "stack": "s", "next": "t/run-2", "phases": []}).encode()
    bucket_models.put(bucket, bucket_models.model("t/run-1", extra={"dots-tui/phases.json": phases}))
    bucket_models.put(bucket, bucket_models.model("t/run-2", parent="t/run-1"))
    bucket_models.put(bucket, bucket_models.model("t/run-3", parent="t/run-2"))
    found = by_prefix(aws)
    parents = {prefix: model.facts.parent for prefix, model in found.items() if model.facts and model.facts.parent}
    assert {prefix: parent.segment for prefix, parent in parents.items()} == {"t/run-2": True, "t/run-3": False}


def test_parent_from_custom_files_only_while_they_are_of_this_model(aws: Aws, bucket: str) -> None:
    for prefix in ("t/run-2", "t/run-3"):
        objects = bucket_models.model(prefix)
        del objects[f"{prefix}/dots-tui/files/run.env"]
        bucket_models.put(bucket, objects)
    bucket_models.put(bucket, {"files/run.env": bucket_models.run_env("t/run-3", "t/run-2", "best")})
    found = by_prefix(aws)
    second, third = found["t/run-2"].facts, found["t/run-3"].facts
    assert second is not None
    assert third is not None
    assert second.parent is None
    assert third.parent is not None
    assert (third.parent.prefix, third.parent.checkpoint) == ("t/run-2", "best")


def test_first_screen_of_500_models_needs_few_requests(cloud: LoopbackAws, aws: Aws, bucket: str) -> None:
    for objects in bucket_models.many(500):
        bucket_models.put(bucket, objects)
    del cloud.calls[:]
    found = 0
    for snapshot in ModelCatalog(aws, [aws.region]).read():
        found = len(snapshot.models)
        if found >= 40:
            break
    assert found >= 40
    print(len(cloud.calls), set(cloud.calls))
    assert len(cloud.calls) < 60


def test_prefix_of_ten_thousand_objects(aws: Aws, bucket: str) -> None:
    [objects] = bucket_models.many(1, objects=10_000)
    bucket_models.put(bucket, objects)
    [model] = last_of(aws).models
    assert model.facts is not None
    assert model.facts.objects == len(objects)


def test_wanted_models_are_read_first(aws: Aws, bucket: str) -> None:
    for number in range(1, 31):
        bucket_models.put(bucket, bucket_models.model(f"t/run-{number}"))
    catalog = ModelCatalog(aws, [aws.region])
    for snapshot in catalog.read():
        if not snapshot.searching and snapshot.unread == 30:
            catalog.want([one.key for one in snapshot.models if one.key.name in ("run-30", "run-29")])
        known = {one.key.name for one in snapshot.models if one.facts is not None}
        if known:
            assert {"run-30", "run-29"} <= known
            break


def test_search_stops_when_told(aws: Aws, bucket: str) -> None:
    for number in range(1, 31):
        bucket_models.put(bucket, bucket_models.model(f"t/run-{number}"))
    groups = ModelSearch(aws, "us-east-1", bucket, lambda: True).models()
    assert list(groups) == []
