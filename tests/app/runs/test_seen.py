"""A log told by two sources in turn: every line once, whatever the order of its two streams."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dots_tui.app.runs.seen import BUCKET, BY_TEXT, SSH, Seen


def told(seen: Seen, source: str, lines: list[bytes]) -> list[bytes]:
    new = seen.new(source, lines)
    return lines if new is None else [lines[index] for index in new]


@given(st.lists(st.tuples(st.sampled_from([SSH, BUCKET]), st.integers(0, 60)), max_size=12), st.integers(1, 9))
def test_every_line_comes_once_however_the_sources_take_turns(turns: list[tuple[str, int]], kinds: int) -> None:
    log = [b"line %d" % (number % kinds) for number in range(100)]  # many lines say the same
    seen, at, heard = Seen(), {SSH: 0, BUCKET: 0}, 0
    for source, count in turns:
        part = log[at[source] : at[source] + count]
        at[source] += len(part)
        heard += len(told(seen, source, part))
    assert heard == max(at.values())


def test_the_two_streams_of_a_container_may_be_mixed_in_another_way() -> None:
    seen = Seen()
    assert told(seen, BUCKET, [b"a", b"b", b"c", b"d"]) == [b"a", b"b", b"c", b"d"]
    assert told(seen, SSH, [b"b", b"a", b"e", b"d", b"c", b"f"]) == [b"e", b"f"]
    assert told(seen, BUCKET, [b"f", b"e", b"g"]) == [b"g"]


def test_far_back_lines_are_passed_over_by_their_number() -> None:
    seen = Seen()
    log = [b"line %d" % number for number in range(3 * BY_TEXT)]
    for start in range(0, len(log), 700):
        told(seen, SSH, log[start : start + 700])
    assert told(seen, BUCKET, [*log, b"new"]) == [b"new"]


def test_another_log_under_the_same_name_is_told_whole() -> None:
    seen = Seen()
    told(seen, SSH, [b"one", b"two"])
    seen.restart(BUCKET)
    assert told(seen, BUCKET, [b"one"]) == [b"one"]


def test_lines_that_never_come_are_not_waited_for_for_ever() -> None:
    seen = Seen()
    told(seen, SSH, [b"the end"])
    told(seen, BUCKET, [b"x %d" % number for number in range(2 * BY_TEXT + 1)])
    assert told(seen, BUCKET, [b"the end"]) == [b"the end"]
