"""The commands that move models between buckets and folders. Each returns its exit code."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dots_tui.app.models.bucket_model import size_words
from dots_tui.app.models.model_catalog import base_buckets
from dots_tui.app.models.transfer_flow import download_model, upload_model
from dots_tui.app.port import NobodyToAsk, run_blocking
from dots_tui.aws.everywhere import stacks_of
from dots_tui.aws.problems import AwsProblem
from dots_tui.cli.chosen_account import regions_of
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.models import chosen_model, read_catalog
from dots_tui.cli.telling import FINE, failed, not_agreed, say, tell

if TYPE_CHECKING:
    from dots_tui.app.models.transfer_plan import TransferProgress
    from dots_tui.aws.session import Aws

_EVERY_S = 2.0


class ProgressLines:
    """Prints how far a transfer is, every other second."""

    def __init__(self) -> None:
        self._told_at = time.monotonic()

    def __call__(self, progress: TransferProgress) -> None:
        """Print a line if it is time."""
        now = time.monotonic()
        if now - self._told_at >= _EVERY_S:
            self._told_at = now
            amount = f"{size_words(progress.moved)} of {size_words(progress.total)}"
            say(f"{progress.share:4.0%}  {progress.files} of {progress.total_files} files, {amount}")


def download_command(
    name: str,
    *,
    aws: Aws,
    folder: Path | None = None,
    checkpoint: str = "",
    as_json: bool = False,
    regions: Sequence[str] = (),
) -> int:
    """Download the model `name` into `folder` (None: the current one)."""
    document: dict[str, Any] = {"folder": None}
    try:
        model, _ = chosen_model(aws, regions, name)
        flow = download_model(
            ConsolePort(yes=True),
            lambda: aws,
            model,
            folder if folder is not None else Path.cwd(),
            checkpoint=checkpoint,
            told=ProgressLines(),
        )
        target = run_blocking(flow)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    tell({"folder": str(target), "model": model.key.address}, as_json)
    return FINE


def upload_command(
    folder: Path,
    *,
    aws: Aws,
    new_name: str = "",
    base: str = "",
    yes: bool = False,
    as_json: bool = False,
    regions: Sequence[str] = (),
) -> int:
    """Upload the model in `folder` into the bucket of a base stack."""
    document: dict[str, Any] = {"model": None}
    try:
        region, bucket = _bucket(aws, regions, base)
        known = [one.key.prefix for one in read_catalog(aws, regions).models if one.key.bucket == bucket]
        flow = upload_model(
            ConsolePort(yes=yes),
            lambda: aws,
            folder,
            region,
            bucket,
            prefix=new_name or f"training/{folder.resolve().name}",
            known=known,
            told=ProgressLines(),
        )
        prefix = run_blocking(flow)
    except NobodyToAsk:
        return not_agreed(document, as_json)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    if prefix is None:
        return not_agreed(document, as_json)
    tell({"model": f"s3://{bucket}/{prefix}/"}, as_json)
    return FINE


def _bucket(aws: Aws, regions: Sequence[str], base: str) -> tuple[str, str]:
    """Return region and bucket of the base stack `base` ("": of the only one). Raises AwsProblem."""
    stacks, _ = stacks_of(aws, regions_of(aws, regions))
    found = base_buckets(one for one in stacks if not base or one.name == base)
    if len(found) == 1:
        return found[0]
    if found:
        raise AwsProblem("bad-input", "There are several base stacks.", "Name one: --base B.")
    wanted = f"no base stack {base}" if base else "no base stack"
    raise AwsProblem("no-base", f"There is {wanted} with a bucket.", "dots-tui base create makes one.")
