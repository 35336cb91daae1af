"""A run watched over SSH: its containers are found, each is followed, and the machine is read now and then.

Docker's events wake the supervisor when a container comes or goes; where they cannot be had, it looks every few
seconds. What must outlive a connection - how far each log was read - is in the book.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dots_tui.app.runs.feed import Feed
from dots_tui.app.runs.instance_routes import InstanceRoutes
from dots_tui.remote import gauges
from dots_tui.remote.docker import EVENTS, list_containers, log_drivers
from dots_tui.remote.problems import CANCELLED, RemoteProblem
from dots_tui.remote.timing import Timing
from dots_tui.training.containers import HOST_NAME_LENGTH, ROBOMAKER, classify, elected, is_swarm_name

if TYPE_CHECKING:
    from dots_tui.app.runs.book import RunBook
    from dots_tui.remote.connection import Output
    from dots_tui.remote.pool import Pool
    from dots_tui.training.containers import Container

RARELY = 6
"""With events at hand, containers are looked for so many times more rarely."""
STOP_S = 3.0
COMMAND_S = 20.0
COMMS = "cat ~/deepracer-for-cloud/tmp/comms.{run}/workers"
AWSLOGS = (
    "The containers' logs go to CloudWatch (log driver awslogs, DR_CLOUD_WATCH_ENABLE). They are read from Docker's "
    "local copy as long as it keeps one; without it, set DR_CLOUD_WATCH_ENABLE=False for the next run."
)


@dataclass(frozen=True)
class SourcePace:
    """How often is looked for containers and at the machine, in seconds, and how long SSH may take."""

    poll_s: float = 2.5
    gauges_s: float = 10.0
    timing: Timing = field(default_factory=Timing)


class SshSource:
    """One pool of connections to one instance, opened already. See `Source`."""

    def __init__(self, pool: Pool, book: RunBook, greeting: str, pace: SourcePace) -> None:
        self.greeting = greeting
        self._pool = pool
        self._book = book
        self._pace = pace
        self._over = threading.Event()
        self._events = False  # whether Docker tells of changes
        self._asked_drivers: frozenset[str] = frozenset()
        self._known_workers: frozenset[str] = frozenset()
        self._skip = threading.Event()
        self._routes = InstanceRoutes(book.tracks, book) if book.tracks is not None else None
        for feed in book.feeds.values():
            feed.reconnected()
        book.arrived(pool.target)
        self._threads = [
            threading.Thread(target=self._listen, name=f"ssh {pool.target} events", daemon=True),
            threading.Thread(target=self._measure, name=f"ssh {pool.target} gauges", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pause_s(self) -> float:
        """Short while something is to be tried again, or nobody tells of changes."""
        at_rest = not any(feed.restless for feed in self._book.feeds.values())
        return self._pace.poll_s * RARELY if self._events and at_rest else self._pace.poll_s

    def look(self) -> str:
        """See which containers there are and follow what is new."""
        trouble = ""
        if self._skip.is_set():
            self._skip.clear()
            self._skip_history()
        try:
            containers = classify(list_containers(self._pool.run), self._book.run_id)
        except RemoteProblem as problem:
            trouble = str(problem)
        else:
            followed = self._book.meet(containers, self._make)
            for container in followed:
                self._book.feeds[container.id].follow(container, self._pool.stream)
            self._ask_drivers(followed)
            self._ask_workers(followed)
        lost = self._pool.problem()
        if lost is not None:
            raise lost
        return trouble

    def skip_history(self) -> None:
        """Leave out old lines that are not read yet, and go on with those of the last minute."""
        self._skip.set()
        self._book.wake.set()

    def run(self, command: str, timeout: float) -> Output:
        """Run a command on the instance."""
        return self._pool.run(command, timeout)

    def cut(self) -> None:
        """Close the connections: everything that reads from them ends."""
        self._over.set()
        self._pool.close()

    def let_go(self) -> None:
        """End all threads."""
        feeds = list(self._book.feeds.values())
        for feed in feeds:
            feed.stop()
        self.cut()
        deadline = time.monotonic() + STOP_S
        for feed in feeds:
            feed.join(max(0.0, deadline - time.monotonic()))
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._book.measured(None)

    def _make(self, container: Container) -> Feed:
        book = self._book
        return Feed(container, book.spool, book.take, book.wake.set, book.seen(container.name))

    def _ask_drivers(self, followed: list[Container]) -> None:
        ids = frozenset(container.id for container in followed)
        if not ids or ids <= self._asked_drivers:
            return
        self._asked_drivers = ids
        try:
            drivers = log_drivers(self._pool.run, sorted(ids))
        except RemoteProblem:
            return  # the logs themselves tell when they cannot be read
        self._book.notice("awslogs", AWSLOGS if "awslogs" in drivers else "")

    def _ask_workers(self, followed: list[Container]) -> None:
        """Which worker a container of compose is stands in the file in which they elect themselves."""
        compose = [one for one in followed if one.role == ROBOMAKER and not is_swarm_name(one.name)]
        ids = frozenset(container.id for container in compose)
        if len(ids) < 2 or ids <= self._known_workers:
            return
        try:
            output = self._pool.run(COMMS.format(run=self._book.run_id), COMMAND_S)
        except RemoteProblem:
            return  # the logs say it as well, once
        if output.status == 0:
            self._book.elected(output.text)
            known = elected(output.text)
            self._known_workers = frozenset(one for one in ids if one[:HOST_NAME_LENGTH] in known)

    def _skip_history(self) -> None:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 60)) + ".000000000Z"
        skipped = [feed.skip_history(stamp.encode("ascii")) for feed in self._book.feeds.values()]
        if any(skipped):
            self._book.notice("skipped", f"Log lines before {stamp[11:19]} UTC were left out, as you asked.")

    # -- threads ----------------------------------------------------------------------------------

    def _listen(self) -> None:
        """Wake the supervisor at each event. Ends with the connection, or where Docker has no events."""

        def told(chunk: bytes) -> None:
            if chunk:
                self._book.wake.set()

        begun = threading.Timer(max(1.0, self._pace.poll_s), self._trust_events)
        begun.daemon = True
        begun.start()
        try:
            self._pool.stream(EVENTS, told, self._over.is_set)
        except RemoteProblem:
            pass  # whoever looks at the containers meets the same problem and says it
        finally:
            begun.cancel()
            self._events = False
            self._book.wake.set()

    def _trust_events(self) -> None:
        """They have not ended at once: from now on they tell."""
        self._events = not self._over.is_set()

    def _measure(self) -> None:
        before: gauges.Gauges | None = None
        while not self._over.is_set():
            try:
                text = self._pool.run(gauges.COMMAND, COMMAND_S).text
            except RemoteProblem as problem:
                if problem.code == CANCELLED or not self._pool.alive:
                    return
                text = ""
            before = gauges.parse(text, time.time(), before) if "@time" in text else None
            self._book.measured(before)
            if self._routes is not None:
                self._routes.look(self._pool.run)
            self._over.wait(self._pace.gauges_s)


def greet(pool: Pool, title: str) -> str:
    """Open *pool* and say so; a host key that was not known is shown. Raises RemoteProblem."""
    host = pool.open()
    trust = f" Its host key {host.fingerprint} was not known and is trusted from now on." if host.first_use else ""
    return f"Connected to {pool.target} with {title}.{trust}"
