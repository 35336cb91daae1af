"""Landlock for this process: which files it can still read; it can change none. Linux 5.13 or newer.

Source: landlock(7), `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from typing import TYPE_CHECKING

from dots_tui.reward.seccomp import call

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""The number of rights on files from each version on."""
_NETWORK_RIGHTS, _SCOPES = 0b11, 0b11
"""Bind and connect; abstract sockets and signals."""


def version() -> int:
    """The version of the kernel's interface. OSError where there is none or where it is switched off."""
    return call(_CREATE_RULESET, 0, 0, _ASK_VERSION)


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Restrict this thread and all that it starts, for good: read *readable* and beneath, write the files *writable*.

    Paths that do not exist are passed over. OSError where the system has no Landlock.
    """
    known = version()
    rights = (1 << max(bits for since, bits in _FILE_RIGHTS.items() if since <= known)) - 1
    fields = [rights] + [_NETWORK_RIGHTS] * (known >= 4) + [_SCOPES] * (known >= 6)
    attributes = ctypes.create_string_buffer(struct.pack(f"={len(fields)}Q", *fields), 8 * len(fields))
    rules = call(_CREATE_RULESET, ctypes.addressof(attributes), len(attributes), 0)
    try:
        for path in readable:
            _allow(rules, path, _READ_FILE | _READ_DIR)
        for path in writable:
            _allow(rules, path, _READ_FILE | _WRITE_FILE)
        call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= ~_READ_DIR
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, place), 12)
        call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(place)
