"""The commands for models in the buckets. Each returns its exit code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from dots_tui.app.models import model_words as words
from dots_tui.app.models.family import tree
from dots_tui.app.models.model_catalog import CatalogSnapshot, ModelCatalog
from dots_tui.app.models.model_detail import ModelDetail, read_detail
from dots_tui.app.models.model_lookup import find_model
from dots_tui.aws.problems import AwsProblem
from dots_tui.cli.chosen_account import regions_of
from dots_tui.cli.stack_views import table
from dots_tui.cli.telling import FAILED, FINE, failed, files, say, tell
from dots_tui.custom_files.diff import changed_lines
from dots_tui.custom_files.folder import FolderProblem

if TYPE_CHECKING:
    from dots_tui.app.models.bucket_model import BucketModel
    from dots_tui.aws.session import Aws


def list_models(*, aws: Aws, regions: Sequence[str] = (), as_json: bool = False) -> int:
    """Print the models in the buckets of the base stacks, as a family tree."""
    try:
        found = read_catalog(aws, regions)
    except AwsProblem as problem:
        return failed(problem, {"models": []}, as_json)
    rows = tree(found.models)
    if as_json:
        document = {
            "models": [words.model_document(one) for one in found.models],
            "buckets": list(found.buckets),
            "size": found.size,
            "problems": list(found.problems),
        }
        tell(document, as_json)
    elif rows:
        now = datetime.now(timezone.utc)
        lines = [tuple(words.cells(row, now).values()) for row in rows]
        print(table([tuple(name.upper() for name in words.COLUMNS), *lines]))
        print(f"{len(found.models)} models, {words.storage_words(found.size)}")
    else:
        where = f"in {', '.join(found.buckets)}" if found.buckets else "yet: there is no base stack"
        print(f"There are no models {where}. A training writes its model there: dots-tui launch")
    for sentence in found.problems:
        say(sentence)
    return FAILED if found.problems else FINE


def show_model(name: str, *, aws: Aws, regions: Sequence[str] = (), as_json: bool = False) -> int:
    """Print the checkpoints of one model, its family, and how its files differ from those of the current folder."""
    try:
        model, found = chosen_model(aws, regions, name)
        detail = read_detail(aws, model)
        if detail is None:
            raise AwsProblem("no-model", f"{model.key.prefix} does not exist any more.", "dots-tui models lists all.")
    except AwsProblem as problem:
        return failed(problem, {"model": None}, as_json)
    differing = _differing(detail)
    if as_json:
        document: dict[str, Any] = words.model_document(detail.model)
        document["rows"] = [words.checkpoint_document(row) for row in detail.rows]
        document["files"] = sorted(detail.files)
        document["differing"] = None if differing is None else sorted(differing)
        tell(document, as_json)
        return FINE
    print(detail.model.key.address)
    for line in words.about(model, found.models):
        print(f"  {line}")
    print(table([words.CHECKPOINT_COLUMNS, *(words.checkpoint_cells(row) for row in detail.rows)]))
    if differing is not None and detail.files:
        for file in detail.files:
            print(f"{file}: {differing.get(file, 'the same as here')}")
    return FINE


def _differing(detail: ModelDetail) -> dict[str, str] | None:
    """Return in words how the files differ from those of the current folder; None if there are none here."""
    try:
        here = files(None)
        now = {name: here.read(name) for name in here.names()}
    except FolderProblem:
        return None
    return {name: changed_lines(lines) + " here" for name, lines in detail.differing(now).items()}


def read_catalog(aws: Aws, regions: Sequence[str]) -> CatalogSnapshot:
    """Return the complete catalog. Raises AwsProblem."""
    *_, last = ModelCatalog(aws, regions_of(aws, regions)).read()
    return last


def chosen_model(aws: Aws, regions: Sequence[str], name: str) -> tuple[BucketModel, CatalogSnapshot]:
    """Return the model called `name` and the catalog. Raises AwsProblem."""
    found = read_catalog(aws, regions)
    if not found.models:
        for sentence in found.problems:
            say(sentence)
    return find_model(found.models, name), found
