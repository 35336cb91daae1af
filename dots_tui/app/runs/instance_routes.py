"""The shapes of the tracks that are driven, read from a simulation's own container where they are not at hand.

So there is a map without a network of our own: the simulation has the route files it drives by.
"""

from __future__ import annotations

import base64
import binascii
import shlex
from typing import TYPE_CHECKING

from dots_tui.remote.problems import RemoteProblem
from dots_tui.tracks.npy import MAX_BYTES, RouteProblem
from dots_tui.tracks.sources import is_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.runs.book import RunBook
    from dots_tui.remote.connection import Output
    from dots_tui.tracks.sources import TrackStore

INSTALLED = ("/opt/amazon/install", "/opt/simapp", "/opt/install")
"""Where the images of simapp 6, of 5 and of those before have what they are built of (their Dockerfiles say it)."""
_ROUTES = "deepracer_simulation_environment/share/deepracer_simulation_environment/routes"
_NO_SUCH_FILE = 66
_SECONDS = 20.0


class InstanceRoutes:
    """Fills *store* with the routes of the worlds in *book*; each is asked for once."""

    def __init__(self, store: TrackStore, book: RunBook) -> None:
        self._store = store
        self._book = book
        self._asked: set[str] = set()

    def look(self, run: Callable[[str, float], Output]) -> None:
        """Ask for what is missing. It blocks; *run* is `Pool.run`."""
        try:
            self._look(run)
        except RemoteProblem:
            return  # whoever looks at the containers meets the same trouble and says it

    def _look(self, run: Callable[[str, float], Output]) -> None:
        for world in self._book.worlds():
            container = self._book.simulation()
            if container is None:
                return
            if world in self._asked or not is_name(world) or self._store.known(world) is not None:
                continue
            self._take(world, run(route_command(container.id, world), _SECONDS))
            self._asked.add(world)

    def _take(self, world: str, output: Output) -> None:
        if output.status != 0:
            return  # not there, or no shell in there: the track picker fetches it all the same
        try:
            self._store.accept(world, route_in(output.text, world), published=True)
        except RouteProblem as problem:
            self._book.notice(
                f"route {world}", f"The shape of {world} in the simulation's container is not kept: {problem}."
            )


def route_command(container: str, world: str) -> str:
    """Prints the route of *world* in base64 from *container* (name or id); status 66 when it has none."""
    places = " ".join(f"{folder}/{_ROUTES}/{world}.npy" for folder in INSTALLED)
    script = (
        f'for route in {places}; do test -f "$route" || continue; head -c {MAX_BYTES + 1} "$route" | base64; exit; '
        f"done; exit {_NO_SUCH_FILE}"
    )
    return f"docker exec {shlex.quote(container)} sh -c {shlex.quote(script)} 2>/dev/null"


def route_in(text: str, world: str) -> bytes:
    """The bytes of the route in what the command printed. Raises RouteProblem."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise RouteProblem(f"what came for {world}.npy is no base64") from error
