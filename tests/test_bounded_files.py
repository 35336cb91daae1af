"""The one reader: pipes, devices, huge, deep and damaged files are told in words and hold up nothing."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest

from dots_tui.bounded_files import DEEPEST, Damaged, parse_json, parse_toml, read_regular, set_aside, write_whole
from dots_tui.cli import main
from dots_tui.config.settings import Folders, Settings, SettingsFile
from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.defaults import create_defaults, default_files
from dots_tui.custom_files.drafts import Draft, Drafts
from dots_tui.custom_files.findings import shown
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.tracks.npy import RouteProblem, read_route, track_of
from dots_tui.ui.keymap import read_keymap
from dots_tui.ui.themes import load_themes

DAMAGED = {
    "pipe": None,
    "deep": b"a = " + b"[" * 5000,
    "digits": b"ttl_minutes = " + b"9" * 5000,
    "hexadecimal digits": b"ttl_minutes = 0x" + b"f" * 5000,
    "no text": b"theme = '\xff'",
    "no TOML": b"theme = = =",
    "huge": b"#" * (5 << 20),
}


@pytest.fixture(params=DAMAGED)
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Folders:
    """A config folder whose files are all damaged in one way."""
    (tmp_path / "config" / "themes").mkdir(parents=True)
    for name in ("settings.toml", "keymap.toml", "themes/own.toml"):
        data = DAMAGED[request.param]
        path = tmp_path / "config" / name
        os.mkfifo(path) if data is None else path.write_bytes(data)
    return Folders(tmp_path / "config", tmp_path / "state", tmp_path / "cache")


def test_damaged_settings_are_told_and_never_overwritten(config: Folders) -> None:
    before = (config.config / "settings.toml").lstat()
    loaded = SettingsFile.load(config)
    assert loaded.settings == Settings()
    assert "settings.toml cannot be read" in loaded.problem
    loaded.update(theme="paddock")
    assert (config.config / "settings.toml").lstat().st_mtime_ns == before.st_mtime_ns


def test_damaged_themes_and_keys_are_told(config: Folders) -> None:
    (problem,) = load_themes(config.config / "themes")[1]
    assert f"{config.config / 'themes' / 'own.toml'}: cannot be read" in str(problem)
    keymap = read_keymap(config.config / "keymap.toml")
    assert keymap.keys == {}
    assert len(keymap.problems) == 1


def test_settings_keep_comments_order_and_what_is_not_known(tmp_path: Path) -> None:
    folders = Folders(tmp_path, tmp_path, tmp_path)
    text = '# mine\nttl_minutes = 90  # long runs\nnewer = "kept"\n\n[other.tool]\nx = 1\n'
    (tmp_path / "settings.toml").write_text(text)
    (tmp_path / "settings.toml").chmod(0o640)
    SettingsFile.load(folders).update(ttl_minutes=30, region="eu-west-1")
    after = (tmp_path / "settings.toml").read_text()
    for kept in ("# mine\nttl_minutes = 30  # long runs\n", 'newer = "kept"', "[other.tool]\nx = 1\n"):
        assert kept in after
    assert SettingsFile.load(folders).settings.region == "eu-west-1"
    assert (tmp_path / "settings.toml").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


def test_settings_edited_by_hand_meanwhile_are_not_lost(tmp_path: Path) -> None:
    folders = Folders(tmp_path, tmp_path, tmp_path)
    SettingsFile.load(folders).update(theme="paddock")
    running = SettingsFile.load(folders)
    path = tmp_path / "settings.toml"
    path.write_text(path.read_text().replace('region = ""', 'region = "us-west-2"  # by hand'))
    running.update(ttl_minutes=45)
    assert 'region = "us-west-2"  # by hand' in path.read_text()


HEADS = [
    b'{"format": 1, "base": 3, "data": 3, "made": NaN}',
    b'{"format": 1, "base": 3, "data": 3, "made": 1e400}',
    b'{"format": 1, "base": 3, "data": 3, "made": 1e300}',
    b'{"format": 1, "base": -3, "data": 9, "made": 1}',
    b'{"format": 1, "base": ' + b"9" * 5000 + b', "data": 3, "made": 1}',
    b'{"format": 1, "base": "3", "data": 3, "made": 1}',
    b"[" * 50_000,
    b'{"a":' * 50_000,
    b"[]",
    b"null",
    b"\xff",
    b"",
]


@pytest.mark.parametrize("head", HEADS)
def test_a_damaged_draft_is_set_aside(head: bytes, tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts")
    drafts.keep(tmp_path, Draft("run.env", b"A=1", b"A=2", 1.0))
    (path,) = (tmp_path / "drafts").iterdir()
    path.write_bytes(head + b"\nA=1A=2")
    assert drafts.find(tmp_path, "run.env") is None
    assert [one.name for one in (tmp_path / "drafts").iterdir()] == [f"{path.name}.damaged"]
    drafts.keep(tmp_path, Draft("run.env", b"A=1", b"A=3", 1.0))
    found = drafts.find(tmp_path, "run.env")
    assert found is not None
    assert found.data == b"A=3"


def test_a_draft_of_a_later_version_stays(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts")
    drafts.keep(tmp_path, Draft("run.env", b"", b"", 1.0))
    (path,) = (tmp_path / "drafts").iterdir()
    path.write_bytes(b'{"format": 2, "new": true}\nwhatever')
    assert drafts.find(tmp_path, "run.env") is None
    assert path.exists()


@pytest.mark.parametrize(
    "text", ['{"a\\udfff": 1}', '{"lr": "\\ud800"}', '{"x": {"y": ["\\udc00"]}}', '{"\\udfff": 1, "lr": 0.001}']
)
def test_half_a_character_in_json_is_a_finding_on_its_key(text: str, tmp_path: Path) -> None:
    create_defaults(tmp_path)
    (tmp_path / "hyperparameters.json").write_text("\n" + text)
    assert main(["check", str(tmp_path)]) == 1
    found = check_sources({**default_files(), "hyperparameters.json": ("\n" + text).encode()})
    halves = [one for one in found if one.code == "half-character"]
    assert [(one.file, one.line) for one in halves] == [("hyperparameters.json", 2)]
    assert all((one.key or "").encode() for one in found if one.key)


def test_any_text_can_be_shown() -> None:
    assert shown("a\ud83d\udcff\x1b\u202eb") == "a" + "\N{REPLACEMENT CHARACTER}" * 4 + "b"


def test_whole_characters_beyond_the_first_plane_are_fine() -> None:
    text = b'{"note \\ud83d\\ude00": "\\uD83D\\uDE00"}'
    found = check_sources({**default_files(), "hyperparameters.json": text})
    assert not [one for one in found if one.code == "half-character"]


_ROUTE = b"{'descr':%s,'fortran_order':False,'shape':%s}"
HEADERS = [
    *(b"{[]:1}", b"{{}:1}", b"{**{}}", b"{1:2}[1]", b"-" * 5000 + b"1", b"(" * 200, b"set()", b"{1,2}", b"1" * 5000),
    *(b"\xff\xfe", b"{'descr':'<f8','fortran_order':False}", _ROUTE % (b"[]*9", b"(2,6)")),
    *(_ROUTE % (b"'<f8'", shape) for shape in (b"(10**9,6)", b"(True,6)", b"(0x" + b"f" * 5000 + b",6)", b"[2,6]")),
    *(_ROUTE % (kind, b"(2,6)") for kind in (b"0x" + b"f" * 5000, b"{}", b"'O'", b"b'<f8'")),
]


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_of_a_route_file_escapes(header: bytes) -> None:
    data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"\0" * 96
    with pytest.raises(RouteProblem):
        track_of(data, "x", "file")


def test_a_pipe_is_no_route_and_no_custom_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_defaults(tmp_path)
    os.mkfifo(tmp_path / "x.npy")
    with pytest.raises(RouteProblem, match="regular file"):
        read_route(tmp_path / "x.npy")
    (tmp_path / "run.env").unlink()
    os.mkfifo(tmp_path / "run.env")
    assert main(["check", str(tmp_path)]) == 1
    assert "not a regular file" in capsys.readouterr().out


@pytest.mark.parametrize(
    "source",
    [
        "def reward_function(params):\n    return f'" + "{params}" * 100_000 + "'\n",
        "def reward_function(params):\n    return " + "{1:" * 90_000 + "\n",
        "def reward_function(params):\n" + "    x = 1\n" * 40_000,
    ],
)
def test_code_that_is_far_too_large_is_not_taken_apart(source: str) -> None:
    found = check_sources({**default_files(), "reward_function.py": source.encode()})
    assert [one.code for one in found if one.file == "reward_function.py"] == ["reward-not-checked"]
    assert {one.severity for one in found} == {"info"}


def test_a_large_table_in_the_code_is_still_checked() -> None:
    table = "LINE = [" + ", ".join(f"({n}.25, {n}.5, {n % 4}.0)" for n in range(2000)) + "]\n"
    source = table + "def reward_function(params):\n    return 1.0\n"
    found = check_sources({**default_files(), "reward_function.py": source.encode()})
    assert "reward-not-checked" not in {one.code for one in found}


def test_strays_of_a_killed_program_are_swept(tmp_path: Path) -> None:
    files = create_defaults(tmp_path)
    old, new, other = (
        tmp_path / name for name in (".run.env.0123abcd.tmp", ".run.env.0123abce.tmp", ".mine.0123abcd.tmp")
    )
    for path in (old, new, other):
        path.write_text("")
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    CustomFiles.open(tmp_path).write("run.env", files.read("run.env"))
    assert (old.exists(), new.exists(), other.exists()) == (False, True, True)


def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 100)
    assert read_regular(tmp_path / "big", 100) == b"x" * 100
    for path, most in ((tmp_path / "big", 99), (tmp_path, 99), (Path(os.devnull), 99)):
        with pytest.raises(Damaged):
            read_regular(path, most)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "none")


@pytest.mark.parametrize(
    "text", ["[" * 99_999, "NaN", "-Infinity", "1e999", "9" * 999, "{", "", '{"a":' * 999, "\ufeff1"]
)
def test_documents_no_program_should_bear_are_damaged(text: str) -> None:
    with pytest.raises(Damaged):
        parse_json(text.encode())


def test_ordinary_documents_are_read() -> None:
    value = {"a": [1, 2.5, None, True, "ü"], "deep": json.loads("[" * (DEEPEST - 1) + "]" * (DEEPEST - 1))}
    assert parse_json(json.dumps(value).encode()) == value
    assert parse_toml(b"a = 1\n[b]\nc = [1.5]\n") == {"a": 1, "b": {"c": [1.5]}}


def test_writing_keeps_links_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]
    assert set_aside(tmp_path / "none") is None
