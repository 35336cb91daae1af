"""The settings in hyperparameters.json and model_metadata.json by name, as a form shows and changes them.

A name is a key, or a member of an object after a dot ("lidar_config.num_sectors"). The list of sensors has two names:
"sensor" for the camera, of which there is exactly one, and :data:`LIDAR` for the lidar, which a car need not have.
Only the bytes of what changes are written. For bytes :class:`~dots_tui.custom_files.json_file.JsonFile` can read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from dots_tui.custom_files import json_edit
from dots_tui.custom_files.catalogue import Key, keys_of
from dots_tui.custom_files.catalogue.metadata import LIDARS
from dots_tui.custom_files.json_edit import Member

SENSOR = "sensor"
LIDAR = "sensor.lidar"
NO_LIDAR = "none"

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def names(data: bytes) -> list[str]:
    """The keys of the object at the top, each once, in the order of the file."""
    text = json_edit.to_text(data)
    return list(dict.fromkeys(one.key for one in json_edit.members(text, json_edit.top(text))))


def literal(data: bytes, name: str) -> str | None:
    """The value of ``name`` as it is written in the file; None when it is not there."""
    text = json_edit.to_text(data)
    place = _place(text, name)
    return None if place is None else text[place[1].start : place[1].end]


def shown(written: str) -> str:
    """A value on one line: a text without its quotes where that is possible, a number as it is written."""
    value = json.loads(written)
    if isinstance(value, str):
        return value if value.isprintable() else _quoted(value)
    return written if not isinstance(value, (dict, list)) else json.dumps(value, ensure_ascii=not written.isprintable())


def value_of(data: bytes, name: str) -> str | None:
    """The value of ``name`` on one line, or None when it is not there."""
    if name in (SENSOR, LIDAR):
        text = json_edit.to_text(data)
        listed = _sensor_list(text)
        if listed is not None:
            there = ", ".join(one for one, _ in _of_kind(text, listed, name))
            return there or (NO_LIDAR if name == LIDAR else None)
        if name == LIDAR:
            return None
    written = literal(data, name)
    return None if written is None else shown(written)


def put(file: str, data: bytes, name: str, value: str) -> bytes:
    """``data``, the content of ``file``, with ``value`` given to ``name``; a new key goes to those of its group.

    A text stays a text and a number a number, as the file writes it. Raises ValueError when that cannot be done.
    """
    text = json_edit.to_text(data)
    if value_of(data, name) == value:
        return data
    if name in (SENSOR, LIDAR):
        return _put_sensor(file, text, name, value).encode()
    new = _literal(keys_of(file).get(name), value, literal(data, name))
    holder, _, member = _split(name)
    if not holder:
        return json_edit.put(text, name, new, after=_neighbour(file, name, names(data))).encode()
    there = json_edit.member(text, json_edit.top(text), holder)
    if there is None:
        new = f"{{{json.dumps(member)}: {new}}}"
        return json_edit.put(text, holder, new, after=_neighbour(file, name, names(data))).encode()
    if text[there.start] != "{":
        raise ValueError(f"{holder} is no object with names and values in braces; mend it as text first")
    return json_edit.put(text, member, new, start=there.start).encode()


def remove(data: bytes, name: str) -> bytes:
    """``data`` without ``name``, every time it is there; an object left empty by that goes with it."""
    text = json_edit.to_text(data)
    if name == LIDAR:
        listed = _sensor_list(text)
        return data if listed is None else _without(text, listed, _of_kind(text, listed, LIDAR)).encode()
    holder, _, key = _split(name)
    place = _place(text, name)
    while place is not None:
        start, found = place
        if holder and all(one.key == key for one in json_edit.members(text, start)):
            return remove(text.encode(), holder)
        text = json_edit.without(text, start, found)
        place = _place(text, name)
    return text.encode()


def _split(name: str) -> tuple[str, str, str]:
    """Holder, dot and key of a name known to have them; ("", "", name) for all others, whatever is in them."""
    return name.partition(".") if name.startswith("lidar_config.") else ("", "", name)


def _place(text: str, name: str) -> tuple[int, Member] | None:
    """Where the object starts that has ``name``, and the member that counts."""
    holder, _, key = _split(name)
    start = json_edit.top(text)
    if holder:
        outer = json_edit.member(text, start, holder)
        if outer is None or text[outer.start] != "{":
            return None
        start = outer.start
    found = json_edit.member(text, start, key)
    return None if found is None else (start, found)


def _neighbour(file: str, name: str, there: Sequence[str]) -> str:
    """The key of ``there`` behind which a new ``name`` goes; "" for the end."""
    known = keys_of(file)
    if name not in known:
        return ""
    group = [one.name.partition(".")[0] for one in known.values() if one.group == known[name].group]
    before = group[: group.index(name.partition(".")[0])]
    return next((one for one in reversed(before) if one in there), "")


# -- how a value is written -----------------------------------------------------------------------


def _literal(key: Key | None, value: str, old: str | None) -> str:
    """``value`` as JSON, in place of ``old``. Raises ValueError when it is none."""
    was = json.loads(old) if old is not None else None
    if key is not None and key.kind == "number":
        number = _number(value, key.integer)
        return _quoted(number) if isinstance(was, str) and _converts(was, key.integer) else number
    if key is not None and key.kind not in ("list", "object"):
        return _quoted(value)
    if isinstance(was, str) and was.isprintable():
        return _quoted(value)
    try:
        json.loads(value, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        if key is None and old is None:
            return _quoted(value)
        raise ValueError(f"{value} is no JSON: {error}") from error
    return value


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _number(value: str, whole: bool) -> str:
    """``value`` in JSON's grammar, as it was typed where that is possible. Raises ValueError when it is no number."""
    if whole:
        return str(int(value))
    return value if _NUMBER.fullmatch(value) else repr(float(value))


def _converts(old: str, whole: bool) -> bool:
    """Whether the simapp can make a number of the text ``old``."""
    try:
        int(old) if whole else float(old)
    except ValueError:
        return False
    return True


def _quoted(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False)


# -- the list of sensors --------------------------------------------------------------------------


def _sensor_list(text: str) -> Member | None:
    """The list of sensors; None when it is not there or no list."""
    found = json_edit.member(text, json_edit.top(text), SENSOR)
    return found if found is not None and text[found.start] == "[" else None


def _of_kind(text: str, listed: Member, name: str) -> list[tuple[str, Member]]:
    """The lidars in the list, or for :data:`SENSOR` everything else, with their names."""
    elements = [(shown(text[one.start : one.end]), one) for one in json_edit.members(text, listed.start)]
    return [(one, place) for one, place in elements if (one in LIDARS) == (name == LIDAR)]


def _without(text: str, listed: Member, elements: Sequence[tuple[str, Member]]) -> str:
    for _, element in reversed(elements):
        text = json_edit.without(text, listed.start, element)
    return text


def _put_sensor(file: str, text: str, name: str, value: str) -> str:
    """One camera, or one lidar or none, in place of all there are; the other kind stays."""
    listed = _sensor_list(text)
    if listed is None:
        if name == LIDAR:
            raise ValueError("choose the camera first: there is no list of sensors")
        new = f"[{_quoted(value)}]"
        return json_edit.put(text, SENSOR, new, after=_neighbour(file, SENSOR, names(text.encode())))
    there = _of_kind(text, listed, name)
    if name == LIDAR and value == NO_LIDAR:
        return _without(text, listed, there)
    if not there:
        return json_edit.append(text, listed.start, _quoted(value))
    first = there[0][1]
    text = _without(text, listed, there[1:])
    return text[: first.start] + _quoted(value) + text[first.end :]
