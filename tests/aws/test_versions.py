"""Which simulation image a DRFC can start, as the instance judges it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dots_tui.aws.templates.instance import versions

SOURCE = "awsdeepracercommunity/deepracer-simapp"


def _dependencies(own: object, image: object) -> bytes:
    return json.dumps({"master_version": own, "containers": {"simapp": image}}).encode()


@pytest.mark.parametrize(
    ("drfc", "image", "source", "tag", "label"),
    [
        ("6.0", "6.0.4", SOURCE, "6.0.4-gpu", ""),
        ("6.0", "6.0.4", SOURCE, "6.1-cpu", ""),
        ("5.3", "5.3.3", SOURCE, "5.3.3-gpu", "5.3.3"),
        ("6.0", "6.0.4", SOURCE, "latest", ""),  # says nothing
        ("6.0", "6.0.4", "me/my-simapp", "1.0", ""),  # counts its own versions
        ("6.0", "6.0.4", "me/my-simapp", "1.0", "6.0.3"),
        ("6.0", "6.0.4", SOURCE, "5.3.3-gpu", "6.0.4"),  # tagged anew; the image itself knows
        ("", "", SOURCE, "6.0.4-gpu", ""),
        ("master", "6.0.4", SOURCE, "6.0.4-gpu", ""),
    ],
)
def test_a_pair_that_fits_or_cannot_be_compared_passes(
    drfc: str, image: str, source: str, tag: str, label: str
) -> None:
    assert versions.compared(drfc, image, source, tag, label)[0]


@pytest.mark.parametrize(
    ("drfc", "image", "tag", "label", "advice"),
    [
        ("5.3", "5.3.3", "6.0.4-gpu", "", "set DR_SIMAPP_VERSION=5.3.3-gpu in system.env"),
        ("6.0", "6.0.4", "5.3.3-cpu-avx2", "", "set DR_SIMAPP_VERSION=6.0.4-cpu in system.env"),
        ("7.1", "7.1.0", "6.0.4-gpu", "", "set DR_SIMAPP_VERSION=7.1.0-gpu in system.env"),
        ("6.0", "6.0.4", "latest", "5.3.3", "set DR_SIMAPP_VERSION=6.0.4-gpu in system.env"),
        ("5.2", "", "6.0.4-gpu", "", "choose an image with DRFC 5.3 or newer"),
    ],
)
def test_a_wrong_pair_names_the_right_tag(drfc: str, image: str, tag: str, label: str, advice: str) -> None:
    fits, told = versions.compared(drfc, image, SOURCE, tag, label)
    assert not fits
    assert advice in told
    # Every advice passes the same judgement.
    if "=" in advice:
        assert versions.compared(drfc, image, SOURCE, advice.partition("=")[2].split()[0], "")[0]


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'{"containers": 3}', b"\xff", b"[" * 99999])
def test_a_damaged_list_of_dependencies_says_nothing(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "dependencies.json"
    file.write_bytes(text)
    assert versions.main([str(file), SOURCE, "6.0.4-gpu", ""]) == 0
    assert versions.main([str(tmp_path / "missing"), SOURCE, "6.0.4-gpu", ""]) == 0


def test_a_wrong_pair_has_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "dependencies.json"
    file.write_bytes(_dependencies("5.3", "5.3.3"))
    assert versions.main([str(file), SOURCE, "6.0.4-gpu", ""]) == 1
    assert capsys.readouterr().out.count("\n") == 1
    file.write_bytes(_dependencies(6, ["6.0.4"]))
    assert versions.main([str(file), SOURCE, "6.0.4-gpu", ""]) == 0
