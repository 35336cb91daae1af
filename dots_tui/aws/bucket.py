"""The base stack's bucket: upload of custom files, listing, moving and deleting objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Callable

from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws

_BATCH = 1000
RECORD_FOLDER = "dots-tui"  # below a model prefix: phases and logs of its instance
_COPIES = 8  # parallel copies; S3 copies the data and may split it into parts


@dataclass(frozen=True)
class Upload:
    """A file to upload: `name` in its folder, `key` in the bucket, `size` in bytes."""

    name: str
    key: str
    size: int


def uploads(prefix: str, contents: Mapping[str, bytes]) -> tuple[Upload, ...]:
    """Return the upload of each file, below `prefix`/."""
    return tuple(Upload(name, f"{prefix}/{name}", len(content)) for name, content in contents.items())


def upload(aws: Aws, bucket: str, prefix: str, contents: Mapping[str, bytes]) -> Iterator[Upload]:
    """Upload `contents` below `prefix`/ and yield each file when it is stored. Raises AwsProblem."""
    client = aws.client("s3")
    for one in uploads(prefix, contents):
        with explained():
            client.put_object(Bucket=bucket, Key=one.key, Body=contents[one.name])
        yield one


def list_below(aws: Aws, bucket: str, prefix: str) -> list[Upload]:
    """Return the objects in the bucket below exactly `prefix`/."""
    start = prefix.rstrip("/") + "/"
    found: list[Upload] = []
    with explained():
        for page in aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=start):
            rows = page.get("Contents", ())
            found.extend(Upload(row["Key"][len(start) :], row["Key"], row["Size"]) for row in rows)
    return found


def prefix_in_use(aws: Aws, bucket: str, prefix: str) -> bool:
    """Return true if an object exists below exactly `prefix`/; model "a-10" does not block "a-1".

    The record that an instance keeps in `prefix`/dots-tui/ does not count, because a failed start leaves one.
    """
    start = prefix.rstrip("/") + "/"
    with explained():
        answer = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=start, Delimiter="/", MaxKeys=2)
    folders = {row["Prefix"] for row in answer.get("CommonPrefixes", ())}
    return bool(answer.get("Contents") or folders - {f"{start}{RECORD_FOLDER}/"})


def delete_keys(aws: Aws, bucket: str, keys: Sequence[str]) -> int:
    """Delete exactly these objects. Return their number. Raises AwsProblem `not-cleaned` if one remains."""
    delete_versions(aws, bucket, [{"Key": key} for key in keys])
    return len(keys)


def delete_versions(aws: Aws, bucket: str, versions: Sequence[Mapping[str, str]]) -> None:
    """Delete objects by key, or by key and version. Raises AwsProblem `not-cleaned` if one remains."""
    for start in range(0, len(versions), _BATCH):
        objects = list(versions[start : start + _BATCH])
        with explained():
            answer = aws.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        for error in answer.get("Errors", ()):
            raise AwsProblem(
                "not-cleaned",
                f"{error.get('Key')} could not be deleted from {bucket}.",
                "Look into the bucket's policy.",
                str(error.get("Message") or ""),
            )


def move_below(aws: Aws, bucket: str, source: str, target: str) -> int:
    """Move the objects below exactly `source`/ to `target`/. Return their number. Raises AwsProblem.

    All objects are copied before any is deleted, so one of the two places is always complete.
    """
    objects = list_below(aws, bucket, source)
    for _, result in in_parallel(
        objects, lambda one: copy_object(aws, bucket, one.key, f"{target}/{one.name}"), most=_COPIES
    ):
        if isinstance(result, AwsProblem):
            raise result
    return delete_keys(aws, bucket, [one.key for one in objects])


def copy_object(aws: Aws, bucket: str, source: str, target: str) -> None:
    """Copy one object inside a bucket, in several parts if it is too large for one copy. Raises AwsProblem."""
    with explained():
        aws.client("s3").copy({"Bucket": bucket, "Key": source}, bucket, target)


def is_empty(aws: Aws, bucket: str) -> bool:
    """Return true if the bucket holds no objects or old versions. A bucket that does not exist is empty."""
    try:
        with explained():
            answer = aws.client("s3").list_object_versions(Bucket=bucket, MaxKeys=1)
    except AwsProblem as problem:
        if problem.code == "no-bucket":
            return True
        raise
    return not (answer.get("Versions") or answer.get("DeleteMarkers"))


def empty(aws: Aws, bucket: str, stopped: Callable[[], bool] = lambda: False) -> int:
    """Delete everything in the bucket, old versions included. Returns how many objects. Raises AwsProblem."""
    client = aws.client("s3")
    deleted = 0
    while not stopped():
        with explained():
            # Always the first page: what was on it before is gone.
            answer = client.list_object_versions(Bucket=bucket, MaxKeys=_BATCH)
        rows = [*answer.get("Versions", ()), *answer.get("DeleteMarkers", ())]
        if not rows:
            break
        objects = [{"Key": row["Key"], "VersionId": row["VersionId"]} for row in rows]
        with explained():
            done = client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        for error in done.get("Errors", ()):
            raise AwsProblem(
                "bucket-not-empty",
                f"{error.get('Key')} in {bucket} could not be deleted.",
                "Look into the bucket's policy.",
                str(error.get("Message") or ""),
            )
        deleted += len(rows)
    return deleted
