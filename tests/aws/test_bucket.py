"""The bucket: what is put there, what is there, and nothing taken for something it only begins like."""

from __future__ import annotations

import pytest

from dots_tui.aws import bucket
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws


@pytest.fixture
def name(aws: Aws) -> str:
    aws.client("s3").create_bucket(Bucket="racers")
    return "racers"


def _put(aws: Aws, *keys: str) -> None:
    for key in keys:
        aws.client("s3").put_object(Bucket="racers", Key=key, Body=b"x")


def test_files_go_below_their_prefix(aws: Aws, name: str) -> None:
    contents = {"run.env": b"DR_RUN_ID=0\n", "reward_function.py": b"pass\n"}
    done = list(bucket.upload(aws, name, "custom_files", contents))
    assert [(one.name, one.key, one.size) for one in done] == [
        ("run.env", "custom_files/run.env", 12),
        ("reward_function.py", "custom_files/reward_function.py", 5),
    ]
    assert tuple(done) == bucket.uploads("custom_files", contents)
    assert sorted(one.key for one in bucket.list_below(aws, name, "custom_files")) == sorted(one.key for one in done)
    body = aws.client("s3").get_object(Bucket=name, Key="custom_files/run.env")["Body"].read()
    assert body == b"DR_RUN_ID=0\n"


def test_a_prefix_is_in_use_by_what_is_below_it_only(aws: Aws, name: str) -> None:
    _put(aws, "model-10/model/a.ckpt", "model-1", "model-1-upload/x")
    assert not bucket.prefix_in_use(aws, name, "model-1")
    assert bucket.prefix_in_use(aws, name, "model-10")
    assert bucket.prefix_in_use(aws, name, "model-10/")
    assert bucket.list_below(aws, name, "model-1") == []


def test_the_record_of_a_failed_start_does_not_occupy_its_prefix(aws: Aws, name: str) -> None:
    _put(aws, "model-1/dots-tui/phases.json", "model-1/dots-tui/drfc.log")
    assert not bucket.prefix_in_use(aws, name, "model-1")
    _put(aws, "model-1/zip/x")
    assert bucket.prefix_in_use(aws, name, "model-1")
    _put(aws, "model-2/dots-tui/phases.json", "model-2/reward_function.py")
    assert bucket.prefix_in_use(aws, name, "model-2")


def test_emptying_takes_old_versions_too(aws: Aws, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "_BATCH", 2)
    client = aws.client("s3")
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    _put(aws, "a", "a", "b", "c/d")
    client.delete_object(Bucket=name, Key="b")
    assert not bucket.is_empty(aws, name)
    assert bucket.empty(aws, name) == 5
    assert bucket.is_empty(aws, name)


def test_emptying_can_be_stopped(aws: Aws, name: str) -> None:
    _put(aws, "a")
    assert bucket.empty(aws, name, stopped=lambda: True) == 0
    assert not bucket.is_empty(aws, name)


def test_a_bucket_that_is_gone_is_empty_but_nothing_is_listed_in_it(aws: Aws) -> None:
    assert bucket.is_empty(aws, "gone")
    with pytest.raises(AwsProblem) as caught:
        bucket.list_below(aws, "gone", "x")
    assert caught.value.code == "no-bucket"
