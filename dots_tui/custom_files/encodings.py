"""Text in an encoding that no reader of a run's files expects: PowerShell's > writes UTF-16."""

from __future__ import annotations

_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""The longer marks first: UTF-32's begins as UTF-16's does."""
_LOOKED_AT = 4096
_ENOUGH = 0.4
"""The share of NUL bytes in one half of the bytes that plain text has as UTF-16."""


def wide_encoding(data: bytes) -> str | None:
    """The codec of UTF-16 or UTF-32 text, or None for anything else."""
    codec = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    if codec is None and b"\0" in data:
        sample = data[:_LOOKED_AT]
        half = max(1, len(sample) // 2)
        odd, even = sample[1::2].count(0) / half, sample[::2].count(0) / half
        if odd > _ENOUGH and not even:
            codec = "utf-16-le"
        elif even > _ENOUGH and not odd:
            codec = "utf-16-be"
    return codec if codec is not None and _decoded(data, codec) is not None else None


def as_utf8(data: bytes) -> bytes | None:
    """UTF-16 or UTF-32 text as UTF-8 without a byte order mark; None when ``data`` is something else."""
    codec = wide_encoding(data)
    text = _decoded(data, codec) if codec is not None else None
    return text.removeprefix("\ufeff").encode() if text is not None else None


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    return text if "\0" not in text else None
