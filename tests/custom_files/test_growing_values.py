"""Values that grow by referring to themselves or to others: bounded everywhere, told once a key."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from dots_tui.cli import main
from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import MOST_IN_A_VALUE, MOST_IN_ALL, expand, expansion
from dots_tui.custom_files.lens import lens

DOUBLING = "A=x\n" + "A=$A$A\n" * 60
FAN_OUT = f"A={'x' * 1900}\n" + "".join(f"B{n}={'$A' * 900}\nA=$B{n}\n" for n in range(20))
CHAIN = "A0=xxxxxxxx\n" + "".join(f"A{n + 1}=${{A{n}}}${{A{n}}}${{A{n}}}\n" for n in range(60))
MANY = f"A={'x' * 1900}\nB={'$A' * 15}\n" + "".join(f"C{n}=$B\n" for n in range(1500))
DEFAULTS = "A=x\n" + "A=${A:-$A}${A}$A\n" * 60
QUOTED = 'A=x\nA="$A$A"\n' + 'A="$A $A"\n' * 60
COMMANDS = "A=x\n" + "A=$(echo $A $A $A)\n" * 60
EXPORTS = "A=x\n" + "export A=$A$A\n" * 60
APPENDS = "A=xx\n" + "A+=$A$A\n" * 60
BOMBS = {
    "doubling": DOUBLING,
    "fan-out": FAN_OUT,
    "chain": CHAIN,
    "many": MANY,
    "defaults": DEFAULTS,
    "quoted": QUOTED,
    "commands": COMMANDS,
    "exports": EXPORTS,
    "appends": APPENDS,
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("file", ["run.env", "system.env", "worker-2.env"])
def test_no_reader_needs_more_than_a_little_memory(name: str, file: str) -> None:
    sources = {file: BOMBS[name].encode()}
    tracemalloc.start()
    try:
        values = expand([EnvFile.parse(sources[file])])
        lens(sources)
        check_sources(sources)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(map(len, values.values())) <= MOST_IN_A_VALUE
    assert sum(map(len, values.values())) <= MOST_IN_ALL + len(BOMBS[name])
    assert peak < 300 << 20


@pytest.mark.parametrize("name", ["doubling", "fan-out", "chain", "quoted", "exports"])
def test_a_growing_value_is_a_finding_once_a_key(name: str) -> None:
    sources = {**default_files(), "run.env": BOMBS[name].encode()}
    found = [one for one in check_sources(sources) if one.code == "value-grows"]
    assert found
    assert len({one.key for one in found}) == len(found)
    assert all(one.line and one.file == "run.env" and "would grow to more than 32 KiB" in one.message for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "A=x\nA=$A$A\n",
        "PREFIX=training/one\nKEY=$PREFIX/a\nOTHER=$KEY/$PREFIX/$KEY\n",
        "".join(f"A{n}=$A{n - 1}x\n" for n in range(1, 500)),
        f"A={'x' * 1900}\nB=$A$A$A\n",
    ],
)
def test_values_that_only_refer_to_others_are_fine(text: str) -> None:
    assert expansion([EnvFile.parse(text.encode())]).overgrown == ()
    sources = {**default_files(), "run.env": text.encode()}
    assert not [one for one in check_sources(sources) if one.code == "value-grows"]


def test_the_commands_go_on_with_such_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data in default_files().items():
        (tmp_path / name).write_bytes(data)
    with (tmp_path / "run.env").open("a") as stream:
        stream.write(DOUBLING + FAN_OUT)
    assert main(["check", str(tmp_path)]) == 1
    assert main(["lens", str(tmp_path)]) == 0
    assert main(["set", str(tmp_path), "DR_CAR_NAME=Quick"]) == 0
    assert "Traceback" not in capsys.readouterr().err
    assert b"DR_CAR_NAME=Quick\n" in (tmp_path / "run.env").read_bytes()
