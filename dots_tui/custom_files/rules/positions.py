"""DR_OA_OBJECT_POSITIONS as DRFC and the simapp parse it.

DRFC (prepare-config.py) drops double quotes and splits at ;. Of each piece the simapp
(markov/agent_ctrl/obstacles_agent_ctrl.py) takes float() of the first part and int() of the second; -1 is the outer
lane, any other number the inner one.
"""

from __future__ import annotations

from typing import Optional

from dots_tui.custom_files.env_file import POSITIONS_KEY
from dots_tui.custom_files.facts import to_number
from dots_tui.custom_files.findings import Fix, set_value, shown
from dots_tui.problems import ERROR, WARNING, Severity

Problem = Optional[tuple[Severity, str, Fix]]
"""Severity, message and fix; None when nothing is wrong."""
EXAMPLE = 'Write positions like "0.23,-1;0.46,1".'


def positions_problem(text: str) -> Problem:
    """The first thing wrong with the positions ``text``, without quotes."""
    pieces = text.split(";")
    if any(not piece.strip() for piece in pieces):
        return _empty_piece(pieces)
    return next((problem for problem in map(_piece_problem, pieces) if problem is not None), None)


def _empty_piece(pieces: list[str]) -> Problem:
    kept = ";".join(piece for piece in pieces if piece.strip())
    where = "ends with a ;" if not pieces[-1].strip() else "begins with a ;" if not pieces[0].strip() else ""
    message = f"{POSITIONS_KEY} {where or 'has a second ; in a row'}: the simapp fails at the empty position beside it."
    if kept and positions_problem(kept) is None:
        return ERROR, message, set_value(f'Write {POSITIONS_KEY}="{kept}"', kept)
    return ERROR, message, Fix(EXAMPLE)


def _piece_problem(piece: str) -> Problem:
    parts = piece.split(",")
    place = to_number(parts[0])
    if len(parts) < 2 or place is None:
        return ERROR, f"{shown(piece)} is no position: it needs a part of the lap, a comma, and a lane.", Fix(EXAMPLE)
    lane = _as_int(parts[1])
    if lane is None:
        message = f"{shown(piece)}: the lane must be a whole number, 1 or -1; the simapp fails at {shown(parts[1])}."
        return ERROR, message, Fix("Write the lane as 1 (inner) or -1 (outer), without a point.")
    if not 0 <= place <= 1:
        return WARNING, f"{shown(piece)} is {place:g} of the lap; a lap goes from 0 to 1.", Fix(EXAMPLE)
    fix = Fix("Write the lane as 1 (inner) or -1 (outer).")
    if len(parts) > 2:
        return WARNING, f"{shown(piece)}: what follows the lane is ignored.", fix
    if lane not in (1, -1):
        return WARNING, f"{shown(piece)}: the lane {lane} counts as 1, the inner lane.", fix
    return None


def _as_int(text: str) -> int | None:
    """``text`` as Python's int() takes it; None when that fails."""
    try:
        return int(text)
    except ValueError:
        return None
