"""Time limits in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Time limits of one connection; tests use shorter ones."""

    connect: float = 10.0
    """for the TCP connection"""
    handshake: float = 15.0
    """for the first line of the SSH server and for agreeing on keys, each"""
    login: float = 15.0
    """for the answer to our key"""
    channel: float = 10.0
    """for opening one more channel"""
    dead: float = 15.0
    """silence after which the link counts as dead; a keep-alive is sent every third of it"""
    poll: float = 0.25
    """interval at which a quiet stream checks for a stop"""
