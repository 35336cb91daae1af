"""Nothing that the commands print can make a terminal do something: escape sequences from everywhere are cleaned."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import pytest

from dots_tui.cli import main
from dots_tui.cli.output import CleanStream, clean_streams, raw_streams
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.plain_text import harmless_line, harmless_text

EVIL = "\x1b]52;c;aGk=\x07\x1b]0;title\x07\x1b[2J\x9b31m\u202eabc\u200b\u00ad\U000e0041\x08\r"
HARMFUL = [*map(chr, range(0x20)), "\x7f", *map(chr, range(0x80, 0xA0)), *"\u202e\u200b\u00ad\u2066\U000e0041\ufeff"]
HARMFUL = [one for one in HARMFUL if one not in "\n\t"]


def _is_harmless(text: str) -> bool:
    return not any(one in text for one in HARMFUL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Custom files with escape sequences wherever a file can hold some."""
    create_defaults(tmp_path)
    (tmp_path / "run.env").write_text(
        f"DR_WORLD_NAME=x{EVIL[:-1]}\nDR_{EVIL[:-1]}=1\nDR_WORKERS='{EVIL[:-1]}'\n{EVIL}\n"
    )
    (tmp_path / "hyperparameters.json").write_text(json.dumps({EVIL: EVIL, "lr": EVIL}))
    (tmp_path / "model_metadata.json").write_text(json.dumps({"sensor": [EVIL], EVIL: 1, "version": EVIL}))
    words = f'"\\x1b]0;pwn\\x07\\u202e\\u200b {EVIL[9:12]}\\n\\x1b[2J"'
    (tmp_path / "reward_function.py").write_text(f"def reward_function(params):\n    raise ValueError({words})\n")
    (tmp_path / f"sys{EVIL[:6]}tem.env").write_text("")
    return tmp_path


def _log(folder: Path) -> Path:
    log = folder / f"robo{EVIL[:9]}maker.log"
    log.write_text(
        f"SIM_TRACE_LOG:0,1,{EVIL},0,0,0,0,0,0,True,True,0,1,20,1,{EVIL}\n"
        f"{{'simapp_exception': {{'eventType': '{EVIL}', 'message': '{EVIL}', 'date': '{EVIL}'}}}}\n"
        f"Traceback (most recent call last):\n  File {EVIL}\nValueError: {EVIL}\n"
    )
    return log


COMMANDS = {
    "check": ["check", "FOLDER"],
    "check as JSON": ["check", "FOLDER", "--json"],
    "fix": ["check", "FOLDER", "--fix"],
    "lens": ["lens", "FOLDER"],
    "lens of a key": ["lens", "FOLDER", EVIL],
    "lens as JSON": ["lens", "FOLDER", "--json"],
    "set": ["set", "FOLDER", f"DR_CAR_NAME={EVIL}"],
    "set a bad name": ["set", "FOLDER", f"{EVIL}=1"],
    "set in a bad file": ["set", "FOLDER", "A=1", "--file", EVIL],
    "rehearse": ["rehearse", "FOLDER", "--track", "kidney"],
    "rehearse as JSON": ["rehearse", "FOLDER", "--track", "kidney", "--json"],
    "rehearse elsewhere": ["rehearse", "FOLDER", "--track", f"{EVIL}.npy"],
    "rehearse on an unknown track": ["rehearse", "FOLDER", "--track", EVIL],
    "replay": ["replay", "LOG", "--summary"],
    "replay as JSON": ["replay", "LOG", "--summary", "--json"],
    "replay of nothing": ["replay", EVIL, "--summary"],
    "a folder that is none": [EVIL],
    "an unknown option": ["check", f"--{EVIL}"],
    "a mishap that is none": ["--demo", "--mishap", EVIL],
    "tracks that are none": ["--tracks", EVIL, "check"],
    "a stack with a bad name": ["stop", EVIL, "--yes"],
    "plan with a bad base": ["plan", "FOLDER", "--base", EVIL, "--name", EVIL, "--spot"],
    "a number that is none": ["extend", "name", EVIL],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_prints_what_a_terminal_obeys(
    name: str, folder: Path, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    places = {"FOLDER": str(folder), "LOG": str(_log(tmp_path_factory.mktemp("logs")))}
    with contextlib.suppress(SystemExit):
        main([places.get(word, word) for word in COMMANDS[name]])
    said = capfd.readouterr()
    assert said.out + said.err
    assert _is_harmless(said.out + said.err), repr(said.out + said.err)
    assert "Traceback (most" not in said.err
    if "--json" in COMMANDS[name]:
        assert isinstance(json.loads(said.out), dict)


def test_a_line_of_a_finding_stays_one_line(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "notes\nreward_function.py:1: error: forged [forged].env").write_text("")
    main(["check", str(folder)])
    assert not any(
        line.startswith("reward_function.py:1: error: forged") for line in capfd.readouterr().out.split("\n")
    )


def test_the_printer_cleans_everything_and_has_no_way_round() -> None:
    within = io.StringIO()
    stream = CleanStream(within)
    for number in range(0x110000):
        if number % 7 == 0 or number < 0x3000 or number >= 0xE0000:
            stream.write(chr(number))
    stream.writelines(["\x1b[31m", "red", "\x1b", "[2J", "\ud800"])
    assert _is_harmless(within.getvalue())
    within.getvalue().encode()  # no surrogates either
    assert not hasattr(CleanStream(io.TextIOWrapper(io.BytesIO())), "buffer")


def test_line_ends_and_tabs_stay() -> None:
    assert harmless_text("a\tb\r\nc\n") == "a\tb\nc\n"
    assert harmless_line("a\tb\r\n") == "a       b"


def test_the_streams_are_given_back() -> None:
    before = sys.stdout, sys.stderr
    clean_streams()
    clean_streams()
    raw_streams()
    assert (sys.stdout, sys.stderr) == before


def test_a_fault_of_the_program_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fails(*_: object) -> int:
        raise RuntimeError(EVIL)

    monkeypatch.setenv("DOTS_TUI_HOME", str(tmp_path))
    monkeypatch.setattr("dots_tui.cli._run", fails)
    assert main(["check"]) == 1
    said = capfd.readouterr().err
    assert "Please report" in said
    assert _is_harmless(said)
    assert "Traceback" not in said
    assert any(path.name.startswith("crash-") for path in (tmp_path / "state").iterdir())
