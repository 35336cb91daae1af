"""Uploads of the embedded instance's model; a real trainer uploads each checkpoint immediately."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from pathlib import Path

COPY_SECONDS = 5.0


class ModelUploads:
    """Uploads of the files in `folder` to `bucket`. `client` creates an S3 client."""

    def __init__(self, folder: Path, bucket: str, client: Callable[[], Any]) -> None:
        self._folder, self._bucket, self._client = folder, bucket, client
        self._written: dict[str, float] = {}

    def all(self, prefix: str) -> None:
        """Upload the whole model to `prefix`."""
        self._upload(prefix, only_new=False)

    def new(self, prefix: str) -> None:
        """Upload new and changed files. Files that cannot be uploaded are tried again in the next round."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        with contextlib.suppress(Boto3Error, BotoCoreError, ClientError, OSError):
            self._upload(prefix, only_new=True)

    def _upload(self, prefix: str, *, only_new: bool) -> None:
        s3 = self._client()
        for path in sorted(self._folder.glob("[!.]*")):
            key = f"{prefix}/model/{path.name}"
            with contextlib.suppress(FileNotFoundError):  # the trainer deletes old checkpoints at any time
                written = path.stat().st_mtime
                if not only_new or self._written.get(key) != written:
                    s3.upload_file(str(path), self._bucket, key)
                    self._written[key] = written
