"""Over any number of cuts every line of a log comes once, in its own words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dots_tui.remote.resume import FEW, LONGEST_LINE, PIECE, STAMP_LENGTH, LineSplitter, Resume

SECOND = 1_000_000_000


def stamp(nanoseconds: int) -> bytes:
    seconds, rest = divmod(nanoseconds, SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return b"2026-03-01T%02d:%02d:%02d.%09dZ" % (hours, minutes, seconds, rest)


def raw(nanoseconds: int, text: bytes = b"x") -> bytes:
    return stamp(nanoseconds) + b" " + text


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b""))), st.lists(st.integers(1, 9)))
def test_lines_are_whole_however_the_bytes_come(lines: list[bytes], sizes: list[int]) -> None:
    data = b"".join(line + b"\n" for line in lines)
    splitter = LineSplitter()
    found: list[bytes] = []
    for size in sizes:
        found += splitter.feed(data[:size])
        data = data[size:]
    found += splitter.feed(data)
    # a container with a terminal ends its lines with CR and newline
    assert found == [line[:-1] if line.endswith(b"\r") else line for line in lines]
    assert splitter.end() == []


def test_a_last_line_without_newline_is_handed_over_when_the_stream_ends() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"one\ntw") == [b"one"]
    assert splitter.feed(b"o") == []
    assert splitter.end() == [b"two"]
    assert splitter.end() == []


def test_an_endless_line_takes_no_endless_memory() -> None:
    splitter = LineSplitter()
    for _ in range(40):
        splitter.feed(b"x" * 65536)
    line, after = splitter.feed(b"\nnext\n")
    assert len(line) == LONGEST_LINE
    assert after == b"next"


@given(st.lists(st.integers(1, 300_000), max_size=20))
def test_a_line_that_is_too_long_is_cut_at_the_same_place_however_its_bytes_come(sizes: list[int]) -> None:
    data = b"y" * (LONGEST_LINE + 70_000) + b"\nnext\n"
    splitter = LineSplitter()
    found: list[bytes] = []
    for size in sizes:
        found += splitter.feed(data[:size])
        data = data[size:]
    found += splitter.feed(data)
    assert [len(line) for line in found] == [LONGEST_LINE, 4]


def test_the_log_is_followed_from_its_start_at_first_and_then_from_a_second_before_the_newest_line() -> None:
    resume = Resume()
    assert resume.since() is None
    resume.take([raw(60 * SECOND + 7), raw(59 * SECOND)])
    assert resume.since() == "2026-03-01T00:00:59.000000007Z"


def test_the_overlap_reaches_over_midnight_and_new_year() -> None:
    resume = Resume()
    resume.take([b"2026-01-01T00:00:00.500000000Z x"])
    assert resume.since() == "2025-12-31T23:59:59.500000000Z"


def test_times_are_taken_off_and_kept_beside_the_lines() -> None:
    batch = Resume().take([raw(1, b"one"), raw(2, b""), raw(3, b"  three")])
    assert batch.lines == [b"one", b"", b"  three"]
    assert batch.stamps == [stamp(1), stamp(2), stamp(3)]


def test_a_terminals_line_ends_are_taken_off() -> None:
    lines = LineSplitter().feed(raw(1, b"one\r\n") + raw(2, b"a\rb\r\n"))
    assert Resume().take(lines).lines == [b"one", b"a\rb"]


def test_what_docker_itself_says_is_no_line_of_the_log() -> None:
    batch = Resume().take([b"Error response from daemon: No such container: x", b"", raw(1, b"one")])
    assert batch.lines == [b"one"]
    assert batch.strays == [b"Error response from daemon: No such container: x"]


def test_a_long_line_is_put_together_from_dockers_pieces() -> None:
    text = b"a" * PIECE + b"b" * PIECE + b"end"
    pieces = [text[:PIECE], text[PIECE : 2 * PIECE], text[2 * PIECE :]]
    line = b"".join(raw(number, piece) for number, piece in enumerate(pieces))
    assert Resume().take([line]).lines == [text]


def test_a_long_line_that_is_in_one_piece_stays_as_it_is() -> None:
    text = b"a" * (3 * PIECE)
    assert Resume().take([raw(1, text)]).lines == [text]


@st.composite
def logs_and_cuts(draw: st.DrawFn) -> tuple[list[bytes], list[int]]:
    """A log as Docker delivers it, its two streams up to 20 ms out of order, and where it is cut."""
    gaps = draw(st.lists(st.integers(1, SECOND // 2), min_size=1, max_size=60))
    at, lines = 10 * SECOND, []
    for number, gap in enumerate(gaps):
        at += gap
        late = draw(st.integers(0, 20_000_000))
        lines.append(raw(at - late, b"line %d" % number))
    return lines, draw(st.lists(st.integers(0, len(lines)), max_size=6).map(sorted))


@given(logs_and_cuts())
def test_nothing_is_lost_and_nothing_comes_twice_over_cuts(case: tuple[list[bytes], list[int]]) -> None:
    lines, cuts = case
    resume = Resume()
    seen: list[bytes] = []
    for cut in [*cuts, len(lines)]:
        since = (resume.since() or "").encode()
        there = [line for line in lines[:cut] if line[:30] >= since]
        seen += resume.take(there).lines
    assert sorted(seen) == sorted(line[31:] for line in lines)


def test_what_is_older_than_the_overlap_is_forgotten() -> None:
    resume = Resume()
    for start in range(0, 50 * FEW, FEW):
        resume.take([raw(number * 10_000_000) for number in range(start, start + FEW)])
    assert resume._kept == sum(len(lines) for _, lines in resume._recent) <= 2 * FEW + 100
    resume.take([raw(7)])  # an old one: it is looked up among those that are remembered
    assert len(resume._seen) == resume._kept


def test_after_the_clock_was_set_back_nothing_is_lost_and_nothing_comes_twice() -> None:
    before = [raw(3600 * SECOND + number * 10_000_000, b"before %d" % number) for number in range(5 * FEW)]
    after = [raw(number * 10_000_000, b"after %d" % number) for number in range(3 * FEW)]
    log = before + after
    resume = Resume()
    heard = []
    for start in range(0, 5 * FEW + 500, 250):
        heard += resume.take(log[start : start + 250]).lines
    assert resume.start() is None  # nothing after "before" would come otherwise
    for start in range(0, len(log), 333):
        heard += resume.take(log[start : start + 333]).lines
    assert heard == [line[STAMP_LENGTH + 1 :] for line in log]
    resume.take([raw(3700 * SECOND, b"the clock has caught up")])
    assert resume.start() == "2026-03-01T01:01:39.000000000Z"
