"""A Docker engine without Docker: logs in memory, and answers to command lines of the client.

It supports `ps`, `logs`, `inspect` and `events` with the options in `_parsers`. It refuses everything else with an
error message like Docker's.
"""

from __future__ import annotations

import argparse
import json
import re
import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn

from dots_tui.demo.container_log import ContainerLog, Entry, stamp_of
from dots_tui.demo.docker_time import ago, read_since
from dots_tui.demo.instance_clock import InstanceClock
from dots_tui.demo.shell_line import NotUnderstood, ShellLine, read_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dots_tui.demo.ssh_host import Writer

__all__ = ["ContainerLog", "DockerEngine"]

LOG_BYTES = 8 << 20
TICK_S = 0.2
PIECE = 16 * 1024
"""Docker splits longer lines into pieces of this size."""
TERMINATED = 143
NO_COMMAND = 127
BAD_USAGE = 125
BAD_TEMPLATE = 64

_TEMPLATE = re.compile(r"\{\{\s*(json\s+)?\.([\w.]*)\s*\}\}")


class DockerEngine:
    """Containers by name. `handle` is a handler for `SshHost`."""

    def __init__(self, log_bytes: int = LOG_BYTES, clock: InstanceClock | None = None) -> None:
        self._log_bytes = log_bytes
        self.clock = clock or InstanceClock()
        self._lock = threading.Lock()
        self._containers: dict[str, ContainerLog] = {}

    def create(self, name: str, image: str = "deepracer", labels: Mapping[str, str] | None = None) -> ContainerLog:
        """Return a new running container; an existing one of the same name is removed first."""
        container = ContainerLog(name, image, labels or {}, self._log_bytes, self.clock)
        with self._lock:
            old = self._containers.pop(name, None)
            self._containers[name] = container
        if old is not None:
            old.remove()
        return container

    def remove(self, name: str) -> None:
        """Remove a container, running or not. Raises KeyError if it does not exist."""
        with self._lock:
            container = self._containers.pop(name)
        container.remove()

    def containers(self) -> list[ContainerLog]:
        """Return all containers, newest first, in the order of `docker ps`."""
        with self._lock:
            return list(reversed(list(self._containers.values())))

    def find(self, reference: str) -> ContainerLog | None:
        """Return the container with this name or id prefix."""
        with self._lock:
            named = self._containers.get(reference)
            if named is not None:
                return named
            found = [one for one in self._containers.values() if reference and one.id.startswith(reference)]
        return found[0] if len(found) == 1 else None

    def handle(self, command: str, out: Writer) -> int:
        """Answer one command line. Return its exit status."""
        try:
            line = read_line(command)
        except NotUnderstood as problem:
            out.err(f"sh: not understood here: {problem}\n")
            return 2
        if line.words[0] != "docker":
            _Answer(out, line).err(f"sh: {line.words[0]}: command not found\n")
            return NO_COMMAND
        return _Client(self, _Answer(out, line)).run(line.words[1:])


class _Answer:
    """The output streams of one command, as its shell line redirects them."""

    def __init__(self, out: Writer, line: ShellLine) -> None:
        self._out = out
        self._guarded = line.guarded
        self.write = out.write
        self.err = out.write if line.joined else out.err

    @property
    def ended(self) -> bool:
        """True if the command should end because nobody reads its output."""
        return self._out.stdin_ended if self._guarded else self._out.closed


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Refused(BAD_USAGE, f"{message}\nSee '{self.prog} --help'.")


def _parsers() -> dict[str, _Parser]:
    """Return the option parsers of the subcommands."""
    names = ("ps", "logs", "inspect", "events")
    ps, logs, inspect, events = (_Parser(prog=f"docker {name}", add_help=False, allow_abbrev=False) for name in names)
    ps.add_argument("-a", "--all", action="store_true")
    ps.add_argument("-q", "--quiet", action="store_true")
    ps.add_argument("--no-trunc", action="store_true")
    ps.add_argument("--format", default="{{.ID}}   {{.Image}}   {{.Status}}   {{.Names}}")
    logs.add_argument("-f", "--follow", action="store_true")
    logs.add_argument("-t", "--timestamps", action="store_true")
    logs.add_argument("--since")
    logs.add_argument("-n", "--tail", default="all")
    logs.add_argument("container")
    inspect.add_argument("-f", "--format")
    inspect.add_argument("container", nargs="+")
    events.add_argument("--filter", action="append")
    events.add_argument("--format", default="{{.ID}} {{.Action}}")
    return {"ps": ps, "logs": logs, "inspect": inspect, "events": events}


class _Client:
    """The docker client for one command line."""

    def __init__(self, engine: DockerEngine, out: _Answer) -> None:
        self._engine = engine
        self._out = out
        self._commands: dict[str, Callable[[argparse.Namespace], int]] = {
            "ps": self._ps,
            "logs": self._logs,
            "inspect": self._inspect,
            "events": self._events,
        }

    def run(self, words: list[str]) -> int:
        name = words[0] if words else ""
        try:
            if name not in self._commands:
                raise _Refused(1, f"docker: {name!r} is not a docker command here.")
            return self._commands[name](_parsers()[name].parse_args(words[1:]))
        except _Refused as refused:
            self._out.err(f"{refused}\n")
            return refused.status

    def _ps(self, options: argparse.Namespace) -> int:
        template = "{{.ID}}" if options.quiet else options.format
        for container in self._engine.containers():
            if options.all or container.running:
                row = ps_row(container, self._engine.clock.now())
                if not options.no_trunc:
                    row["ID"] = row["ID"][:12]
                self._out.write(_fill(template, row) + "\n")
        return 0

    def _inspect(self, options: argparse.Namespace) -> int:
        found = [self._engine.find(reference) for reference in options.container]
        facts = [inspect_row(container) for container in found if container is not None]
        if options.format is None:
            self._out.write(json.dumps(facts, indent=4) + "\n")
        for row in facts if options.format is not None else ():
            self._out.write(_fill(options.format, row) + "\n")
        missing = [name for name, container in zip(options.container, found) if container is None]
        for name in missing:
            self._out.err(f"Error: No such object: {name}\n")
        return 1 if missing else 0

    def _events(self, options: argparse.Namespace) -> int:
        """Print the changes of containers since the last poll; filters are not checked."""
        known = self._states()
        while not self._out.ended:
            time.sleep(TICK_S)
            now = self._states()
            changed = [(id_, "start" if state else "die") for id_, state in now.items() if known.get(id_) != state]
            for id_, action in changed + [(id_, "destroy") for id_ in known if id_ not in now]:
                self._out.write(_fill(options.format, {"ID": id_, "Action": action}) + "\n")
            known = now
        return TERMINATED

    def _states(self) -> dict[str, bool]:
        return {container.id: container.running for container in self._engine.containers()}

    def _logs(self, options: argparse.Namespace) -> int:
        container = self._engine.find(options.container)
        if container is None:
            raise _Refused(1, f"Error response from daemon: No such container: {options.container}")
        try:
            since = stamp_of(read_since(options.since, self._engine.clock.now_ns())) if options.since else None
        except ValueError:
            raise _Refused(1, f'invalid value for "since": {options.since}') from None
        run = container.restarts
        at = container.start_of(since, _tail(options.tail))
        while not self._out.ended:
            at, entries = container.read(at)
            if entries:
                self._print(entries, timestamps=options.timestamps)
            elif not options.follow or not container.wait(at, run, TICK_S):
                return 0
        return TERMINATED

    def _print(self, entries: list[Entry], *, timestamps: bool) -> None:
        """Write lines; consecutive lines of one stream are written together."""
        parts: list[bytes] = []
        stream = entries[0].stream
        for entry in entries:
            if entry.stream != stream:
                self._write(stream, parts)
                stream, parts = entry.stream, []
            parts.append(_printed(entry, timestamps=timestamps))
        self._write(stream, parts)

    def _write(self, stream: str, parts: list[bytes]) -> None:
        (self._out.err if stream == "stderr" else self._out.write)(b"".join(parts))


def _printed(entry: Entry, *, timestamps: bool) -> bytes:
    if not timestamps:
        return entry.data + b"\n"
    mark = entry.stamp.encode("ascii") + b" "
    pieces = [entry.data[start : start + PIECE] for start in range(0, len(entry.data), PIECE)] or [b""]
    return b"".join(mark + piece for piece in pieces) + b"\n"


def _tail(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdigit():
        raise _Refused(1, f'invalid value for "tail": {text}')
    return int(text)


def _fill(template: str, row: Mapping[str, Any]) -> str:
    """Return a filled Go template of the simplest kind: `{{.Field}}`, `{{json .Field}}`, `{{json .}}`."""

    def value(match: re.Match[str]) -> str:
        found: Any = row
        for name in filter(None, match[2].split(".")):
            if not isinstance(found, dict) or name not in found:
                raise _Refused(BAD_TEMPLATE, f"template parsing error: no field {name!r}")
            found = found[name]
        return json.dumps(found) if match[1] or not isinstance(found, str) else found

    text = _TEMPLATE.sub(value, template)
    if "{{" in _TEMPLATE.sub("", template):
        raise _Refused(BAD_TEMPLATE, f"template parsing error: {template}")
    return text


def ps_row(container: ContainerLog, now: float) -> dict[str, str]:
    """Return the fields of `docker ps --no-trunc --format '{{json .}}'` at `now` (Unix seconds)."""
    if container.finished is None:
        state, status = "running", f"Up {ago(now - container.started)}"
    else:
        state = "exited"
        status = f"Exited ({container.exit_code}) {ago(now - container.finished)} ago"
    return {
        "Command": '"./run.sh"',
        "CreatedAt": time.strftime("%Y-%m-%d %H:%M:%S +0000 UTC", time.gmtime(container.created)),
        "ID": container.id,
        "Image": container.image,
        "Labels": ",".join(f"{key}={value}" for key, value in container.labels.items()),
        "LocalVolumes": "0",
        "Mounts": "",
        "Names": container.name,
        "Networks": "sagemaker-local",
        "Ports": "",
        "RunningFor": f"{ago(now - container.created)} ago",
        "Size": "0B",
        "State": state,
        "Status": status,
    }


def inspect_row(container: ContainerLog) -> dict[str, Any]:
    """Return the fields of `docker inspect` that are meaningful without a real container."""
    finished = container.finished
    return {
        "Id": container.id,
        "Created": _stamp(container.created),
        "Name": f"/{container.name}",
        "RestartCount": 0,
        "State": {
            "Status": "running" if finished is None else "exited",
            "Running": finished is None,
            "Paused": False,
            "Restarting": False,
            "OOMKilled": False,
            "Dead": False,
            "ExitCode": 0 if finished is None else container.exit_code,
            "Error": "",
            "StartedAt": _stamp(container.started),
            "FinishedAt": "0001-01-01T00:00:00Z" if finished is None else _stamp(finished),
        },
        "Config": {"Hostname": container.id[:12], "Image": container.image, "Labels": dict(container.labels)},
    }


def _stamp(seconds: float) -> str:
    return stamp_of(int(seconds * 1_000_000_000))
