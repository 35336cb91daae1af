"""The metrics of a run, read from the bucket beside the log: what was driven before anybody watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.runs import bucket_facts
from dots_tui.aws import run_objects
from dots_tui.aws.problems import AwsProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.runs.book import RunBook
    from dots_tui.aws.run_objects import RunPlace
    from dots_tui.aws.session import Aws

LOOK_S = 30.0
"""Pause between two looks. A look costs one list and the files that have changed."""
_FOLDER = "metrics"
_EXPECTED = ("no-place", "no-object", "no-such-stack", "changed")
"""Problems of a run that has written nothing yet, or is gone."""


class MetricsFeed:
    """Reads `TrainingMetrics*.json` and the list of checkpoints where the run writes now."""

    def __init__(self, aws: Aws, place: Callable[[], RunPlace]) -> None:
        self._aws = aws
        self._place = place
        self._known: dict[str, tuple[str, bytes]] = {}

    def look(self, book: RunBook) -> None:
        """Read what has changed and tell the book. A refusal is told once, as a notice."""
        try:
            self._look(book)
        except AwsProblem as problem:
            if problem.code not in _EXPECTED:
                book.notice(_FOLDER, f"Iterations driven before watching began may be missing: {problem}")
            return
        book.notice(_FOLDER, "")

    def _look(self, book: RunBook) -> None:
        place = self._place()
        prefix = book.model_prefix or place.prefix
        metrics = []
        for one in run_objects.list_objects(self._aws, place.bucket, f"{prefix}/{_FOLDER}"):
            found = bucket_facts.METRICS.fullmatch(one.key[len(prefix) + 1 :])
            if found is not None:
                read = bucket_facts.read_metrics(int(found[1] or 0), self._read(place.bucket, one.key, one.etag))
                metrics += [read] if read is not None else []
        last = ""
        if metrics:
            _, last = bucket_facts.read_checkpoints(self._checkpoints(place.bucket, prefix))
            book.measured_run(prefix, metrics, last)

    def _read(self, bucket: str, key: str, etag: str) -> bytes:
        known, data = self._known.get(key, ("", b""))
        if known != etag:
            data, etag = run_objects.read_from(self._aws, bucket, key, 0)
            self._known[key] = (etag, data)
        return data

    def _checkpoints(self, bucket: str, prefix: str) -> bytes:
        try:
            return run_objects.read_from(self._aws, bucket, f"{prefix}/{bucket_facts.CHECKPOINTS}", 0)[0]
        except AwsProblem as problem:
            if problem.code != "no-object":
                raise
            return b""
