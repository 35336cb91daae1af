"""Notes of launches under way, so that one that was cut short before there was a stack leaves nothing unnamed.

A note is written before the first upload and goes when the stack exists, or when what was left is taken away. It is
a small JSON file of the state folder; it names objects of the bucket and holds nothing of their content.
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
    """A launch that began. ``added`` are the keys of ``bucket`` that were not there before, ``replaced`` counts the
    files that were; ``began`` is ISO 8601 in UTC, ``process`` the id of the one that launches, 0 when it gave up."""

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
    """Where the notes are."""
    return Folders.of_user().state / "launches"


def write(note: LaunchNote) -> None:
    """Remember a launch, in place of an earlier note of the same stack. Raises AwsProblem ``no-note``."""
    try:
        write_private(_path(note), json.dumps(asdict(note), indent=1).encode())
    except OSError as error:
        what = f"It could not be noted that the launch begins ({error}), so nothing was uploaded."
        raise AwsProblem("no-note", what, f"Make {folder()} a folder that can be written to.", str(error)) from error


def drop(note: LaunchNote) -> None:
    """Forget a launch: its stack exists, or nothing is left of it."""
    _path(note).unlink(missing_ok=True)


def give_up(note: LaunchNote) -> None:
    """The launch has ended without a stack, though its process goes on."""
    with contextlib.suppress(AwsProblem):  # then it is known once the process has ended
        write(replace(note, process=0))


def read() -> Iterator[LaunchNote]:
    """All notes, by name of their file; what is no note is left out."""
    for path in sorted(folder().glob("*.json")):
        try:
            row = parse_json(read_regular(path))
            yield LaunchNote(**{**row, "added": tuple(row["added"])})
        except (OSError, ValueError, TypeError, KeyError):
            continue  # of another version, or being written


def cut_short(account: str, stacks: Collection[Stack], regions: Sequence[str]) -> list[LaunchNote]:
    """The launches of this account that ended before there was a stack, by ``stacks``, which are all of ``regions``.

    A note whose stack exists after all is dropped: dots-tui was ended between the two.
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
    """What a launch that was cut short may have left, as sentences."""
    parts = [f"The launch of {note.stack} in {note.region}, begun at {note.began}, was cut short: no stack was made."]
    place = f"{note.bucket}/{note.prefix}/"
    if note.added:
        parts.append(f"Up to {len(note.added)} custom files it uploaded to {place} are still there.")
    if note.replaced:
        parts.append(f"{note.replaced} that were there before may have the new content.")
    return " ".join(parts)


def clean(aws: Aws, note: LaunchNote, stacks: Collection[Stack]) -> int:
    """Delete what a launch that was cut short has added, and forget it. Returns how many objects. Raises AwsProblem.

    ``shared`` when a training reads its custom files there: then they are that one's.
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
    """Whether the process of a launch still runs on this machine."""
    if process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's now, or not to be asked
    return True


def _path(note: LaunchNote) -> Path:
    return folder() / f"{note.account}-{note.region}-{quote(note.stack, safe='')}.json"
