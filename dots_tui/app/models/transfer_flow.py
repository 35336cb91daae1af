"""A model to a folder on disk, and from there into a bucket: resumed, verified, and whole or not there at all."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from dots_tui.app.models.bucket_model import size_words
from dots_tui.app.models.continuation import start_from
from dots_tui.app.models.continue_flow import name_problem
from dots_tui.app.models.model_reader import ModelReader
from dots_tui.app.models.transfer_plan import TransferProgress, WantedFile, local_files, wanted_files
from dots_tui.app.port import Confirmation, FlowResult, Port, TextEntry
from dots_tui.app.runs.bucket_facts import CHECKPOINTS
from dots_tui.aws import run_objects, transfers
from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem

if TYPE_CHECKING:
    from dots_tui.app.models.bucket_model import BucketModel
    from dots_tui.aws.session import Aws

_AT_ONCE = 8
_SPARE = 32 << 20
"""Bytes that stay free on the disk."""
Told = Callable[[TransferProgress], object]


def _silent(progress: TransferProgress) -> None:
    del progress


class _Meter:
    """Adds up the bytes of parallel transfers and tells how far they are."""

    def __init__(self, files: int, total: int, told: Told) -> None:
        self._lock = threading.Lock()
        self._files, self._done, self._moved, self._total, self._told = files, 0, 0, total, told

    def moved(self, count: int) -> None:
        with self._lock:
            self._moved += count
            self._told(TransferProgress(self._done, self._files, self._moved, self._total))

    def file_done(self) -> None:
        with self._lock:
            self._done += 1
            self._told(TransferProgress(self._done, self._files, self._moved, self._total))


async def download_model(
    port: Port,
    aws_of: Callable[[], Aws],
    model: BucketModel,
    folder: Path | None,
    *,
    checkpoint: str = "",
    told: Told = _silent,
    stopped: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Download a model below `folder` (None: asked for) and return its new folder; None if the user declines.

    With `checkpoint` (best, last, a number) only that one and the small files. The new folder appears under its name
    when everything is there and verified; an interrupted download goes on where it ended. Raises AwsProblem.
    """
    if folder is None:
        entry = TextEntry(f"Download {model.key.name}", "Folder on this machine", _here(), _folder_problem)
        answer = await port.ask(entry)
        if answer is None:
            return None
        folder = _path(answer)
    target = folder / model.key.name
    port.tell(FlowResult(await port.work(lambda: _download(aws_of(), model, target, checkpoint, told, stopped))))
    return target


def _here() -> str:
    return str(Path.cwd())


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _folder_problem(text: str) -> str:
    return "" if _path(text).is_dir() else "There is no such folder."


def _download(
    aws: Aws, model: BucketModel, target: Path, checkpoint: str, told: Told, stopped: Callable[[], bool]
) -> str:
    """Download a model and return what was done, in words."""
    if target.exists():
        raise AwsProblem("exists", f"{target} exists already.", "Choose another folder, or move it away.")
    read = ModelReader(aws).read(model)
    if read is None:
        raise AwsProblem("no-model", f"{model.key.address} does not exist any more.", "Read the list again.")
    chosen = start_from(read.model, checkpoint).stored if checkpoint else None
    wanted = wanted_files(read.model, read.objects, chosen)
    partial = target.with_name(f".{target.name}.partial")
    try:
        return _download_into(aws.in_region(model.key.region), model, wanted, partial, target, told, stopped)
    except OSError as error:
        raise _disk_problem(error, partial) from error


def _download_into(
    aws: Aws,
    model: BucketModel,
    wanted: Sequence[WantedFile],
    partial: Path,
    target: Path,
    told: Told,
    stopped: Callable[[], bool],
) -> str:
    partial.mkdir(parents=True, exist_ok=True)
    total = sum(one.stored.size for one in wanted)
    there = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    free = shutil.disk_usage(partial).free
    if total - there + _SPARE > free:
        what = f"{size_words(total - there)} do not fit on the disk of {partial.parent}: {size_words(free)} are free."
        raise AwsProblem("disk-full", what, "Free some space or choose another folder.")
    meter = _Meter(len(wanted), total, told)
    kept = {partial / one.path for one in wanted}
    for path in partial.rglob("*"):  # what an earlier download wanted and this one does not
        if path.is_file() and path not in kept and not path.name.endswith(transfers.PART_ENDING):
            path.unlink()

    for _, result in in_parallel(wanted, _Fetch(aws, model.key.bucket, partial, meter, stopped), _AT_ONCE):
        if isinstance(result, AwsProblem):
            raise result
    for path in partial.rglob(f"*{transfers.PART_ENDING}"):
        path.unlink()  # parts of other versions
    partial.replace(target)
    return f"{model.key.name} is in {target}: {len(wanted)} files, {size_words(total)}, verified."


class _Fetch:
    """Downloads one file unless it is there already."""

    def __init__(self, aws: Aws, bucket: str, folder: Path, meter: _Meter, stopped: Callable[[], bool]) -> None:
        self._aws, self._bucket, self._folder, self._meter, self._stopped = aws, bucket, folder, meter, stopped

    def __call__(self, one: WantedFile) -> None:
        target = self._folder / one.path
        if target.is_file() and transfers.same_content(target, one.stored):
            self._meter.moved(one.stored.size)
        else:
            transfers.download(self._aws, self._bucket, one.stored, target, self._meter.moved, self._stopped)
        self._meter.file_done()


def _disk_problem(error: OSError, partial: Path) -> AwsProblem:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    what = f"{partial} cannot be written: {error.strerror or error}."
    advice = "Free some space and start again: it goes on where it ended." if full else "Choose another folder."
    return AwsProblem("disk-full" if full else "disk", what, advice, str(error))


async def upload_model(
    port: Port,
    aws_of: Callable[[], Aws],
    folder: Path,
    region: str,
    bucket: str,
    *,
    prefix: str = "",
    known: Sequence[str] = (),
    told: Told = _silent,
) -> str | None:
    """Upload the model in `folder` to `prefix` ("": asked for) and return it; None if the user declines.

    The list of checkpoints comes last, so an interrupted upload is no model; it goes on where it ended. Raises
    AwsProblem.
    """
    found = await port.work(lambda: local_files(folder))
    if not prefix:
        title, names = f"Upload {folder.name}", set(known)
        entry = TextEntry(
            title, f"Prefix in {bucket}", f"training/{folder.name}", lambda text: name_problem(text, names)
        )
        answer = await port.ask(entry)
        if answer is None:
            return None
        prefix = answer
    prefix = prefix.strip().strip("/")
    problem = name_problem(prefix, set(known))
    if problem:
        raise AwsProblem("bad-input", problem, "Choose another name.")
    total = sum(path.stat().st_size for path, _ in found)
    body = f"{len(found)} files, {size_words(total)}, go to s3://{bucket}/{prefix}/."
    if not await port.ask(Confirmation(f"Upload {folder.name}?", body, yes="Upload", no="Leave it")):
        return None
    await port.work(lambda: _upload(aws_of().in_region(region), bucket, prefix, found, told))
    port.tell(FlowResult(f"{folder.name} is in s3://{bucket}/{prefix}/: {len(found)} files, {size_words(total)}."))
    return prefix


def _upload(aws: Aws, bucket: str, prefix: str, found: Sequence[tuple[Path, str]], told: Told) -> None:
    there = {one.key[len(prefix) + 1 :]: one for one in run_objects.list_objects(aws, bucket, prefix)}
    strangers = sorted(set(there) - {name for _, name in found})
    if strangers or CHECKPOINTS in there:
        what = f"There are other objects in {prefix}/ already, {(strangers or [CHECKPOINTS])[0]} among them."
        raise AwsProblem("prefix-in-use", what, "Choose another name.")
    meter = _Meter(len(found), sum(path.stat().st_size for path, _ in found), told)
    *files, index = found
    for _, result in in_parallel(files, _Send(aws, bucket, prefix, there, meter), _AT_ONCE):
        if isinstance(result, AwsProblem):
            raise result
    stored = {one.key[len(prefix) + 1 :]: one.size for one in run_objects.list_objects(aws, bucket, prefix)}
    for path, name in files:
        if stored.get(name) != path.stat().st_size:
            what = f"{name} has another size in the bucket than on this machine."
            raise AwsProblem("damaged-upload", what, "Start the upload again.")
    _Send(aws, bucket, prefix, {}, meter)(index)


class _Send:
    """Uploads one file unless the same one is there already."""

    def __init__(
        self, aws: Aws, bucket: str, prefix: str, there: dict[str, run_objects.StoredObject], meter: _Meter
    ) -> None:
        self._aws, self._bucket, self._prefix, self._there, self._meter = aws, bucket, prefix, there, meter

    def __call__(self, one: tuple[Path, str]) -> None:
        path, name = one
        if name in self._there and transfers.same_content(path, self._there[name]):
            self._meter.moved(path.stat().st_size)
        else:
            transfers.upload_file(self._aws, self._bucket, path, f"{self._prefix}/{name}", self._meter.moved)
        self._meter.file_done()
