"""Route files for tests, written byte by byte, and a server that has some."""

from __future__ import annotations

import http.server
import struct
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from dots_tui.tracks.geometry import Track


def npy(
    rows: Iterable[Sequence[float]], *, header: int = 128, version: tuple[int, int] = (1, 0), **fields: object
) -> bytes:
    """A .npy file as numpy writes it; *fields* replaces entries of its dictionary, *header* is where numbers begin."""
    table = [tuple(row) for row in rows]
    entries: dict[str, object] = {"descr": "<f8", "fortran_order": False, "shape": (len(table), 6), **fields}
    size = struct.Struct("<H" if version[0] == 1 else "<I")
    length = header - 8 - size.size
    text = repr(entries).encode().ljust(length - 1) + b"\n"
    assert len(text) == length
    body = b"".join(struct.pack(f"<{len(row)}d", *row) for row in table)
    return b"\x93NUMPY" + bytes(version) + size.pack(length) + text + body


def rows_of(track: Track) -> list[tuple[float, ...]]:
    """The rows of a track, as its route file has them."""
    return [(*c, *i, *o) for c, i, o in zip(track.centre, track.inner, track.outer)]


class Server:
    """Answers of a web server by path; ``asked`` has the paths that were asked for.

    ``held`` is waited for between the two halves of a body, when it is there.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.lengths: dict[str, int | None] = {}
        """What Content-Length says, where that is not the truth; None leaves it out."""
        self.asked: list[str] = []
        self.half_sent = threading.Event()
        self.held: threading.Event | None = None
        self.template = ""

    def body(self, data: bytes) -> Iterator[bytes]:
        yield data[: len(data) // 2]
        self.half_sent.set()
        if self.held is not None:
            self.held.wait(20)
        yield data[len(data) // 2 :]


@contextmanager
def serve() -> Iterator[Server]:
    """A server on the loopback address."""
    served = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            data = served.files.get(self.path)
            if data is None:
                self.send_error(503 if self.path.endswith("/busy.npy") else 404)
                return
            self.send_response(200)
            length = served.lengths.get(self.path, len(data))
            if length is not None:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            try:
                for part in served.body(data):
                    self.wfile.write(part)
                    self.wfile.flush()
            except OSError:
                return  # the other side has gone

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.template = f"http://127.0.0.1:{server.server_port}/{{tag}}/{{name}}.npy"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            if served.held is not None:
                served.held.set()
            server.shutdown()
            thread.join()
