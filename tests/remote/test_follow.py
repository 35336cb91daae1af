"""How following a log ends, and that nothing half-read is handed over."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from dots_tui.remote import problems
from dots_tui.remote.follow import Follower, Outcome
from dots_tui.remote.guard import unguarded
from dots_tui.remote.problems import RemoteProblem
from dots_tui.remote.resume import Batch, Resume

if TYPE_CHECKING:
    from collections.abc import Callable

STAMP = b"2026-03-01T00:00:%02d.000000000Z "


class Log:
    """What ``docker logs`` would print, and how it would end."""

    def __init__(self, *chunks: bytes, status: int | None = 0) -> None:
        self.chunks = chunks
        self.status = status
        self.commands: list[str | None] = []

    def stream(self, command: str, on_chunk: Callable[[bytes], None], stopped: Callable[[], bool]) -> int | None:
        self.commands.append(unguarded(command))
        for chunk in self.chunks:
            on_chunk(chunk)
        return self.status


def follow(log: Log, resume: Resume) -> tuple[Follower, list[bytes]]:
    lines: list[bytes] = []
    ended = threading.Event()
    follower = Follower("c1", log.stream, resume, lambda batch: lines.extend(batch.lines), lambda _: ended.set())
    assert follower.outcome is None
    follower.start()
    assert ended.wait(20)
    assert follower.join(20)
    return follower, lines


def test_the_end_of_the_container_hands_over_a_last_line_without_newline() -> None:
    follower, lines = follow(Log(STAMP % 1 + b"one\n" + STAMP % 2 + b"tw", b"o", status=0), Resume())
    assert follower.outcome is Outcome.ENDED
    assert lines == [b"one", b"two"]


def test_after_a_cut_the_half_line_comes_again_whole() -> None:
    resume = Resume()
    cut, first = follow(Log(STAMP % 1 + b"one\n" + STAMP % 2 + b"tw", status=None), resume)
    assert cut.outcome is Outcome.CUT
    again = Log(STAMP % 1 + b"one\n" + STAMP % 2 + b"two\n")
    _, second = follow(again, resume)
    assert again.commands == ["docker logs --follow --timestamps --since 2026-03-01T00:00:00.000000000Z c1 2>&1"]
    assert (first, second) == ([b"one"], [b"two"])
    assert resume.duplicates == 1


def test_what_docker_says_about_a_failure_is_the_message() -> None:
    follower, lines = follow(Log(b"Error response from daemon: No such container: c1\n", status=1), Resume())
    assert follower.outcome is Outcome.FAILED
    assert follower.message == "Error response from daemon: No such container: c1"
    assert lines == []


def test_a_failure_without_words_has_a_message_too() -> None:
    follower, _ = follow(Log(status=125), Resume())
    assert follower.message == "docker logs ended with status 125."


def test_a_connection_that_is_gone_is_a_cut_with_its_reason() -> None:
    class Gone(Log):
        def stream(self, command: str, on_chunk: object, stopped: object) -> int | None:
            raise RemoteProblem(problems.LOST, "The connection was lost.", "")

    follower, _ = follow(Gone(), Resume())
    assert follower.outcome is Outcome.CUT
    assert follower.message == "The connection was lost."


def test_a_defect_of_a_reader_ends_the_following_and_is_told() -> None:
    def broken(batch: Batch) -> None:
        raise KeyError("column")

    ended = threading.Event()
    log = Log(STAMP % 1 + b"one\n")
    follower = Follower("c1", log.stream, Resume(), broken, lambda _: ended.set())
    follower.start()
    assert ended.wait(20)
    assert follower.outcome is Outcome.FAILED
    assert "KeyError" in follower.message


def test_a_follower_can_be_stopped() -> None:
    class Endless(Log):
        def stream(self, command: str, on_chunk: Callable[[bytes], None], stopped: Callable[[], bool]) -> int | None:
            while not stopped():
                on_chunk(b"")
            return None

    follower = Follower("c1", Endless().stream, Resume(), lambda _: None)
    follower.start()
    follower.stop()
    assert follower.join(20)
    assert follower.outcome is Outcome.STOPPED
