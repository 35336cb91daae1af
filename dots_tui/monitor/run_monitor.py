"""Watching one run over SSH: find the instance, connect, follow its containers, come back after every cut.

One supervisor thread does all of that; each followed container has a thread that reads, keeps and
understands its log. There is no queue between them: a reader that is slow slows its remote command down.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from dots_tui.monitor import snapshot as words
from dots_tui.monitor.feed import Feed
from dots_tui.monitor.link import RETRIES_S, BackOff, Link
from dots_tui.monitor.snapshot import MonitorSnapshot
from dots_tui.remote.docker import list_containers
from dots_tui.remote.pool import Pool
from dots_tui.remote.problems import RemoteProblem
from dots_tui.training.containers import EVALUATION, ROBOMAKER, TRAINER, classify
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dots_tui.remote.connection import Target
    from dots_tui.remote.host_keys import HostCheck, HostKeys
    from dots_tui.remote.timing import Timing
    from dots_tui.spool import Spool
    from dots_tui.training.containers import Container
    from dots_tui.training.records import Record

POLL_S = 2.5
BREATH_S = 0.1
"""Pause after being woken: containers tend to end together, and one look is enough for all."""
FOLLOWED = (ROBOMAKER, EVALUATION, TRAINER)
STOP_S = 3.0
"""How long `stop` waits at most. Threads that hang longer (in a call to AWS, say) are daemons."""


class RunMonitor:
    """Watches the run *run_id* on the instance that *locate* finds.

    *locate* says where the instance is, each time anew because its address may change; it raises while there
    is nothing to connect to. *authorise* sends a public key line to the instance. Both are called in threads of
    the monitor and may block; what they raise becomes the message of the transport. *spool* gets every line
    under its container's name. *on_change* is called, in some thread, once a batch of lines and when the
    transport changes; it must return at once and wait for nobody. *poll_s* is how often containers are looked
    for, *retries_s* the pauses between tries to connect.
    """

    def __init__(
        self,
        locate: Callable[[], Target],
        authorise: Callable[[Target, str], None],
        host_keys: HostKeys,
        spool: Spool,
        run_id: int = 0,
        *,
        on_change: Callable[[], None] = lambda: None,
        poll_s: float = POLL_S,
        retries_s: Sequence[float] = RETRIES_S,
        timing: Timing | None = None,
    ) -> None:
        self._locate = locate
        self._authorise = authorise
        self._host_keys = host_keys
        self._spool = spool
        self._run_id = run_id
        self._on_change = on_change
        self._poll_s = poll_s
        self._timing = timing
        self._back_off = BackOff(retries_s)
        self._link = Link()
        self._lock = threading.Lock()  # for the four below
        self._run = RunState(run_id)
        self._containers: tuple[Container, ...] = ()
        self._present: frozenset[str] = frozenset()
        self._feeds: dict[str, Feed] = {}
        self._pool: Pool | None = None
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._supervise, name="run monitor", daemon=True)

    def start(self) -> None:
        """Start watching. Once only: a stopped monitor stays stopped."""
        self._thread.start()

    def stop(self) -> None:
        """End all threads and connections; returns within about three seconds. May be called twice."""
        self._stopping.set()
        self._wake.set()
        pool = self._pool
        if pool is not None:
            pool.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(STOP_S)
        self._link.set(words.STOPPED, "Not watching any more.")

    def snapshot(self) -> MonitorSnapshot:
        """Everything as it is now; immutable, from any thread, cheap enough for ten times a second."""
        with self._lock:
            run = self._run.snapshot(time.time())
            containers = self._containers
            feeds = tuple(feed.state() for feed in self._feeds.values())
        return MonitorSnapshot(self._link.snapshot(), run, containers, feeds)

    # ---- the supervisor's thread

    def _supervise(self) -> None:
        while not self._stopping.is_set():
            state, message = words.WAITING, ""
            try:
                target = self._locate()
                state = words.LOST
                self._say(words.CONNECTING, f"Connecting to {target}.")
                self._attend(target)
            except Exception as error:  # noqa: BLE001 - locate is the caller's and may raise anything; it is shown
                message = str(error) or type(error).__name__
            if self._stopping.is_set():
                return
            pause = self._back_off.next()
            self._say(state, message, retry_in=pause)
            self._stopping.wait(pause)

    def _attend(self, target: Target) -> None:
        """Work with one pool of connections until it is lost (raises) or we are told to stop (returns)."""
        pool = Pool(target, lambda line: self._authorise(target, line), self._host_keys, timing=self._timing)
        self._pool = pool
        if self._stopping.is_set():
            return  # stop() did not see this pool
        for feed in self._feeds.values():
            feed.reconnected()
        try:
            greeting = _greeting(target, pool.open())
            while not self._stopping.is_set():
                self._wake.clear()
                trouble = self._look(pool)
                self._say(words.CONNECTED, trouble or greeting)
                self._wake.wait(self._poll_s)
                self._stopping.wait(min(BREATH_S, self._poll_s))
        finally:
            self._let_go(pool)

    def _look(self, pool: Pool) -> str:
        """See which containers there are and follow what is new; says what is wrong with Docker, if anything.

        Raises RemoteProblem when the connection is lost.
        """
        trouble = ""
        try:
            containers = classify(list_containers(pool.run), self._run_id)
        except RemoteProblem as problem:
            trouble = str(problem)
        else:
            self._meet(containers, pool)
            self._back_off.reset()
        lost = pool.problem()
        if lost is not None:
            raise lost
        return trouble

    def _meet(self, containers: list[Container], pool: Pool) -> None:
        followed = {container.id: container for container in containers if container.role in FOLLOWED}
        with self._lock:
            self._containers = tuple(containers)
            self._present = frozenset(container.id for container in containers)
            self._run.containers(containers)
            for container in followed.values():
                if container.id not in self._feeds:
                    self._feeds[container.id] = Feed(container, self._spool, self._apply, self._wake.set)
            for gone in [key for key, feed in self._feeds.items() if key not in followed and not feed.following]:
                del self._feeds[gone]
        for container in followed.values():
            self._feeds[container.id].follow(container, pool.stream)

    def _let_go(self, pool: Pool) -> None:
        feeds = list(self._feeds.values())
        for feed in feeds:
            feed.stop()
        pool.close()
        deadline = time.monotonic() + STOP_S
        for feed in feeds:
            feed.join(max(0.0, deadline - time.monotonic()))
        self._pool = None

    def _say(self, state: str, message: str, retry_in: float | None = None) -> None:
        if not self._stopping.is_set() and self._link.set(state, message, retry_in=retry_in):
            self._on_change()

    # ---- the followers' threads

    def _apply(self, container: Container, records: list[tuple[float, Record]]) -> None:
        with self._lock:
            # A replaced container may still have something to say; its name is another one's now.
            if container.id in self._present:
                for at, record in records:
                    self._run.apply(container.name, record, at)
        self._link.data()
        self._on_change()


def _greeting(target: Target, host: HostCheck) -> str:
    trust = f" Its host key {host.fingerprint} was not known and is trusted from now on." if host.first_use else ""
    return f"Connected to {target}.{trust}"
