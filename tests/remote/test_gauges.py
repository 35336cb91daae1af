"""The machine's numbers: those of this machine are real, and what is missing is None."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from dots_tui.remote.gauges import COMMAND, Gpu, parse

ANSWER = """\
@time
1700000010.500000000
@gpu
87, 6144, 15360, 71
[N/A], 100, [Not Supported], 40
@cpu
cpu  {busy} 0 0 {idle} 0 0 0 0 0 0
1.25 0.80 0.60 2/500 1234
@memory
MemTotal:       32000000 kB
MemFree:         1000000 kB
MemAvailable:   20000000 kB
@disk
Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/root         40000000 25000000  13000000      66% /
@prefix
training/run-3/
"""
GIB = 1 << 30


def test_everything_is_read() -> None:
    first = parse(ANSWER.format(busy=100, idle=900), 1700000000.0)
    assert first.gpus == (Gpu(87.0, 6 * GIB, 15 * GIB, 71.0), Gpu(None, 100 << 20, None, 40.0))
    assert (first.cpu, first.load, first.model_prefix) == (None, 1.25, "training/run-3")
    assert (first.memory_used, first.memory_total) == (12_000_000 * 1024, 32_000_000 * 1024)
    assert (first.disk_used, first.disk_total) == (25_000_000 * 1024, 38_000_000 * 1024)
    assert first.clock_ahead_s == pytest.approx(10.5)
    assert parse(ANSWER.format(busy=175, idle=925), 1700000010.0, first).cpu == 75.0


def test_after_a_reboot_the_processors_numbers_begin_again() -> None:
    before = parse(ANSWER.format(busy=1000, idle=9000), 0.0)
    assert parse(ANSWER.format(busy=10, idle=90), 10.0, before).cpu is None


@pytest.mark.parametrize(
    "text", ["", "@time\n@gpu\n@cpu\n@memory\n@disk\n", "sh: nvidia-smi: not found", "@gpu\nNo devices"]
)
def test_what_is_missing_is_none(text: str) -> None:
    read = parse(text, 5.0)
    assert read.gpus == ()
    assert {read.cpu, read.load, read.memory_used, read.disk_total, read.clock_ahead_s} == {None}


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="this system has no /proc")
@pytest.mark.skipif(shutil.which("df") is None, reason="df is not installed")
def test_a_real_shell_answers_the_command() -> None:
    text = subprocess.run(["sh", "-c", COMMAND], capture_output=True, text=True, check=False).stdout
    read = parse(text, time.time())
    assert read.memory_total is not None
    assert read.memory_used is not None
    assert 0 < read.memory_used < read.memory_total
    assert read.disk_total is not None
    assert read.ticks is not None
    assert read.clock_ahead_s is not None
