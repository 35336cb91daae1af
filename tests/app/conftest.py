"""The flows are tested on the loopback AWS."""

from __future__ import annotations

from tests.cloud import aws, base, cloud, files, server, shared

__all__ = ["aws", "base", "cloud", "files", "server", "shared"]
