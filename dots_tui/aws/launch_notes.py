"""Notes of launches in progress, so that an interrupted launch leaves no unknown objects behind.

A note is written before the first upload and deleted when the stack exists or the objects are removed. It is a small
JSON file in the state folder; it names objects of the bucket but contains none of their content.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from dots_tui.aws.bucket import delete_keys, list_below
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack
from dots_tui.bounded_files import parse_json, read_regular
from dots_tui.config.settings import Folders
from dots_tui.custom_files.private_files import write_private


@dataclass(frozen=True)
class LaunchNote:
    """A launch that started.

    `added` are new keys of `bucket`, `replaced` is the number of files that existed before. `began` is ISO 8601 in UTC,
    `process` the id of the launching process, 0 after it gave up.
    """

    stack: str
    account: str
    region: str
    bucket: str
    prefix: str
    added: tuple[str, ...]
    replaced: int
    began: str
    process: int = field(default_factory=os.getpid)


def folder() -> Path:
    """Return the folder of the notes."""
    return Folders.of_user().state / "launches"


def write(note: LaunchNote) -> None:
    """Save a note; it replaces an earlier note of the same stack. Raises AwsProblem `no-note`."""
    try:
        write_private(_path(note), json.dumps(asdict(note), indent=1).encode())
    except OSError as error:
        what = f"It could not be noted that the launch begins ({error}), so nothing was uploaded."
        raise AwsProblem("no-note", what, f"Make {folder()} a folder that can be written to.", str(error)) from error


def drop(note: LaunchNote) -> None:
    """Delete a note: the stack exists, or nothing is left behind."""
    _path(note).unlink(missing_ok=True)


def give_up(note: LaunchNote) -> None:
    """Mark a launch as ended without a stack while its process continues."""
    with contextlib.suppress(AwsProblem):  # otherwise it is detected after the process ends
        write(replace(note, process=0))


def read() -> Iterator[LaunchNote]:
    """Yield all notes by file name; skip files that are not notes."""
    for path in sorted(folder().glob("*.json")):
        try:
            row = parse_json(read_regular(path))
            yield LaunchNote(**{**row, "added": tuple(row["added"])})
        except (OSError, ValueError, TypeError, KeyError):
            continue  # from another version, or partly written


def cut_short(account: str, stacks: Collection[Stack], regions: Sequence[str]) -> list[LaunchNote]:
    """Return this account's launches that ended before their stack existed; `stacks` are all stacks of `regions`.

    A note whose stack exists is deleted: dots-tui ended between the two steps.
    """
    there = {(stack.region, stack.name) for stack in stacks}
    found = []
    for note in read():
        if note.account != account or note.region not in regions or _at_work(note.process):
            continue
        if (note.region, note.stack) in there:
            drop(note)
        else:
            found.append(note)
    return found


def words(note: LaunchNote) -> str:
    """Return sentences about the objects that an interrupted launch may have left."""
    parts = [f"The launch of {note.stack} in {note.region}, begun at {note.began}, was cut short: no stack was made."]
    place = f"{note.bucket}/{note.prefix}/"
    if note.added:
        parts.append(f"Up to {len(note.added)} custom files it uploaded to {place} are still there.")
    if note.replaced:
        parts.append(f"{note.replaced} that were there before may have the new content.")
    return " ".join(parts)


def clean(aws: Aws, note: LaunchNote, stacks: Collection[Stack]) -> int:
    """Delete the objects of an interrupted launch and its note. Return their number. Raises AwsProblem.

    Raises `shared` if a training reads its custom files there.
    """
    for stack in stacks:
        same = stack.region == note.region and stack.custom_files.strip("/") == note.prefix
        if stack.kind == "training" and same:
            what = f"{stack.name} has its custom files in {note.bucket}/{note.prefix}/ too: nothing was deleted."
            raise AwsProblem("shared", what, f"Clean up when {stack.name} is gone.")
    there = aws.in_region(note.region)
    present = {one.key for one in list_below(there, note.bucket, note.prefix)}
    count = delete_keys(there, note.bucket, [key for key in note.added if key in present])
    drop(note)
    return count


def _at_work(process: int) -> bool:
    """Return true if the process of a launch still runs on this machine."""
    if process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # belongs to another user, or cannot be queried
    return True


def _path(note: LaunchNote) -> Path:
    return folder() / f"{note.account}-{note.region}-{quote(note.stack, safe='')}.json"
