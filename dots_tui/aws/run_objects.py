"""The objects of a run in the bucket during training: location, listing and partial reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dots_tui.aws.instances import find_instance
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.tag_names import TAG_KIND, TAG_RUN
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand

if TYPE_CHECKING:
    from datetime import datetime

    from dots_tui.aws.session import Aws

MODEL_PREFIX = "DR_LOCAL_S3_MODEL_PREFIX"


@dataclass(frozen=True)
class RunPlace:
    """A run's bucket and the prefix of its model (without a final slash)."""

    bucket: str
    prefix: str

    @property
    def model(self) -> str:
        """The prefix of the folder with the checkpoints."""
        return f"s3://{self.bucket}/{self.prefix}/model/"


@dataclass(frozen=True)
class StoredObject:
    """One object: full key, size in bytes, ETag as S3 returns it, and time of writing."""

    key: str
    size: int
    etag: str
    modified: datetime


def place_of(aws: Aws, stack: str) -> RunPlace:
    """Return the place where the run of a training stack currently writes its model and logs.

    A restart and the hand-over of a spot instance change this place (see `move_place`). A spot training of dots-tui has
    its own custom files, so their run.env names it. Trainings on demand may share custom files, and a later launch
    overwrites run.env; so the instance's tag names it, then the stack's tag. For other stacks run.env names it, unless
    a restart has left a tag. Raises AwsProblem `no-place` if no source names it.
    """
    row = _row(aws, stack)
    parameters, tags = _parameters(row), {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}
    bucket, ours = parameters.get("BUCKET", ""), TAG_KIND in tags
    if ours and parameters.get("Market") == "spot":
        prefix = _of_run_env(aws, parameters) or tags.get(TAG_RUN, "")
    else:
        launched = tags.get(TAG_RUN, "")
        prefix = _of_instance(aws, row["StackId"]) or (launched if ours else "")
        prefix = prefix or _of_run_env(aws, parameters) or launched
    prefix = prefix.strip("/")
    if not bucket or not prefix:
        raise AwsProblem(
            "no-place",
            f"It is not known where {stack} keeps its model in the bucket.",
            "run.env among its custom files in the bucket says so as DR_LOCAL_S3_MODEL_PREFIX.",
        )
    return RunPlace(bucket, prefix)


def move_place(aws: Aws, stack: str, prefix: str) -> None:
    """Record that the run of a training stack writes to `prefix` from now on. Raises AwsProblem.

    The instance's tag is set, and for a spot training also run.env in its custom files, which the next instance reads.
    """
    row = _row(aws, stack)
    parameters = _parameters(row)
    instance = find_instance(aws, row["StackId"])
    if instance is not None:
        with explained():
            aws.client("ec2").create_tags(Resources=[instance.id], Tags=[{"Key": TAG_RUN, "Value": prefix}])
    key = _run_env_key(parameters)
    if parameters.get("Market") != "spot" or not key:
        return
    data, _ = read_from(aws, parameters["BUCKET"], key, 0)
    changed = EnvFile.parse(data).set(MODEL_PREFIX, prefix).data
    with explained():
        aws.client("s3").put_object(Bucket=parameters["BUCKET"], Key=key, Body=changed)


def _row(aws: Aws, stack: str) -> dict[str, Any]:
    with explained():
        row: dict[str, Any] = aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return row


def _parameters(row: Mapping[str, Any]) -> dict[str, str]:
    return {one["ParameterKey"]: one.get("ParameterValue", "") for one in row.get("Parameters", ())}


def _of_instance(aws: Aws, stack: str) -> str:
    """Return the prefix from the instance's tag; "" if there is no instance or no tag."""
    instance = find_instance(aws, stack)
    if instance is None:
        return ""
    filters = [{"Name": "resource-id", "Values": [instance.id]}, {"Name": "key", "Values": [TAG_RUN]}]
    with explained():
        tags = aws.client("ec2").describe_tags(Filters=filters)["Tags"]
    return str(tags[0]["Value"]) if tags else ""


def _run_env_key(parameters: Mapping[str, str]) -> str:
    """Return the key of run.env in the custom files; "" if unknown."""
    bucket, location = parameters.get("BUCKET", ""), parameters.get("CUSTOMFILELOCATION", "").strip("/")
    return f"{location}/run.env" if bucket and location else ""


def _of_run_env(aws: Aws, parameters: Mapping[str, str]) -> str:
    key = _run_env_key(parameters)
    if not key:
        return ""
    try:
        data, _ = read_from(aws, parameters["BUCKET"], key, 0)
    except AwsProblem as problem:
        if problem.code in ("no-object", "access-denied", "no-bucket"):
            return ""
        raise
    return expand([EnvFile.parse(data)]).get(MODEL_PREFIX, "")


def list_objects(aws: Aws, bucket: str, prefix: str) -> list[StoredObject]:
    """Return the objects below exactly `prefix`/. Raises AwsProblem."""
    found: list[StoredObject] = []
    with explained():
        pages = aws.client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=bucket, Prefix=prefix.rstrip("/") + "/"):
            found += [
                StoredObject(row["Key"], row["Size"], row["ETag"], row["LastModified"])
                for row in page.get("Contents", ())
            ]
    return found


def list_folders(aws: Aws, bucket: str, prefix: str = "") -> list[str]:
    """Return the folders right below `prefix`/ ("": of the bucket), without a final slash. Raises AwsProblem."""
    start = f"{prefix.rstrip('/')}/" if prefix else ""
    found: list[str] = []
    with explained():
        pages = aws.client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=bucket, Prefix=start, Delimiter="/"):
            found += [row["Prefix"].rstrip("/") for row in page.get("CommonPrefixes", ())]
    return found


def read_object(aws: Aws, bucket: str, key: str, most: int) -> tuple[StoredObject, bytes] | None:
    """Return an object and at most its first `most` bytes; None if there is none. Raises AwsProblem."""
    try:
        with explained():
            answer = aws.client("s3").get_object(Bucket=bucket, Key=key)
            stored = StoredObject(key, answer["ContentLength"], answer["ETag"], answer["LastModified"])
            return stored, answer["Body"].read(most)
    except AwsProblem as problem:
        if failure_code(problem) in ("NoSuchKey", "404"):
            return None
        raise


def failure_code(problem: AwsProblem) -> str:
    """Return AWS's code of the error behind `problem`."""
    return str(getattr(problem.__cause__, "response", {}).get("Error", {}).get("Code", ""))


def read_from(
    aws: Aws, bucket: str, key: str, start: int, stop: int | None = None, etag: str = ""
) -> tuple[bytes, str]:
    """Return bytes [start, stop) of an object, and its ETag. Fewer bytes if the object ends earlier.

    With `etag`, only that version is read. Raises AwsProblem: `no-object` if there is none, `changed` if the version is
    different now.
    """
    conditions = {"IfMatch": etag} if etag else {}
    if start or stop is not None:
        conditions["Range"] = f"bytes={start}-{'' if stop is None else stop - 1}"
    try:
        with explained():
            answer = aws.client("s3").get_object(Bucket=bucket, Key=key, **conditions)
            return answer["Body"].read(), answer["ETag"]
    except AwsProblem as problem:
        cause = failure_code(problem)
        if cause in ("NoSuchKey", "404"):
            raise AwsProblem("no-object", f"There is no {key} in {bucket}.", "", problem.detail) from problem
        if cause in ("PreconditionFailed", "412"):
            raise AwsProblem("changed", f"{key} was just written anew.", "", problem.detail) from problem
        if cause in ("InvalidRange", "416"):
            return b"", etag
        raise
