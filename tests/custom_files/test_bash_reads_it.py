"""What bash makes of the files: real bash reads the values we write, and we expand references as it does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="bash is not installed")


def sourced(*files: Path) -> dict[str, str]:
    """The DR_ variables after bash has sourced ``files`` in a clean environment."""
    script = 'set -a; for file in "$@"; do source "$file"; done; env -0'
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script, "bash", *map(str, files)],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    pairs = (item.decode("utf-8", "surrogateescape").split("=", 1) for item in done.stdout.split(b"\0") if item)
    return {name: value for name, value in pairs if name.startswith("DR_")}


_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n$"), max_size=15)
_shell = st.text(" \t'\"\\`$(){}[]|&;<>*?#~!=%^,.:/@+-aZ_09", max_size=15)
_plain = st.from_regex(r"[A-Za-z0-9_./:,+@%-]{0,12}", fullmatch=True)
_reference = st.sampled_from(
    ["$DR_A", "${DR_A}", "${DR_A}_v2", "$DR_A-1", "x/$DR_A/y z", "${DR_NOPE:-dflt}", "$DR_NOPE."]
)
_old = st.sampled_from(["", "old", "'old'", '"old"', "'it is old' # note", "old # note", 'o"l"d', '"o\\"ld"'])
VALUES = st.one_of(_text, _shell, _plain, _reference)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_old, VALUES), min_size=1, max_size=20))
def test_bash_reads_the_value_that_was_set(tmp_path: Path, pairs: list[tuple[str, str]]) -> None:
    env = EnvFile.parse("".join(f"DR_{n}={old}\n" for n, (old, _) in enumerate(pairs)).encode())
    env = EnvFile.parse(b"DR_A=base\n" + env.data)
    for number, (_, value) in enumerate(pairs):
        env = env.set(f"DR_{number}", value)
        env = env.set(f"DR_NEW_{number}", value)
    file = tmp_path / "run.env"
    file.write_bytes(env.data)
    seen = sourced(file)
    meant = expand([env])
    for number, (_, value) in enumerate(pairs):
        assert env.get(f"DR_{number}") == value
        assert seen[f"DR_{number}"] == seen[f"DR_NEW_{number}"] == meant[f"DR_{number}"]
        if "$" not in value:
            assert seen[f"DR_{number}"] == value


@pytest.mark.parametrize(
    "text",
    [
        "DR_Y=base\nDR_X=$DR_Y/metrics\n",
        "DR_Y=base\nDR_X=${DR_Y}/metrics\n",
        "DR_Y=base\nDR_X=$DR_Y-1\n",
        "DR_Y=base\nDR_X=$DR_Y_v2\n",
        "DR_Y=base\nDR_X='$DR_Y'\n",
        'DR_Y=base\nDR_X="$DR_Y"\n',
        "DR_Y=base\nDR_X=\"a \"$DR_Y' b'\n",
        "DR_X=$DR_Y/metrics\nDR_Y=base\n",
        "DR_X=pre$DR_NOPE.post\n",
        "DR_X=${DR_NOPE:-dflt}\n",
        "DR_NOPE=\nDR_X=${DR_NOPE:-dflt}\nDR_Z=${DR_NOPE-dflt}\n",
        "DR_Y=a\nDR_X=${DR_Y:-dflt}\n",
        "DR_X=a\\$DR_Y\\\\\n",
        'DR_Y=a\nDR_X="\\$DR_Y\\\\ $DR_Y"\n',
        "DR_X=first\nDR_X=$DR_X/second\n",
        "#DR_X=old\nDR_X=new # note\n",
        "export DR_X=abc\n   DR_Y=1   \n",
        "DR_X=a=b=c\n",
        "DR_X=a$\n",
        "DR_X=*\nDR_Y=!x\n",
    ],
)
def test_references_are_expanded_as_bash_does(tmp_path: Path, text: str) -> None:
    file = tmp_path / "run.env"
    file.write_text(text, encoding="utf-8")
    assert expand([EnvFile.parse(text.encode())]) == sourced(file)


def test_run_env_wins_and_sees_system_env(tmp_path: Path) -> None:
    system, run = tmp_path / "system.env", tmp_path / "run.env"
    system.write_text("DR_B=system\nDR_A=$DR_C\n", encoding="utf-8")
    run.write_text("DR_C=late\nDR_D=$DR_B/x\nDR_B=run\n", encoding="utf-8")
    files = [EnvFile.parse(path.read_bytes()) for path in (system, run)]
    assert expand(files) == sourced(system, run) == {"DR_A": "", "DR_B": "run", "DR_C": "late", "DR_D": "system/x"}


def test_what_the_instance_sets_stays_visible() -> None:
    env = EnvFile.parse(
        b"DR_LOCAL_S3_BUCKET=$DEEPRACER_S3_URI\nDR_X=${DR_LOCAL_S3_BUCKET}/a\nDR_Z='$DEEPRACER_REGION'\n"
    )
    assert expand([env]) == {
        "DR_LOCAL_S3_BUCKET": "$DEEPRACER_S3_URI",
        "DR_X": "$DEEPRACER_S3_URI/a",
        "DR_Z": "$DEEPRACER_REGION",
    }
