"""A run is watched by the copies of its logs in the bucket when SSH does not work: each line once, also after that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.runs.bucket_feed import Bucket
from dots_tui.app.runs.ladder import FAILED, NOT_POSSIBLE
from dots_tui.app.runs.rungs import OneTime
from dots_tui.aws.run_objects import RunPlace, place_of
from dots_tui.remote.connection import Target
from tests.cloud import aws, cloud, server, shared

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.aws.session import Aws
    from dots_tui.demo.aws import LoopbackAws
    from tests.app.runs.conftest import Watched

    Until = Callable[[Callable[[], object]], None]

__all__ = ["aws", "cloud", "server", "shared"]

WORKER = "deepracer-0-robomaker-1"
PLACE = RunPlace("runs", "training/one")


class Store:
    """The run's part of a bucket."""

    def __init__(self, aws: Aws) -> None:
        self.client = aws.client("s3")
        self.client.create_bucket(Bucket=PLACE.bucket)

    def put(self, name: str, data: bytes) -> None:
        self.client.put_object(Bucket=PLACE.bucket, Key=f"{PLACE.prefix}/{name}", Body=data)

    def log(self, lines: list[str], name: str = WORKER) -> None:
        """The whole copy of a log, as it is written each time."""
        self.put(f"logs/{name}.log", "".join(f"{line}\n" for line in lines).encode())


@pytest.fixture
def store(aws: Aws) -> Store:
    return Store(aws)


@pytest.fixture
def by_bucket(watched: Watched, aws: Aws) -> RunMonitor:
    """A monitor that has only the bucket."""
    watched.monitor = watched.watch(Bucket(aws, lambda: PLACE, poll_s=0.05))
    return watched.monitor


def steps(watched: Watched) -> int:
    return sum(worker.steps for worker in watched.monitor.snapshot().run.workers)


def test_a_copy_that_grows_is_read_once_and_only_its_new_bytes(
    watched: Watched, by_bucket: RunMonitor, store: Store, cloud: LoopbackAws, step: Callable[[int], str], until: Until
) -> None:
    lines = [step(number) for number in range(1, 101)]
    store.log(lines)
    store.log(["not of this run"], "deepracer-7-robomaker-1")
    by_bucket.start()
    until(lambda: steps(watched) == 100)
    lines += [step(number) for number in range(101, 131)]
    store.log(lines)
    until(lambda: steps(watched) == 130)
    assert watched.lines(WORKER) == lines
    asked = cloud.calls.count(("s3", "GetObject"))
    looks = cloud.calls.count(("s3", "ListObjectsV2"))
    until(lambda: cloud.calls.count(("s3", "ListObjectsV2")) > looks + 3)
    assert cloud.calls.count(("s3", "GetObject")) == asked
    shot = by_bucket.snapshot()
    assert shot.transport.rung == "bucket"
    assert shot.transport.message.startswith("Connected to the bucket only: the logs come from s3://runs/training/one/")
    assert shot.transport.data_age_s is not None


def test_a_copy_of_another_container_is_read_from_its_start(
    watched: Watched, by_bucket: RunMonitor, store: Store, until: Until
) -> None:
    store.log([f"first {number}" for number in range(50)])
    by_bucket.start()
    until(lambda: len(watched.lines(WORKER)) == 50)
    store.log([f"second {number}" for number in range(60)])
    until(lambda: len(watched.lines(WORKER)) == 110)
    store.log(["third"])
    until(lambda: watched.lines(WORKER)[-1] == "third")
    assert len(watched.lines(WORKER)) == 111


def test_a_line_that_is_half_copied_is_told_when_it_is_whole(
    watched: Watched, by_bucket: RunMonitor, store: Store, until: Until
) -> None:
    store.put(f"logs/{WORKER}.log", b"one\ntw")
    by_bucket.start()
    until(lambda: watched.lines(WORKER) == ["one"])
    store.put(f"logs/{WORKER}.log", b"one\ntwo\n")
    until(lambda: watched.lines(WORKER) == ["one", "two"])


def test_metrics_and_checkpoints_are_told(watched: Watched, by_bucket: RunMonitor, store: Store, until: Until) -> None:
    row = {"phase": "training", "completion_percentage": 40, "elapsed_time_in_milliseconds": 3, "reward_score": 2}
    store.put("metrics/TrainingMetrics_1.json", json.dumps({"metrics": [row]}).encode())
    store.put("model/deepracer_checkpoints.json", b'{"best_checkpoint": {"name": "3_Step-9.ckpt"}}')
    by_bucket.start()
    until(lambda: by_bucket.snapshot().bucket is not None)
    facts = by_bucket.snapshot().bucket
    assert facts is not None
    assert [(worker.worker, worker.episodes) for worker in facts.metrics] == [(1, 1)]
    assert (facts.best_checkpoint, facts.last_checkpoint, facts.logs) == ("3_Step-9.ckpt", "", 0)


def test_an_empty_place_is_no_way(by_bucket: RunMonitor, store: Store, until: Until) -> None:
    by_bucket.start()
    until(lambda: "There are no logs in s3://runs/training/one/ yet" in by_bucket.snapshot().transport.message)
    assert by_bucket.snapshot().transport.state == "not reached"


def test_down_to_the_bucket_and_up_again_each_line_once(
    watched: Watched, aws: Aws, store: Store, step: Callable[[int], str], until: Until
) -> None:
    lines: list[str] = []

    def drive(count: int) -> None:
        for number in range(len(lines) + 1, len(lines) + count + 1):
            lines.append(step(number))
            watched.containers[WORKER].write(lines[-1])

    ssh = OneTime(watched.host_keys, watched.authorise, pace=watched.pace)
    watched.monitor = watched.watch(ssh, Bucket(aws, lambda: PLACE, poll_s=0.05))
    watched.create(WORKER)
    drive(100)
    watched.monitor.start()
    until(lambda: steps(watched) == 100)
    port = watched.host.port
    watched.host.close()
    drive(50)
    store.log(lines)
    until(lambda: steps(watched) == 150)
    until(lambda: "Connected to the bucket only" in watched.message())
    shot = watched.monitor.snapshot().transport
    assert (shot.rungs[0].name, shot.rungs[0].state) == ("one-time-key", FAILED)
    assert shot.rungs[0].reason in shot.message
    assert f"port {port}" in shot.rungs[0].reason
    drive(50)
    watched.host_keys.forget("i-1")  # the host in this process has a new key with each start
    watched.host = watched.boot()
    until(lambda: watched.monitor.snapshot().transport.rung == "one-time-key")
    until(lambda: steps(watched) == 200)
    drive(50)
    until(lambda: steps(watched) == 250)
    assert watched.lines(WORKER) == lines


def test_a_spot_instance_that_is_replaced_is_followed_as_one_run(
    watched: Watched, aws: Aws, store: Store, step: Callable[[int], str], until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = OneTime(watched.host_keys, watched.authorise, pace=watched.pace)
    watched.monitor = watched.watch(ssh, Bucket(aws, lambda: PLACE, poll_s=0.05))
    watched.create(WORKER)
    watched.containers[WORKER].write(step(1))
    watched.monitor.start()
    until(lambda: steps(watched) == 1)

    def nowhere() -> Target:
        raise LookupError("The group has no instance at the moment.")

    monkeypatch.setattr(watched, "locate", nowhere)
    watched.host.close()
    until(lambda: watched.monitor.snapshot().transport.state == "waiting")
    assert watched.monitor.snapshot().transport.rungs[0].state == NOT_POSSIBLE
    watched.engine.remove(WORKER)
    watched.create(WORKER)
    watched.containers[WORKER].write("on another instance")
    watched.host = watched.boot()  # with another host key, and nobody minds: it is another instance
    monkeypatch.setattr(watched, "locate", lambda: Target("i-2", "127.0.0.1", watched.host.port))
    until(lambda: watched.lines(WORKER) == [step(1), "on another instance"])
    segments = watched.monitor.snapshot().segments
    assert [(segment.number, segment.host_id) for segment in segments] == [(1, "i-1"), (2, "i-2")]


def test_where_a_stack_keeps_its_run_is_said_by_run_env_then_by_its_tag(cloud: LoopbackAws, aws: Aws) -> None:
    client = aws.client("cloudformation")
    names = ("BUCKET", "CUSTOMFILELOCATION")
    template = {
        "Parameters": {name: {"Type": "String"} for name in names},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    client.create_stack(
        StackName="spot",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in zip(names, ("runs", "custom"))],
        Tags=[{"Key": "dots-tui:run", "Value": "training/tagged"}],
    )
    aws.client("s3").create_bucket(Bucket="runs")
    assert place_of(aws, "spot") == RunPlace("runs", "training/tagged")
    text = b"DR_WORLD_NAME=oval\nDR_LOCAL_S3_MODEL_PREFIX=training/$DR_WORLD_NAME-2\n"
    aws.client("s3").put_object(Bucket="runs", Key="custom/run.env", Body=text)
    assert place_of(aws, "spot") == RunPlace("runs", "training/oval-2")
