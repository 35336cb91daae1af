"""Fetching routes over real HTTP, from a server on this machine."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dots_tui.tracks import fetch as fetching
from dots_tui.tracks import verify
from dots_tui.tracks.builtin import track_for
from dots_tui.tracks.checksums import SHA256
from dots_tui.tracks.fetch import Cancelled, Downloader, FetchProblem, Offline, url_of
from dots_tui.tracks.npy import MAX_BYTES
from dots_tui.tracks.sources import TrackStore
from tests.tracks.routes import Server, npy, rows_of, serve

OVAL = npy(rows_of(track_for("Oval_track")))
PATH = "/v6.0.5/Oval_track.npy"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server where the public track data would be; what it has of Oval_track counts as published."""
    checksums = {**SHA256, "Oval_track": hashlib.sha256(OVAL).hexdigest()}
    monkeypatch.setattr(verify, "SHA256", checksums)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serve() as served:
        monkeypatch.setenv(fetching.URL_VARIABLE, served.template)
        served.files[PATH] = OVAL
        yield served


@pytest.fixture
def tracks(tmp_path: Path) -> TrackStore:
    return TrackStore(tmp_path / "cache")


def test_a_route_is_fetched_verified_and_kept(server: Server, tracks: TrackStore) -> None:
    came: list[tuple[int, int]] = []
    track = Downloader(tracks).fetch("Oval_track", lambda here, whole: came.append((here, whole)))
    assert track == tracks.known("Oval_track")
    assert (tracks.cache / "Oval_track.npy").read_bytes() == OVAL
    assert came[0] == (0, len(OVAL))
    assert came[-1] == (len(OVAL), len(OVAL))
    assert [here for here, _ in came] == sorted(here for here, _ in came)


def test_an_older_track_comes_from_an_older_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(fetching.URL_VARIABLE, raising=False)
    assert url_of("2022_reinvent_champ").endswith("/v5.3.3/bundle/routes/2022_reinvent_champ.npy")
    assert url_of("H_track").endswith("/v5.3.3/bundle/routes/H_track.npy")
    assert url_of("Monaco") == (
        "https://raw.githubusercontent.com/aws-deepracer-community/deepracer-simapp/v6.0.5/bundle/routes/Monaco.npy"
    )


@pytest.mark.parametrize("template", ["file:///etc/{name}", "https://example.org/all.npy", "{name}"])
def test_an_address_that_is_none_is_refused(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fetching.URL_VARIABLE, template)
    with pytest.raises(FetchProblem, match=fetching.URL_VARIABLE):
        url_of("Monaco")


def test_a_name_that_is_a_path_is_never_asked_for(server: Server, tracks: TrackStore) -> None:
    with pytest.raises(FetchProblem, match="name of a track"):
        Downloader(tracks).fetch("../secret")
    assert server.asked == []


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("Monaco", None, "has no route there: http.*Monaco.npy .404."),
        ("busy", None, "HTTP 503"),
        ("Monaco", OVAL, "is not the track Monaco: length"),
        ("Bowtie_track", npy(rows_of(track_for("Bowtie_track"))), "checksum"),
        ("Monaco", b"<html>who are you?</html>", "no .npy file"),
        ("Monaco", npy([(0.0, 1.0)] * 9, shape=(9, 2)), "shape"),
        ("Monaco", b"\x93NUMPY" * MAX_BYTES, "more than 1,000,000 bytes"),
    ],
)
def test_what_is_not_the_route_is_not_kept(
    server: Server, tracks: TrackStore, name: str, data: bytes | None, what: str
) -> None:
    if data is not None:
        server.files[f"/v6.0.5/{name}.npy"] = data
    with pytest.raises(FetchProblem, match=what):
        Downloader(tracks).fetch(name)
    assert tracks.known(name) is None
    assert not tracks.cache.exists()
    assert len(server.asked) == 1


def test_a_length_that_is_not_told_does_not_open_the_door(server: Server, tracks: TrackStore) -> None:
    server.lengths[PATH] = None
    assert Downloader(tracks).fetch("Oval_track").name == "Oval_track"
    server.files[PATH] = OVAL + bytes(2 * MAX_BYTES)
    with pytest.raises(FetchProblem, match="more than 1,000,000 bytes"):
        Downloader(tracks).fetch("Oval_track")


def test_a_connection_that_ends_early_is_told(server: Server, tracks: TrackStore) -> None:
    server.lengths[PATH] = len(OVAL) + 1000
    with pytest.raises(FetchProblem, match=rf"ended after {len(OVAL)} of {len(OVAL) + 1000} bytes"):
        Downloader(tracks).fetch("Oval_track")
    assert tracks.known("Oval_track") is None


def test_it_can_be_given_up_in_the_middle(server: Server, tracks: TrackStore) -> None:
    server.held = threading.Event()
    enough = threading.Event()

    def progress(here: int, _: int) -> None:
        if here:
            enough.set()
            assert server.held is not None
            server.held.set()

    with pytest.raises(Cancelled):
        Downloader(tracks).fetch("Oval_track", progress, enough.is_set)
    assert tracks.known("Oval_track") is None


def test_a_server_that_falls_silent_is_given_up(
    server: Server, tracks: TrackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT_S", 0.2)
    server.held = threading.Event()
    with pytest.raises(Offline, match="does not answer in time"):
        Downloader(tracks).fetch("Oval_track")
    assert server.half_sent.is_set()


def test_a_server_that_is_too_slow_is_given_up(
    server: Server, tracks: TrackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "DEADLINE_S", -1.0)
    with pytest.raises(FetchProblem, match="too slow"):
        Downloader(tracks).fetch("Oval_track")


def test_being_offline_is_said_and_not_tried_again_at_once(tracks: TrackStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        monkeypatch.setenv(fetching.URL_VARIABLE, f"http://127.0.0.1:{nobody.getsockname()[1]}/{{name}}.npy")
        once = Downloader(tracks)
        with pytest.raises(Offline, match=r"cannot be reached: Connection refused\.$"):
            once.fetch("Oval_track")
    with serve() as served:
        monkeypatch.setenv(fetching.URL_VARIABLE, served.template)
        with pytest.raises(Offline, match=r"tried again in \d+ s"):
            once.fetch("Monaco")
        assert served.asked == []
        monkeypatch.setattr(fetching, "OFFLINE_S", 0.0)
        with pytest.raises(FetchProblem, match="404"):
            once.fetch("Monaco")
        assert served.asked == ["/v6.0.5/Monaco.npy"]


def test_a_published_route_passes_all_checks(samples: Path, server: Server, tracks: TrackStore) -> None:
    server.files["/v5.3.3/2022_reinvent_champ.npy"] = (samples / "tracks" / "2022_reinvent_champ.npy").read_bytes()
    assert Downloader(tracks).fetch("2022_reinvent_champ").length_m == pytest.approx(33.275, abs=0.001)
