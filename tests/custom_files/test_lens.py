"""The lens: six readers of one line, side by side, and what else they do with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.custom_files.lens import READERS, KeyReading, lens

FORMS = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "env-forms.json"


def read(text: str, key: str = "DR_X", file: str = "run.env") -> KeyReading:
    return lens({file: text.encode("utf-8", "surrogateescape")}, [key])[file][key]


def values(reading: KeyReading) -> dict[str, str | None]:
    return {reader: getattr(reading, reader) for reader in READERS}


def of(value: str | None, /, **other: str | None) -> dict[str, str | None]:
    """The values of all readers: ``value`` (awk adds its line end) but for those given by name."""
    worker, awk = (value, f"{value}\n") if value is not None else ("<absent>", "")
    return {
        "source": value,
        "drfc": value,
        "worker": worker,
        "awk": awk,
        "menu": value,
        "dotenv": value,
        **other,
    }


TWO_NUMBERS = "ValueError: dictionary update sequence element #{} has length {}; 2 is required"
# text, what the readers see, whether they agree, what else happens
TABLE: list[tuple[str, dict[str, str | None], bool, tuple[str, ...]]] = [
    ("DR_X=one\n", of("one"), True, ()),
    ("DR_X=\n", of(""), True, ()),
    ("", of(None), True, ()),
    ("DR_X=a?*[b]\n", of("a?*[b]"), True, ()),
    ("DR_A=1\n\nDR_X=one\n", of("one", worker=TWO_NUMBERS.format(1, 1)), True, ()),
    (
        "DR_X=one # see below\n",
        of("one", worker="one # see below", awk="one # see below\n", menu="one # see below"),
        False,
        ("drfc: prints all exported variables", "drfc: sets other variables (see, below)"),
    ),
    ("#DR_X=1\nDR_X=2\nMY_DR_X=3\n", of("2", awk="1\n2\n3\n"), False, ()),
    ("DR_X=1\nDR_X=2\n", of("2", awk="1\n2\n", menu="1"), False, ()),
    (
        "DR_X=two words\n",
        of("two words", source=None, drfc="two"),
        False,
        ("source: runs a command (words)", "drfc: sets other variables (words)"),
    ),
    (
        "DR_X=1\n DR_X = 2\n",
        of("1", source="1", drfc="DR_X", worker="1", dotenv="2"),
        False,
        (
            "source: runs a command (DR_X)",
            "drfc: error (= is no name of a variable)",
            "drfc: error (2=2 is no name of a variable)",
        ),
    ),
    (
        "DR_X='a b'\n",
        of("'a b'", source="a b", drfc=None, dotenv="a b"),
        False,
        ("drfc: error (open quote)", "drfc: sets other variables (b)"),
    ),
    ("DR_X=a=b\n", of("a=b", drfc="a", awk="a\n", worker=TWO_NUMBERS.format(0, 3)), False, ()),
    ("DR_Y=1\nDR_X=$DR_Y-${DR_Z:-2}\n", of("$DR_Y-${DR_Z:-2}", source="1-2", drfc="1-2", dotenv="$DR_Y-2"), False, ()),
    ("DR_X=~/a:~\n", of("~/a:~", source="/home/u/a:/home/u", drfc="/home/u/a:/home/u"), False, ()),
    (
        "DR_X=a;b\n",
        of("a;b", source="a", drfc="a"),
        False,
        ("source: runs a command (b)", "drfc: runs a command (b)"),
    ),
    (
        "DR_X=<HERE>\nDR_Z=1\n",
        of("<HERE>", source=None, drfc=None),
        False,
        ("source: aborts the file (the line ends too early)", "drfc: error (the line ends too early)"),
    ),
    ("DR_X={a,b}\n", of("{a,b}", drfc="b"), False, ()),
    ("DR_X=a\r\n", of("a", source="a\r", drfc="a\r", awk="a\r\n"), False, ()),
    ("export DR_X=1\n", of("1", menu=None, worker="<absent>"), False, ("drfc: sets other variables (export)",)),
    ("DR_X=a>b\n", of("a>b", source="a", drfc="a"), False, ("source: writes a file (b)", "drfc: writes a file (b)")),
    (
        "DR_X=a\\\nb\n",
        of("a\\", source="ab", drfc="a\\", worker=TWO_NUMBERS.format(1, 1)),
        False,
        ("drfc: sets other variables (b)",),
    ),
]


@pytest.mark.parametrize(("text", "seen", "agree", "effects"), TABLE, ids=[repr(row[0]) for row in TABLE])
def test_every_reader_has_its_own_way(
    text: str, seen: Mapping[str, str | None], agree: bool, effects: tuple[str, ...]
) -> None:
    reading = read(text)
    assert values(reading) == seen
    assert reading.agree is agree
    assert reading.effects == effects


# -- the recorded forms --------------------------------------------------------------------------


def forms() -> list[Any]:
    if not FORMS.is_file():
        return []
    return [pytest.param(form, id=form["case"]) for form in json.loads(FORMS.read_text(encoding="utf-8"))["cases"]]


needs_forms = pytest.mark.skipif(not FORMS.is_file(), reason="the sample files are not beside this checkout")


@needs_forms
@pytest.mark.parametrize("form", forms())
def test_a_recorded_form_is_read_as_recorded(form: dict[str, Any]) -> None:
    assert values(read(form["text"])) == {reader: form[reader] for reader in READERS}
    assert "DR_X" in lens({"run.env": form["text"].encode()})["run.env"]


@needs_forms
@pytest.mark.parametrize("form", forms())
def test_what_happened_when_it_was_recorded_is_told(form: dict[str, Any]) -> None:
    effects = read(form["text"]).effects
    junk = sorted(form["drfc_extra"])
    told = [effect[len("drfc: sets other variables (") : -1] for effect in effects if effect.startswith("drfc: sets")]
    assert sorted(", ".join(told).split(", ") if told else []) == junk
    assert ("drfc: prints all exported variables" in effects) == bool(form["drfc_stdout_lines"])
    words = ("runs a command", "error", "aborts")
    loud = {reader: [e for e in effects if e.startswith(tuple(f"{reader}: {w}" for w in words))] for reader in READERS}
    assert bool(loud["drfc"]) == bool(form["drfc_err"])
    # The one command that exists where the forms were recorded says nothing.
    assert bool([e for e in loud["source"] if "(echo)" not in e]) == bool(form["source_err"])


# -- files and keys ------------------------------------------------------------------------------


def test_run_env_sees_what_system_env_set() -> None:
    sources = {"run.env": b"DR_X=$DR_Y\n", "system.env": b"DR_Y=1\nDR_X=2\n", "worker-2.env": b"DR_X=$DR_Y\n"}
    seen = {name: (keys["DR_X"].source, keys["DR_X"].drfc) for name, keys in lens(sources, ["DR_X"]).items()}
    assert seen == {"run.env": ("1", "1"), "system.env": ("2", "2"), "worker-2.env": ("", "")}


def test_what_the_instance_sets_stays_visible() -> None:
    reading = read("DR_X=$DEEPRACER_S3_URI/${DEEPRACER_REGION}\n")
    assert (reading.source, reading.drfc) == ("$DEEPRACER_S3_URI/$DEEPRACER_REGION",) * 2


def test_all_keys_are_those_set_in_the_files_order() -> None:
    sources = {
        "run.env": b"DR_B=1\n#DR_C=2\nDR_A=a is DR_D=1\n",
        "notes.txt": b"DR_X=1\n",
        "hyperparameters.json": b"{}",
    }
    assert [list(keys) for keys in lens(sources).values()] == [["DR_B", "DR_A", "DR_D"]]
    assert list(lens(sources, ["DR_A", "DR_NO", "DR_A"])["run.env"]) == ["DR_A", "DR_NO"]


def test_an_aborted_file_is_told_at_every_key_below() -> None:
    seen = lens({"run.env": b"DR_A=1\nDR_B=a(b)\nDR_C=2\n", "system.env": b""})["run.env"]
    assert seen["DR_A"].agree
    assert seen["DR_C"].source is None
    assert seen["DR_C"].effects == ("source: aborts the file on line 2, above this key",)
    assert seen["DR_C"].drfc == "2"


def test_code_is_not_followed_and_that_is_said() -> None:
    seen = lens({"run.env": b"if q; then\nDR_A=1\nfi\nDR_B=2\n"})["run.env"]
    assert "source: not worked out from line 1 on, above this key" in seen["DR_B"].effects


def test_a_workers_file_has_one_reader_and_should_mean_what_it_would_in_run_env() -> None:
    assert read("DR_X=1\n", file="worker-2.env").agree
    assert not read("DR_X=$DR_Y\n", file="worker-2.env").agree
    literal = read("DR_X=1 # one\n", file="worker-2.env")
    assert (literal.worker, literal.effects) == ("1 # one", ())
    given_up = read("DR_X=1\nDR_Y=a=b\n", file="worker-2.env")
    assert given_up.worker == TWO_NUMBERS.format(1, 3)
    assert given_up.effects == (f"worker: error ({given_up.worker})",)


def test_only_the_positions_of_objects_lose_their_quotes_in_a_workers_file() -> None:
    text = 'DR_OA_OBJECT_POSITIONS="0.2,1;0.4,-1"\nDR_X="1"\n'
    assert read(text, "DR_OA_OBJECT_POSITIONS", "worker-2.env").worker == "0.2,1;0.4,-1"
    assert read(text, "DR_X", "worker-2.env").worker == '"1"'


def test_bytes_that_are_no_text_put_the_python_readers_off() -> None:
    reading = read("DR_X=1\n# caf\udce9\n")
    assert (reading.source, reading.awk, reading.menu, reading.dotenv) == ("1", "1\n", None, None)
    assert reading.worker == "UnicodeDecodeError: the file is not UTF-8 text"
    assert not reading.agree


@pytest.mark.parametrize("data", [b"DR_X=\0", b"DR_X=1\n" * 2001, b"DR_X=" + b"a" * 2000, b"#" * (1 << 20) + b"\n"])
def test_a_file_that_is_none_is_left_out(data: bytes) -> None:
    assert lens({"run.env": data, "system.env": b"DR_X=1\n"}).keys() == {"system.env"}


def test_many_names_are_not_all_listed() -> None:
    (effect,) = (e for e in read(f"DR_X=1 {' '.join(f'q{n}' for n in range(40))}\n").effects if "sets other" in e)
    assert effect.endswith("q10, q11 and 28 more)")


def test_nothing_is_executed(tmp_path: Path) -> None:
    target = tmp_path / "made"
    text = f"DR_X=$(touch {target})\nDR_Y=`touch {target}`\nDR_Z=1;touch {target}\ntouch {target}\nDR_W=a>{target}\n"
    seen = lens({"run.env": text.encode()})["run.env"]
    assert all(reading.effects for reading in seen.values())
    assert list(tmp_path.iterdir()) == []


@given(st.binary(max_size=80) | st.text("DR_X=1 \t\n'\"\\$`(){};&|<>#\r\ufeffé", max_size=40).map(str.encode))
def test_any_bytes_have_readings(data: bytes) -> None:
    for readings in lens({"run.env": data, "worker-2.env": data}).values():
        for reading in readings.values():
            assert all(effect.isprintable() for effect in reading.effects)
            json.dumps(values(reading))
