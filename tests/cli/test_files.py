"""`dots-tui check` and `dots-tui set`: what they print, what they change, what they refuse."""

from __future__ import annotations

import io
import json
import stat
import sys
from pathlib import Path

import pytest

from dots_tui.cli import main
from dots_tui.cli.files import check_command, set_command
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.custom_files.folder import CustomFiles, FolderProblem
from tests.cloud import FILES

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_defaults(tmp_path / "custom-files")
    return tmp_path / "custom-files"


def append(folder: Path, name: str, text: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.write(text)


# -- check ---------------------------------------------------------------------------------------


def test_files_in_order_have_no_findings(folder: Path, capsys: Captured) -> None:
    assert check_command(folder, as_json=False) == 0
    assert capsys.readouterr() == ("No findings.\n", "")
    assert check_command(folder, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"findings": []}


def test_findings_are_printed_with_place_reason_and_fix(folder: Path, capsys: Captured) -> None:
    append(folder, "run.env", "DR_EVAL_RTF = 1\n")
    (folder / "reward_function.py").unlink()
    assert check_command(folder, as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    number = len((folder / "run.env").read_text().splitlines())
    assert lines[0].startswith(f"run.env:{number}: error: With a space beside the equals sign")
    assert lines[0].endswith("[spaces-around-equals]")
    assert lines[1] == "    Write DR_EVAL_RTF=1"
    assert lines[2].startswith("reward_function.py: error: reward_function.py is missing")
    assert lines[-1] == "2 errors"


def test_findings_as_json_have_the_agreed_shape(folder: Path, capsys: Captured) -> None:
    append(folder, "run.env", "DR_EVAL_RTF=1 # note\n")
    assert check_command(folder, as_json=True) == 1
    captured = capsys.readouterr()
    (finding,) = json.loads(captured.out)["findings"]
    assert set(finding) == {"file", "line", "key", "severity", "code", "message", "fix"}
    assert finding["file"] == "run.env"
    assert isinstance(finding["line"], int)
    assert (finding["key"], finding["severity"], finding["code"]) == ("DR_EVAL_RTF", "warning", "inline-comment")
    assert captured.err == ""


def test_an_info_alone_is_fine(folder: Path, capsys: Captured) -> None:
    append(folder, "run.env", "# the end")
    assert check_command(folder, as_json=False) == 0
    assert capsys.readouterr().out.endswith("1 info\n")


def test_the_folder_is_found_from_here(folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (folder.parent, folder):
        monkeypatch.chdir(place)
        assert check_command(None, as_json=False) == 0
        assert capsys.readouterr().out == "No findings.\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_no_folder_is_wrong_use(tmp_path: Path, capsys: Captured, as_json: bool) -> None:
    assert check_command(tmp_path / "nowhere", as_json=as_json) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "nowhere does not exist. Give the folder" in captured.err
    assert check_command(tmp_path, as_json=as_json) == 2
    assert "has no custom files in it" in capsys.readouterr().err


def test_a_terminal_without_unicode_is_no_problem(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(folder, "run.env", "DR_CAR_COLOR=\u00e9\u4e2d\n")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1", write_through=True))
    assert check_command(folder, as_json=False) == 1
    assert b"DR_CAR_COLOR is \xe9\\u4e2d" in written.getvalue()


def test_stray_bytes_and_escapes_are_not_printed_raw(folder: Path, capsys: Captured) -> None:
    with (folder / "run.env").open("ab") as stream:
        stream.write(b"DR_CAR_COLOR=\x1b[31m\xff\n")
    assert check_command(folder, as_json=False) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "DR_CAR_COLOR is \ufffd[31m\ufffd" in out


def test_a_folder_of_templates_can_be_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("run.env", "system.env"):
        (folder / name).rename(folder / f"template-{name}")
    assert check_command(folder, as_json=False) == 0
    with (folder / "template-system.env").open("a") as stream:
        stream.write("MY_OWN=<REPLACE_ME>\n")
    capsys.readouterr()
    assert check_command(folder, as_json=True, fix=True) == 1
    (error,) = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["severity"] == "error"]
    assert (error["file"], error["code"]) == ("template-system.env", "placeholder")


# -- check --fix ---------------------------------------------------------------------------------


def test_what_can_be_fixed_is_said(folder: Path, capsys: Captured) -> None:
    append(folder, "run.env", "MY_OWN=a b\n")
    assert check_command(folder, as_json=False) == 1
    assert "--fix" not in capsys.readouterr().err
    append(folder, "run.env", " MY_OTHER=1\n")
    assert check_command(folder, as_json=False) == 1
    assert "dots-tui check --fix fixes" in capsys.readouterr().err


def test_fixing_saves_and_tells_what_was_and_what_remains(folder: Path, capsys: Captured) -> None:
    before = (folder / "run.env").read_bytes()
    (folder / "system.env").chmod(0o640)
    append(folder, "run.env", "MY_OWN = 1 # note\nMY_OTHER=a b\n")
    append(folder, "system.env", "# the end")
    assert check_command(folder, as_json=False, fix=True) == 1
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    number = before.count(b"\n") + 1
    assert lines[0].startswith(f"fixed: run.env:{number}: warning: DRFC turns the words of this comment")
    assert lines[1].startswith(f"fixed: run.env:{number}: error: With a space beside the equals sign")
    assert lines[2].startswith("fixed: system.env:")
    assert lines[3].startswith(f"run.env:{number + 2}: error: bash takes only the first word")
    assert lines[-1] == "3 fixed. 1 error"
    assert captured.err == ""
    assert (folder / "run.env").read_bytes() == before + b"# note\nMY_OWN=1\nMY_OTHER=a b\n"
    assert (folder / "system.env").read_bytes().endswith(b"# the end\n")
    assert stat.S_IMODE((folder / "system.env").stat().st_mode) == 0o640
    assert not list(folder.glob(".*"))


def test_what_was_fixed_is_in_the_json(folder: Path, capsys: Captured) -> None:
    append(folder, "run.env", "MY_OWN=1 \n")
    assert check_command(folder, as_json=True, fix=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["findings"] == []
    assert [(one["code"], one["key"]) for one in document["fixed"]] == [("trailing-blank", "MY_OWN")]
    assert check_command(folder, as_json=True, fix=True) == 0
    assert json.loads(capsys.readouterr().out) == {"fixed": [], "findings": []}


def test_files_that_need_no_fix_are_not_written(folder: Path) -> None:
    append(folder, "run.env", "MY_OWN=1 \n")
    stamps = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert check_command(folder, as_json=False, fix=True) == 0
    assert {path.name for path in folder.iterdir() if path.stat().st_mtime_ns != stamps[path.name]} == {"run.env"}


def test_a_fix_that_cannot_be_saved_is_a_failure_in_words(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(folder, "run.env", "MY_OWN=1 \n")
    append(folder, "system.env", "MY_OTHER=1 \n")
    real = CustomFiles.write

    def full(files: CustomFiles, name: str, data: bytes) -> None:
        if name == "system.env":
            raise FolderProblem("system.env was not saved: No space left on device. Free some space.")
        real(files, name, data)

    monkeypatch.setattr(CustomFiles, "write", full)
    assert check_command(folder, as_json=False, fix=True) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(
        "system.env was not saved: No space left on device. Free some space. Saved: run.env."
    )


def test_a_file_another_program_changed_just_now_is_not_overwritten(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(folder, "run.env", "MY_OWN=1 \n")
    path = folder / "run.env"
    real = CustomFiles.read
    reads: list[str] = []

    def read(files: CustomFiles, name: str) -> bytes:
        reads.append(name)
        if reads.count("run.env") == 2 and name == "run.env":
            path.write_bytes(b"new\n")
        return real(files, name)

    monkeypatch.setattr(CustomFiles, "read", read)
    assert check_command(folder, as_json=False, fix=True) == 1
    assert "run.env was changed by another program just now. Try again. Nothing was saved." in capsys.readouterr().err
    assert path.read_bytes() == b"new\n"


# -- set -----------------------------------------------------------------------------------------


def test_a_value_is_changed_and_nothing_else(folder: Path, capsys: Captured) -> None:
    path = folder / "run.env"
    before = path.read_bytes()
    assert set_command(folder, ["DR_WORLD_NAME=Monaco"], None, as_json=False) == 0
    assert path.read_bytes() == before.replace(b"DR_WORLD_NAME=reInvent2019_track", b"DR_WORLD_NAME=Monaco")
    assert capsys.readouterr() == ("run.env: DR_WORLD_NAME: reInvent2019_track -> Monaco\n", "")


def test_keys_go_where_they_are_or_belong(folder: Path, capsys: Captured) -> None:
    append(folder, "run.env", "DR_HOST_X=True\n")
    append(folder, "system.env", "MY_OWN=1\n")
    assignments = ["DR_HOST_X=False", "DR_EVAL_RTF=2", "DR_MINIO_IMAGE=latest", "MY_OWN=a=b", "DR_WORKERS=3"]
    assert set_command(folder, assignments, None, as_json=True, force=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "set": [
            {"file": "run.env", "key": "DR_HOST_X", "old": "True", "new": "False"},
            {"file": "run.env", "key": "DR_EVAL_RTF", "old": None, "new": "2"},
            {"file": "system.env", "key": "DR_MINIO_IMAGE", "old": None, "new": "latest"},
            {"file": "system.env", "key": "MY_OWN", "old": "1", "new": "a=b"},
            {"file": "system.env", "key": "DR_WORKERS", "old": "3", "new": "3"},
        ]
    }
    assert (folder / "run.env").read_text().endswith("DR_HOST_X=False\nDR_EVAL_RTF=2\n")
    assert (folder / "system.env").read_text().endswith("MY_OWN=a=b\nDR_MINIO_IMAGE=latest\n")


def test_the_same_value_writes_nothing(folder: Path, capsys: Captured) -> None:
    stamp = (folder / "run.env").stat().st_mtime_ns, (folder / "run.env").stat().st_ino
    assert set_command(folder, ["DR_CAR_COLOR=Black"], None, as_json=False) == 0
    assert ((folder / "run.env").stat().st_mtime_ns, (folder / "run.env").stat().st_ino) == stamp
    assert capsys.readouterr().out == "run.env: DR_CAR_COLOR: stays Black\n"


def test_a_missing_newline_is_added_first(folder: Path) -> None:
    append(folder, "run.env", "# the end")
    assert set_command(folder, ["DR_EVAL_RTF=2"], None, as_json=False) == 0
    assert (folder / "run.env").read_text().endswith("# the end\nDR_EVAL_RTF=2\n")


@pytest.mark.parametrize(
    ("assignment", "reason"),
    [
        ("DR_WORLDNAME=Monaco", "Nothing is known to read DR_WORLDNAME; did you mean DR_WORLD_NAME?"),
        ("MY_OWN=1", "Nothing is known to read MY_OWN. To write it all the same, name the file with --file."),
        ("DR_SAGEMAKER_IMAGE=5", "it is not read since DRFC 5.3; use DR_SIMAPP_SOURCE and DR_SIMAPP_VERSION."),
        ("DR_WORLD_NAME=monaco", "DR_WORLD_NAME is monaco, which is no track; did you mean Monaco"),
        ("DR_WORKERS=two", "DR_WORKERS is two; write a whole number of at least 1. To write it all the same"),
        ("DR_WORKERS", "DR_WORKERS is no assignment. Write KEY=VALUE."),
        ("=1", "=1 is no assignment"),
        ("DR-X=1", "DR-X=1 is no assignment"),
        ("DR_CAR_NAME=a\nb", "DR_CAR_NAME: the value has a line break in it"),
    ],
)
def test_what_makes_no_sense_is_refused_as_a_whole(
    folder: Path, capsys: Captured, assignment: str, reason: str
) -> None:
    before = (folder / "run.env").read_bytes()
    assert set_command(folder, ["DR_CAR_NAME=Other", assignment], None, as_json=True) == 2
    captured = capsys.readouterr()
    assert reason in captured.err
    document = json.loads(captured.out)
    assert document["set"] == []
    assert reason in document["problem"]
    assert (folder / "run.env").read_bytes() == before


def test_force_writes_what_will_not_work(folder: Path, capsys: Captured) -> None:
    assert set_command(folder, ["DR_WORLDNAME=x", "DR_EVAL_RTF=fast"], "run.env", as_json=False) == 2
    assert set_command(folder, ["DR_WORLDNAME=x", "DR_EVAL_RTF=fast"], "run.env", as_json=False, force=True) == 0
    assert (folder / "run.env").read_text().endswith("DR_WORLDNAME=x\nDR_EVAL_RTF=fast\n")
    err = capsys.readouterr().err
    assert "warning: Nothing reads DR_WORLDNAME; did you mean DR_WORLD_NAME?" in err
    assert "error: DR_EVAL_RTF is fast; write a number" in err


@pytest.mark.parametrize(
    ("assignment", "why"),
    [
        ("DR_CAR_NAME=my car", "DRFC cuts the value at the space"),
        ("DR_LOCAL_S3_MODEL_PREFIX=a/CHANGE_ME", "still has the placeholder CHANGE_ME"),
        ("DR_LOCAL_S3_MODEL_PREFIX=s3://bucket/a", "without s3://"),
        ("DR_OA_OBJECT_POSITIONS=0.1,1;", "ends with a ;"),
    ],
)
def test_what_the_check_calls_an_error_is_not_written(
    folder: Path, capsys: Captured, assignment: str, why: str
) -> None:
    append(folder, "run.env", "DR_RACE_TYPE=OBJECT_AVOIDANCE\n")
    before = (folder / "run.env").read_bytes()
    assert set_command(folder, [assignment], None, as_json=False) == 2
    said = capsys.readouterr().err
    assert why in said
    assert "--force" in said
    assert (folder / "run.env").read_bytes() == before


def test_a_value_written_by_force_is_reported(folder: Path, capsys: Captured) -> None:
    assert set_command(folder, ["DR_CAR_NAME=my car"], None, as_json=False, force=True) == 0
    assert b'DR_CAR_NAME="my car"\n' in (folder / "run.env").read_bytes()
    assert "[quoted-space]" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["reward_function.py", "other.env", "../run.env", "worker-0.env"])
def test_only_env_files_are_written(folder: Path, capsys: Captured, name: str) -> None:
    assert set_command(folder, ["DR_CAR_NAME=x"], name, as_json=False) == 2
    assert "is no env file. Give run.env, system.env or worker-N.env." in capsys.readouterr().err


def test_a_worker_file_can_be_named(folder: Path, capsys: Captured) -> None:
    assert set_command(folder, ["DR_CAR_COLOR=Red"], "worker-2.env", as_json=False) == 1
    assert "worker-2.env does not exist. Create it" in capsys.readouterr().err
    (folder / "worker-2.env").write_bytes(b"DR_CAR_COLOR=Blue")
    assert set_command(folder, ["DR_CAR_COLOR=Red"], "worker-2.env", as_json=False) == 0
    assert (folder / "worker-2.env").read_bytes() == b"DR_CAR_COLOR=Red"


def test_a_missing_file_is_not_made_up(folder: Path, capsys: Captured) -> None:
    (folder / "system.env").unlink()
    assert set_command(folder, ["DR_WORKERS=2"], None, as_json=False) == 2
    assert "DR_WORKERS belongs in system.env, which does not exist." in capsys.readouterr().err
    assert not (folder / "system.env").exists()


def test_a_failed_write_is_a_failure_in_words(folder: Path, capsys: Captured) -> None:
    (folder / "run.env").unlink()
    (folder / "run.env").mkdir()
    assert set_command(folder, ["DR_CAR_NAME=x"], None, as_json=True) == 1
    captured = capsys.readouterr()
    assert "run.env is a folder, not a file" in captured.err
    assert "run.env is a folder" in json.loads(captured.out)["problem"]


def test_no_folder_to_set_in_is_wrong_use(tmp_path: Path, capsys: Captured) -> None:
    assert set_command(tmp_path / "nowhere", ["DR_CAR_NAME=x"], None, as_json=False) == 2
    assert "nowhere does not exist" in capsys.readouterr().err


def test_check_rehearses_the_reward_function(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 0
    (tmp_path / "reward_function.py").write_text(
        "def reward_function(params):\n    return 1.0 / (params['steps'] * 0)\n"
    )
    capsys.readouterr()
    assert main(["check", str(tmp_path), "--json"]) == 1
    [found] = json.loads(capsys.readouterr().out)["findings"]
    assert (found["code"], found["file"], found["line"]) == ("rehearsal-fault", "reward_function.py", 2)
    assert main(["check", str(tmp_path), "--no-rehearsal"]) == 0
