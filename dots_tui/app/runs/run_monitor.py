"""The monitor of one run: it finds the instance, uses the best transport, and reconnects after every cut.

One supervisor thread does this. Each followed container has a thread that reads, stores and parses its log. There is no
queue between them: a slow reader slows its remote command down.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from dots_tui.app.runs import ladder as steps
from dots_tui.app.runs import snapshot as words
from dots_tui.app.runs.book import RunBook
from dots_tui.app.runs.ladder import CLIMB_S, Ladder, RungInfo
from dots_tui.app.runs.link import RETRIES_S, BackOff, Link
from dots_tui.app.runs.metrics_feed import LOOK_S
from dots_tui.app.runs.source import InstanceLocation
from dots_tui.app.runs.ssh_source import SshSource
from dots_tui.aws import read_only
from dots_tui.problems import problem_of
from dots_tui.remote import problems
from dots_tui.remote.problems import RemoteProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dots_tui.app.runs.actions import InstanceAction
    from dots_tui.app.runs.metrics_feed import MetricsFeed
    from dots_tui.app.runs.snapshot import MonitorSnapshot
    from dots_tui.app.runs.source import Rung, Source
    from dots_tui.remote.connection import Output, Target
    from dots_tui.spool.store import Spool
    from dots_tui.tracks.sources import TrackStore
    from dots_tui.training.run_record import RunRecord

BREATH_S = 0.1
"""Pause after being woken: containers tend to end together, and one look finds them all."""
STOP_S = 3.0
"""Maximum seconds that `stop` waits. Threads that hang longer, for example in a call to AWS, are daemons."""
_PORT_CLOSED = (problems.TIMED_OUT, problems.REFUSED, problems.UNREACHABLE, problems.NO_SUCH_HOST, problems.NOT_SSH)
_NOT_TRUSTED = (problems.HOST_KEY_CHANGED, problems.HOST_KEYS_FILE)


class RunMonitor:
    """Watches the run `run_id` through one of `rungs`, best first.

    `locate` returns the instance. It is called for each attempt, because a spot instance may be replaced, and raises
    while there is nothing to connect to. `locate` and the rungs run in threads of the monitor and may block; their
    exceptions become the message of the transport. `spool` receives every line under its container's name, `tracks`
    the missing shapes of the tracks in use. `metrics` are read beside the log. `on_change` is called in any thread
    after each batch of lines and when the transport changes; it must return at once. `retries_s` are the pauses between
    attempts while no rung works, `climb_s` those between attempts to use a better one.
    """

    def __init__(
        self,
        locate: Callable[[], Target],
        rungs: Sequence[Rung],
        spool: Spool,
        run_id: int = 0,
        *,
        tracks: TrackStore | None = None,
        metrics: MetricsFeed | None = None,
        on_change: Callable[[], None] = lambda: None,
        retries_s: Sequence[float] = RETRIES_S,
        climb_s: Sequence[float] = CLIMB_S,
    ) -> None:
        self._locate = locate
        self._rungs = tuple(rungs)
        self._ladder = Ladder([RungInfo(rung.name, rung.title, rung.way) for rung in rungs], climb_s)
        self._on_change = on_change
        self._back_off = BackOff(retries_s)
        self._link = Link()
        self._link.ladder("", self._ladder.states(), None)
        self._book = RunBook(spool, run_id, self._link, on_change, tracks)
        self._source: Source | None = None
        self._reached = False
        self._stopping = threading.Event()
        self._metrics = metrics
        self._thread = threading.Thread(target=self._supervise, name="run monitor", daemon=True)

    def start(self) -> None:
        """Start watching, once: a stopped monitor stays stopped."""
        self._thread.start()
        if self._metrics is not None:
            threading.Thread(target=self._read_metrics, args=(self._metrics,), name="metrics", daemon=True).start()

    def stop(self) -> None:
        """End all threads and connections within about three seconds. May be called twice."""
        self._stopping.set()
        self._book.wake.set()
        source = self._source
        if source is not None:
            source.cut()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(STOP_S)
        self._link.set(words.STOPPED, "Not watching any more.")

    def snapshot(self) -> MonitorSnapshot:
        """Return the current state. Safe in any thread, and cheap enough for ten calls a second."""
        return self._book.snapshot()

    def run(self, action: InstanceAction) -> Output:
        """Run an action on the instance and wait for its end. Blocks.

        Raises RemoteProblem, and in read-only mode AwsProblem `read-only`, because an action changes the run.
        """
        if read_only.wanted():
            raise read_only.refusal(f"run {action.shown} on the instance")
        source = self._source
        if source is None:
            state = self._link.snapshot()
            raise RemoteProblem(problems.NO_WAY, "The instance is not reached at the moment.", state.message)
        return source.run(action.command, action.timeout_s)

    def skip_history(self) -> None:
        """Skip the old lines that are still being read, if any."""
        source = self._source
        if isinstance(source, SshSource):
            source.skip_history()

    # ---- the record of the run

    def remember(self, record: RunRecord) -> None:
        """Merge the saved record of the run; nothing known is lost."""
        self._book.remember(record)

    def record_text(self) -> str:
        """Return the record of the run as text, to be saved."""
        return self._book.record_text()

    def _read_metrics(self, metrics: MetricsFeed) -> None:
        while not self._stopping.is_set():
            metrics.look(self._book)
            self._stopping.wait(LOOK_S)

    # ---- the supervisor's thread

    def _supervise(self) -> None:
        while not self._stopping.is_set():
            self._link.trying()
            place = self._place()
            self._ladder.begin()
            source, first = self._open(place)
            if source is not None:
                self._reached = True
                first = self._stay(source)
            if self._stopping.is_set():
                return
            pause = self._back_off.next()
            waiting = source is None and place.target is None
            self._show(None)
            reason = place.why if waiting else first or self._why_not_better().strip()
            tried = words.LOST if self._reached else words.UNREACHED
            self._say(words.WAITING if waiting else tried, reason, retry_in=pause)
            self._stopping.wait(pause)

    def _place(self) -> InstanceLocation:
        try:
            return InstanceLocation(self._locate())
        except Exception as error:  # noqa: BLE001 - locate is the caller's and may raise anything; it is shown
            return InstanceLocation(None, str(problem_of(error)))

    def _open(self, place: InstanceLocation) -> tuple[Source | None, str]:
        """Try the rungs in order. Return the source of the first that works, or why the first one tried failed."""
        first = ""
        while not self._stopping.is_set() and (index := self._ladder.next()) is not None:
            rung = self._rungs[index]
            why = rung.available(place)
            if why is not None:
                self._ladder.skip(index, why.reason, why.advice)
                continue
            if self._source is None:
                where = "the bucket" if rung.way == steps.BUCKET else place.target
                self._say(words.CONNECTING, f"Connecting to {where} with {rung.title}.")
            try:
                source = rung.open(place, self._book, self._stopping.is_set)
            except Exception as error:  # noqa: BLE001 - the AWS side of a rung may raise anything; it is shown
                self._failed(index, error)
                first = first or str(problem_of(error))
                continue
            self._ladder.hold(index, time.monotonic())
            if rung.way != steps.BUCKET:
                self._book.notice("host-key", "")
            return source, ""
        return None, first

    def _failed(self, index: int, error: Exception) -> None:
        problem = problem_of(error)
        code = problem.code
        closes = steps.WAY if code in _PORT_CLOSED else steps.HOST if code in _NOT_TRUSTED else steps.RUNG
        self._ladder.fail(index, problem.what, problem.advice, closes)
        if code == problems.HOST_KEY_CHANGED:
            self._book.notice("host-key", str(error))

    def _stay(self, source: Source) -> str:
        """Use a source, or better ones, until it is lost or the monitor stops. Return why it was lost."""
        self._source = source
        try:
            while not self._stopping.is_set():
                self._book.wake.clear()
                self._show(self._ladder.held)
                trouble = source.look()
                self._back_off.reset()
                self._say(words.CONNECTED, trouble or source.greeting + self._why_not_better())
                if self._ladder.climb_due(time.monotonic()):
                    source = self._source = self._climb(source)
                    continue
                self._book.wake.wait(self._pause(source))
                self._stopping.wait(min(BREATH_S, source.pause_s))
        except Exception as error:  # noqa: BLE001 - the AWS side of a source may raise anything; it is shown
            return str(problem_of(error))
        finally:
            self._ladder.lost()
            source.let_go()
            self._source = None
        return ""

    def _climb(self, source: Source) -> Source:
        """Return the source of a better rung if one works, else `source`."""
        self._ladder.climb()
        better, _ = self._open(self._place())
        if better is None:
            self._ladder.stay(time.monotonic())
            return source
        source.let_go()
        return better

    def _why_not_better(self) -> str:
        """Return why the best rung tried does not work, as a sentence to append; "" if it works."""
        failed = (state for state in self._ladder.states()[: self._ladder.held] if state.state == steps.FAILED)
        state = next(failed, None)
        return f" {state.reason} {state.advice}".rstrip() if state is not None else ""

    def _pause(self, source: Source) -> float:
        climb_in = self._ladder.climb_in(time.monotonic())
        return source.pause_s if climb_in is None else min(source.pause_s, climb_in)

    def _show(self, held: int | None) -> None:
        name = "" if held is None else self._ladder.rungs[held].name
        self._link.ladder(name, self._ladder.states(), self._ladder.climb_in(time.monotonic()))

    def _say(self, state: str, message: str, retry_in: float | None = None) -> None:
        if not self._stopping.is_set() and self._link.set(state, message, retry_in=retry_in):
            self._on_change()
