"""What to write in the place of a value with blanks in it: that depends on what its key can have."""

from __future__ import annotations

from dots_tui.custom_files.catalogue import KEYS, value_problem
from dots_tui.custom_files.env_file import POSITIONS_KEY, EnvEntry
from dots_tui.custom_files.findings import Fix, set_value
from dots_tui.custom_files.rules.positions import EXAMPLE, positions_problem
from dots_tui.custom_files.words import BLANKS, write_word

_IN_PLACE = ("", "_", "-")
_GENERIC = Fix("Use _ or - in place of the space.")


def without_blanks(entry: EnvEntry) -> Fix:
    """The fix of a value that a reader cuts at its first blank."""
    value = entry.value.strip("'\"" + BLANKS)
    words = value.split()
    key = KEYS.get(entry.key)
    if entry.key == POSITIONS_KEY:
        plain = "".join(words)
        if positions_problem(plain) is not None:
            return Fix(f"Leave the blanks out. {EXAMPLE}")
        return set_value(f"Leave the blanks out: {entry.key}={write_word(plain, chr(34))}", plain)
    if key is None or (key.kind == "text" and not key.default):
        return _GENERIC
    for between in _IN_PLACE:
        joined = between.join(words)
        known = next((one for one in (*key.choices, key.default) if one and _plain(one) == _plain(joined)), None)
        if known is None and key.kind != "text" and not key.open and value_problem(key, joined) is None:
            known = joined
        if known is not None:
            return set_value(f"Write {entry.key}={known}", known)
    if key.kind == "text":
        return _GENERIC
    # The rest of the value is as likely a remark as a slip: its first word may be all that is meant.
    if words and value_problem(key, words[0]) is None and not key.open:
        return Fix(f"Leave out what stands behind {words[0]}.")
    return Fix("Write one value without spaces.")


def _plain(value: str) -> str:
    return value.lower().replace("${", "$").replace("}", "")
