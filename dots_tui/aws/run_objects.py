"""What a run has in the bucket while it trains: where that is, what there is, and parts of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.stacks import TAG_RUN
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand

if TYPE_CHECKING:
    from datetime import datetime

    from dots_tui.aws.session import Aws


@dataclass(frozen=True)
class RunPlace:
    """A run's bucket, and the prefix of its model there (no slash at the end)."""

    bucket: str
    prefix: str


@dataclass(frozen=True)
class StoredObject:
    """One object: its whole key, size in bytes, ETag as S3 writes it, and when it was written."""

    key: str
    size: int
    etag: str
    modified: datetime


def place_of(aws: Aws, stack: str) -> RunPlace:
    """Where the run of a training stack keeps its model and its logs.

    The run.env among its custom files says it, and says it anew after an interruption of a spot instance; else
    the stack's tag. Raises AwsProblem ``no-place`` when neither does.
    """
    with explained():
        row = aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in row.get("Parameters", ())}
    tags = {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}
    bucket = parameters.get("BUCKET", "")
    prefix = (_of_run_env(aws, bucket, parameters.get("CUSTOMFILELOCATION", "")) or tags.get(TAG_RUN, "")).strip("/")
    if not bucket or not prefix:
        raise AwsProblem(
            "no-place",
            f"It is not known where {stack} keeps its model in the bucket.",
            "run.env among its custom files in the bucket says so as DR_LOCAL_S3_MODEL_PREFIX.",
        )
    return RunPlace(bucket, prefix)


def _of_run_env(aws: Aws, bucket: str, location: str) -> str:
    if not bucket or not location:
        return ""
    try:
        data, _ = read_from(aws, bucket, f"{location.strip('/')}/run.env", 0)
    except AwsProblem as problem:
        if problem.code in ("no-object", "access-denied", "no-bucket"):
            return ""
        raise
    return expand([EnvFile.parse(data)]).get("DR_LOCAL_S3_MODEL_PREFIX", "")


def list_objects(aws: Aws, bucket: str, prefix: str) -> list[StoredObject]:
    """What is below exactly *prefix*/. Raises AwsProblem."""
    found: list[StoredObject] = []
    with explained():
        pages = aws.client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=bucket, Prefix=prefix.rstrip("/") + "/"):
            found += [
                StoredObject(row["Key"], row["Size"], row["ETag"], row["LastModified"])
                for row in page.get("Contents", ())
            ]
    return found


def read_from(
    aws: Aws, bucket: str, key: str, start: int, stop: int | None = None, etag: str = ""
) -> tuple[bytes, str]:
    """Bytes [start, stop) of an object, and its ETag. Fewer when it ends before.

    With *etag* only that version is read. Raises AwsProblem: ``no-object`` when there is none, ``changed`` when
    it is another version now.
    """
    conditions = {"IfMatch": etag} if etag else {}
    if start or stop is not None:
        conditions["Range"] = f"bytes={start}-{'' if stop is None else stop - 1}"
    try:
        with explained():
            answer = aws.client("s3").get_object(Bucket=bucket, Key=key, **conditions)
            return answer["Body"].read(), answer["ETag"]
    except AwsProblem as problem:
        cause = getattr(problem.__cause__, "response", {}).get("Error", {}).get("Code", "")
        if cause in ("NoSuchKey", "404"):
            raise AwsProblem("no-object", f"There is no {key} in {bucket}.", "", problem.detail) from problem
        if cause in ("PreconditionFailed", "412"):
            raise AwsProblem("changed", f"{key} was just written anew.", "", problem.detail) from problem
        if cause in ("InvalidRange", "416"):
            return b"", etag
        raise
