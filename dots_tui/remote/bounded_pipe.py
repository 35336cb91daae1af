"""A memory limit for each channel of an SSH connection, even if the server ignores the window.

paramiko grants a window (2 MiB) and trusts the server with it. With compression, a server that
keeps sending fills the memory from a few kilobytes on the wire.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from paramiko import SSHException
from paramiko.buffered_pipe import BufferedPipe

if TYPE_CHECKING:
    from paramiko import Channel

LARGEST_PACKET = 1 << 20
"""Bytes of one packet after decompression; SSH requires 35,000."""
MOST_BUFFERED = 8 << 20
"""Bytes: four windows. A well-behaved server never has more than one in transit."""


class BoundedPipe(BufferedPipe):  # type: ignore[type-arg]  # generic in the stubs only
    """A buffer that ends the connection when more than `most` bytes wait in it."""

    def __init__(self, most: int = MOST_BUFFERED) -> None:
        super().__init__()
        self._most = most

    def feed(self, data: bytes | str) -> None:
        """Add data from the transport's thread. Raise SSHException, which ends the connection."""
        if len(self) + len(data) > self._most:
            raise SSHException(f"the server sends more than the {self._most >> 20} MiB it may send ahead")
        super().feed(data)


class BoundedInflater:
    """A packet decompressor like paramiko's `ZlibDecompressor`, limited to `most` bytes per packet."""

    def __init__(self, most: int = LARGEST_PACKET) -> None:
        self._inflate = zlib.decompressobj()
        self._most = most

    def __call__(self, data: bytes) -> bytes:
        """Return the content of one packet. Raise SSHException, which ends the connection."""
        content = self._inflate.decompress(data, self._most)
        if self._inflate.unconsumed_tail:
            raise SSHException("the server sends a packet that is far too large once it is decompressed")
        return content


def bound_buffers(channel: Channel, most: int = MOST_BUFFERED) -> None:
    """Limit both buffers of a channel before its first request."""
    channel.in_buffer = BoundedPipe(most)
    channel.in_stderr_buffer = BoundedPipe(most)
