"""The shape of the track that is driven comes from the simulation's container, over a real OpenSSH server."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.runs.instance_routes import INSTALLED
from dots_tui.app.runs.snapshot import CONNECTED
from dots_tui.spool.store import Spool
from dots_tui.tracks.builtin import track_for
from dots_tui.tracks.sources import CACHE, TrackStore
from tests.system.openssh import SSHD, Sshd, stamped
from tests.tracks.routes import npy, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dots_tui.app.runs.snapshot import MonitorSnapshot

    Watched = Callable[[Callable[[MonitorSnapshot], object]], None]

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not SSHD.exists(), reason="/usr/sbin/sshd is not installed"),
    pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"),
]

ROUTES = "deepracer_simulation_environment/share/deepracer_simulation_environment/routes"
FIRST, SECOND = "deepracer-0-robomaker-1", "deepracer-0-robomaker-2"


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    (tmp_path / "host").mkdir()
    server = Sshd(tmp_path / "host")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def store(tmp_path: Path) -> TrackStore:
    return TrackStore(tmp_path / "cache")


@pytest.fixture
def watched(sshd: Sshd, store: TrackStore) -> Iterator[Watched]:
    """Watch until something is so."""
    with closing(Spool()) as spool:
        monitor = sshd.monitor(spool, tracks=store)

        def until(condition: Callable[[MonitorSnapshot], object]) -> None:
            deadline = time.monotonic() + 60
            while not condition(monitor.snapshot()):
                assert time.monotonic() < deadline, "it did not happen"
                time.sleep(0.02)

        monitor.start()
        yield until
        monitor.stop()


def drives(sshd: Sshd, world: str, name: str = FIRST) -> None:
    """A simulation runs that drives *world*."""
    log = sshd.container(name)
    log.write_bytes(stamped(f"Starting as worker 0, using world {world} and configuration training_params.yaml."))


def lies(sshd: Sshd, world: str, data: bytes, place: str) -> None:
    """The simulation's container has *data* as the route of *world*."""
    folder = sshd.folder / f"id-{FIRST}" / place.lstrip("/") / ROUTES
    folder.mkdir(parents=True)
    (folder / f"{world}.npy").write_bytes(data)


@pytest.mark.parametrize("place", INSTALLED)
def test_the_route_of_the_world_is_read_and_kept(sshd: Sshd, store: TrackStore, watched: Watched, place: str) -> None:
    lies(sshd, "home", npy(rows_of(track_for("oval"))), place)
    drives(sshd, "home")
    watched(lambda _: store.known("home"))
    found = store.known("home")
    assert found is not None
    assert (found.source, found.centre) == (CACHE, track_for("oval").centre)


def test_a_published_track_comes_as_it_was_published(
    sshd: Sshd, store: TrackStore, watched: Watched, samples: Path
) -> None:
    data = (samples / "tracks" / "reinvent_base.npy").read_bytes()
    lies(sshd, "reinvent_base", data, INSTALLED[1])
    drives(sshd, "reinvent_base")
    watched(lambda _: store.known("reinvent_base"))
    assert (store.cache / "reinvent_base.npy").read_bytes() == data


def test_what_is_not_the_track_it_is_said_to_be_is_not_kept_and_that_is_told(
    sshd: Sshd, store: TrackStore, watched: Watched
) -> None:
    lies(sshd, "Oval_track", npy(rows_of(track_for("kidney"))), INSTALLED[0])
    drives(sshd, "Oval_track")
    watched(lambda now: any("is not kept: Oval_track.npy is not the track" in one for one in now.notices))
    assert store.known("Oval_track") is None


def test_a_route_that_is_not_there_is_no_trouble(sshd: Sshd, store: TrackStore, watched: Watched) -> None:
    lies(sshd, "next", npy(rows_of(track_for("oval"))), INSTALLED[0])
    drives(sshd, "home")
    drives(sshd, "next", SECOND)
    watched(lambda now: store.known("next") and now.transport.state == CONNECTED and not now.notices)
    assert store.known("home") is None
