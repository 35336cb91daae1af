"""What one channel of an SSH connection holds in memory: a window's worth, also when the server does not keep to it.

paramiko grants a window (2 MiB) and trusts the server with it. With compression on, a server that sends on regardless
fills the memory from a few kilobytes on the wire.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from paramiko import SSHException
from paramiko.buffered_pipe import BufferedPipe

if TYPE_CHECKING:
    from paramiko import Channel

LARGEST_PACKET = 1 << 20
"""Bytes of one packet once it is decompressed; SSH asks for 35,000."""
MOST_BUFFERED = 8 << 20
"""Bytes: four windows. An honest server never has more than one under way."""


class BoundedPipe(BufferedPipe):  # type: ignore[type-arg]  # generic in the stubs only
    """A buffer that ends the connection when more than *most* bytes wait in it."""

    def __init__(self, most: int = MOST_BUFFERED) -> None:
        super().__init__()
        self._most = most

    def feed(self, data: bytes | str) -> None:
        """Take data from the transport's thread. Raises SSHException, which ends the connection."""
        if len(self) + len(data) > self._most:
            raise SSHException(f"the server sends more than the {self._most >> 20} MiB it may send ahead")
        super().feed(data)


class BoundedInflater:
    """Decompresses packets as paramiko's `ZlibDecompressor`, but none to more than *most* bytes."""

    def __init__(self, most: int = LARGEST_PACKET) -> None:
        self._inflate = zlib.decompressobj()
        self._most = most

    def __call__(self, data: bytes) -> bytes:
        """The content of one packet. Raises SSHException, which ends the connection."""
        content = self._inflate.decompress(data, self._most)
        if self._inflate.unconsumed_tail:
            raise SSHException("the server sends a packet that is far too large once it is decompressed")
        return content


def bound_buffers(channel: Channel, most: int = MOST_BUFFERED) -> None:
    """Bound both buffers of a channel nothing was asked of yet."""
    channel.in_buffer = BoundedPipe(most)
    channel.in_stderr_buffer = BoundedPipe(most)
