"""Seeded fuzzers: mutated logs, files, own state, route files and child events; only declared errors may come of them.

The suite runs some hundreds of cases of each. By hand more, with the first seed that broke each:
`python -m tests.fuzzing 100000 [NAME...]`.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import tempfile
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from dots_tui.app.recorded_files import NotRead
from dots_tui.app.recording import summary
from dots_tui.config.settings import Folders, SettingsFile
from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.drafts import Draft, Drafts
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.fixes import fix_all
from dots_tui.custom_files.json_file import JsonFile
from dots_tui.custom_files.json_settings import names, value_of
from dots_tui.custom_files.lens import lens
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.problems import RemoteProblem
from dots_tui.training.kept_runs import NotKept, from_text
from dots_tui.training.record_text import read_record
from dots_tui.training.run_phases import read_phases
from tests.fuzz_events import fuzz_events
from tests.fuzz_npy import fuzz_npy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STRANGE = [
    b"\x1b]0;x\x07", b"\xff\xfe", b"\xed\xb2\x80", b"\\udfff", b"\\ud83d\\ude00", b"\0", b"\r\n", b"\r",
    "\u202e\u2028".encode(), b"1" * 5000, b"1e999", b"NaN", b"-Infinity", b"0x" + b"f" * 5000, b"[" * 3000,
    b'{"a":' * 500, b"(" * 300, b"${A:-$A}", b"$(", b"`", b"$A$A$A", b"{a,b}{1..9}", b"'", b'"', b"\\", b"=", b"#",
    b"null", b"true", b"{}", b"[]", b"{[]:1}", b"-1", b"99999999999999999999", b"<f8", b"lambda:0", b"\n",
    b"\xe2\x80\x8b", b"%s%n", b"../../x", b" ", b"\t",
]  # fmt: skip
_STEP = b"SIM_TRACE_LOG:0,%d,1.5,-2.5,90.0,-30.0,1.00,0,1.0000,%s,True,%.4f,7,16.60,%.3f,%s,0.00,0,1700000000.0\n"


def mutated(rng: random.Random, data: bytes) -> bytes:
    """A variant of *data*: bytes changed, removed, doubled, moved, or something strange put in."""
    text = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(text))
        until = min(len(text), at + rng.choice((1, 2, 8, 60, 400)))
        kind = rng.randrange(6)
        if kind == 0:
            text[at:at] = rng.choice(_STRANGE)
        elif kind == 1:
            text[at:until] = rng.choice(_STRANGE)
        elif kind == 2:
            del text[at:until]
        elif kind == 3:
            text[at:at] = text[at:until] * rng.choice((1, 2, 20))
        elif kind == 4 and text:
            text[at % len(text)] = rng.randrange(256)
        else:
            piece = text[at:until]
            del text[at:until]
            place = rng.randint(0, len(text))
            text[place:place] = piece
    return bytes(text[: 1 << 18])


def a_log() -> bytes:
    """A short log of a simulation, with an episode, a policy and an error."""
    steps = b"".join(
        _STEP % (step, b"True" if step == 9 else b"False", step * 11.0, step * 0.067, b"in_progress")
        for step in range(1, 10)
    )
    return (
        steps
        + b"Training> Name=main_level/agent, Worker=0, Episode=1, Total reward=8.0, Steps=9, Training iteration=0\n"
        b"Policy training> Surrogate loss=-0.01, KL divergence=0.001, Entropy=1.2, epoch=3\n"
        b"Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/0_Step-0.ckpt']\n"
        b'{"simapp_exception": {"version": "1.0", "date": "2026-01-01 00:00:00", "function": "f", "message": "m", '
        b'"exceptionType": "reward_function.exceptions", "eventType": "user_error", "errorCode": "400"}}\n'
        b'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: x\n'
    )


def fuzz_log(rng: random.Random, folder: Path) -> None:
    """A recorded log."""
    path = folder / "robomaker.log"
    path.write_bytes(mutated(rng, a_log() * rng.randint(1, 3)))
    with contextlib.suppress(NotRead):
        json.dumps(summary([str(path)]), allow_nan=False)


def fuzz_files(rng: random.Random, _: Path) -> None:
    """Custom files: check, fixes, lens, form."""
    sources = dict(default_files())
    for name in rng.sample(sorted(sources), rng.randint(1, 3)):
        sources[name] = mutated(rng, sources[name])
    for finding in check_sources(sources):
        json.dumps(asdict(finding), default=str).encode("ascii")
        finding.message.encode()
    if rng.random() < 0.2:
        fix_all(sources)
    if rng.random() < 0.3:
        lens(sources)
    env = EnvFile.parse(sources["run.env"])
    with contextlib.suppress(ValueError):
        assert env.set("DR_CAR_NAME", "Quick").get("DR_CAR_NAME") == "Quick"
    for name in ("hyperparameters.json", "model_metadata.json"):
        if JsonFile.parse(sources[name]).values is not None:  # the form is for these only
            for key in names(sources[name]):
                value_of(sources[name], key)


def fuzz_state(rng: random.Random, folder: Path) -> None:
    """Files of our own: settings, drafts, host keys, records, phases of a run."""
    places = Folders(folder / "config", folder / "state", folder / "cache")
    places.config.mkdir(exist_ok=True)
    (places.config / "settings.toml").write_bytes(
        mutated(rng, b'# mine\ntheme = "paddock"\nttl_minutes = 60\nread_only = false\n[own]\nx = [1, 2]\n')
    )
    loaded = SettingsFile.load(places)
    loaded.update(region=rng.choice(("eu-west-1", "us-east-1")))
    drafts = Drafts(folder / "drafts")
    drafts.keep(folder, Draft("run.env", b"A=1\n", b"A=2\n", 1.7e9))
    (path,) = (folder / "drafts").glob("*.draft")
    path.write_bytes(mutated(rng, path.read_bytes()))
    found = drafts.find(folder, "run.env")
    if found is not None:
        assert found.when
    for left in (folder / "drafts").iterdir():
        left.unlink()
    keys = folder / "host-keys.json"
    keys.write_bytes(mutated(rng, b'{"version": 1, "hosts": {"i-1": {"key": "ssh-ed25519 AAAA", "address": "a"}}}'))
    with contextlib.suppress(RemoteProblem):
        HostKeys(keys).known("i-1")
    record = mutated(rng, b'{"version":2,"name":"n","world":"w","kept_at":1.0,"iterations":[{"index":0}],"episodes":1}')
    for read in (read_record, from_text):
        with contextlib.suppress(NotKept):
            read(record.decode("utf-8", "replace"))
    read_phases(mutated(rng, b'{"stack":"s","phases":[{"name":"boot","at":"2026-01-01T00:00:00Z"}]}'), "s")


FUZZERS: Mapping[str, Callable[[random.Random, Path], None]] = {
    "log": fuzz_log,
    "files": fuzz_files,
    "state": fuzz_state,
    "npy": fuzz_npy,
    "events": fuzz_events,
}


def run(name: str, seeds: Sequence[int], folder: Path) -> dict[int, BaseException]:
    """What broke, by seed."""
    broken: dict[int, BaseException] = {}
    for seed in seeds:
        try:
            FUZZERS[name](random.Random(seed), folder)
        except (Exception, RecursionError) as error:  # noqa: BLE001 - each is a find
            broken[seed] = error
    return broken


def main(count: int, chosen: Sequence[str]) -> int:
    """Run `count` cases of each of the `chosen` fuzzers, or of all, and print what broke."""
    bad = 0
    for name in chosen or FUZZERS:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            broken = run(name, range(1_000_000, 1_000_000 + count), Path(folder))
        print(f"{name}: {count} cases in {time.monotonic() - begun:.0f} s, {len(broken)} broke", flush=True)
        told = set()
        for seed, error in broken.items():
            where = traceback.extract_tb(error.__traceback__)[-1]
            kind = (type(error).__name__, where.filename, where.lineno)
            if kind not in told:
                told.add(kind)
                print(f"  seed {seed}: {kind} {str(error)[:120]!r}", flush=True)
        bad += len(broken)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
