"""Objects of a bucket to files and back: resumed, verified, and never half there under their final names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.run_objects import failure_code

if TYPE_CHECKING:
    from dots_tui.aws.run_objects import StoredObject
    from dots_tui.aws.session import Aws

PIECE = 1 << 20
"""Bytes read or written at a time."""
PART_ENDING = ".part"
_SIMPLE = re.compile(r'"?([0-9a-f]{32})"?')
_PARTS = re.compile(r'"?([0-9a-f]{32})-(\d{1,5})"?')
_FINAL = ("changed", "access-denied", "no-bucket", "expired", "no-credentials")
"""Problems that another attempt does not solve."""
_ATTEMPTS = 4
"""Attempts for one object; each goes on where the last one ended."""


class TransferStopped(Exception):
    """The caller does not want the rest."""


def download(
    aws: Aws,
    bucket: str,
    stored: StoredObject,
    target: Path,
    moved: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Write one object to the file `target`. A part of an interrupted download of the same version is continued.

    The file gets its name when it is complete and its checksum is right. `moved` gets the bytes as they arrive, those
    of an earlier attempt included. Raises AwsProblem (`changed`, `damaged-download` and others), OSError for the disk,
    TransferStopped.
    """
    part = target.with_name(f".{target.name}.{hashlib.sha256(stored.etag.encode()).hexdigest()[:12]}{PART_ENDING}")
    target.parent.mkdir(parents=True, exist_ok=True)
    there = part.stat().st_size if part.is_file() else 0
    if there > stored.size:
        part.unlink()
        there = 0
    moved(there)
    _fetch(aws, bucket, stored, part, there, moved, stopped)
    if not _verified(aws, bucket, stored, part):
        part.unlink()
        raise AwsProblem(
            "damaged-download",
            f"{stored.key} did not arrive as it is in {bucket}: its checksum is another one.",
            "Download it again.",
        )
    part.replace(target)


def _fetch(
    aws: Aws,
    bucket: str,
    stored: StoredObject,
    part: Path,
    there: int,
    moved: Callable[[int], None],
    stopped: Callable[[], bool],
) -> None:
    """Append what is missing to `part`; a broken connection is resumed."""
    with part.open("ab") as stream:
        for attempt in range(1, _ATTEMPTS + 1):
            if there == stored.size:
                return
            try:
                for piece in _pieces(aws, bucket, stored, there):
                    if stopped():
                        raise TransferStopped
                    stream.write(piece)
                    there += len(piece)
                    moved(len(piece))
            except AwsProblem as problem:
                if problem.code in _FINAL or attempt == _ATTEMPTS:
                    raise
    if there != stored.size:
        what = f"{stored.key} ends after {there} of {stored.size} bytes."
        raise AwsProblem("unreachable", what, "Start the download again: it goes on where it ended.")


def _pieces(aws: Aws, bucket: str, stored: StoredObject, start: int) -> Iterator[bytes]:
    """Yield the bytes of this version of an object from `start` on. Raises AwsProblem `changed` for another version."""
    conditions: dict[str, Any] = {"IfMatch": stored.etag}
    if start:
        conditions["Range"] = f"bytes={start}-"
    try:
        with explained():
            answer = aws.client("s3").get_object(Bucket=bucket, Key=stored.key, **conditions)
            yield from answer["Body"].iter_chunks(PIECE)
    except AwsProblem as problem:
        if failure_code(problem) in ("PreconditionFailed", "412", "NoSuchKey", "404"):
            what = f"{stored.key} was written anew or deleted during the download."
            raise AwsProblem("changed", what, "Start the download again.", problem.detail) from problem
        raise


def _verified(aws: Aws, bucket: str, stored: StoredObject, part: Path) -> bool:
    """Return true if the file has the checksum of the object, or if S3 does not tell one that can be computed."""
    if part.stat().st_size != stored.size:
        return False
    simple, parts = _SIMPLE.fullmatch(stored.etag), _PARTS.fullmatch(stored.etag)
    if simple is None and parts is None:
        return True
    if simple is not None and _md5(part) == simple[1]:
        return True
    with explained():
        more = {"PartNumber": 1} if parts is not None else {}
        head = aws.client("s3").head_object(Bucket=bucket, Key=stored.key, **more)
    if str(head.get("ServerSideEncryption", "")).startswith("aws:kms") or "SSECustomerAlgorithm" in head:
        return True  # the ETag of such an object is no checksum of its content
    if parts is None:
        return False
    size = int(head["ContentLength"])
    if not size or -(-stored.size // size) != int(parts[2]):
        return True  # parts of unequal sizes: their checksum cannot be computed
    return _md5_of_parts(part, size) == parts[1]


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _md5_of_parts(path: Path, size: int) -> str:
    """Return S3's checksum of an object that was uploaded in parts of `size` bytes: the MD5 of their MD5s."""
    digests = b""
    with path.open("rb") as stream:
        while True:
            digest, left = hashlib.md5(usedforsecurity=False), size
            while left and (piece := stream.read(min(PIECE, left))):
                digest.update(piece)
                left -= len(piece)
            if left == size:
                return hashlib.md5(digests, usedforsecurity=False).hexdigest()
            digests += digest.digest()


def same_content(path: Path, stored: StoredObject) -> bool:
    """Return true if a file is certainly the content of an object: size and MD5 are equal."""
    simple = _SIMPLE.fullmatch(stored.etag)
    return simple is not None and path.stat().st_size == stored.size and _md5(path) == simple[1]


def upload_file(aws: Aws, bucket: str, path: Path, key: str, moved: Callable[[int], None] = lambda _: None) -> None:
    """Upload a file, in parts if it is large. Raises AwsProblem, OSError if it cannot be read."""
    with path.open("rb") as stream, explained():
        aws.client("s3").upload_fileobj(stream, bucket, key, Callback=moved)
