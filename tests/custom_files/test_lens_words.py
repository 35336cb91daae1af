"""The readings in words: readers that see the same together, all of them by name."""

from __future__ import annotations

from dots_tui.custom_files.lens import lens
from dots_tui.custom_files.lens_words import EMPTY, NOT_SET, SeenValue, grouped, names_for


def seen(text: str, key: str = "DR_X", file: str = "run.env") -> list[SeenValue]:
    return grouped(lens({file: text.encode()})[file][key], names_for(file))


def test_run_env_has_five_readers_and_a_workers_file_its_own_first() -> None:
    assert list(names_for("run.env").values()) == ["bash source", "DRFC", "instance awk", "menu.py", "python-dotenv"]
    assert list(names_for("worker-3.env").values()) == ["worker-3", *names_for("system.env").values()]


def test_readers_that_agree_are_one_group() -> None:
    assert seen("DR_X=abc\n") == [SeenValue(tuple(names_for("run.env").values()), "abc")]
    assert [one.value for one in seen("DR_X=\n")] == [EMPTY]


def test_readers_that_differ_and_what_they_do_besides() -> None:
    shells, others = seen("DR_X=a;b\n")
    assert (shells.readers, shells.value) == (("bash source", "DRFC"), "a")
    assert shells.effects == ("bash source runs a command (b)", "DRFC runs a command (b)")
    assert (others.readers, others.value) == (("instance awk", "menu.py", "python-dotenv"), "a;b")
    assert others.effects == ()


def test_a_reference_shows_what_it_expands_to_and_lines_of_awk_are_told_apart() -> None:
    assert seen("DR_Y=base\nDR_X=$DR_Y/m\n")[0] == SeenValue(("bash source", "DRFC"), "base/m")
    assert ("instance awk",) in [one.readers for one in seen("#DR_X=old\nDR_X=new\n")]
    assert "old | new" in [one.value for one in seen("#DR_X=old\nDR_X=new\n")]
    assert NOT_SET in [one.value for one in seen("DR_X = abc\n")]


def test_a_workers_reader_that_gives_up() -> None:
    first = seen("DR_X=a=b\n", file="worker-2.env")[0]
    assert first.readers == ("worker-2",)
    assert "ValueError" in first.value
