"""(e) The floor of the ladder: the logs an instance copies to the bucket every two minutes, without SSH.

Whole files are written each time; what was read before is not read again. A copy that does not go on where the last
one ended is another container's log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.runs import bucket_facts
from dots_tui.app.runs.bucket_facts import BucketFacts
from dots_tui.app.runs.ladder import BUCKET
from dots_tui.app.runs.seen import BUCKET as FROM_BUCKET
from dots_tui.app.runs.source import Why
from dots_tui.aws import run_objects
from dots_tui.aws.problems import AwsProblem
from dots_tui.remote import problems
from dots_tui.remote.problems import RemoteProblem
from dots_tui.remote.resume import LineSplitter
from dots_tui.spool.store import SpoolProblem
from dots_tui.training.containers import OTHER, role_of
from dots_tui.training.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.runs.book import RunBook
    from dots_tui.app.runs.source import InstanceLocation, Source
    from dots_tui.aws.run_objects import RunPlace, StoredObject
    from dots_tui.aws.session import Aws
    from dots_tui.remote.connection import Output

POLL_S = 30.0
"""How often is looked: a list of some hundred objects, a fraction of a cent an hour. Logs come every 120 s."""
PIECE = 4 << 20
TAIL = 256
"""So many bytes of the last copy must stand where they stood."""


class Bucket:
    """The rung. What was read of each log is kept here, over all the times it is used."""

    name, title, way = "bucket", "the logs copied there", BUCKET

    def __init__(self, aws: Aws, place: Callable[[], RunPlace], poll_s: float = POLL_S) -> None:
        self._aws = aws
        self._place = place
        self._poll_s = poll_s
        self._copies: dict[str, _Copy] = {}

    def available(self, place: InstanceLocation) -> Why | None:
        """It is always worth a try: it needs no instance."""
        del place
        return None

    def open(self, place: InstanceLocation, book: RunBook, cancelled: Callable[[], bool]) -> Source:
        """Look once; nothing there yet is a failure, because then another way is to be tried again soon."""
        del place
        feed = BucketFeed(self._aws, self._place, book, self._copies, self._poll_s, cancelled)
        feed.look()
        if not feed.found:
            raise RemoteProblem(
                problems.NO_WAY,
                f"There are no logs in {feed.where} yet.",
                "The instance copies them there every two minutes once its containers run.",
            )
        return feed


class BucketFeed:
    """Reads what is new in the bucket. See `Source`."""

    def __init__(
        self,
        aws: Aws,
        place: Callable[[], RunPlace],
        book: RunBook,
        copies: dict[str, _Copy],
        poll_s: float,
        cancelled: Callable[[], bool],
    ) -> None:
        self.greeting = ""
        self.pause_s = poll_s
        self.where = ""
        self.found = False
        """Whether anything of the run is there."""
        self._aws = aws
        self._find = place
        self._book = book
        self._copies = copies
        self._cancelled = cancelled
        self._small: dict[str, tuple[str, bytes]] = {}

    def look(self) -> str:
        """Read what was written since the last look. Raises AwsProblem."""
        place = self._find()
        self.where = f"s3://{place.bucket}/{place.prefix}/"
        self.greeting = (
            f"Connected to the bucket only: the logs come from {self.where}logs/, where the instance copies them every "
            "two minutes."
        )
        objects = run_objects.list_objects(self._aws, place.bucket, place.prefix)
        trouble = ""
        logs = 0
        for one in objects:
            name = bucket_facts.LOG.fullmatch(one.key[len(place.prefix) + 1 :])
            if name is None or self._cancelled():
                continue
            logs += 1
            trouble = self._read_log(place, one, name[1]) or trouble
        facts = self._facts(place, objects, logs)
        self.found = bool(logs or facts.metrics)
        self._book.measured_run(place.prefix, facts.metrics, facts.last_checkpoint)
        self._book.bucket(facts)
        return trouble

    def run(self, command: str, timeout: float) -> Output:
        """There is nobody to run it."""
        raise RemoteProblem(
            problems.NO_WAY,
            f"The instance is not reached by SSH, so this cannot be run there: {command[:60]!r} ({timeout:g} s).",
            "The transport says why not.",
        )

    def cut(self) -> None:
        """Calls to AWS have short time limits of their own."""

    def let_go(self) -> None:
        """There are no threads."""

    def _read_log(self, place: RunPlace, one: StoredObject, name: str) -> str:
        copy = self._copies.setdefault(one.key, _Copy())
        trouble = ""
        if copy.etag == one.etag:
            return trouble
        try:
            if not self._goes_on(place, one, copy):
                if copy.size:
                    self._book.seen(name).restart(FROM_BUCKET)
                copy.restart()
            while copy.size < one.size and not self._cancelled():
                stop = min(one.size, copy.size + PIECE)
                data, _ = run_objects.read_from(self._aws, place.bucket, one.key, copy.size, stop, one.etag)
                if not data:
                    break
                trouble = self._take(copy, name, data, one.modified.timestamp())
        except AwsProblem as problem:
            if problem.code in ("changed", "no-object"):
                return ""  # written anew just now: the next look has it
            raise
        if copy.size >= one.size:
            copy.etag = one.etag
        return trouble

    def _goes_on(self, place: RunPlace, one: StoredObject, copy: _Copy) -> bool:
        """Whether the object begins with what was read of it."""
        if one.size < copy.size:
            return False
        if not copy.tail:
            return True
        start = copy.size - len(copy.tail)
        data, _ = run_objects.read_from(self._aws, place.bucket, one.key, start, copy.size, one.etag)
        return data == copy.tail

    def _take(self, copy: _Copy, name: str, data: bytes, at: float) -> str:
        """New bytes of a log, written at *at*; says what is wrong with keeping them."""
        copy.size += len(data)
        copy.tail = (copy.tail + data)[-TAIL:]
        lines = copy.splitter.feed(data)
        if not lines or role_of(name, self._book.run_id)[0] == OTHER:
            return ""
        new = self._book.seen(name).new(FROM_BUCKET, lines)
        if new is not None:
            lines = [lines[index] for index in new]
        trouble = ""
        try:
            self._book.spool.append(name, lines)
        except SpoolProblem as problem:
            trouble = str(problem)
        if lines:
            self._book.take_copy(name, copy.parser.batches(b"\n".join(lines) + b"\n"), at)
        return trouble

    def _facts(self, place: RunPlace, objects: list[StoredObject], logs: int) -> BucketFacts:
        metrics = []
        best = last = ""
        for one in objects:
            name = one.key[len(place.prefix) + 1 :]
            found = bucket_facts.METRICS.fullmatch(name)
            if found is not None:
                read = bucket_facts.read_metrics(int(found[1] or 0), self._whole(place, one))
                metrics += [read] if read is not None else []
            elif name == bucket_facts.CHECKPOINTS:
                best, last = bucket_facts.read_checkpoints(self._whole(place, one))
        return BucketFacts(
            bucket=place.bucket,
            prefix=place.prefix,
            logs=logs,
            newest=max((one.modified.timestamp() for one in objects), default=None),
            metrics=tuple(sorted(metrics, key=lambda worker: worker.worker)),
            best_checkpoint=best,
            last_checkpoint=last,
        )

    def _whole(self, place: RunPlace, one: StoredObject) -> bytes:
        """A small object, asked for only when it has changed."""
        etag, data = self._small.get(one.key, ("", b""))
        if etag != one.etag:
            try:
                data, etag = run_objects.read_from(self._aws, place.bucket, one.key, 0)
            except AwsProblem as problem:
                if problem.code != "no-object":
                    raise
            self._small[one.key] = (etag, data)
        return data


class _Copy:
    """How far a log was read."""

    def __init__(self) -> None:
        self.etag = ""
        self.restart()

    def restart(self) -> None:
        self.size = 0
        self.tail = b""
        self.splitter = LineSplitter()
        self.parser = Parser()
