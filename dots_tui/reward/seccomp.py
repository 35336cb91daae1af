"""A seccomp filter for this process: which system calls it can still make. Linux on x86_64 and aarch64.

Source: seccomp(2), `linux/seccomp.h`, `linux/filter.h`, `linux/audit.h`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

from dots_tui.reward.system_calls import AARCH64, MACHINES, X86_64, allowed, examined, refused

_AUDIT_ARCH = {X86_64: 0xC000003E, AARCH64: 0xC00000B7}
_SECCOMP = {X86_64: 317, AARCH64: 277}
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_PR_SET_NO_NEW_PRIVS = 38

_LOAD, _IF_EQUAL, _IF_NOT_LESS, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE, _UNKNOWN = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
_X32 = 0x40000000

_CLONE_THREAD = 0x00010000
_STOP_SIGNALS = (19, 20, 21, 22)
"""SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU."""
_PRCTLS = (15, 16, 0x53564D41, 3, 23)
"""Name a thread, read the name, name a mapping, read "dumpable", read a capability."""
_FCNTL_OWNER = (8, 15)
"""F_SETOWN, F_SETOWN_EX: signals to a process of the caller's choice."""
_IOCTLS = (0x5412, 0x8901, 0x8902)
"""TIOCSTI, FIOSETOWN, SIOCSPGRP."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand."""


def machine() -> str | None:
    """The machine, if there is a filter for it."""
    name = platform.machine()
    known = sys.platform == "linux" and sys.maxsize > 2**32 and name in MACHINES
    return name if known else None


def restrict(*, writing: bool) -> None:
    """Install the filter for all threads of this process, for good. OSError where the system has none.

    With *writing* a file can still be opened for writing, as far as something else does not prevent it.
    """
    name = machine()
    if name is None:
        raise OSError(errno.ENOSYS, "no filter for this machine")
    code = b"".join(struct.pack("=HBBI", *one) for one in program(name, os.getpid(), writing=writing))
    body = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(body)))
    call(_SECCOMP[name], _SET_MODE_FILTER, _ALL_THREADS, ctypes.addressof(header))


def no_new_privileges() -> None:
    """Programs started from here gain no rights, for good; a condition for filters. OSError where it fails."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")


def call(number: int, *arguments: int) -> int:
    """A system call by its number. Raises OSError for a failure."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result = int(libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def program(name: str, pid: int, *, writing: bool) -> list[Instruction]:
    """The filter of a machine for the process *pid*."""
    code = [(_LOAD, 0, 0, _ARCH_AT), (_IF_EQUAL, 1, 0, _AUDIT_ARCH[name]), (_RETURN, 0, 0, _KILL)]
    code.append((_LOAD, 0, 0, _NUMBER_AT))
    if name == X86_64:
        code += [(_IF_NOT_LESS, 0, 1, _X32), (_RETURN, 0, 0, _UNKNOWN)]
    for number in allowed(name):
        code += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for what, checks in _examinations(pid, writing=writing):
        special = examined(what, name)
        if special is not None:
            code += [(_IF_EQUAL, 0, len(checks), special), *checks]
    for number in refused(name):
        code += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    return [*code, (_RETURN, 0, 0, _UNKNOWN)]


def _examinations(pid: int, *, writing: bool) -> list[tuple[str, list[Instruction]]]:
    """Calls and what is asked of their arguments; the last instruction of each returns."""
    itself_only = [*_unless(0, (pid,)), *_if(1, _STOP_SIGNALS)]
    this_thread_too = [*_unless(0, (pid,)), *_if(2, _STOP_SIGNALS)]
    return [
        ("clone", [_argument(0), (_IF_ANY_BIT, 1, 0, _CLONE_THREAD), (_RETURN, 0, 0, _REFUSE), _pass()]),
        ("kill", [*itself_only, _pass()]),
        ("tgkill", [*this_thread_too, _pass()]),
        ("prctl", [*_unless(0, _PRCTLS), _pass()]),
        ("prlimit64", [*_unless(0, (0, pid)), _pass()]),
        ("fcntl", [*_if(1, _FCNTL_OWNER), _pass()]),
        ("ioctl", [*_if(1, _IOCTLS), _pass()]),
        ("open", [*([] if writing else _if_bits(1, _WRITING)), _pass()]),
        ("openat", [*([] if writing else _if_bits(2, _WRITING)), _pass()]),
    ]


def _argument(index: int) -> Instruction:
    """Load the lower half of an argument; the kernel takes no more of those that are examined."""
    return (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * index)


def _pass() -> Instruction:
    return (_RETURN, 0, 0, _ALLOW)


def _if(index: int, values: tuple[int, ...]) -> list[Instruction]:
    """Refuse if the argument is one of *values*."""
    code = [_argument(index)]
    for value in values:
        code += [(_IF_EQUAL, 0, 1, value), (_RETURN, 0, 0, _REFUSE)]
    return code


def _unless(index: int, values: tuple[int, ...]) -> list[Instruction]:
    """Refuse if the argument is none of *values*."""
    code = [_argument(index)]
    for at, value in enumerate(values):
        code.append((_IF_EQUAL, len(values) - at, 0, value))
    return [*code, (_RETURN, 0, 0, _REFUSE)]


def _if_bits(index: int, bits: int) -> list[Instruction]:
    """Refuse if the argument has one of *bits*."""
    return [_argument(index), (_IF_ANY_BIT, 0, 1, bits), (_RETURN, 0, 0, _REFUSE)]
