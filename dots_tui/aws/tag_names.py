"""The tags that dots-tui sets on its resources."""

from __future__ import annotations

TAG_KIND = "dots-tui:kind"
"""base, training or access."""
TAG_BASE = "dots-tui:base"
TAG_EXPIRES = "dots-tui:expires"
TAG_RUN = "dots-tui:run"
TAG_RACER = "dots-tui:racer"
