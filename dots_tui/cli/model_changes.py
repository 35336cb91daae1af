"""The commands that do something with a model. Each returns its exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dots_tui.app.models.cleanup_flow import clean_model
from dots_tui.app.models.continue_flow import continue_model
from dots_tui.app.port import NobodyToAsk, run_blocking
from dots_tui.aws.problems import AwsProblem
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.models import chosen_model
from dots_tui.cli.telling import FINE, failed, files, folder_failed, not_agreed, tell
from dots_tui.custom_files.folder import CustomFiles, FolderProblem

if TYPE_CHECKING:
    from dots_tui.app.models.cleanup_plan import Scope
    from dots_tui.app.models.continuation import Continuation
    from dots_tui.aws.session import Aws


def continue_command(
    name: str,
    *,
    aws: Aws,
    folder: Path | None = None,
    checkpoint: str = "last",
    new_name: str = "",
    own: bool = False,
    yes: bool = False,
    as_json: bool = False,
    regions: Sequence[str] = (),
) -> int:
    """Set the custom files in `folder` up to continue the model `name`."""
    document: dict[str, Any] = {"model": None, "changes": []}
    try:
        custom = files(folder)
        before = {one: custom.read(one) for one in custom.names()}
        model, catalog = chosen_model(aws, regions, name)
        flow = continue_model(
            ConsolePort(yes=yes),
            lambda: aws,
            model,
            catalog.models,
            before,
            which=checkpoint,
            name=new_name,
            numbered=not new_name,
            own=own,
        )
        found = run_blocking(flow)
        if found is None:
            return not_agreed(document, as_json)
        write_all(custom, before, found.files)
    except NobodyToAsk:
        return not_agreed(document, as_json)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    except FolderProblem as problem:
        return folder_failed(problem)
    tell({**document, **_document(found)}, as_json)
    return FINE


def _document(found: Continuation) -> dict[str, Any]:
    return {
        "model": found.prefix,
        "parent": found.parent,
        "checkpoint": found.start.stored.name,
        "changes": [one._asdict() for one in found.changes],
        "files": sorted(found.files),
    }


def prune_command(
    name: str,
    *,
    aws: Aws,
    whole: bool = False,
    yes: bool = False,
    as_json: bool = False,
    regions: Sequence[str] = (),
) -> int:
    """Delete the superseded checkpoints of the model `name`, or all of it if `whole`."""
    document: dict[str, Any] = {"model": None, "deleted": 0}
    try:
        model, catalog = chosen_model(aws, regions, name)
        document["model"] = model.key.address
        scope: Scope = "model" if whole else "checkpoints"
        deleted = run_blocking(clean_model(ConsolePort(yes=yes), lambda: aws, model, catalog.models, scope=scope))
    except NobodyToAsk:
        return not_agreed(document, as_json)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    if deleted is None:
        return not_agreed(document, as_json)
    tell({**document, "deleted": deleted}, as_json)
    return FINE


def write_all(custom: CustomFiles, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Write several files as one change: if one fails, those written before it are restored. Raises FolderProblem."""
    written: list[str] = []
    try:
        for name, data in after.items():
            custom.write(name, data)
            written.append(name)
    except FolderProblem:
        for name in written:
            custom.write(name, before[name])
        raise
