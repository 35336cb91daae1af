"""Helpers for values that are hard to type: the action space, the track, and the three related values."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from dots_tui.app.milestones import Milestone
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand
from dots_tui.custom_files.folder import MODEL_METADATA, RUN_ENV, SYSTEM_ENV, is_env_file, parse_env
from dots_tui.custom_files.solver import (
    DISTANCE,
    EPISODES,
    LINKED,
    WORKERS,
    Coverage,
    Offer,
    apply,
    coverage,
    no_offer_because,
    offers,
)
from dots_tui.ui.panes.base import Pane

if TYPE_CHECKING:
    from typing import Callable

    from dots_tui.ui.panes.files.view import FileView

TRACK_KEY = "DR_WORLD_NAME"


def edit_actions(pane: Pane, changed: Callable[[], None]) -> None:
    """Open the editor of the action space; call `changed` if it changed model_metadata.json."""
    from dots_tui.ui.panes.files.action_space import ActionSpaceEditor

    document = pane.workspace.documents.get(MODEL_METADATA)
    if document is None:
        pane.notify(f"{MODEL_METADATA} is not there, or cannot be read.", severity="warning")
        return

    def taken(data: bytes | None) -> None:
        if data is not None and document is pane.workspace.documents.get(MODEL_METADATA):
            document.edit(data, step=True)
            pane.workspace.milestones.add(Milestone.EDITED)
            changed()

    pane.app.push_screen(ActionSpaceEditor(document.data, MODEL_METADATA), taken)


def pick_track(pane: Pane, view: FileView) -> None:
    """Choose the track of the displayed env file."""
    from dots_tui.ui.panes.files.track_picker import TrackPicker

    document = view.document
    if document is None or not is_env_file(document.name):
        pane.notify(f"{TRACK_KEY} stands in an env file: go to run.env first.", severity="warning")
        return
    sources = pane.workspace.sources()
    simapp = expand(EnvFile.parse(sources[name]) for name in (SYSTEM_ENV, RUN_ENV) if name in sources)

    def picked(name: str | None) -> None:
        if name is not None and view.document is document:
            view.change(parse_env(document.name, document.data).set(TRACK_KEY, name).data)

    current = parse_env(document.name, document.data).get(TRACK_KEY) or ""
    pane.app.push_screen(TrackPicker(current, simapp.get("DR_SIMAPP_VERSION", "")), picked)


def solve(pane: Pane, key: str, changed: Callable[[], None]) -> None:
    """Offer values for the other two of episodes, workers and distance while `key` is fixed ("": all can
    change).

    `changed` is called after a choice. Each changed file has its own undo step.
    """
    from dots_tui.ui.widgets.dialogs import Choose

    sources = pane.workspace.sources()
    found = offers(sources, key)
    if not found:
        pane.notify(no_offer_because(sources), title="Even coverage", severity="warning")
        return
    now = coverage(sources)

    def chosen(index: str | None) -> None:
        if index is None:
            return
        offer = found[int(index)]
        for name, data in apply(pane.workspace.sources(), offer).items():
            pane.workspace.documents[name].edit(data, step=True)
        pane.workspace.milestones.add(Milestone.EDITED)
        pane.notify(offer.text, title="Even coverage")
        changed()

    well = "goes round once already" if now.even else "should be 1, for starts all round the track"
    body = (
        f"Now {_line(now)}: a worker's start moves {now.laps:.4g} laps in an iteration; that {well}. "
        "A star marks what changes."
    )
    pane.app.push_screen(Choose("Even coverage", [(str(i), _label(o)) for i, o in enumerate(found)], body=body), chosen)


def _label(offer: Offer) -> str:
    return _line(offer.result, {key for _, key in offer.changes})


def _line(values: Coverage, new: Collection[str] = ()) -> str:
    """Return the three values as text; those in `new` have a star."""
    stars = {key: "*" if key in new else "" for key in LINKED}
    return (
        f"{values.episodes}{stars[EPISODES]} episodes, {values.workers}{stars[WORKERS]} workers, "
        f"distance {values.distance:g}{stars[DISTANCE]}"
    )
