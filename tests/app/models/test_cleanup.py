"""Clean-up of models, over HTTP: the preview, what always stays, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.app.models.bucket_model import BucketModel
from dots_tui.app.models.cleanup_flow import clean_model
from dots_tui.app.models.model_catalog import ModelCatalog
from dots_tui.app.port import run_blocking
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.run_objects import list_objects
from tests import bucket_models
from tests.app.answers import AnsweringPort

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws

LATER = datetime.now(timezone.utc) + timedelta(hours=2)


@pytest.fixture
def bucket(aws: Aws, base: str) -> str:
    return bucket_models.bucket_of(aws, base)


def catalog(aws: Aws) -> dict[str, BucketModel]:
    *_, last = ModelCatalog(aws, [aws.region]).read()
    return {one.key.prefix: one for one in last.models}


def clean(aws: Aws, prefix: str, port: AnsweringPort, *, now: datetime = LATER, **options: Any) -> int | None:
    models = catalog(aws)
    return run_blocking(
        clean_model(port, lambda: aws, models[prefix], tuple(models.values()), now=lambda: now, **options)
    )


def keys(aws: Aws, bucket: str, prefix: str) -> set[str]:
    return {one.key for one in list_objects(aws, bucket, prefix)}


def test_superseded_checkpoints_go_and_best_and_last_stay(aws: Aws, bucket: str) -> None:
    extra = {f"model/model_{number}.pb": b"g" for number in range(1, 6)}
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2, 3, 4, 5), best=2, last=4, extra=extra))
    before = keys(aws, bucket, "t/run-1")
    port = AnsweringPort(["checkpoints", True])
    assert clean(aws, "t/run-1", port) == 8
    gone = before - keys(aws, bucket, "t/run-1")
    assert gone == {
        *(
            f"t/run-1/model/{bucket_models.checkpoint_name(number)}{part}"
            for number in (1, 3)
            for part in bucket_models.PARTS
        ),
        "t/run-1/model/model_1.pb",
        "t/run-1/model/model_3.pb",
    }
    question = port.asked[1]
    assert question.typed == "run-1"
    assert "8 objects" in question.body
    model = catalog(aws)["t/run-1"]
    assert model.missing() == []


def test_half_written_newest_checkpoint_stays(aws: Aws, bucket: str) -> None:
    objects = bucket_models.model("t/run-1", checkpoints=(1, 2, 3), best=2, last=2)
    del objects["t/run-1/model/3_Step-1200.ckpt.index"]
    bucket_models.put(bucket, objects)
    assert clean(aws, "t/run-1", AnsweringPort([True]), scope="checkpoints") == 3
    assert "t/run-1/model/3_Step-1200.ckpt.meta" in keys(aws, bucket, "t/run-1")


def test_whole_model_and_not_its_neighbors(aws: Aws, bucket: str) -> None:
    for prefix in ("t/run-1", "t/run-10", "t/run-1-E"):
        bucket_models.put(bucket, bucket_models.model(prefix))
    others = keys(aws, bucket, "t/run-10") | keys(aws, bucket, "t/run-1-E")
    assert clean(aws, "t/run-1", AnsweringPort(["model", True]))
    assert keys(aws, bucket, "t") == others


def test_declined_deletes_nothing(aws: Aws, bucket: str) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2, 3)))
    before = keys(aws, bucket, "t")
    assert clean(aws, "t/run-1", AnsweringPort([False]), scope="model") is None
    assert keys(aws, bucket, "t") == before


def test_model_that_was_just_written_is_refused(aws: Aws, bucket: str) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    with pytest.raises(AwsProblem, match="may still be training"):
        clean(aws, "t/run-1", AnsweringPort(), scope="model", now=datetime.now(timezone.utc))
    assert keys(aws, bucket, "t/run-1")


def test_running_training_is_refused(aws: Aws, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    key = catalog(aws)["t/run-1"].key
    monkeypatch.setattr("dots_tui.app.models.cleanup_flow.running_places", lambda *_: {key: "stack-1"})
    with pytest.raises(AwsProblem, match="at this moment"):
        clean(aws, "t/run-1", AnsweringPort(), scope="model")


def test_change_since_the_preview_deletes_nothing(aws: Aws, bucket: str) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2, 3)))
    before = keys(aws, bucket, "t/run-1")

    def trained_on() -> bool:
        from moto.s3.models import s3_backends

        bucket_models.put(bucket, {"t/run-1/logs/new.log": b"x"})
        stored = s3_backends[bucket_models.ACCOUNT]["aws"].get_object(bucket, "t/run-1/logs/new.log")
        stored.last_modified = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(minutes=1)
        return True

    with pytest.raises(AwsProblem, match="changed since the preview"):
        clean(aws, "t/run-1", AnsweringPort([trained_on]), scope="model")
    assert before <= keys(aws, bucket, "t/run-1")


def test_old_versions_and_unfinished_uploads_go_too(aws: Aws, bucket: str) -> None:
    client = aws.client("s3")
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        bucket_models.put(bucket, bucket_models.model("t/run-1"))
    bucket_models.put(bucket, bucket_models.model("t/run-10"))
    bucket_models.put(bucket, {"t/run-1/model/deleted-before": b"x"})
    client.delete_object(Bucket=bucket, Key="t/run-1/model/deleted-before")
    client.create_multipart_upload(Bucket=bucket, Key="t/run-1/model/x")
    client.create_multipart_upload(Bucket=bucket, Key="t/run-10/model/x")
    port = AnsweringPort([True])
    assert clean(aws, "t/run-1", port, scope="model")
    assert "old versions and 1 unfinished uploads" in port.asked[0].body
    versions = client.list_object_versions(Bucket=bucket, Prefix="t/run-1/")
    assert not versions.get("Versions")
    assert not versions.get("DeleteMarkers")
    [upload] = client.list_multipart_uploads(Bucket=bucket).get("Uploads", ())
    assert upload["Key"] == "t/run-10/model/x"
    assert "t/run-10" in catalog(aws)


def test_model_with_models_below_it_is_refused(aws: Aws, bucket: str) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    bucket_models.put(bucket, bucket_models.model("t/run-1/inner"))
    with pytest.raises(AwsProblem, match="other models below"):
        clean(aws, "t/run-1", AnsweringPort(), scope="model")


@pytest.mark.parametrize("options", [{"checkpoints": (1,)}, {"extra": {bucket_models.INDEX: b"{"}}])
def test_nothing_superseded_or_not_known(aws: Aws, bucket: str, options: dict[str, Any]) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", **options))
    with pytest.raises(AwsProblem) as refused:
        clean(aws, "t/run-1", AnsweringPort(), scope="checkpoints")
    assert refused.value.code == "nothing-to-clean"
