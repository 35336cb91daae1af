"""What is new in the snapshots of a run and deserves a notice: each sentence once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dots_tui.app.runs.snapshot import CONNECTED

if TYPE_CHECKING:
    from dots_tui.app.runs.run import Run
    from dots_tui.app.runs.snapshot import MonitorSnapshot


class RunNotice(NamedTuple):
    """A notice: its title, its text, and whether it is a warning."""

    title: str
    text: str
    warns: bool


class RunNews:
    """The news of one run: notices of its snapshots, and host keys that are trusted for the first time."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def look(self, run: Run, snapshot: MonitorSnapshot) -> list[RunNotice]:
        """Return what is new since the last call."""
        found = [RunNotice(run.name, notice, warns=True) for notice in snapshot.notices]
        transport = snapshot.transport
        if transport.state == CONNECTED and "host key" in transport.message:
            found.append(RunNotice("New host key", transport.message, warns=False))
        new = [one for one in found if one.text not in self._seen]
        self._seen.update(one.text for one in new)
        return new
