"""Deletion of objects with their old versions, and of unfinished uploads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dots_tui.aws.bucket import delete_versions
from dots_tui.aws.problems import explained

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws


@dataclass(frozen=True)
class Leftovers:
    """Old versions, delete markers and unfinished uploads: their number, and the bytes of the old versions."""

    versions: int
    uploads: int
    size: int


def leftovers(aws: Aws, bucket: str, prefix: str, keys: Collection[str], *, everything: bool) -> Leftovers:
    """Return what there is of `keys` besides their current versions, and the unfinished uploads below `prefix`/.

    With `everything`, the old versions of all objects below `prefix`/, also of deleted ones.
    """
    wanted = set(keys)
    old = [
        row
        for row in _versions(aws, bucket, prefix)
        if (everything or row["Key"] in wanted) and not (row.get("IsLatest") and row["Key"] in wanted)
    ]
    return Leftovers(len(old), len(list(_uploads(aws, bucket, prefix))), sum(row.get("Size", 0) for row in old))


def delete_all(aws: Aws, bucket: str, prefix: str, keys: Sequence[str], *, everything: bool) -> int:
    """Delete exactly these objects with all their versions, and the unfinished uploads below `prefix`/.

    With `everything`, all versions below `prefix`/. Returns the number of `keys`. Raises AwsProblem `not-cleaned` if
    one remains.
    """
    wanted = set(keys)
    rows = [row for row in _versions(aws, bucket, prefix) if everything or row["Key"] in wanted]
    # An object of a bucket that never had versions is listed with the version "null", which can be deleted as such.
    delete_versions(aws, bucket, [{"Key": row["Key"], "VersionId": row["VersionId"]} for row in rows])
    for upload in _uploads(aws, bucket, prefix):
        with explained():
            aws.client("s3").abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    return len(wanted)


def _versions(aws: Aws, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    with explained():
        pages = aws.client("s3").get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=bucket, Prefix=f"{prefix}/"):
            yield from page.get("Versions", ())
            yield from page.get("DeleteMarkers", ())


def _uploads(aws: Aws, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    with explained():
        pages = aws.client("s3").get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=bucket, Prefix=f"{prefix}/"):
            yield from page.get("Uploads", ())
