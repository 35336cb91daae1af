"""The engine answers the command lines our client sends as Docker would, and refuses what it does not know."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from dots_tui.demo.container_log import stamp_of
from dots_tui.demo.docker_engine import DockerEngine
from dots_tui.demo.docker_time import ago, read_since
from dots_tui.demo.shell_line import NotUnderstood, read_line
from dots_tui.remote.docker import EVENTS, LIST, follow_command
from dots_tui.remote.guard import guarded
from dots_tui.training.containers import classify

if TYPE_CHECKING:
    from dots_tui.demo.ssh_host import Writer

STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")


class Screen:
    """A Writer that keeps what is written."""

    def __init__(self) -> None:
        self.out = b""
        self.errors = b""
        self.closed = False
        self.stdin_ended = False

    def write(self, data: str | bytes) -> None:
        self.out += data.encode() if isinstance(data, str) else data

    def err(self, data: str | bytes) -> None:
        self.errors += data.encode() if isinstance(data, str) else data


def ask(engine: DockerEngine, command: str, screen: Screen | None = None) -> tuple[int, str, str]:
    screen = screen or Screen()
    status = engine.handle(command, cast("Writer", screen))
    return status, screen.out.decode(), screen.errors.decode()


class Following:
    """A command that runs in a thread."""

    def __init__(self, engine: DockerEngine, command: str) -> None:
        self.screen = Screen()
        self.status: int | None = None
        self._thread = threading.Thread(target=self._run, args=(engine, command), daemon=True)
        self._thread.start()

    def _run(self, engine: DockerEngine, command: str) -> None:
        self.status = ask(engine, command, self.screen)[0]

    def until(self, text: bytes) -> None:
        deadline = time.monotonic() + 20
        while text not in self.screen.out:
            assert time.monotonic() < deadline, self.screen.out
            time.sleep(0.005)

    def end(self) -> int | None:
        self._thread.join(20)
        return self.status


@pytest.fixture
def engine() -> DockerEngine:
    return DockerEngine()


def rows(engine: DockerEngine, command: str = LIST) -> list[dict[str, Any]]:
    status, text, _ = ask(engine, command)
    assert status == 0
    return [json.loads(line) for line in text.splitlines()]


def test_our_own_list_command_is_answered_with_dockers_fields(engine: DockerEngine) -> None:
    first = engine.create("deepracer-0-robomaker-1", image="simapp:6", labels={"run": "0", "who": "me"})
    engine.create("abc-algo-1-def").exit(137)
    trainer, simulation = rows(engine)
    assert (simulation["ID"], simulation["Names"], simulation["Image"]) == (first.id, first.name, "simapp:6")
    assert (simulation["State"], simulation["Labels"]) == ("running", "run=0,who=me")
    assert simulation["Status"] == "Up Less than a second"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC", simulation["CreatedAt"])
    assert (trainer["State"], trainer["Status"]) == ("exited", "Exited (137) Less than a second ago")
    assert [(one.role, one.slot, one.running) for one in classify([trainer, simulation])] == [
        ("robomaker", 1, True),
        ("trainer", None, False),
    ]


def test_listing_knows_all_short_ids_quiet_and_templates(engine: DockerEngine) -> None:
    one = engine.create("one")
    engine.create("two").exit(0)
    assert [row["Names"] for row in rows(engine, "docker ps --format '{{json .}}'")] == ["one"]
    assert ask(engine, "docker ps -aq")[1].splitlines()[1] == one.id[:12]
    assert ask(engine, "docker ps -a --format '{{.Names}}: {{json .State}}'")[1] == 'two: "exited"\none: "running"\n'
    assert ask(engine, "docker ps")[1].startswith(one.id[:12])
    assert ask(engine, "docker ps --format '{{.Nonsense}}'")[0] == 64
    assert ask(engine, "docker ps --format '{{range .}}'")[0] == 64


def test_a_log_keeps_its_streams_apart_unless_they_are_joined(engine: DockerEngine) -> None:
    container = engine.create("one")
    container.write("out 1")
    container.write(b"err 1", "stderr")
    container.write("out 2")
    assert ask(engine, "docker logs one") == (0, "out 1\nout 2\n", "err 1\n")
    assert ask(engine, "docker logs one 2>&1") == (0, "out 1\nerr 1\nout 2\n", "")
    assert ask(engine, f"docker logs {container.id[:12]} 2>&1")[1] == "out 1\nerr 1\nout 2\n"
    assert container.text() == "out 1\nerr 1\nout 2\n"


def test_times_have_thirty_characters_and_never_repeat(engine: DockerEngine) -> None:
    container = engine.create("one")
    for _ in range(2000):
        container.write("x")
    screen = Screen()
    ask(engine, "docker logs -t one", screen)
    stamps = [line[:30] for line in screen.out.splitlines()]
    assert all(STAMP.fullmatch(stamp) for stamp in stamps)
    assert stamps == sorted(set(stamps))
    assert stamp_of(7) == "1970-01-01T00:00:00.000000007Z"


def test_since_is_inclusive_to_the_nanosecond_and_tail_counts_from_the_end(engine: DockerEngine) -> None:
    container = engine.create("one")
    for number in range(10):
        container.write(str(number))
    stamps = [line[:30] for line in ask(engine, "docker logs -t one")[1].splitlines()]
    assert ask(engine, f"docker logs --since {stamps[6]} one")[1].split() == ["6", "7", "8", "9"]
    assert ask(engine, f"docker logs --since={stamps[6]} --tail 2 one")[1].split() == ["8", "9"]
    assert ask(engine, "docker logs -n 3 one")[1].split() == ["7", "8", "9"]
    assert ask(engine, "docker logs --since 1h --tail all one")[1].split() == [str(number) for number in range(10)]
    assert ask(engine, "docker logs --since 9999-01-01T00:00:00Z one") == (0, "", "")


def test_since_takes_the_forms_docker_takes() -> None:
    second = 1_000_000_000
    assert read_since("1970-01-01T00:00:01.5Z", 0) == 1_500_000_000
    assert read_since("1970-01-01T01:00:00+01:00", 0) == 0
    assert read_since("1970-01-01T00:00:00", 0) == 0
    assert read_since("12.000000003", 0) == 12 * second + 3
    assert read_since("1h2m3s", 5000 * second) == (5000 - 3723) * second
    for wrong in ("yesterday", "1h x", "", "-5m"):
        with pytest.raises(ValueError):
            read_since(wrong, 0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "Less than a second"),
        (1.2, "1 second"),
        (42, "42 seconds"),
        (61, "About a minute"),
        (300, "5 minutes"),
        (3700, "About an hour"),
        (8000, "2 hours"),
        (500_000, "5 days"),
    ],
)
def test_durations_are_in_dockers_words(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_a_long_line_has_a_time_before_each_piece(engine: DockerEngine) -> None:
    engine.create("one").write("a" * 20_000)
    screen = Screen()
    ask(engine, "docker logs -t one", screen)
    assert len(STAMP.findall(screen.out)) == 2
    assert screen.out.count(b"\n") == 1


def test_our_own_follow_command_ends_with_the_container(engine: DockerEngine) -> None:
    container = engine.create("one")
    container.write("before")
    following = Following(engine, follow_command("one"))
    following.until(b"before\n")
    container.write("after", "stderr")
    following.until(b"after\n")
    container.write("last words")
    container.exit(1)
    assert following.end() == 0
    assert following.screen.out.endswith(b"last words\n")
    assert following.screen.errors == b""


def test_a_guarded_follow_ends_with_its_input_another_when_the_client_goes(engine: DockerEngine) -> None:
    engine.create("one").write("x")
    guarded_one, plain = Following(engine, guarded("docker logs -f one")), Following(engine, "docker logs -f one")
    for following in (guarded_one, plain):
        following.until(b"x\n")
        following.screen.stdin_ended = True
    assert guarded_one.end() == 143
    assert plain.status is None
    plain.screen.closed = True
    assert plain.end() == 143


@pytest.mark.parametrize("change", ["restart", "remove", "replace"])
def test_following_ends_when_the_container_is_restarted_removed_or_replaced(engine: DockerEngine, change: str) -> None:
    container = engine.create("one")
    container.write("x")
    following = Following(engine, "docker logs -f one")
    following.until(b"x\n")
    if change == "restart":
        container.restart()
    elif change == "remove":
        engine.remove("one")
    else:
        engine.create("one").write("new")
    assert following.end() == 0
    assert following.screen.out == b"x\n"


def test_a_restarted_container_keeps_its_log_and_a_new_one_has_its_own(engine: DockerEngine) -> None:
    container = engine.create("one")
    container.write("first run")
    container.restart()
    container.write("second run")
    assert ask(engine, "docker logs one")[1] == "first run\nsecond run\n"
    assert engine.create("one").id != container.id
    assert ask(engine, "docker logs one")[1] == ""


def test_a_container_that_ended_prints_nothing_more(engine: DockerEngine) -> None:
    container = engine.create("one")
    container.exit(0)
    with pytest.raises(ValueError, match="does not run"):
        container.write("ghost")


def test_a_log_is_bounded_and_its_newest_lines_are_kept() -> None:
    engine = DockerEngine(log_bytes=100_000)
    container = engine.create("one")
    for number in range(5000):
        container.write(f"line {number}")
        assert container.size <= 100_000
    lines = ask(engine, "docker logs one")[1].splitlines()
    assert lines[-1] == "line 4999"
    assert 100 < len(lines) < 5000
    container.write("x" * 200_000)
    assert ask(engine, "docker logs --tail 1 one")[1] == "x" * 200_000 + "\n"


def test_a_follower_that_is_slower_than_the_log_goes_on_with_what_is_left() -> None:
    container = DockerEngine(log_bytes=10_000).create("one")
    for number in range(1000):
        container.write(str(number))
    after, entries = container.read(0, most=5)
    assert len(entries) == 5
    assert after == int(entries[-1].data) + 1


def test_inspecting_tells_the_state(engine: DockerEngine) -> None:
    container = engine.create("one")
    container.exit(3)
    fact = json.loads(ask(engine, "docker inspect one")[1])[0]
    assert (fact["Id"], fact["Name"], fact["State"]["ExitCode"]) == (container.id, "/one", 3)
    assert ask(engine, "docker inspect -f '{{.State.Status}} {{json .State.Running}}' one")[1] == "exited false\n"
    assert ask(engine, "docker inspect two") == (1, "[]\n", "Error: No such object: two\n")


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("docker logs nobody", 1, "Error response from daemon: No such container: nobody"),
        ("docker logs", 125, "required: container"),
        ("docker ps --no-such-flag", 125, "--no-such-flag"),
        ("docker logs --tail few one", 1, 'invalid value for "tail"'),
        ("docker logs --since yesterday one", 1, 'invalid value for "since"'),
        ("docker rm -f one", 1, "'rm' is not a docker command here"),
        ("docker", 1, "is not a docker command here"),
        ("nvidia-smi -L", 127, "sh: nvidia-smi: command not found"),
        ("docker ps | cat", 2, "not understood here"),
        ("echo $HOME", 2, "not understood here"),
        ("docker ps; reboot", 2, "not understood here"),
        ("docker ps 'half", 2, "not understood here"),
        ("", 2, "not understood here"),
    ],
)
def test_what_it_does_not_know_is_refused(engine: DockerEngine, command: str, status: int, said: str) -> None:
    engine.create("one")
    got, out, errors = ask(engine, command)
    assert (got, out) == (status, "")
    assert said in errors
    assert "Traceback" not in errors


def test_errors_go_where_the_line_says(engine: DockerEngine) -> None:
    assert ask(engine, "docker logs nobody 2>&1") == (1, "Error response from daemon: No such container: nobody\n", "")
    assert ask(engine, "nvidia-smi 2>&1") == (127, "sh: nvidia-smi: command not found\n", "")


def test_a_shell_line_is_read_with_its_quotes() -> None:
    line = read_line(follow_command("it's", "2026-03-01T00:00:59.000000007Z"))
    assert line.words == [
        *["docker", "logs", "--follow", "--timestamps", "--since"],
        "2026-03-01T00:00:59.000000007Z",
        "it's",
    ]
    assert (line.joined, line.guarded) == (True, True)
    with pytest.raises(NotUnderstood):
        read_line("docker ps && reboot")


def test_our_own_events_command_tells_of_containers_that_come_end_and_go(engine: DockerEngine) -> None:
    one = engine.create("one")
    following = Following(engine, EVENTS)
    time.sleep(0.3)  # until it has seen what there is
    two = engine.create("two")
    following.until(f"{two.id} start\n".encode())
    one.exit(1)
    following.until(f"{one.id} die\n".encode())
    engine.remove("two")
    following.until(f"{two.id} destroy\n".encode())
    following.screen.stdin_ended = True
    assert following.end() == 143
