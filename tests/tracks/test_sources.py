"""Where geometry comes from: the user's folder, then the cache, and never a formula in place of a route."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dots_tui.tracks.builtin import track_for
from dots_tui.tracks.npy import RouteProblem
from dots_tui.tracks.sources import TrackStore, store
from tests.tracks.routes import npy, rows_of

OVAL = npy(rows_of(track_for("Oval_track")))
SHORT = npy([(0, 0, 0, 1, 0, -1), (3, 0, 3, 1, 3, -1)])


@pytest.fixture
def tracks(tmp_path: Path) -> TrackStore:
    """A store with an empty folder of the user's, and a cache that does not exist yet."""
    (tmp_path / "mine").mkdir()
    return TrackStore(tmp_path / "cache" / "tracks", tmp_path / "mine")


def mine(tracks: TrackStore, name: str, data: bytes) -> Path:
    assert tracks.folder is not None
    path = tracks.folder / f"{name}.npy"
    path.write_bytes(data)
    return path


def test_a_track_without_a_file_is_not_known(tracks: TrackStore) -> None:
    assert tracks.known("Oval_track") is None
    assert tracks.problem("Oval_track") == ""


def test_the_users_own_file_goes_first_and_need_not_be_in_the_catalogue(tracks: TrackStore) -> None:
    tracks.accept("Oval_track", OVAL)
    assert (found := tracks.known("Oval_track")) is not None
    assert (found.source, found.direction) == ("cache", "ccw")
    mine(tracks, "Oval_track", SHORT)
    mine(tracks, "home.v2", SHORT)
    for name in ("Oval_track", "home.v2"):
        assert (found := tracks.known(name)) is not None
        assert (found.source, found.length_m) == ("folder", 3.0)


def test_a_file_is_read_again_only_when_it_changed(tracks: TrackStore) -> None:
    path = mine(tracks, "home", SHORT)
    first = tracks.known("home")
    assert first is not None
    assert tracks.known("home") is first
    mine(tracks, "home", OVAL)
    assert (changed := tracks.known("home")) is not None
    assert changed.length_m == pytest.approx(19.55)
    path.unlink()
    assert tracks.known("home") is None


def test_a_broken_file_is_told_and_the_next_source_is_used(tracks: TrackStore) -> None:
    tracks.accept("Oval_track", OVAL)
    path = mine(tracks, "Oval_track", OVAL[:-8])
    assert (found := tracks.known("Oval_track")) is not None
    assert found.source == "cache"
    assert f"{path} is cut short" in tracks.problem("Oval_track")


def test_a_cache_that_was_tampered_with_is_not_believed(tracks: TrackStore) -> None:
    tracks.accept("Oval_track", OVAL)
    (tracks.cache / "Oval_track.npy").write_bytes(SHORT)
    assert tracks.known("Oval_track") is None
    assert "is not the track Oval_track: length 3.000 m instead of 19.550 m" in tracks.problem("Oval_track")


def test_what_is_handed_in_is_checked_and_kept_whole_or_not_at_all(tracks: TrackStore) -> None:
    with pytest.raises(RouteProblem, match="is not the track"):
        tracks.accept("Monaco", OVAL)
    with pytest.raises(RouteProblem, match="checksum"):
        tracks.accept("Oval_track", OVAL, published=True)
    assert not tracks.cache.exists()
    assert tracks.accept("Oval_track", OVAL) == tracks.known("Oval_track")
    assert [path.name for path in tracks.cache.iterdir()] == ["Oval_track.npy"]


def test_a_cache_that_cannot_be_written_is_told(tracks: TrackStore) -> None:
    tracks.cache.parent.write_text("a file where the folder should be")
    with pytest.raises(RouteProblem, match="cannot be written"):
        tracks.accept("Oval_track", OVAL)


@pytest.mark.parametrize("name", ["", "../Oval_track", "/etc/passwd", ".hidden", "a/b", "a\0b", "x" * 200, "ü"])
def test_a_name_is_no_path(tracks: TrackStore, name: str) -> None:
    mine(tracks, "Oval_track", OVAL)
    assert tracks.known(name) is None
    with pytest.raises(RouteProblem, match="name of a track"):
        tracks.accept(name, OVAL)


def test_it_may_be_asked_from_any_thread(tracks: TrackStore) -> None:
    mine(tracks, "home", SHORT)
    found: list[object] = []

    def ask() -> None:
        for _ in range(50):
            tracks.accept("Oval_track", OVAL)
            found.append((tracks.known("home"), tracks.known("Oval_track")))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200
    assert (None, None) not in found
    assert all(None not in pair for pair in found)  # type: ignore[operator]


def test_whoever_asks_for_the_same_folders_shares_what_was_read(tmp_path: Path) -> None:
    assert store(tmp_path) is store(tmp_path)
    assert store(tmp_path) is not store(tmp_path, tmp_path)
