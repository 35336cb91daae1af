"""Message handlers found by name: each belongs to a message that exists."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from textual.events import Event
from textual.message import Message
from textual.message_pump import MessagePump

import dots_tui.ui


def _classes() -> Iterator[type[MessagePump]]:
    for module in pkgutil.walk_packages(dots_tui.ui.__path__, "dots_tui.ui."):
        for _, value in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if value.__module__ == module.name and issubclass(value, MessagePump):
                yield value


def _messages(kind: type[Message]) -> Iterator[type[Message]]:
    for below in kind.__subclasses__():
        yield below
        yield from _messages(below)


def test_every_handler_has_its_message() -> None:
    handlers = {(kind, name) for kind in _classes() for name in vars(kind) if name.startswith("on_")}
    known = {message.handler_name for message in _messages(Message)}
    assert len(handlers) > 20
    assert sorted(f"{kind.__qualname__}.{name}" for kind, name in handlers if name not in known) == []


@pytest.mark.parametrize("kind", [Event, Message])
def test_messages_are_found(kind: type[Message]) -> None:
    assert len(list(_messages(kind))) > 10
